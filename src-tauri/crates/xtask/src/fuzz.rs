//! `cargo xtask fuzz [TARGET ...] [--minutes N]`: the targets of `tests/fuzz` under libFuzzer.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::command::{attempt, cargo, output, program, step, timed};
use crate::workspace::{Workspace, variable};

/// The targets, with the longest input that is tried, in bytes.
const TARGETS: [(&str, u32); 5] =
    [("slot_file", 8_192), ("import", 16_384), ("answers", 65_536), ("settings", 4_096), ("script", 16_384)];
const MINUTES: u64 = 10;
/// An input that takes longer than these seconds is a finding.
const SLOW_SECONDS: u32 = 10;
/// So is one for which the program holds more than these MiB.
const LARGE_MIB: u32 = 1_024;

/// Coverage as libFuzzer wants it, by the pass of LLVM that the stable compiler brings along.
const COVERAGE: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Clink-dead-code";

/// Runs the named targets, or all, one after the other. What was learnt stays in the target folder for the next time.
pub(crate) fn fuzz(workspace: &Workspace, options: &[&str]) -> Result<()> {
    let plan = Plan::read(options)?;
    let engine = build(workspace)?;
    for (target, longest) in plan.targets {
        timed(&format!("fuzz {target}"), || run(workspace, &engine, (target, longest), plan.minutes))?;
    }
    Ok(())
}

/// What the options ask for.
#[derive(Debug, PartialEq, Eq)]
struct Plan {
    targets: Vec<(&'static str, u32)>,
    minutes: u64,
}

impl Plan {
    fn read(options: &[&str]) -> Result<Self> {
        let mut plan = Self { targets: Vec::new(), minutes: MINUTES };
        let mut words = options.iter();
        while let Some(word) = words.next() {
            if *word == "--minutes" {
                let number = words.next().and_then(|number| number.parse().ok()).filter(|number| *number > 0);
                plan.minutes = number.context("--minutes takes a number above 0")?;
            } else {
                let known = TARGETS.into_iter().find(|(name, _)| name == word);
                plan.targets.push(known.with_context(|| format!("no target {word}; there are {}", names()))?);
            }
        }
        if plan.targets.is_empty() {
            plan.targets = TARGETS.into();
        }
        Ok(plan)
    }
}

fn names() -> String {
    TARGETS.map(|(name, _)| name).join(", ")
}

/// Builds the engine in a folder of its own: every crate in it counts its own coverage.
fn build(workspace: &Workspace) -> Result<PathBuf> {
    let compiler = variable("CXX").unwrap_or_else(|| "c++".to_owned());
    if output(&compiler, &["--version"]).is_none() {
        bail!(
            "libFuzzer is C++, and there is no compiler for it: install g++ (Debian and Ubuntu: apt-get install g++)"
        );
    }
    let version = output("rustc", &["--version", "--verbose"]).context("rustc does not say its version")?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc does not name its host")?;
    let folder = workspace.target().join("fuzz").join("build");
    let package = ["build", "--profile", "fuzz", "--package", "casefolio-fuzz", "--features", "engine"];
    // With a target named, build scripts and macros are spared the coverage.
    let rest = ["--bin", "casefolio-fuzz", "--target", host];
    let mut command = cargo(workspace.root(), &[&package[..], &rest].concat());
    command.env("CARGO_TARGET_DIR", &folder).env("RUSTFLAGS", COVERAGE);
    step("cargo build (fuzz)", command)?;
    Ok(folder.join(host).join("fuzz").join("casefolio-fuzz"))
}

fn run(workspace: &Workspace, engine: &Path, (target, longest): (&str, u32), minutes: u64) -> Result<()> {
    let kept = workspace.target().join("fuzz");
    let (corpus, findings) = (kept.join("corpus").join(target), kept.join("findings").join(target));
    let seeds = workspace.root().join("tests").join("fuzz").join("seeds").join(target);
    let passing = Passing::make(&kept)?;
    for folder in [&corpus, &findings] {
        fs::create_dir_all(folder).with_context(|| format!("{} could not be made", folder.display()))?;
    }
    let mut command = program(&engine.to_string_lossy(), workspace.root(), &[]);
    command
        .arg(format!("-max_total_time={}", minutes * 60))
        .arg(format!("-timeout={SLOW_SECONDS}"))
        .arg(format!("-rss_limit_mb={LARGE_MIB}"))
        .arg(format!("-max_len={longest}"))
        .arg("-len_control=0") // the seeds are as long as what they stand for; short inputs first would spend the minutes
        .arg(format!("-artifact_prefix={}/", findings.display()))
        .arg("-print_final_stats=1")
        .args([&corpus, &seeds])
        .env("CASEFOLIO_FUZZ", target)
        .env("TMPDIR", &passing.0);
    if attempt(&mut command, |_| ())?.success() {
        return Ok(());
    }
    bail!("{target}: a finding; its bytes lie in {}. Mend it, and add them to {}", findings.display(), seeds.display());
}

/// A folder for the targets' own files: in memory where there is such a place, since some write for each input. Gone when dropped.
struct Passing(PathBuf);

impl Passing {
    fn make(otherwise: &Path) -> Result<Self> {
        let memory = Path::new("/dev/shm");
        let home = if memory.is_dir() { memory } else { otherwise };
        let folder = home.join(format!("casefolio-fuzz-{}", std::process::id()));
        fs::create_dir_all(&folder).with_context(|| format!("{} could not be made", folder.display()))?;
        Ok(Self(folder))
    }
}

impl Drop for Passing {
    fn drop(&mut self) {
        let _removed = fs::remove_dir_all(&self.0); // what is left there is lost at the next start of the computer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_name_every_target_runs() {
        assert_eq!(Plan::read(&[]).unwrap(), Plan { targets: TARGETS.into(), minutes: 10 });
        let two = Plan { targets: vec![TARGETS[2], TARGETS[0]], minutes: 3 };
        assert_eq!(Plan::read(&["answers", "--minutes", "3", "slot_file"]).unwrap(), two);
    }

    #[test]
    fn what_is_not_understood_is_said() {
        for options in [&["answer"][..], &["--minutes"], &["--minutes", "0"], &["--minutes", "soon"]] {
            assert!(Plan::read(options).is_err(), "{options:?}");
        }
    }

    #[test]
    fn each_target_has_its_seeds() {
        let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fuzz/seeds");
        let mut folders: Vec<String> =
            fs::read_dir(seeds).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        let mut named = TARGETS.map(|(name, _)| name.to_owned());
        folders.sort();
        named.sort();
        assert_eq!(folders, named);
    }
}

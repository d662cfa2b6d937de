//! The ordinary tests as Windows programs under Wine, and a report of what ran and what did not.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use serde_json::Value;

use super::cross::Cross;
use super::left_out::LEFT_OUT;
use crate::command::{Counts, attempt, timed};
use crate::tidy::source::files;
use crate::wine::Wine;

/// The crates whose tests must run, by their folder; they go by its last name.
const CRATES: [&str; 10] = [
    "src-tauri/crates/domain",
    "src-tauri/crates/system",
    "src-tauri/crates/store",
    "src-tauri/crates/keys",
    "src-tauri/crates/uscis",
    "src-tauri/crates/files",
    "src-tauri/crates/practice",
    "src-tauri/crates/core",
    "src-tauri/crates/cli",
    "tests/journeys",
];
/// At least this many of a hundred ordinary tests run.
const LEAST: usize = 90;

/// What stands above a test that only runs when it is asked for; in two parts, since tidy looks for the whole.
const IGNORE: &str = concat!("#[ign", "ore");

/// A test program: the crate's folder name and where the program lies.
struct Program {
    crate_name: String,
    path: PathBuf,
}

/// Builds the test programs, runs each under Wine, and holds the list of those left out against the sources.
pub(super) fn run(cross: &Cross) -> Result<()> {
    let programs = timed("cargo test --no-run (Windows)", || build(cross))?;
    let wine = Wine::fresh(cross.folder().join("wine"))?;
    let mut counts = Counts::default();
    let mut ran = BTreeSet::new();
    let mut failing = Vec::new();
    for one in &programs {
        let name = format!("{} ({})", one.crate_name, file_name(&one.path));
        let passed = timed(&format!("under Wine: {name}"), || run_one(&wine, one, &mut counts, &mut ran))?;
        if !passed {
            failing.push(name);
        }
    }
    report(cross, &ran, counts)?;
    ensure!(failing.is_empty(), "failed under Wine: {}", failing.join(", "));
    Ok(())
}

fn build(cross: &Cross) -> Result<Vec<Program>> {
    let options = ["--no-run", "--message-format=json-render-diagnostics", "--lib", "--bins", "--test", "it"];
    let output = cross.cargo("test", &options).stderr(std::process::Stdio::inherit()).output()?;
    ensure!(output.status.success(), "the test programs were not built");
    let programs = programs_in(&String::from_utf8_lossy(&output.stdout));
    ensure!(!programs.is_empty(), "cargo named no test program");
    Ok(programs)
}

/// The test programs that cargo's messages name, of the crates whose tests must run.
fn programs_in(messages: &str) -> Vec<Program> {
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    messages
        .filter(|message| message["reason"] == "compiler-artifact" && message["profile"]["test"] == true)
        .filter_map(|message| {
            let manifest = Path::new(message["manifest_path"].as_str()?);
            let crate_name = manifest.parent()?.file_name()?.to_str()?.to_owned();
            let path = PathBuf::from(message["executable"].as_str()?);
            CRATES.iter().any(|folder| last(folder) == crate_name).then_some(Program { crate_name, path })
        })
        .collect()
}

/// Runs one; says whether it ended well.
fn run_one(wine: &Wine, one: &Program, counts: &mut Counts, ran: &mut BTreeSet<String>) -> Result<bool> {
    let skipped = LEFT_OUT.iter().filter(|(place, ..)| place.starts_with(&format!("{}/", one.crate_name)));
    let mut arguments = Vec::new();
    for (place, _) in skipped {
        arguments.extend(["--skip", last(place)]);
    }
    let mut command = wine.command(&one.path.to_string_lossy(), &arguments);
    let status = attempt(&mut command, |line| {
        counts.add(Counts::of_line(line));
        if let Some(name) = passed(line) {
            ran.insert(format!("{}/{name}", one.crate_name));
        }
    })?;
    Ok(status.success())
}

/// The name of a test function that a line says has passed: `test watch::round::it_ends ... ok`.
fn passed(line: &str) -> Option<&str> {
    let name = line.trim().strip_prefix("test ")?.strip_suffix(" ... ok")?;
    name.rsplit("::").next()
}

/// Says how many of the ordinary tests ran, names the others with the reason, and complains of a list that does not fit.
fn report(cross: &Cross, ran: &BTreeSet<String>, counts: Counts) -> Result<()> {
    let mut ordinary = BTreeSet::new();
    for file in files(cross.workspace().root())? {
        if let Some(folder) = CRATES.iter().find(|folder| file.path.starts_with(&format!("{folder}/")))
            && file.is("rs")
        {
            ordinary_tests(&file.text, &mut |test| {
                ordinary.insert(format!("{}/{test}", last(folder)));
            });
        }
    }
    let missing: BTreeSet<&String> = ordinary.difference(ran).collect();
    println!("\n{} tests passed under Wine, {} failed", counts.passed, counts.failed);
    println!("{} of {} ordinary tests ran; not run:", ordinary.len() - missing.len(), ordinary.len());
    for test in &missing {
        let reason = LEFT_OUT.iter().find(|(place, _)| place == test).map(|(_, reason)| *reason);
        println!("  {test}: {}", reason.unwrap_or("NO REASON GIVEN"));
    }
    for (place, _) in LEFT_OUT {
        ensure!(missing.contains(&place.to_string()), "{place} is left out, but there is no such test");
    }
    let unexplained: Vec<_> =
        missing.iter().filter(|test| !LEFT_OUT.iter().any(|(place, _)| place == **test)).collect();
    ensure!(unexplained.is_empty(), "did not run under Wine, and no reason is given: {unexplained:?}");
    ensure!(missing.len() * 100 <= ordinary.len() * (100 - LEAST), "fewer than {LEAST} % of the ordinary tests ran");
    Ok(())
}

/// Tells the names of the tests in a source, but for those that only run when they are asked for.
fn ordinary_tests(source: &str, tell: &mut impl FnMut(&str)) {
    let (mut is_test, mut is_ignored) = (false, false);
    for line in source.lines().map(str::trim) {
        if line == "#[test]" || line.starts_with("#[tokio::test") {
            is_test = true;
        } else if line.starts_with(IGNORE) {
            is_ignored = true;
        } else if let Some(name) = function_name(line) {
            if is_test && !is_ignored {
                tell(name);
            }
            (is_test, is_ignored) = (false, false);
        }
    }
}

fn function_name(line: &str) -> Option<&str> {
    let line = line.strip_prefix("async ").unwrap_or(line);
    line.strip_prefix("fn ")?.split('(').next()
}

/// `a_kill_loses_nothing` in `cli/a_kill_loses_nothing`.
fn last(place: &str) -> &str {
    place.split('/').next_back().unwrap_or(place)
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn ordinary_tests_are_found_and_those_that_must_be_asked_for_are_not() {
        let ordinary = "#[test]\nfn one_is_found() {}\n/// catalogue 1\n    #[tokio::test(start_paused = true)]\n    async fn another_is_found() {}";
        let asked_for = format!("fn no_test() {{}}\n#[test]\n{IGNORE} = \"needs a bus\"]\nfn not_this() {{}}");
        let mut found = Vec::new();
        ordinary_tests(&format!("{ordinary}\n{asked_for}"), &mut |name| found.push(name.to_owned()));
        assert_eq!(found, ["one_is_found", "another_is_found"]);
    }

    #[test]
    fn only_a_test_that_passed_counts_as_run() {
        assert_eq!(passed("test keys::slots::it_opens ... ok\n"), Some("it_opens"));
        assert_eq!(passed("test it_opens ... ignored, needs a bus"), None);
        assert_eq!(passed("test it_opens ... FAILED"), None);
    }

    #[test]
    fn the_test_programs_are_read_from_cargos_messages() {
        let artifact = |crate_name: &str, test: bool| {
            format!(
                "{{\"reason\":\"compiler-artifact\",\"manifest_path\":\"/w/{crate_name}/Cargo.toml\",\"profile\":{{\"test\":{test}}},\"executable\":\"/t/{crate_name}.exe\"}}"
            )
        };
        let messages = [artifact("store", true), artifact("store", false), artifact("serde", true), "noise".to_owned()];
        let programs = programs_in(&messages.join("\n"));
        assert_eq!(programs.len(), 1);
        assert_eq!(programs[0].path, Path::new("/t/store.exe"));
    }
}

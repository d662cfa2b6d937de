//! Running a program as a named step: its output passes through, its test results are counted, its seconds are told.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// Test results seen in the output of one or more steps.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl Counts {
    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    /// What a line of output says of test results: the closing line of a Rust test program, or vitest's `Tests` line.
    pub(crate) fn of_line(line: &str) -> Self {
        let line = line.trim();
        let results = line.strip_prefix("test result:").or_else(|| line.strip_prefix("Tests "));
        results.map_or_else(Self::default, |results| Self {
            passed: before(results, "passed"),
            failed: before(results, "failed"),
        })
    }
}

/// The number that stands before a word: 12 in `12 passed (12)`.
fn before(text: &str, word: &str) -> u64 {
    let mut last = 0;
    for part in text.split(|letter: char| letter.is_whitespace() || letter == ';') {
        if part == word {
            return last;
        }
        last = part.parse().unwrap_or(last);
    }
    0
}

/// A program to be started in a folder, never waiting for input.
pub(crate) fn program(name: &str, folder: &Path, arguments: &[&str]) -> Command {
    let name = if cfg!(windows) && name == "npm" { "npm.cmd" } else { name };
    let mut command = Command::new(name);
    command.current_dir(folder).args(arguments).stdin(Stdio::null());
    command
}

/// Cargo, as the one that started xtask.
pub(crate) fn cargo(folder: &Path, arguments: &[&str]) -> Command {
    program(crate::workspace::variable("CARGO").as_deref().unwrap_or("cargo"), folder, arguments)
}

/// Runs a program as a named step and says how long it took; an exit code other than 0 is an error.
pub(crate) fn step(name: &str, mut command: Command) -> Result<Counts> {
    timed(name, || {
        let mut counts = Counts::default();
        let status = attempt(&mut command, |line| counts.add(Counts::of_line(line)))?;
        if !status.success() {
            bail!("{} ended with {status}", described(&command));
        }
        Ok(counts)
    })
}

/// Runs a program; each line that it prints passes through, and is shown to `see`.
pub(crate) fn attempt(command: &mut Command, see: impl FnMut(&str)) -> Result<ExitStatus> {
    let mut child = command
        .stdout(Stdio::piped())
        .env("NO_COLOR", "1")
        .spawn()
        .with_context(|| format!("{} could not be started", command.get_program().to_string_lossy()))?;
    if let Some(output) = child.stdout.take() {
        pass_through(BufReader::new(output), &mut std::io::stdout(), see)?;
    }
    child.wait().context("the program could not be waited for")
}

fn pass_through(mut output: impl BufRead, to: &mut impl Write, mut see: impl FnMut(&str)) -> Result<()> {
    let mut line = Vec::new();
    while output.read_until(b'\n', &mut line)? > 0 {
        to.write_all(&line)?;
        see(&String::from_utf8_lossy(&line));
        line.clear();
    }
    to.flush()?;
    Ok(())
}

fn described(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// Does a piece of work as a named step; the name stands in the error, too.
pub(crate) fn timed<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("==> {name}");
    let began = now();
    let outcome = work().with_context(|| format!("step \"{name}\" failed"))?;
    println!("==> {name}: done in {}", seconds(now() - began));
    Ok(outcome)
}

/// Whole and tenth seconds, as a person reads them.
fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

#[expect(clippy::disallowed_methods, reason = "the one place where xtask reads a clock")]
fn now() -> Instant {
    Instant::now()
}

/// What a short program prints, or nothing when it cannot be started or fails.
pub(crate) fn output(name: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(name).args(arguments).stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closing_line_of_a_rust_test_program_is_counted() {
        let line = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 4 filtered out; finished in 0.02s";
        assert_eq!(Counts::of_line(line), Counts { passed: 12, failed: 3 });
    }

    #[test]
    fn the_closing_line_of_vitest_is_counted() {
        assert_eq!(Counts::of_line("      Tests  1 failed | 41 passed (42)\n"), Counts { passed: 41, failed: 1 });
        assert_eq!(Counts::of_line(" Test Files  7 passed (7)"), Counts::default());
    }

    #[test]
    fn a_line_without_results_counts_nothing() {
        assert_eq!(Counts::of_line("running 12 tests that passed"), Counts::default());
    }

    #[test]
    fn output_passes_line_by_line_and_the_counts_add_up() {
        let output = "test result: ok. 2 passed; 0 failed\nnoise\ntest result: ok. 5 passed; 0 failed".as_bytes();
        let (mut seen, mut counts) = (Vec::new(), Counts::default());
        pass_through(output, &mut seen, |line| counts.add(Counts::of_line(line))).expect("readable");
        assert_eq!(counts, Counts { passed: 7, failed: 0 });
        assert_eq!(seen, output);
    }
}

//! `cargo xtask test`: every check there is, quick ones first, stopping at the first that fails.

use anyhow::Result;

use crate::command::{Counts, cargo, program, step, timed};
use crate::session_tests::session_tests;
use crate::tools::{Need, setup};
use crate::workspace::{SELECTION, Workspace};

/// Runs all checks and closes with a line `N passed, N failed` over every test that ran.
pub(crate) fn test(workspace: &Workspace) -> Result<()> {
    let mut counts = Counts::default();
    let outcome = all(workspace, &mut counts);
    println!(
        "\n{} passed, {} failed",
        counts.passed,
        counts.failed + u64::from(outcome.is_err() && counts.failed == 0)
    );
    outcome
}

fn all(workspace: &Workspace, counts: &mut Counts) -> Result<()> {
    setup(workspace, Need::Tests)?;
    words(workspace, counts)?;
    page(workspace, counts)?;
    rust(workspace, counts)?;
    window(workspace, counts)
}

/// What only reads text: seconds.
fn words(workspace: &Workspace, counts: &mut Counts) -> Result<()> {
    step("cargo fmt", cargo(workspace.root(), &["fmt", "--all", "--check"]))?;
    counts.add(step("cargo test (xtask)", cargo(workspace.root(), &["test", "--package", "xtask"]))?);
    timed("tidy", || crate::tidy::tidy(workspace))?;
    timed("icons", || crate::icons::check(workspace))?;
    timed("locales", || crate::locales::locales(workspace))
}

/// The UI: checked, tested, built. Rust needs the built page, because the shell embeds it.
fn page(workspace: &Workspace, counts: &mut Counts) -> Result<()> {
    let npm = |script: &str| program("npm", &workspace.ui(), &["run", script]);
    step("npm run check", npm("check"))?;
    counts.add(step("npm test", npm("test"))?);
    step("npm run build", npm("build")).map(drop)
}

/// The crates: lints, then every test but the window's. That the bindings are current is a test of the shell.
fn rust(workspace: &Workspace, counts: &mut Counts) -> Result<()> {
    let lints = [&["clippy"], &SELECTION[..], &["--all-targets", "--test", "e2e", "--", "-D", "warnings"]].concat();
    step("cargo clippy", cargo(workspace.root(), &lints))?;
    step(
        "cargo clippy (xtask)",
        cargo(workspace.root(), &["clippy", "--package", "xtask", "--all-targets", "--", "-D", "warnings"]),
    )?;
    counts.add(step("cargo test", cargo(workspace.root(), &[&["test"], &SELECTION[..]].concat()))?);
    counts.add(session_tests(workspace)?);
    Ok(())
}

/// The real window in a session of its own.
fn window(workspace: &Workspace, counts: &mut Counts) -> Result<()> {
    step(
        "cargo build (window)",
        cargo(workspace.root(), &[&["build"], &SELECTION[..], &["--bin", "casefolio"]].concat()),
    )?;
    let journey = [&["test"], &SELECTION[..], &["--test", "e2e", "--", "--nocapture", "--test-threads=1"]].concat();
    let mut journey = cargo(workspace.root(), &journey);
    // What a failing journey says is which words it waited for, and what stood there instead.
    journey.env("RUST_BACKTRACE", "0");
    counts.add(step("window journeys", journey)?);
    Ok(())
}

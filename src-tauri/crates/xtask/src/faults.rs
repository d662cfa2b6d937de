//! `cargo xtask faults`: files that fail at every call of a scripted life, and the real program killed again and again.

use anyhow::{Context, Result, bail};

use crate::command::{cargo, program, step};
use crate::workspace::{SELECTION, Workspace};

/// The program that tries every fault, and the one whose files fail.
const PROGRAMS: [&str; 4] = ["--bin", "casefolio-faults", "--bin", "casefolio-life"];
/// The test that kills the command line in the midst of its work.
const KILLS: &str = "crash::a_kill_at_any_moment_loses_nothing_that_was_printed_and_tells_no_change_twice";

/// Every fault at every call of every phase, or of those named; or so many kills of the real program.
pub(crate) fn faults(workspace: &Workspace, options: &[&str]) -> Result<()> {
    match options {
        ["--kills", number] => kills(workspace, number.parse().context("how many kills?")?),
        phases if phases.iter().all(|phase| !phase.starts_with('-')) => all(workspace, phases),
        _ => bail!("cargo xtask faults [PHASE ...] | --kills N"),
    }
}

fn all(workspace: &Workspace, phases: &[&str]) -> Result<()> {
    let build = [&["build"], &SELECTION[..], &PROGRAMS].concat();
    step("cargo build (faults)", cargo(workspace.root(), &build))?;
    let name = workspace.program("casefolio-faults");
    step("faults", program(&name.to_string_lossy(), workspace.root(), phases)).map(drop)
}

fn kills(workspace: &Workspace, number: u64) -> Result<()> {
    let test = [&["test"], &SELECTION[..], &["--test", "it", "--", "--exact", KILLS, "--nocapture"]].concat();
    let mut test = cargo(workspace.root(), &test);
    test.env("CASEFOLIO_KILLS", number.to_string());
    let counts = step("kills", test)?;
    if counts.passed != 1 {
        bail!("the test of the kills did not run: was it renamed? (xtask/src/faults.rs)");
    }
    Ok(())
}

//! `cargo xtask bindings`: the typed commands of the shell, written for the UI.

use anyhow::Result;

use crate::command::{cargo, step};
use crate::workspace::{SELECTION, Workspace};

/// Lets the shell's export test write `ui/src/ipc/bindings.ts` instead of comparing it.
pub(crate) fn bindings(workspace: &Workspace) -> Result<()> {
    let mut command = cargo(workspace.root(), &[&["test"], &SELECTION[..], &["--lib", "--bins", "bindings"]].concat());
    command.env("CASEFOLIO_WRITE_BINDINGS", "1");
    let counts = step("bindings", command)?;
    anyhow::ensure!(counts.passed > 0, "no test has \"bindings\" in its name, so nothing was written");
    Ok(())
}

//! `cargo xtask bench store`, `bench idle` and `bench polling`: the program measured, against limits (docs/performance.md).

use anyhow::Result;

use crate::command::{cargo, program, step};
use crate::tools::{Need, setup};
use crate::workspace::{SELECTION, Workspace};

/// Measures the store with 10,000 cases and 1,000,000 rows of history. The portfolio is made once, in the target folder.
pub(crate) fn store(workspace: &Workspace) -> Result<()> {
    let folder = workspace.target().join("bench").join("store");
    let mut command = cargo(
        workspace.root(),
        &["run", "--release", "--package", "casefolio-journeys", "--bin", "casefolio-store-bench", "--"],
    );
    command.arg(folder);
    step("bench store", command).map(drop)
}

/// Has the window's program rest for ten minutes over 1,000 cases, and counts what it uses. The debug build: only that one can be driven.
pub(crate) fn idle(workspace: &Workspace) -> Result<()> {
    setup(workspace, Need::VirtualDisplay)?;
    step("npm run build", program("npm", &workspace.ui(), &["run", "build"]))?;
    let programs = ["--bin", "casefolio", "--bin", "casefolio-idle"];
    step("cargo build", cargo(workspace.root(), &[&["build"], &SELECTION[..], &programs].concat()))?;
    let idle = workspace.program("casefolio-idle");
    step("bench idle", program(&idle.to_string_lossy(), workspace.root(), &[])).map(drop)
}

/// Plays the polling plan and simpler ones against made-up portfolios, and holds it against the least delay possible.
pub(crate) fn polling(workspace: &Workspace) -> Result<()> {
    let command = cargo(
        workspace.root(),
        &["run", "--release", "--package", "casefolio-polling", "--bin", "casefolio-polling-bench"],
    );
    step("bench polling", command).map(drop)
}

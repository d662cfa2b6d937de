//! `cargo xtask bench store` and `bench polling`: the release build measured, against limits (docs/performance.md).

use anyhow::Result;

use crate::command::{cargo, step};
use crate::workspace::Workspace;

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

/// Plays the polling plan and simpler ones against made-up portfolios, and holds it against the least delay possible.
pub(crate) fn polling(workspace: &Workspace) -> Result<()> {
    let command = cargo(
        workspace.root(),
        &["run", "--release", "--package", "casefolio-polling", "--bin", "casefolio-polling-bench"],
    );
    step("bench polling", command).map(drop)
}

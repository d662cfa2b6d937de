//! `cargo xtask run`: Casefolio in practice mode, in a window or, without a display, as a tour in a virtual one.

use anyhow::{Context, Result, bail};

use crate::command::{cargo, program, step};
use crate::tools::{Need, setup};
use crate::workspace::{SELECTION, Workspace, variable};

/// Whether windows can be opened here.
pub(crate) fn has_display() -> bool {
    !cfg!(target_os = "linux") || variable("DISPLAY").is_some() || variable("WAYLAND_DISPLAY").is_some()
}

/// Builds and opens the practice mode; ends when the window is closed, or when the tour is over.
pub(crate) fn run(workspace: &Workspace, display: bool) -> Result<()> {
    setup(workspace, if display { Need::Window } else { Need::VirtualDisplay })?;
    step("npm run build", program("npm", &workspace.ui(), &["run", "build"]))?;
    let mut programs = vec!["--bin", "casefolio"];
    if !display {
        programs.extend(["--bin", "casefolio-tour"]);
    }
    step("cargo build", cargo(workspace.root(), &[&["build"], &SELECTION[..], &programs].concat()))?;
    if display { window(workspace) } else { tour(workspace) }
}

fn window(workspace: &Workspace) -> Result<()> {
    println!("==> Casefolio in practice mode: close its window to end");
    let mut command = program(&workspace.program("casefolio").to_string_lossy(), workspace.root(), &["--practice"]);
    let status = command.status().context("Casefolio could not be started")?;
    if !status.success() {
        bail!("Casefolio ended with {status}");
    }
    Ok(())
}

fn tour(workspace: &Workspace) -> Result<()> {
    let pictures = workspace.root().join("target").join("run");
    std::fs::create_dir_all(&pictures).with_context(|| format!("{} could not be made", pictures.display()))?;
    let program_path = workspace.program("casefolio-tour");
    step("tour", program(&program_path.to_string_lossy(), workspace.root(), &[&pictures.to_string_lossy()]))?;
    Ok(())
}

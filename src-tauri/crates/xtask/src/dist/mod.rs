//! `cargo xtask dist`: the packages that people install, and whether they do what a package has to.

mod check_deb;
mod check_installer;
mod installer;
mod linux;
mod listing;
mod registry;
mod root;
mod shelf;
mod side_picture;

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::command::timed;
use crate::tools::{Need, setup};
use crate::workspace::Workspace;

pub(crate) use check_deb::check_deb;
pub(crate) use check_installer::check_installer;

/// The .deb and the .rpm for this machine's architecture, on the shelf `target/dist/`.
pub(crate) fn linux(workspace: &Workspace) -> Result<Vec<PathBuf>> {
    let made = linux::packages(workspace)?;
    timed("target/dist/", || shelf::put(workspace, &made))
}

/// The Windows installer of the programs in `programs`, on the shelf `target/dist/`.
pub(crate) fn windows(workspace: &Workspace, programs: &Path) -> Result<PathBuf> {
    let made = installer::installer(workspace, programs)?;
    let mut shelved = timed("target/dist/", || shelf::put(workspace, &[made]))?;
    Ok(shelved.remove(0))
}

/// `cargo xtask dist` makes the Linux packages, `--check` tries out the .deb on the shelf; `--windows` makes the installer of programs
/// that are built already, and tries it out.
pub(crate) fn dist(workspace: &Workspace, options: &[&str]) -> Result<()> {
    match options {
        [] => linux(workspace).map(drop),
        ["--check"] => check_deb(workspace, &shelf::find(workspace, "deb")?),
        ["--windows"] => {
            setup(workspace, Need::Windows)?;
            let programs = workspace.target().join("windows/x86_64-pc-windows-gnu/release");
            let installer = windows(workspace, &programs)?;
            check_installer(workspace, &programs, &installer)
        }
        _ => bail!("unknown option of dist: {}", options.join(" ")),
    }
}

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
use crate::workspace::Workspace;

use check_deb::check_deb;
use check_installer::check_installer;

/// The .deb and the .rpm for this machine's architecture, on the shelf `target/dist/`.
pub(crate) fn linux(workspace: &Workspace) -> Result<Vec<PathBuf>> {
    let made = linux::packages(workspace)?;
    timed("target/dist/", || shelf::put(workspace, &made))
}

/// The Windows installer of the programs in `programs`, on the shelf `target/dist/`, and tried out.
pub(crate) fn windows(workspace: &Workspace, programs: &Path) -> Result<()> {
    let made = installer::installer(workspace, programs)?;
    let mut shelved = timed("target/dist/", || shelf::put(workspace, &[made]))?;
    check_installer(workspace, programs, &shelved.remove(0))
}

/// `cargo xtask dist` makes the Linux packages, `--check` tries out the .deb on the shelf.
pub(crate) fn dist(workspace: &Workspace, options: &[&str]) -> Result<()> {
    match options {
        [] => linux(workspace).map(drop),
        ["--check"] => check_deb(workspace, &shelf::find(workspace, "deb")?),
        _ => bail!("unknown option of dist: {}", options.join(" ")),
    }
}

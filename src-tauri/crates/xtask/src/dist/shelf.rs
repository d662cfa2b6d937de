//! The shelf: `target/dist/`, what is handed to people, with sizes and check sums.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::workspace::Workspace;

/// A .deb or an installer is at most so many bytes: 15 MB.
const LARGEST: u64 = 15_000_000;
const SUMS: &str = "SHA256SUMS";

/// Where the shelf is.
pub(super) fn place(workspace: &Workspace) -> PathBuf {
    workspace.root().join("target").join("dist")
}

/// The package of a kind that lies on the shelf.
pub(super) fn find(workspace: &Workspace, extension: &str) -> Result<PathBuf> {
    let shelf = place(workspace);
    let files = if shelf.exists() { files(&shelf)? } else { Vec::new() };
    let found = files.into_iter().find(|file| file.extension().is_some_and(|found| found == extension));
    found.with_context(|| format!("no .{extension} in {}: make it first", shelf.display()))
}

/// Copies packages onto the shelf in place of older ones of their kind, and writes the sums anew. Too large a package is an error.
pub(super) fn put(workspace: &Workspace, packages: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let shelf = place(workspace);
    fs::create_dir_all(&shelf).with_context(|| format!("{} cannot be made", shelf.display()))?;
    let mut shelved = Vec::new();
    for package in packages {
        remove_kind(&shelf, package)?;
        let place = shelf.join(package.file_name().context("a package without a name")?);
        fs::copy(package, &place).with_context(|| format!("{} cannot be copied", package.display()))?;
        shelved.push(place);
    }
    write_sums(&shelf)?;
    for package in &shelved {
        weigh(package)?;
    }
    Ok(shelved)
}

fn remove_kind(shelf: &Path, package: &Path) -> Result<()> {
    for file in files(shelf)? {
        if file.extension() == package.extension() {
            fs::remove_file(&file).with_context(|| format!("{} cannot be removed", file.display()))?;
        }
    }
    Ok(())
}

fn files(shelf: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(shelf)? {
        let path = entry?.path();
        if path.is_file() && path.file_name().is_some_and(|name| name != SUMS) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// As `sha256sum --check` reads them.
fn write_sums(shelf: &Path) -> Result<()> {
    let files = files(shelf)?;
    let names = files.iter().filter_map(|file| file.file_name());
    let sums =
        Command::new("sha256sum").args(names).current_dir(shelf).output().context("sha256sum cannot be started")?;
    ensure!(sums.status.success(), "sha256sum ended with {}", sums.status);
    print!("{}", String::from_utf8_lossy(&sums.stdout));
    fs::write(shelf.join(SUMS), sums.stdout).context("the check sums cannot be written")
}

fn weigh(package: &Path) -> Result<()> {
    let size = fs::metadata(package)?.len();
    let name = package.file_name().unwrap_or_default().to_string_lossy();
    println!("{name}: {}", megabytes(size));
    let limited = package.extension().is_some_and(|extension| extension == "deb" || extension == "exe");
    ensure!(!limited || size <= LARGEST, "{name} has {}; at most {}", megabytes(size), megabytes(LARGEST));
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "a size for reading, with two digits after the point")]
fn megabytes(size: u64) -> String {
    format!("{:.2} MB", size as f64 / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_said_in_megabytes() {
        assert_eq!(megabytes(14_999_000), "15.00 MB");
        assert_eq!(megabytes(7_250_000), "7.25 MB");
    }
}

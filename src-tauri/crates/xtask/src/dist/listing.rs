//! Listings of files, and what differs between two of them.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result, ensure};

/// Paths with forward slashes, relative to where they were listed.
pub(super) type Listing = BTreeSet<String>;

/// Every file and folder below a folder; what links lead to is not followed.
pub(super) fn below(folder: &Path) -> Result<Listing> {
    let mut found = Listing::new();
    collect(folder, folder, &mut found)?;
    Ok(found)
}

fn collect(top: &Path, folder: &Path, found: &mut Listing) -> Result<()> {
    for entry in std::fs::read_dir(folder).with_context(|| format!("{} cannot be listed", folder.display()))? {
        let entry = entry?;
        let path = entry.path();
        found.insert(path.strip_prefix(top).unwrap_or(&path).to_string_lossy().into_owned());
        if entry.file_type()?.is_dir() {
            collect(top, &path, found)?;
        }
    }
    Ok(())
}

/// A listing out of names.
pub(super) fn of<'a>(names: impl IntoIterator<Item = &'a str>) -> Listing {
    names.into_iter().map(str::to_owned).collect()
}

/// Fails when two listings are not the same, and names what differs.
pub(super) fn ensure_same(what: &str, found: &Listing, expected: &Listing) -> Result<()> {
    let list = |one: &Listing, other: &Listing| one.difference(other).cloned().collect::<Vec<_>>().join("\n  ");
    ensure!(found == expected, "{what}: too many:\n  {}\nmissing:\n  {}", list(found, expected), list(expected, found));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_named() {
        let outcome = ensure_same("files", &of(["a", "b"]), &of(["b", "c"]));
        assert_eq!(outcome.expect_err("they differ").to_string(), "files: too many:\n  a\nmissing:\n  c");
    }
}

//! Saving a small file so that at every moment either the old or the new one is there whole.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

use casefolio_system::private;

/// Reads the file, or `None` where it is longer than `longest` bytes.
pub(crate) fn read(path: &Path, longest: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(longest + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= longest).then_some(bytes))
}

/// Puts `bytes` in the place of `folder/name`; what was there stays as `folder/name.previous`.
pub(crate) fn replace(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let path = folder.join(name);
    match fs::read(&path) {
        Ok(current) => put(folder, &format!("{name}.previous"), &current)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    put(folder, name, bytes)
}

/// Writes a new file beside, makes sure of it on the disk, and gives it the name.
fn put(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let beside = folder.join(format!("{name}.new"));
    // One left by a program that was killed.
    match fs::remove_file(&beside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let written = write_and_rename(&beside, &folder.join(name), bytes);
    if written.is_err() {
        // Nothing half-written stays behind, not even under a passing name; what went wrong first is what counts.
        drop(fs::remove_file(&beside));
    }
    written
}

fn write_and_rename(beside: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = private::new_file(beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    private::rename(beside, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// catalogue 24
    #[test]
    fn a_file_that_cannot_be_saved_leaves_nothing_lying_about() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("keys.json").join("in the way")).unwrap();
        assert!(put(folder.path(), "keys.json", b"new").is_err());
        assert!(!folder.path().join("keys.json.new").exists());
    }
}

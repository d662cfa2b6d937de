//! Modes.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// What group and others may do.
const OTHERS: u32 = 0o077;

pub(super) fn create_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

pub(super) fn for_this_user(options: &mut OpenOptions) -> &mut OpenOptions {
    options.mode(0o600)
}

pub(super) fn is_private(path: &Path) -> io::Result<bool> {
    Ok(fs::symlink_metadata(path)?.permissions().mode() & OTHERS == 0)
}

pub(super) fn close(path: &Path) -> io::Result<()> {
    let mode = if fs::symlink_metadata(path)?.is_dir() { 0o700 } else { 0o600 };
    fs::set_permissions(path, Permissions::from_mode(mode))
}

pub(super) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)
}

pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

#[cfg(test)]
pub(super) fn open_to_everyone(path: &Path) {
    fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
}

#[cfg(test)]
mod tests {
    use super::super::{close_file, close_folder, create_folder, new_file, open_or_create};
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    /// catalogue 38
    #[test]
    fn folders_are_0700_and_files_0600() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("folder");
        create_folder(&folder).unwrap();
        drop((new_file(&folder.join("new")).unwrap(), open_or_create(&folder.join("lock")).unwrap()));
        assert_eq!(mode(&folder), 0o700);
        assert_eq!((mode(&folder.join("new")), mode(&folder.join("lock"))), (0o600, 0o600));
        fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
        fs::set_permissions(folder.join("new"), Permissions::from_mode(0o644)).unwrap();
        close_folder(&folder).unwrap();
        close_file(&folder.join("new")).unwrap();
        assert_eq!((mode(&folder), mode(&folder.join("new"))), (0o700, 0o600));
    }

    #[test]
    fn what_a_link_points_to_is_not_touched() {
        let folder = tempfile::tempdir().unwrap();
        let (target, link) = (folder.path().join("target"), folder.path().join("link"));
        fs::write(&target, b"").unwrap();
        fs::set_permissions(&target, Permissions::from_mode(0o644)).unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();
        close_file(&link).unwrap();
        assert_eq!(mode(&target), 0o644);
    }
}

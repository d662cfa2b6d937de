//! On what kind of storage a folder lies. A database on a drive of another computer may be damaged by a broken connection, for locks and
//! flushes mean less there; a folder that is a link may lie where nobody meant it to.

#[cfg(all(unix, not(target_os = "macos")))]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

use std::fs;
use std::io;
use std::path::Path;

#[cfg(all(unix, not(target_os = "macos")))]
use linux as here;
#[cfg(target_os = "macos")]
use macos as here;
#[cfg(windows)]
use windows as here;

/// Whether a folder lies on a drive of another computer, as far as the system says.
pub fn is_remote(folder: &Path) -> io::Result<bool> {
    here::is_remote(folder)
}

/// Whether this is a link to somewhere else (on Windows also a junction), not a folder or file itself.
pub fn is_link(path: &Path) -> io::Result<bool> {
    Ok(fs::symlink_metadata(path)?.is_symlink())
}

/// Whether an error says that the disk itself does not give or take what it should.
#[must_use]
pub fn disk_failed(error: &io::Error) -> bool {
    error.raw_os_error().is_some_and(|code| here::OF_A_FAILING_DISK.contains(&code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_this_computer_is_neither_remote_nor_a_link() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!is_remote(folder.path()).unwrap());
        assert!(!is_link(folder.path()).unwrap());
        let missing = folder.path().join("missing");
        assert_eq!(is_remote(&missing).unwrap_err().kind(), io::ErrorKind::NotFound);
        assert_eq!(is_link(&missing).unwrap_err().kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn a_failing_disk_is_told_from_a_missing_file() {
        assert!(disk_failed(&io::Error::from_raw_os_error(here::OF_A_FAILING_DISK[0])));
        assert!(!disk_failed(&io::Error::from_raw_os_error(2)));
        assert!(!disk_failed(&io::Error::from(io::ErrorKind::NotFound)));
    }

    /// catalogue 39
    #[cfg(unix)]
    #[test]
    fn a_link_is_told_from_the_folder_it_leads_to() {
        let parent = tempfile::tempdir().unwrap();
        let (folder, link) = (parent.path().join("folder"), parent.path().join("link"));
        fs::create_dir(&folder).unwrap();
        std::os::unix::fs::symlink(&folder, &link).unwrap();
        assert!(is_link(&link).unwrap() && !is_link(&folder).unwrap());
    }
}

//! Files and folders for this user alone: modes 0700 and 0600 on Unix, on Windows an access list that names this user
//! and the system and takes nothing over from the folder above.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::fs::{self, File};
use std::io;
use std::path::Path;

#[cfg(unix)]
use unix as here;
#[cfg(windows)]
use windows as here;

/// Makes a folder, and those above it that are missing, for this user alone, and makes sure of them on the disk. One that is there
/// already stays as it is.
pub fn create_folder(path: &Path) -> io::Result<()> {
    let missing: Vec<&Path> = path.ancestors().take_while(|folder| !folder.exists()).collect();
    here::create_folder(path)?;
    // A power cut would otherwise take a folder away with everything in it that was made sure of.
    let mut above = missing.iter().filter_map(|folder| folder.parent()).filter(|folder| !folder.as_os_str().is_empty());
    above.try_for_each(sync_folder)
}

/// Makes a new file for this user alone, open for writing. An error of kind `AlreadyExists` where there is one.
/// On Windows the file takes over the access list of its folder.
pub fn new_file(path: &Path) -> io::Result<File> {
    here::for_this_user(File::options().write(true).create_new(true)).open(path)
}

/// Opens a file for writing and keeps what is in it, or makes it for this user alone.
pub fn open_or_create(path: &Path) -> io::Result<File> {
    here::for_this_user(File::options().write(true).create(true).truncate(false)).open(path)
}

/// Closes a folder that is there to everyone else. A symbolic link is left alone. An error of kind `NotFound` where
/// there is nothing.
pub fn close_folder(path: &Path) -> io::Result<()> {
    close(path)
}

/// Closes a file that is there to everyone else. A symbolic link is left alone. An error of kind `NotFound` where there
/// is nothing.
pub fn close_file(path: &Path) -> io::Result<()> {
    close(path)
}

fn close(path: &Path) -> io::Result<()> {
    if fs::symlink_metadata(path)?.is_symlink() || here::is_private(path)? {
        return Ok(());
    }
    here::close(path)
}

/// Whether nobody but this user and the system itself may look into a file or folder. A symbolic link is not followed.
pub fn is_private(path: &Path) -> io::Result<bool> {
    here::is_private(path)
}

/// Gives a file or folder another name within its folder, over a file that has it, and makes sure of that on the disk.
/// On Windows another program may have it open for a moment (a virus scanner): there it is tried for a second.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    here::rename(from, to)?;
    to.parent().map_or(Ok(()), sync_folder)
}

/// Makes sure that what was made or renamed in a folder is on the disk. Windows keeps a journal of that, and a folder
/// cannot be opened to be flushed: nothing is done there.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    here::sync_folder(path)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_new_folder_and_those_above_it_are_private() {
        let parent = tempfile::tempdir().unwrap();
        let inner = parent.path().join("a b").join("ñ");
        create_folder(&inner).unwrap();
        assert!(is_private(&inner).unwrap());
        assert!(is_private(inner.parent().unwrap()).unwrap());
        create_folder(&inner).unwrap();
    }

    #[test]
    fn a_folder_in_the_place_of_a_file_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        drop(new_file(&path).unwrap());
        assert_eq!(create_folder(&path).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert!(create_folder(&path.join("below")).is_err());
        assert!(path.is_file());
    }

    #[test]
    fn a_new_file_never_takes_the_place_of_another() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        new_file(&path).unwrap().write_all(b"first").unwrap();
        assert_eq!(new_file(&path).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        drop(open_or_create(&path).unwrap());
        assert_eq!(fs::read(&path).unwrap(), b"first");
    }

    /// catalogue 38
    #[test]
    fn what_was_open_to_others_is_closed() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("folder");
        fs::create_dir(&folder).unwrap();
        let file = folder.join("file");
        fs::write(&file, b"x").unwrap();
        here::open_to_everyone(&folder);
        here::open_to_everyone(&file);
        assert!(!is_private(&folder).unwrap() && !is_private(&file).unwrap());
        close_folder(&folder).unwrap();
        close_file(&file).unwrap();
        assert!(is_private(&folder).unwrap() && is_private(&file).unwrap());
        assert_eq!(fs::read(&file).unwrap(), b"x", "still readable for its owner");
        fs::write(folder.join("another"), b"y").unwrap();
    }

    #[test]
    fn what_is_missing_cannot_be_closed() {
        let folder = tempfile::tempdir().unwrap();
        let nothing = folder.path().join("nothing");
        assert_eq!(close_file(&nothing).unwrap_err().kind(), io::ErrorKind::NotFound);
        assert_eq!(close_folder(&nothing).unwrap_err().kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn a_rename_takes_the_place_of_the_file_that_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let (old, new) = (folder.path().join("old"), folder.path().join("new"));
        fs::write(&old, b"old").unwrap();
        fs::write(&new, b"new").unwrap();
        rename(&new, &old).unwrap();
        assert_eq!(fs::read(&old).unwrap(), b"new");
        assert!(!new.exists());
    }

    #[test]
    fn a_lock_on_a_file_of_ours_holds_others_off() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let first = open_or_create(&path).unwrap();
        first.try_lock().unwrap();
        let second = open_or_create(&path).unwrap();
        assert!(matches!(second.try_lock(), Err(fs::TryLockError::WouldBlock)));
        close_file(&path).unwrap();
        drop(first);
        second.try_lock().unwrap();
    }
}

//! Access lists.

mod list;

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::windows::ffi::OsStrExt;
use std::os::windows::fs::OpenOptionsExt;
use std::path::{Component, Path, Prefix};
use std::time::Duration;

use windows_sys::Win32::Storage::FileSystem::{
    CreateDirectoryW, FILE_FLAG_BACKUP_SEMANTICS, FILE_FLAG_OPEN_REPARSE_POINT, READ_CONTROL, WRITE_DAC,
};

use list::Protection;

/// How often, and after which pause, a rename is tried again.
const TRIES: u32 = 20;
const PAUSE: Duration = Duration::from_millis(50);

pub(super) fn create_folder(path: &Path) -> io::Result<()> {
    let missing: Vec<&Path> =
        path.ancestors().take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists()).collect();
    if missing.is_empty() && !path.is_dir() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    let protection = Protection::of_a_folder()?;
    missing.into_iter().rev().try_for_each(|folder| make(folder, &protection))
}

#[expect(unsafe_code, reason = "the standard library makes folders without an access list of their own")]
fn make(folder: &Path, protection: &Protection) -> io::Result<()> {
    let attributes = protection.attributes();
    let name = wide(folder)?;
    // SAFETY: the name ends in a zero, and the attributes point into `protection`, which outlives the call.
    if unsafe { CreateDirectoryW(name.as_ptr(), &raw const attributes) } != 0 {
        return Ok(());
    }
    let error = io::Error::last_os_error();
    // Another program made it meanwhile.
    if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() { Ok(()) } else { Err(error) }
}

/// The folder's access list is taken over.
pub(super) fn for_this_user(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

pub(super) fn is_private(path: &Path) -> io::Result<bool> {
    list::names_nobody_else(&open(path, READ_CONTROL)?)
}

pub(super) fn close(path: &Path) -> io::Result<()> {
    let file = open(path, READ_CONTROL | WRITE_DAC)?;
    let protection = if file.metadata()?.is_dir() { Protection::of_a_folder() } else { Protection::of_a_file() }?;
    protection.put_on(&file)
}

/// The file, folder or link itself, for no more than `access`; it hinders nobody.
fn open(path: &Path, access: u32) -> io::Result<File> {
    File::options()
        .access_mode(access)
        .custom_flags(FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT)
        .open(path)
}

pub(super) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    for _ in 1..TRIES {
        match fs::rename(from, to) {
            Err(error) if is_passing(&error) => std::thread::sleep(PAUSE),
            outcome => return outcome,
        }
    }
    fs::rename(from, to)
}

/// Another program has the file open, or something in the folder: access denied, sharing violation.
fn is_passing(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(5 | 32))
}

#[expect(clippy::unnecessary_wraps, reason = "the same signature as on Unix")]
pub(super) fn sync_folder(_path: &Path) -> io::Result<()> {
    Ok(())
}

/// The absolute path in the form that has no limit of 248 characters, with a zero at the end.
fn wide(path: &Path) -> io::Result<Vec<u16>> {
    let absolute = std::path::absolute(path)?;
    let (before, skipped) = match absolute.components().next() {
        Some(Component::Prefix(prefix)) => match prefix.kind() {
            Prefix::Disk(_) => (r"\\?\", 0),
            Prefix::UNC(..) => (r"\\?\UNC", 1),
            Prefix::Verbatim(_) | Prefix::VerbatimUNC(..) | Prefix::VerbatimDisk(_) | Prefix::DeviceNS(_) => ("", 0),
        },
        _ => ("", 0),
    };
    let path = absolute.as_os_str().encode_wide().skip(skipped);
    let name: Vec<u16> = before.encode_utf16().chain(path).collect();
    if name.contains(&0) {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    Ok(name.into_iter().chain([0]).collect())
}

#[cfg(test)]
pub(super) fn open_to_everyone(path: &Path) {
    let file = open(path, READ_CONTROL | WRITE_DAC).unwrap();
    Protection::of("D:P(A;OICI;FA;;;WD)").unwrap().put_on(&file).unwrap();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(path: &str) -> String {
        let wide = wide(Path::new(path)).unwrap();
        String::from_utf16(wide.strip_suffix(&[0]).unwrap()).unwrap()
    }

    #[test]
    fn a_path_gets_the_form_without_a_limit() {
        assert_eq!(text(r"C:\a b\ñ"), r"\\?\C:\a b\ñ");
        assert_eq!(text(r"\\server\share\a"), r"\\?\UNC\server\share\a");
        assert_eq!(text(r"\\?\C:\a"), r"\\?\C:\a");
        assert_eq!(wide(Path::new("C:\\a\0b")).unwrap_err().kind(), io::ErrorKind::InvalidInput);
    }

    #[test]
    fn a_folder_with_a_long_path_can_be_made() {
        let parent = tempfile::tempdir().unwrap();
        let long = (0..6).fold(parent.path().to_owned(), |path, _| path.join("x".repeat(60)));
        super::super::create_folder(&long).unwrap();
        assert!(long.is_dir());
    }

    #[test]
    fn a_file_takes_over_the_list_of_its_folder() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("folder");
        super::super::create_folder(&folder).unwrap();
        let file = folder.join("file");
        drop(super::super::new_file(&file).unwrap());
        assert!(is_private(&file).unwrap());
    }
}

//! Windows: the kind of the drive.

use std::io;
use std::os::windows::ffi::OsStrExt;
use std::path::{Component, Path, Prefix};

use windows_sys::Win32::Storage::FileSystem::{GetDriveTypeW, GetVolumePathNameW};

/// `DRIVE_REMOTE`.
const REMOTE: u32 = 4;
/// Longer than any path.
const LONGEST: u32 = 32_768;

/// `ERROR_CRC`, `ERROR_SECTOR_NOT_FOUND`, `ERROR_READ_FAULT`, `ERROR_DEVICE_HARDWARE_ERROR`, `ERROR_IO_DEVICE`.
pub(super) const OF_A_FAILING_DISK: [i32; 5] = [23, 27, 30, 483, 1117];

pub(super) fn is_remote(folder: &Path) -> io::Result<bool> {
    // Also says that there is something.
    let folder = std::fs::canonicalize(folder)?;
    if let Some(Component::Prefix(prefix)) = folder.components().next()
        && matches!(prefix.kind(), Prefix::UNC(..) | Prefix::VerbatimUNC(..))
    {
        return Ok(true);
    }
    kind_of_drive(&folder).map(|kind| kind == REMOTE)
}

#[expect(unsafe_code, reason = "the kind of a drive is told by calls of the system's")]
fn kind_of_drive(folder: &Path) -> io::Result<u32> {
    let name: Vec<u16> = folder.as_os_str().encode_wide().chain([0]).collect();
    let mut root = vec![0_u16; LONGEST as usize];
    // SAFETY: the name ends in a zero, and the buffer has the length that is said.
    let found = unsafe { GetVolumePathNameW(name.as_ptr(), root.as_mut_ptr(), LONGEST) };
    if found == 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the call before filled the buffer with a name that ends in a zero.
    Ok(unsafe { GetDriveTypeW(root.as_ptr()) })
}

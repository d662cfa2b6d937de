//! macOS: a mark of the mount.

use std::io;
use std::path::Path;

/// `MNT_LOCAL`: the file system is stored on this computer.
const LOCAL: u32 = 0x1000;

/// `EIO`.
pub(super) const OF_A_FAILING_DISK: [i32; 1] = [rustix::io::Errno::IO.raw_os_error()];

pub(super) fn is_remote(folder: &Path) -> io::Result<bool> {
    Ok(rustix::fs::statfs(folder)?.f_flags & LOCAL == 0)
}

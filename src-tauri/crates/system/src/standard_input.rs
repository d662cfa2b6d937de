//! Standard input without the buffer of the standard library, in which a passphrase would stay until the program ends.

use std::fs::File;
use std::io;

/// Standard input, read at once and without reading ahead: whatever is read after it by others begins where this stopped.
pub fn unbuffered() -> io::Result<File> {
    #[cfg(unix)]
    let owned = std::os::fd::AsFd::as_fd(&io::stdin()).try_clone_to_owned();
    #[cfg(windows)]
    let owned = std::os::windows::io::AsHandle::as_handle(&io::stdin()).try_clone_to_owned();
    owned.map(File::from)
}

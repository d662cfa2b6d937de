//! The terminal a program was started from.

/// Windows gives a program without a console no way to write to the terminal it was started from. This takes that
/// terminal, where there is one; what is redirected into a file or a pipe stays so. Call it before the first output.
/// Elsewhere nothing has to be done.
pub fn attach() {
    #[cfg(windows)]
    take();
}

#[cfg(windows)]
#[expect(unsafe_code, reason = "a console is taken by a call of the system's")]
fn take() {
    use windows_sys::Win32::System::Console::{ATTACH_PARENT_PROCESS, AttachConsole};
    // SAFETY: takes a number and touches no memory of ours. It fails where there is no console to take, or one is had.
    unsafe { AttachConsole(ATTACH_PARENT_PROCESS) };
}

//! Who this program is to the desktop.

/// Tells Windows the application id (`AppUserModelID`) of this process, before its first window: the taskbar goes by it,
/// and toasts need the same id on the shortcut of the installation. Elsewhere nothing has to be done.
pub fn announce(app_id: &str) {
    #[cfg(windows)]
    tell(app_id);
    #[cfg(not(windows))]
    let _ = app_id;
}

#[cfg(windows)]
#[expect(unsafe_code, reason = "the id is told by a call of the system's")]
fn tell(app_id: &str) {
    use windows_sys::Win32::UI::Shell::SetCurrentProcessExplicitAppUserModelID;
    let id: Vec<u16> = app_id.encode_utf16().chain([0]).collect();
    // SAFETY: the text ends in a zero. Where the id is refused, the program goes by its path, as without it.
    unsafe { SetCurrentProcessExplicitAppUserModelID(id.as_ptr()) };
}

#[cfg(test)]
mod tests {
    /// What the desktop makes of it cannot be looked at from here.
    #[test]
    fn announcing_an_identity_needs_no_desktop() {
        super::announce("org.casefolio.Casefolio");
    }
}

//! Who this program is to the desktop, and on what it runs.

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

/// The operating system, for people who look for a fault: `linux x86_64, Debian GNU/Linux 12 (bookworm)`. Printable ASCII, one line.
#[must_use]
pub fn system() -> String {
    let (kind, machine) = (std::env::consts::OS, std::env::consts::ARCH);
    let release = std::fs::read_to_string("/etc/os-release").ok();
    match release.as_deref().and_then(pretty_name) {
        Some(name) => format!("{kind} {machine}, {name}"),
        None => format!("{kind} {machine}"),
    }
}

/// Source: the manual page os-release(5).
fn pretty_name(release: &str) -> Option<String> {
    let name = release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="))?.trim_matches(['"', '\'']);
    Some(name.chars().filter(|letter| letter.is_ascii_graphic() || *letter == ' ').take(80).collect())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_name_of_the_system_is_one_line_of_plain_letters() {
        let release = "ID=debian\nPRETTY_NAME=\"Debian\u{1b}[31m GNU/Linux\u{202e} 12\"\nVERSION_ID=12\n";
        assert_eq!(super::pretty_name(release).unwrap(), "Debian[31m GNU/Linux 12");
        assert_eq!(super::pretty_name("ID=x"), None);
        assert!(super::system().starts_with(std::env::consts::OS));
    }

    /// What the desktop makes of it cannot be looked at from here.
    #[test]
    fn announcing_an_identity_needs_no_desktop() {
        super::announce("org.casefolio.Casefolio");
    }
}

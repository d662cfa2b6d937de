//! Whether this computer finds its proxy by a script (PAC). Nobody here runs it: it is a program from the network. A person is told.

/// Whether a script is set. False where the system does not say.
#[must_use]
pub fn is_set() -> bool {
    system::is_set()
}

#[cfg(windows)]
mod system {
    pub(super) fn is_set() -> bool {
        const SETTINGS: &str = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings";
        let settings = windows_registry::CURRENT_USER.open(SETTINGS);
        settings.and_then(|key| key.get_string("AutoConfigURL")).is_ok_and(|address| !address.trim().is_empty())
    }
}

#[cfg(not(windows))]
mod system {
    use std::process::{Command, Stdio};

    pub(super) fn is_set() -> bool {
        let (program, arguments, says): (_, &[&str], fn(&str) -> bool) = if cfg!(target_os = "macos") {
            ("/usr/sbin/scutil", &["--proxy"], super::scutil_says)
        } else {
            ("gsettings", &["get", "org.gnome.system.proxy", "mode"], super::gnome_says)
        };
        let asked = Command::new(program).args(arguments).stdin(Stdio::null()).stderr(Stdio::null()).output();
        asked.is_ok_and(|answer| answer.status.success() && says(&String::from_utf8_lossy(&answer.stdout)))
    }
}

#[cfg(any(not(windows), test))]
fn gnome_says(answer: &str) -> bool {
    answer.trim().trim_matches('\'') == "auto"
}

#[cfg(any(not(windows), test))]
fn scutil_says(answer: &str) -> bool {
    let mut lines = answer.lines().filter_map(|line| line.split_once(" : "));
    lines.any(|(name, value)| name.trim() == "ProxyAutoConfigEnable" && value.trim() == "1")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// catalogue 98
    #[test]
    fn a_script_is_noticed_in_what_the_systems_say_and_nothing_else_is() {
        assert!(gnome_says("'auto'\n"));
        assert!(!["'none'\n", "'manual'\n", "", "'automatic'"].iter().any(|answer| gnome_says(answer)));
        let mac = "<dictionary> {\n  HTTPEnable : 0\n  ProxyAutoConfigEnable : 1\n  ProxyAutoConfigURLString : http://wpad/x\n}\n";
        assert!(scutil_says(mac) && !scutil_says(&mac.replace("Enable : 1", "Enable : 0")) && !scutil_says(""));
    }
}

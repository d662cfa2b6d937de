//! macOS: a launch agent of this user.
//! Source: Apple, "Creating Launch Daemons and Agents", and the manual page launchd.plist(5).

use std::io;
use std::path::Path;
#[cfg(target_os = "macos")]
use std::path::PathBuf;

use super::{unwritable, writable};

/// The file.
#[cfg(target_os = "macos")]
pub(super) const NAME: &str = "org.casefolio.Casefolio.plist";

/// Where launchd looks for agents.
#[cfg(target_os = "macos")]
pub(super) fn folder(dirs: &directories::BaseDirs) -> PathBuf {
    dirs.home_dir().join("Library/LaunchAgents")
}

/// The property list. Started in a session with windows alone, not for an `ssh` login.
pub(super) fn text(program: &Path, arguments: &[String]) -> io::Result<String> {
    if arguments.iter().any(|argument| argument.chars().any(char::is_control)) {
        return Err(unwritable("an argument"));
    }
    let words = [writable(program)?].into_iter().chain(arguments.iter().map(String::as_str));
    let words: String = words.map(|word| ["<string>", &escaped(word), "</string>"].concat()).collect();
    Ok(format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
         <plist version=\"1.0\"><dict>\n\
         <key>Label</key><string>org.casefolio.Casefolio</string>\n\
         <key>ProgramArguments</key><array>{words}</array>\n\
         <key>RunAtLoad</key><true/>\n\
         <key>LimitLoadToSessionType</key><string>Aqua</string>\n\
         </dict></plist>\n"
    ))
}

/// Whether the file that was found starts what `wanted` starts.
pub(super) fn starts_the_same(found: &str, wanted: &str) -> bool {
    words(found).is_some() && words(found) == words(wanted) && !found.contains("<key>Disabled</key>")
}

fn words(text: &str) -> Option<&str> {
    text.lines().find_map(|line| line.trim().strip_prefix("<key>ProgramArguments</key>"))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_escapes_what_xml_would_take_for_its_own() {
        let text = text(Path::new("/Applications/A & <B>.app/casefolio"), &["--hidden".to_owned()]).unwrap();
        let array =
            "<array><string>/Applications/A &amp; &lt;B&gt;.app/casefolio</string><string>--hidden</string></array>";
        assert!(text.contains(array), "{text}");
        assert!(starts_the_same(&text, &text));
    }

    #[test]
    fn an_agent_that_was_switched_off_starts_nothing() {
        let on = "<key>ProgramArguments</key><array><string>/a</string></array>";
        assert!(starts_the_same(on, on));
        assert!(!starts_the_same(&format!("{on}\n<key>Disabled</key><true/>"), on));
        assert!(!starts_the_same("", ""));
    }
}

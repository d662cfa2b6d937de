//! Linux: a desktop entry in the autostart folder.
//! Sources: freedesktop.org, "Desktop Application Autostart Specification" and "Desktop Entry Specification" (values of
//! type string; the Exec key).

use std::io;
use std::path::Path;
#[cfg(not(target_os = "macos"))]
use std::path::PathBuf;

use super::{unwritable, writable};

/// The file.
#[cfg(not(target_os = "macos"))]
pub(super) const NAME: &str = "org.casefolio.Casefolio.desktop";

/// Where the session looks for entries.
#[cfg(not(target_os = "macos"))]
pub(super) fn folder(dirs: &directories::BaseDirs) -> PathBuf {
    dirs.config_dir().join("autostart")
}

/// The entry.
pub(super) fn text(program: &Path, arguments: &[String]) -> io::Result<String> {
    let mut command = quoted(writable(program)?);
    for argument in arguments {
        if argument.chars().any(char::is_control) {
            return Err(unwritable("an argument"));
        }
        command.push(' ');
        command.push_str(&quoted(argument));
    }
    // A value of type string has backslashes of its own.
    let command = command.replace('\\', r"\\");
    Ok(format!("[Desktop Entry]\nType=Application\nName=Casefolio\nExec={command}\nTerminal=false\n"))
}

/// Whether the file that was found starts what `wanted` starts. Other keys may differ: a newer version may write more.
pub(super) fn starts_the_same(found: &str, wanted: &str) -> bool {
    let off = ["Hidden=true", "X-GNOME-Autostart-enabled=false"];
    command(found).is_some()
        && command(found) == command(wanted)
        && !found.lines().any(|line| off.contains(&line.trim()))
}

fn command(text: &str) -> Option<&str> {
    text.lines().find_map(|line| line.strip_prefix("Exec="))
}

/// An argument in double quotes: `"`, `` ` ``, `$` and `\` with a backslash before them, and `%` doubled, for a single one
/// begins a field code.
fn quoted(argument: &str) -> String {
    let mut text = String::from('"');
    for sign in argument.chars() {
        match sign {
            '"' | '`' | '$' | '\\' => text.extend(['\\', sign]),
            '%' => text.push_str("%%"),
            _ => text.push(sign),
        }
    }
    text.push('"');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_quoted_by_the_rules_of_the_exec_key() {
        assert_eq!(quoted("/opt/case folio/casefolio"), "\"/opt/case folio/casefolio\"");
        assert_eq!(quoted("a\"b`c$d\\e"), r#""a\"b\`c\$d\\e""#);
        assert_eq!(quoted("100%"), "\"100%%\"");
    }

    #[test]
    fn the_entry_is_what_the_specification_shows() {
        let text = text(Path::new("/opt/$a b/casefolio"), &["--hidden".to_owned()]).unwrap();
        assert_eq!(
            text,
            "[Desktop Entry]\nType=Application\nName=Casefolio\nExec=\"/opt/\\\\$a b/casefolio\" \"--hidden\"\nTerminal=false\n"
        );
    }

    #[test]
    fn an_entry_without_a_command_starts_nothing() {
        assert!(!starts_the_same("", ""));
        assert!(starts_the_same("Exec=\"/a\"\nComment=x", "Exec=\"/a\""));
        assert!(!starts_the_same("Exec=\"/a\"", "Exec=\"/b\""));
    }
}

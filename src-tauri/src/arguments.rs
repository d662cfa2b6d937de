//! What the program is told at its start: the one place that reads arguments and environment.

use std::ffi::OsString;
use std::path::PathBuf;

use casefolio_system::anew::STARTED_ANEW;

/// The arguments and the environment, as far as they matter.
#[derive(Debug, Clone, Default)]
pub(crate) struct Arguments {
    /// `--practice`: open practice mode at once.
    pub(crate) practice: bool,
    /// `--hidden`: begin without a window, as at sign-in. Practice mode is always seen.
    pub(crate) hidden: bool,
    /// `CASEFOLIO_HOME`: another data folder.
    pub(crate) home: Option<PathBuf>,
    /// `CASEFOLIO_EVENTS`: in practice mode alone, a file to which each change of the invented cases is appended as a line of JSON.
    pub(crate) events: Option<PathBuf>,
    /// `TAURI_WEBVIEW_AUTOMATION`, in debug builds alone: a test drives the windows, and shares their web context.
    pub(crate) driven: bool,
}

/// The argument with which the system starts the program at sign-in.
pub(crate) const HIDDEN: &str = "--hidden";

/// Variables by which the page's engine opens the windows to debuggers, on a port that every user of the computer can reach, and what
/// in them does. `devtools(false)` does not keep it from that.
/// Sources: the manual of `WebKitGTK` on its environment variables; Microsoft, `WebView2` browser flags and script debugger.
const DEBUGGERS: [(&str, &str); 4] = [
    ("WEBKIT_INSPECTOR_SERVER", ""),
    ("WEBKIT_INSPECTOR_HTTP_SERVER", ""),
    ("WEBVIEW2_ADDITIONAL_BROWSER_ARGUMENTS", "remote-debugging"),
    ("WEBVIEW2_PIPE_FOR_SCRIPT_DEBUGGER", ""),
];

/// Why the program does not start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// An argument is not known.
    UnknownArgument,
    /// A debugger could look into the windows.
    Debugger,
}

impl Arguments {
    /// Reads them.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    pub(crate) fn of_process() -> Result<Self, Refusal> {
        let path = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let driven = cfg!(debug_assertions) && path("TAURI_WEBVIEW_AUTOMATION").is_some();
        // Whatever drives the windows in a test does it in this way too.
        if !driven && lets_debuggers_in(|name| std::env::var_os(name)) {
            return Err(Refusal::Debugger);
        }
        let (home, events) = (path("CASEFOLIO_HOME"), path("CASEFOLIO_EVENTS"));
        let start = Self { home, events, driven, ..Self::default() };
        Self::read(start, std::env::args_os().skip(1)).ok_or(Refusal::UnknownArgument)
    }

    fn read(start: Self, words: impl Iterator<Item = OsString>) -> Option<Self> {
        words.into_iter().try_fold(start, |arguments, word| match word.to_str() {
            Some("--practice") => Some(Self { practice: true, ..arguments }),
            Some(HIDDEN) => Some(Self { hidden: true, ..arguments }),
            Some(_) | None => None,
        })
    }
}

/// Whether the program was started anew in its own place.
#[expect(clippy::disallowed_methods, reason = "the other half of the one place that reads the environment")]
pub(crate) fn is_anew() -> bool {
    std::env::var_os(STARTED_ANEW).is_some()
}

fn lets_debuggers_in(variable: impl Fn(&str) -> Option<OsString>) -> bool {
    DEBUGGERS.iter().any(|(name, part)| {
        let value = variable(name).filter(|value| !value.is_empty());
        value.is_some_and(|value| value.to_string_lossy().contains(part))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str]) -> Option<(bool, bool)> {
        let read = Arguments::read(Arguments::default(), words.iter().map(OsString::from));
        read.map(|arguments| (arguments.practice, arguments.hidden))
    }

    #[test]
    fn an_environment_that_lets_debuggers_into_the_windows_is_refused() {
        let lets_in =
            |name: &str, value: &str| lets_debuggers_in(|asked| (asked == name).then(|| OsString::from(value)));
        assert!(lets_in("WEBKIT_INSPECTOR_HTTP_SERVER", "127.0.0.1:9222"));
        assert!(lets_in("WEBKIT_INSPECTOR_SERVER", "127.0.0.1:9222"));
        assert!(lets_in("WEBVIEW2_ADDITIONAL_BROWSER_ARGUMENTS", "--disable-gpu --remote-debugging-port=9222"));
        assert!(!lets_in("WEBVIEW2_ADDITIONAL_BROWSER_ARGUMENTS", "--disable-gpu"));
        assert!(!lets_in("WEBKIT_INSPECTOR_SERVER", ""));
        assert!(!lets_in("LANG", "en_US.UTF-8"));
    }

    #[test]
    fn what_is_asked_for_by_name_is_understood_and_nothing_else() {
        assert_eq!(read(&[]), Some((false, false)));
        assert_eq!(read(&["--practice"]), Some((true, false)));
        assert_eq!(read(&["--hidden"]), Some((false, true)));
        assert_eq!(read(&["--practise"]), None);
    }
}

//! What the program is told at its start: the one place that reads arguments and environment.

use std::ffi::OsString;
use std::path::PathBuf;

/// The arguments and the environment, as far as they matter.
#[derive(Debug, Clone, Default)]
pub(crate) struct Arguments {
    /// `--practice`: open practice mode at once.
    pub(crate) practice: bool,
    /// `CASEFOLIO_HOME`: another data folder.
    pub(crate) home: Option<PathBuf>,
    /// `CASEFOLIO_EVENTS`: in practice mode alone, a file to which each change of the invented cases is appended as a line of JSON.
    pub(crate) events: Option<PathBuf>,
    /// `TAURI_WEBVIEW_AUTOMATION`, in debug builds alone: a test drives the windows, and shares their web context.
    pub(crate) driven: bool,
}

impl Arguments {
    /// Reads them; none when an argument is not known.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    pub(crate) fn of_process() -> Option<Self> {
        let path = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let driven = cfg!(debug_assertions) && path("TAURI_WEBVIEW_AUTOMATION").is_some();
        let start = Self { practice: false, home: path("CASEFOLIO_HOME"), events: path("CASEFOLIO_EVENTS"), driven };
        Self::read(start, std::env::args_os().skip(1))
    }

    fn read(start: Self, words: impl Iterator<Item = OsString>) -> Option<Self> {
        words.into_iter().try_fold(start, |arguments, word| match word.to_str() {
            Some("--practice") => Some(Self { practice: true, ..arguments }),
            Some(_) | None => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str]) -> Option<bool> {
        Arguments::read(Arguments::default(), words.iter().map(OsString::from)).map(|arguments| arguments.practice)
    }

    #[test]
    fn practice_mode_is_asked_for_by_name_and_nothing_else_is_understood() {
        assert_eq!(read(&[]), Some(false));
        assert_eq!(read(&["--practice"]), Some(true));
        assert_eq!(read(&["--practise"]), None);
    }
}

//! Faults of the program itself.

use std::io::Write;
use std::panic::PanicHookInfo;
use std::sync::Arc;

use super::{Log, LogEvent, Place};

/// From now on a fault of the program tells its place, on standard error and in `log`, and nothing else: what it says of itself may hold
/// what a person typed.
pub fn note_faults(log: Option<Arc<Log>>) {
    std::panic::set_hook(Box::new(move |fault: &PanicHookInfo<'_>| {
        let place = fault.location().map_or_else(Place::unknown, Place::of);
        // Nobody may be there to read it.
        let _unread = writeln!(std::io::stderr(), "Casefolio: fault at {place}");
        if let Some(log) = &log {
            log.note(&LogEvent::Fault { place });
        }
    }));
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::process::Command;

    use super::*;
    use crate::clock::SystemClock;
    use crate::home::Home;
    use crate::log::Program;

    const FOLDER: &str = "CASEFOLIO_TEST_OF_FAULTS";
    const SAID: &str = "maria IOE0911223301\n\u{1b}[31m\u{202e}";

    /// catalogue 123, 125
    #[test]
    #[expect(
        clippy::disallowed_methods,
        reason = "how the test tells itself, in a process of its own, that it is to fall"
    )]
    fn a_fault_tells_its_place_in_one_line_and_nothing_of_what_it_says() {
        if let Some(folder) = std::env::var_os(FOLDER) {
            let home = Home::at(folder.into());
            note_faults(Some(Log::of(&home, Program::Window, Arc::new(SystemClock))));
            panic!("{SAID}");
        }
        let home = tempfile::tempdir().unwrap();
        let name = "log::faults::tests::a_fault_tells_its_place_in_one_line_and_nothing_of_what_it_says";
        let mut fallen = Command::new(std::env::current_exe().unwrap());
        fallen.args(["--exact", "--nocapture", name]).env(FOLDER, home.path());
        let fallen = fallen.output().unwrap();
        assert!(!fallen.status.success());
        let said = String::from_utf8(fallen.stderr).unwrap();
        let log = std::fs::read_to_string(home.path().join("logs/casefolio.log")).unwrap();
        let place = Path::new(file!()).file_name().unwrap().to_str().unwrap();
        for text in [&said, &log] {
            assert!(text.contains(place) && text.is_ascii(), "{text}");
            assert!(!text.contains("maria") && !text.contains("IOE") && !text.contains('\u{1b}'), "{text}");
        }
        assert_eq!(log.lines().count(), 1);
    }
}

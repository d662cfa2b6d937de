//! The log: what happened in the program, in codes and numbers. Nothing that a person typed or a service answered can get into it, for
//! there is no field that takes a text ([`LogEvent`]). It never fails a program: what cannot be written is lost.

mod diagnostics;
mod event;
mod faults;
mod files;
mod following;

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;

pub use diagnostics::{diagnostics, save_diagnostics};
pub use event::{Code, Deed, KeyMode, LogEvent, Place, RoundLine, Way};
pub use faults::note_faults;

use self::files::Files;
use crate::clock::Clock;
use crate::home::Home;

/// Which program writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Program {
    /// The desktop program.
    Window,
    /// The command line.
    CommandLine,
}

/// The log of a data folder: `logs/casefolio.log`, a JSON object a line, five files of 1 MiB at most, for this user alone. Several
/// programs may write at once.
pub struct Log {
    program: Program,
    clock: Arc<dyn Clock>,
    /// The lock keeps the threads of this program apart.
    files: Mutex<Files>,
}

impl std::fmt::Debug for Log {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Log")
    }
}

/// One line.
#[derive(Serialize)]
struct Line<'a> {
    at: String,
    program: Program,
    process: u32,
    #[serde(flatten)]
    event: &'a LogEvent,
}

impl Log {
    /// The log of `home`. Nothing is written yet.
    #[must_use]
    pub fn of(home: &Home, program: Program, clock: Arc<dyn Clock>) -> Arc<Self> {
        let files = Files::in_folder(home.path().join("logs"));
        Arc::new(Self { program, clock, files: Mutex::new(files) })
    }

    /// Notes that the program began, and closes what is there of the log to everyone else.
    pub fn begin(&self) {
        let _open = self.files.lock().unwrap_or_else(PoisonError::into_inner).close();
        self.note(&LogEvent::Started { version: env!("CARGO_PKG_VERSION") });
    }

    /// Notes an event.
    pub fn note(&self, event: &LogEvent) {
        let line = Line { at: time(self.clock.now()), program: self.program, process: std::process::id(), event };
        // A log that cannot be written is no reason for anything.
        if let Ok(line) = serde_json::to_string(&line) {
            let _lost = self.files.lock().unwrap_or_else(PoisonError::into_inner).append(&line);
        }
    }

    /// The last lines, oldest first.
    #[must_use]
    pub fn last(&self, count: usize) -> Vec<String> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner).last(count)
    }
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

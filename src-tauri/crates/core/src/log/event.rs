//! What may stand in the log: these events and nothing else. No field takes a text that a program did not bring with it.

use std::panic::Location;

use casefolio_domain::ProblemKind;
use casefolio_store::Finding;
use casefolio_system::moments::Moment;
use serde::Serialize;

use crate::events::RoundReport;
use crate::locking::LockReason;
use crate::marks::Mark;
use crate::problem::Problem;

/// A word from a list that this program brings with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Code(&'static str);

impl From<&Problem> for Code {
    fn from(problem: &Problem) -> Self {
        Self(problem.code)
    }
}

impl From<ProblemKind> for Code {
    fn from(kind: ProblemKind) -> Self {
        Self(kind.code())
    }
}

impl From<LockReason> for Code {
    fn from(reason: LockReason) -> Self {
        Self(reason.code())
    }
}

impl From<Moment> for Code {
    fn from(moment: Moment) -> Self {
        Self(match moment {
            Moment::Suspending => "suspending",
            Moment::Resumed => "resumed",
            Moment::ScreenLocked => "screen_locked",
            Moment::ScreenUnlocked => "screen_unlocked",
        })
    }
}

impl From<&Finding> for Code {
    fn from(finding: &Finding) -> Self {
        Self(match finding {
            Finding::Missing => "missing",
            Finding::Empty => "empty_file",
            Finding::NotOurs => "not_ours",
            Finding::Newer { .. } => "newer_version",
            Finding::WrongKey => "wrong_key",
            Finding::Truncated => "truncated",
            Finding::ForeignJournal => "foreign_journal",
            Finding::DamagedPages { .. } => "damaged_page",
            Finding::Disordered => "disordered",
            Finding::RolledBack { .. } => "rolled_back",
        })
    }
}

/// Something that happened in a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum LogEvent {
    /// The program began.
    Started {
        /// Its version.
        version: &'static str,
    },
    /// The program ended as it was asked to.
    Ended,
    /// A portfolio was opened.
    Opened {
        /// Which.
        portfolio: Mark,
        /// By whom.
        by: Way,
        /// In which mode.
        mode: KeyMode,
        /// How many cases it has.
        cases: u64,
    },
    /// The views were locked.
    Locked {
        /// Why.
        why: Code,
    },
    /// The views were opened again.
    Unlocked,
    /// A portfolio was closed.
    Closed,
    /// Watching behind the lock began, or ended.
    BehindLock {
        /// Whether it began.
        watching: bool,
    },
    /// The computer told of something.
    Moment {
        /// What.
        what: Code,
    },
    /// A check found damage.
    Found {
        /// What is wrong.
        what: Code,
    },
    /// A round ended.
    Round(RoundLine),
    /// A check failed.
    CheckFailed {
        /// Of which case.
        case: Mark,
        /// How.
        kind: Code,
    },
    /// Something that was asked for was refused, or failed.
    Refused {
        /// What was asked for.
        what: Deed,
        /// Why not.
        code: Code,
    },
    /// Something was done that is not done every day.
    Done {
        /// What.
        what: Deed,
    },
    /// The key store of the computer was asked.
    KeyStore {
        /// Whether it answers at all.
        answers: bool,
    },
    /// Whether the computer tells of sleep and of the screen lock.
    Listening {
        /// Whether it does.
        heard: bool,
    },
    /// A fault of the program itself.
    Fault {
        /// Where.
        place: Place,
    },
}

/// The end of a round in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RoundLine {
    checked: u32,
    changed: u32,
    failed: u32,
    calls: u32,
    held_back: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    stopped_by: Option<Code>,
    /// By the clock; nothing where it was set back meanwhile.
    seconds: u64,
}

impl RoundLine {
    /// The report of a round that took so many seconds.
    #[must_use]
    pub fn of(report: &RoundReport, seconds: u64) -> Self {
        let RoundReport { checked, changed, failed, calls, held_back, stopped_by, retry_after: _ } = *report;
        Self { checked, changed, failed, calls, held_back, stopped_by: stopped_by.map(Code::from), seconds }
    }
}

/// What the key of a portfolio is kept for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyMode {
    /// The computer's key store may open it.
    Computer,
    /// A person alone may open it.
    Strict,
    /// Invented cases, thrown away.
    Practice,
}

/// Who opened a portfolio.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// A person: with the passphrase or the recovery code, or by making it.
    Person,
    /// The computer, with the key that its key store holds.
    Computer,
}

/// What a person, or the program by itself, set out to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// Make a portfolio.
    Create,
    /// Open a portfolio.
    Open,
    /// Replace the passphrase or the recovery code, or have the computer open the portfolio or no more.
    Keys,
    /// Watch.
    Watch,
    /// Bring the database to the schema of this program.
    Migrate,
    /// Back up.
    BackUp,
    /// Verify a backup again.
    VerifyBackup,
    /// Restore from a backup.
    Restore,
    /// Look for damage.
    Check,
    /// Save what is left of a damaged portfolio.
    Salvage,
    /// Read or write a file that a person chose.
    File,
    /// Anything else.
    Other,
}

/// A place in the sources.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Place(String);

impl Place {
    /// Of the path the last three parts, which begin within the crate: what stands before them tells of the builder's computer.
    #[must_use]
    pub fn of(location: &Location<'_>) -> Self {
        Self::of_parts(location.file(), location.line())
    }

    /// Nowhere known.
    #[must_use]
    pub fn unknown() -> Self {
        Self("unknown".to_owned())
    }

    fn of_parts(file: &str, line: u32) -> Self {
        let parts: Vec<&str> = file.split(['/', '\\']).collect();
        let last = &parts[parts.len().saturating_sub(3)..];
        let plain = |letter: char| if letter.is_ascii_alphanumeric() || "._-/".contains(letter) { letter } else { '?' };
        Self(format!("{}:{line}", last.join("/").chars().take(120).map(plain).collect::<String>()))
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// catalogue 125
    #[test]
    fn a_place_is_one_line_of_plain_letters_and_tells_of_no_computer() {
        let place = |file| Place::of_parts(file, 7).to_string();
        assert_eq!(place("/somewhere/maria/.cargo/registry/src/tokio-1.2.3/src/lib.rs"), "tokio-1.2.3/src/lib.rs:7");
        assert_eq!(place("C:\\Users\\maria\\casefolio\\src\\run.rs"), "casefolio/src/run.rs:7");
        assert_eq!(place("a\nb\u{1b}[31m\u{202e}c.rs"), "a?b??31m?c.rs:7");
        let line = serde_json::to_string(&LogEvent::Fault { place: Place::of_parts("a\n\u{1b}.rs", 1) }).unwrap();
        assert_eq!(line, r#"{"event":"fault","place":"a??.rs:1"}"#);
    }
}

//! What is told to whoever shows a portfolio, after it was committed and never before.

use std::time::Duration;

use casefolio_domain::{CaseId, ChangeKind, ProblemKind, ReceiptNumber};
use chrono::{DateTime, Utc};

/// Something that happened in an open portfolio.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PortfolioEvent {
    /// A status was found and committed.
    Checked {
        /// The case.
        case: CaseId,
        /// Its receipt number.
        receipt: ReceiptNumber,
        /// What differs from the last known status; empty at first sight and for an equal answer.
        changes: Vec<ChangeKind>,
        /// Whether one of them is worth telling (moved dates alone are not).
        told: bool,
        /// When.
        at: DateTime<Utc>,
    },
    /// A check failed, and that was committed.
    Failed {
        /// The case.
        case: CaseId,
        /// Its receipt number.
        receipt: ReceiptNumber,
        /// Why.
        kind: ProblemKind,
        /// The service's own words, if it gave any; receipts are masked in them.
        message: Option<String>,
        /// When.
        at: DateTime<Utc>,
    },
    /// A change was told by the channel of this program, and that was committed.
    Notified {
        /// The case; none for a summary of several.
        receipt: Option<ReceiptNumber>,
        /// How many changes the notice told of.
        changes: u32,
        /// When.
        at: DateTime<Utc>,
    },
    /// A round began.
    RoundStarted {
        /// How many cases it will ask for.
        total: usize,
    },
    /// A round ended. One that failed by the portfolio itself, or could not even begin, has an empty report.
    RoundEnded(RoundReport),
    /// Cases were added, described, read or removed.
    CasesEdited,
    /// The service's settings or the preferences changed.
    SettingsEdited,
    /// A backup was made, or one was found to be damaged.
    BackupsChanged,
    /// A thorough check found another state of the database than the one before it.
    HealthChanged,
}

impl PortfolioEvent {
    /// Whether what is asked about behind the lock may be another after it.
    pub(crate) fn may_change_what_is_watched(&self) -> bool {
        matches!(self, Self::RoundEnded(_) | Self::CasesEdited | Self::SettingsEdited)
    }
}

/// What a round brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RoundReport {
    /// Statuses found.
    pub checked: u32,
    /// Cases whose status changed.
    pub changed: u32,
    /// Checks that failed.
    pub failed: u32,
    /// Calls made, those for tokens included.
    pub calls: u32,
    /// Cases that were due and not asked: the round was stopped or the budget is spent.
    pub held_back: u32,
    /// Why the round was stopped before its end, if it was.
    pub stopped_by: Option<ProblemKind>,
    /// How long the service then asked to be left alone, if it did.
    pub retry_after: Option<Duration>,
}

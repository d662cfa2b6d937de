//! Telling a person of changes: claimed from the outbox, told, and only then marked as told.

mod behind_lock;
mod dispatcher;
mod mailing;
mod rules;
mod waiting;

use casefolio_domain::notice::Detail;
use casefolio_domain::{Case, CaseId};
use casefolio_store::changes::RecordedChange;

pub use dispatcher::Dispatcher;
pub use mailing::{Mail, MailFailure, Mailer, Then};
pub use rules::TellingRules;

/// Something to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// One change of one case.
    Change {
        /// The case, as it is now.
        case: Box<Case>,
        /// The change.
        change: Box<RecordedChange>,
        /// How much may be said.
        detail: Detail,
    },
    /// Several changes in one.
    Summary {
        /// How many changes.
        changes: u32,
        /// The cases they concern.
        cases: Vec<CaseId>,
        /// Why they come together.
        occasion: Occasion,
    },
    /// Changes that were seen while the portfolio is locked. No more than their number is known.
    BehindLock {
        /// How many changes.
        changes: u32,
    },
}

/// Why several changes are told in one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Occasion {
    /// There are many.
    Many,
    /// Some could have been told more than a day ago, and nobody was there.
    WhileAway,
    /// They were gathered for this time.
    Digest,
}

/// Why a notice was not told; it is tried again later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotifyProblem {
    /// Nothing answers that could show a notice.
    #[error("nothing shows notices")]
    Absent,
    /// It answered, and did not take the notice.
    #[error("the notice was not taken")]
    Refused,
}

impl NotifyProblem {
    /// The stable code kept beside the notice that waits.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Refused => "refused",
        }
    }
}

/// Shows a notice to a person. Returns only when it was taken; may block for seconds.
pub trait Notifier: Send + Sync {
    /// Shows it.
    fn notify(&self, notice: &Notice) -> Result<(), NotifyProblem>;
}

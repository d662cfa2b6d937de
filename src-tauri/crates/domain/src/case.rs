//! A case: one receipt number being watched.

use chrono::{DateTime, Utc};

use crate::observation::Observation;
use crate::outcome::ProblemKind;
use crate::receipt::ReceiptNumber;

/// The identity of a case inside one portfolio.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CaseId(pub i64);

/// What was last known of a case when a new answer came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastKnown {
    /// The last status found.
    pub observation: Observation,
    /// Whether the service has answered "not recognised" since that status was found.
    pub missing_since: bool,
}

/// One watched receipt with what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Its identity.
    pub id: CaseId,
    /// Its receipt number.
    pub receipt: ReceiptNumber,
    /// Whom the case is about, as the user wrote it; empty where unknown.
    pub person: String,
    /// A label of the user's; may be empty.
    pub label: String,
    /// When it was added.
    pub added_at: DateTime<Utc>,
    /// The last status found, if there was one.
    pub last: Option<Observation>,
    /// When the status last changed (not the first sight).
    pub changed_at: Option<DateTime<Utc>>,
    /// When it was last attempted.
    pub checked_at: Option<DateTime<Utc>>,
    /// When a status was last found.
    pub answered_at: Option<DateTime<Utc>>,
    /// The problem of the last attempt, if it failed.
    pub problem: Option<ProblemKind>,
    /// When it is due next.
    pub due_at: DateTime<Utc>,
    /// Failures in a row that concern this receipt alone.
    pub failures: u32,
    /// Whether a change has not been read yet.
    pub unread: bool,
}

//! A check that brought no status.

use std::time::Duration;

use casefolio_domain::ProblemKind;

/// Why a check brought no status, with what the service said about it. `Display` holds the kind and the HTTP status only.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the check brought no status: {}{}", .kind.code(), http_words(*.http_status))]
pub struct Failure {
    /// What kind of problem it is.
    pub kind: ProblemKind,
    /// The service's own message as plain text, at most 300 characters, with receipt numbers and the credential masked
    /// out. The service's terms ask that it be shown to the user (research 1.5).
    pub message: Option<String>,
    /// How long the service asked to wait, 1 second to 24 hours.
    pub retry_after: Option<Duration>,
    /// The HTTP status, where there was an answer.
    pub http_status: Option<u16>,
}

fn http_words(status: Option<u16>) -> String {
    status.map(|status| format!(" (HTTP {status})")).unwrap_or_default()
}

impl Failure {
    /// A failure of which only the kind is known.
    #[must_use]
    pub fn of(kind: ProblemKind) -> Self {
        Self { kind, message: None, retry_after: None, http_status: None }
    }

    pub(crate) fn with_status(kind: ProblemKind, status: u16) -> Self {
        Self { http_status: Some(status), ..Self::of(kind) }
    }
}

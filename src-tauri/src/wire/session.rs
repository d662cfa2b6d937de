//! Shapes of the session as a whole.

use casefolio_core::service::Outlook;
use casefolio_domain::{Case, Glance};
use serde::Serialize;
use specta::Type;

use super::case::time;
use super::mask::Mask;
use super::settings::{LanguageCode, ThemeCode};

/// What the main window shows around everything else.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Session {
    pub(crate) user_id: String,
    pub(crate) practice: bool,
    /// Whether names and numbers are hidden.
    pub(crate) masked: bool,
    pub(crate) language: LanguageCode,
    pub(crate) theme: ThemeCode,
    pub(crate) version: String,
    pub(crate) cases: u32,
    pub(crate) unread: u32,
    /// What is unread in the user's other portfolios, as far as those are watched; none where there is no other.
    pub(crate) others: Option<u32>,
    pub(crate) service: ServiceState,
    pub(crate) watch: WatchState,
    /// The case whose notification was clicked before this window was open.
    pub(crate) open_case: Option<u32>,
}

/// Whether there is a service to ask.
#[derive(Debug, Clone, Copy, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ServiceState {
    NotSet,
    Ready,
    Practice,
}

/// What the watcher is doing.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WatchState {
    pub(crate) running: bool,
    pub(crate) round: Option<RoundProgress>,
    pub(crate) next_round_at: Option<String>,
    pub(crate) calls_today: u32,
    pub(crate) calls_per_day: u32,
    /// The kind of problem that the service as a whole has.
    pub(crate) service_problem: Option<String>,
    /// Why the portfolio itself kept the last round from its end: a full disk, say. Its words stand in the locales under `problem`.
    pub(crate) portfolio_problem: Option<String>,
}

/// What the day's calls went to, and what comes next.
#[derive(Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OutlookView {
    calls: Vec<CallsOfKind>,
    /// When the service's day ends.
    resets_at: String,
    next: Vec<NextCase>,
    overdue: u32,
}

/// Calls spent today.
#[derive(Serialize, Type)]
pub(crate) struct CallsOfKind {
    /// `found`, `token`, `set_aside`, `elsewhere`, or the code of a problem.
    kind: String,
    calls: u32,
}

/// A case that is due next.
#[derive(Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NextCase {
    id: u32,
    receipt: String,
    person: String,
    due_at: String,
    /// The code of why it is due then.
    due_why: Option<String>,
}

impl OutlookView {
    pub(crate) fn of(outlook: Outlook, mask: Mask) -> Self {
        let next = |case: &Case<Glance>| NextCase {
            id: u32::try_from(case.id.0).unwrap_or_default(),
            receipt: mask.receipt(&case.receipt),
            person: mask.name(&case.person),
            due_at: time(case.due_at),
            due_why: case.due_why.map(|why| why.code().to_owned()),
        };
        Self {
            calls: outlook.calls.into_iter().map(|(kind, calls)| CallsOfKind { kind, calls }).collect(),
            resets_at: time(outlook.resets_at),
            next: outlook.next.iter().map(next).collect(),
            overdue: outlook.overdue,
        }
    }
}

/// How far a round is.
#[derive(Debug, Clone, Copy, Serialize, Type)]
pub(crate) struct RoundProgress {
    pub(crate) done: u32,
    pub(crate) total: u32,
}

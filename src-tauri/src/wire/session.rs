//! Shapes of the session as a whole.

use serde::Serialize;
use specta::Type;

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

/// How far a round is.
#[derive(Debug, Clone, Copy, Serialize, Type)]
pub(crate) struct RoundProgress {
    pub(crate) done: u32,
    pub(crate) total: u32,
}

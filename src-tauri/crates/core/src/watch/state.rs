//! What the watcher is doing, for whoever shows it.

use casefolio_domain::ProblemKind;
use chrono::{DateTime, Utc};

/// The state of the watcher.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WatchState {
    /// Whether it runs at all.
    pub running: bool,
    /// How many cases the round in progress has asked for so far, and of how many; none between rounds.
    pub round: Option<(usize, usize)>,
    /// When the next case is due, or the service is tried again; none when there is nothing to ask.
    pub next_round_at: Option<DateTime<Utc>>,
    /// What kept the last round from its end, if something did.
    pub problem: Option<ProblemKind>,
}

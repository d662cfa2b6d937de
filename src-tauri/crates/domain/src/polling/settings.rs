//! What a plan is made from, and what it says.

use chrono::{DateTime, Utc};

use super::calendar::Hours;
use super::concern::Patience;
use super::plan::Intervals;
use super::quota::ResetZone;
use super::work::WorkCalendar;
use crate::case::CaseId;
use crate::why::Why;

/// What the plan needs to know of a case.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Watched {
    /// Its identity.
    pub id: CaseId,
    /// When it was last asked about; absent if never.
    pub asked_at: Option<DateTime<Utc>>,
    /// What an hour of the agency's work brings: the changes to expect ([`super::Past::rate`]) times their weight
    /// ([`super::Concern::weight`]).
    pub worth: f64,
    /// The same without the weight: how fast it leaves the stage in which it was last seen.
    pub rate: f64,
    /// What an hour of the agency's work brings once it has left that stage ([`super::Past::rate_after`]), weighted.
    pub after: f64,
    /// How long it may wait ([`super::Concern::patience`]).
    pub patience: Patience,
    /// It is not asked about before this, because a check of it failed ([`super::backoff`]).
    pub not_before: Option<DateTime<Utc>>,
}

/// The settings of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Terms {
    /// When the agency works.
    pub calendar: WorkCalendar,
    /// When the service answers.
    pub hours: Hours,
    /// When the day of the quota begins.
    pub zone: ResetZone,
    /// Calls a day.
    pub per_day: u32,
    /// The shortest time between two checks of a case; the longest stands in each case's patience.
    pub intervals: Intervals,
    /// A number drawn once for each portfolio. It spreads the calls of cases that are alike, and of programs whose settings are alike.
    pub spread: u64,
}

/// When a case is due, and why then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// Not in the past: a case that is overdue is due now.
    pub at: DateTime<Utc>,
    /// The reason.
    pub why: Why,
}

/// Whom to ask about now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Round {
    /// The cases to ask about, most valuable first, within the budget.
    pub ask: Vec<(CaseId, Why)>,
    /// Cases that are due while the budget is used up: the least valuable.
    pub held_back: usize,
    /// When there is something to do next: a case becomes due, the budget begins anew for those held back. None if never.
    pub next_wake: Option<DateTime<Utc>>,
}

//! Who is asked about now, and when a case is due next.

use std::cmp::Reverse;

use chrono::{DateTime, TimeDelta, Utc};

use super::calendar::Hours;
use crate::case::CaseId;
use crate::status::Stage;

/// What the plan needs to know of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PolledCase {
    /// Its identity.
    pub id: CaseId,
    /// When it is due.
    pub due_at: DateTime<Utc>,
    /// Its stage; absent while no status was ever found.
    pub stage: Option<Stage>,
}

/// The calls that may still be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Calls left today.
    pub left_today: u32,
}

/// What to do now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// The cases to ask about, most urgent first, within the budget.
    pub ask: Vec<CaseId>,
    /// Cases that are due while the budget is used up.
    pub held_back: usize,
    /// When the next case that is not due yet becomes due.
    pub next_due: Option<DateTime<Utc>>,
}

/// Plans a round at `now`: the cases that are due, the longest overdue first, where an hour of delay weighs more for a case that was
/// never answered or that waits on a person, and less for a finished one. What the budget does not cover is held back.
#[must_use]
pub fn plan(now: DateTime<Utc>, cases: &[PolledCase], budget: Budget) -> Plan {
    let mut due: Vec<&PolledCase> = cases.iter().filter(|case| case.due_at <= now).collect();
    due.sort_by_key(|case| (Reverse(urgency(now, case)), case.due_at, case.id));
    let room = usize::try_from(budget.left_today).unwrap_or(usize::MAX);
    Plan {
        held_back: due.len().saturating_sub(room),
        ask: due.into_iter().take(room).map(|case| case.id).collect(),
        next_due: cases.iter().map(|case| case.due_at).filter(|due_at| *due_at > now).min(),
    }
}

/// Weighted delay, in seconds. Ten minutes are added so that the weight counts for cases that have just become due.
fn urgency(now: DateTime<Utc>, case: &PolledCase) -> i64 {
    let overdue = now.signed_duration_since(case.due_at).num_seconds().saturating_add(600);
    overdue.saturating_mul(weight(case.stage))
}

/// How much an hour of delay weighs.
fn weight(stage: Option<Stage>) -> i64 {
    match stage {
        None | Some(Stage::EvidenceRequested) => 16,
        Some(
            Stage::Biometrics
            | Stage::Interview
            | Stage::EvidenceResponse
            | Stage::Revocation
            | Stage::MailReturned
            | Stage::Naturalization,
        ) => 8,
        Some(
            Stage::Accepted
            | Stage::FeesAndService
            | Stage::UnderReview
            | Stage::Approved
            | Stage::CardOrDocumentProduced
            | Stage::Transferred
            | Stage::DepartmentOfStateOrCourt
            | Stage::AppealOrMotion
            | Stage::OnHold
            | Stage::NoticeOrDataUpdate
            | Stage::Unknown,
        ) => 4,
        Some(
            Stage::Denied
            | Stage::Rejected
            | Stage::Closed
            | Stage::CardOrDocumentMailed
            | Stage::CardOrDocumentDestroyed,
        ) => 1,
    }
}

/// What decides when a case is due next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueFacts {
    /// The stage of its last status; absent while none was ever found.
    pub stage: Option<Stage>,
    /// The time since its status last changed, or since it was added.
    pub since_change: TimeDelta,
    /// Whether the check just made brought a status.
    pub answered: bool,
}

/// The bounds of the time between two checks of one case; both are settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Intervals {
    /// The shortest time between two checks.
    pub shortest: TimeDelta,
    /// The longest time between two checks.
    pub longest: TimeDelta,
}

impl Default for Intervals {
    fn default() -> Self {
        Self { shortest: TimeDelta::hours(1), longest: TimeDelta::days(30) }
    }
}

/// When a case is due next: in the service's hours, after an interval that depends on the stage and on how long nothing has changed,
/// within the bounds of the settings. `jitter` lies between -1 and 1 (values outside are clamped): it moves the interval by up to a
/// tenth, and spreads what falls outside the hours over the first 90 minutes of the next opening. Always later than `now`.
#[must_use]
pub fn next_due(
    now: DateTime<Utc>,
    facts: &DueFacts,
    jitter: f64,
    hours: Hours,
    intervals: &Intervals,
) -> DateTime<Utc> {
    let jitter = if jitter.is_finite() { jitter.clamp(-1.0, 1.0) } else { 0.0 };
    let wanted = scaled(interval(facts), 1.0 + jitter / 10.0);
    let shortest = intervals.shortest.max(TimeDelta::minutes(1));
    let wait = wanted.clamp(shortest, intervals.longest.max(shortest));
    let due = now + wait;
    let opening = hours.next_opening(due);
    if opening == due { due } else { opening + scaled(OPENING_SPREAD, f64::midpoint(1.0, jitter)) }
}

/// Over how long the checks that waited for the opening are spread.
const OPENING_SPREAD: TimeDelta = TimeDelta::minutes(90);

/// The interval before bounds and jitter.
fn interval(facts: &DueFacts) -> TimeDelta {
    let days = facts.since_change.num_days();
    let by_stage = match facts.stage {
        Some(Stage::EvidenceRequested) => TimeDelta::hours(3),
        Some(stage) if is_finished(stage) => finished_interval(days),
        Some(Stage::Approved) if days >= 30 => finished_interval(days.saturating_sub(30)),
        Some(_) if days >= 365 => TimeDelta::hours(12),
        Some(
            Stage::Biometrics
            | Stage::Interview
            | Stage::EvidenceResponse
            | Stage::Revocation
            | Stage::MailReturned
            | Stage::Naturalization
            | Stage::CardOrDocumentProduced,
        ) => TimeDelta::hours(4),
        Some(_) | None => TimeDelta::hours(6),
    };
    // A receipt the service does not know is not asked for more often than one that is pending.
    if facts.answered { by_stage } else { by_stage.max(TimeDelta::hours(6)) }
}

/// Daily for a month, weekly for half a year, then monthly.
fn finished_interval(days_since_change: i64) -> TimeDelta {
    match days_since_change {
        ..30 => TimeDelta::days(1),
        30..180 => TimeDelta::days(7),
        _ => TimeDelta::days(30),
    }
}

/// Whether nothing more is to be expected of a case. An approved one may still bring a card.
fn is_finished(stage: Stage) -> bool {
    matches!(
        stage,
        Stage::Denied | Stage::Rejected | Stage::Closed | Stage::CardOrDocumentMailed | Stage::CardOrDocumentDestroyed
    )
}

/// A duration times a factor, to the second.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "seconds of a few months fit exactly")]
fn scaled(duration: TimeDelta, factor: f64) -> TimeDelta {
    TimeDelta::seconds((duration.num_seconds() as f64 * factor) as i64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn case(id: i64, due_at: &str, stage: Option<Stage>) -> PolledCase {
        PolledCase { id: CaseId(id), due_at: at(due_at), stage }
    }

    fn facts(stage: Stage, days: i64) -> DueFacts {
        DueFacts { stage: Some(stage), since_change: TimeDelta::days(days), answered: true }
    }

    const NOW: &str = "2026-01-05T15:00:00Z"; // a Monday, 10:00 Eastern

    #[test]
    fn the_most_overdue_is_asked_first_and_the_rest_is_held_back() {
        let cases = [
            case(1, "2026-01-05T14:00:00Z", Some(Stage::UnderReview)),
            case(2, "2026-01-05T12:00:00Z", Some(Stage::UnderReview)),
            case(3, "2026-01-05T18:00:00Z", Some(Stage::UnderReview)),
            case(4, "2026-01-05T13:00:00Z", Some(Stage::UnderReview)),
        ];
        let planned = plan(at(NOW), &cases, Budget { left_today: 2 });
        assert_eq!(planned.ask, [CaseId(2), CaseId(4)]);
        assert_eq!(planned.held_back, 1);
        assert_eq!(planned.next_due, Some(at("2026-01-05T18:00:00Z")));
    }

    #[test]
    fn evidence_and_new_cases_go_before_finished_ones() {
        let cases = [
            case(1, "2026-01-05T12:00:00Z", Some(Stage::Closed)),
            case(2, "2026-01-05T14:30:00Z", Some(Stage::EvidenceRequested)),
            case(3, "2026-01-05T14:50:00Z", None),
            case(4, "2026-01-05T14:00:00Z", Some(Stage::UnderReview)),
        ];
        let planned = plan(at(NOW), &cases, Budget { left_today: 9 });
        assert_eq!(planned.ask, [CaseId(2), CaseId(3), CaseId(4), CaseId(1)]);
        assert_eq!((planned.held_back, planned.next_due), (0, None));
    }

    #[test]
    fn a_pending_case_is_due_again_the_same_day_and_a_finished_one_later() {
        let hours = Hours::WeekdaysEastern;
        let bounds = Intervals::default();
        let due = |stage, days| next_due(at(NOW), &facts(stage, days), 0.0, hours, &bounds);
        assert_eq!(due(Stage::EvidenceRequested, 1), at("2026-01-05T18:00:00Z"));
        assert_eq!(due(Stage::UnderReview, 10), at("2026-01-05T21:00:00Z"));
        assert_eq!(due(Stage::CardOrDocumentMailed, 1), at("2026-01-06T15:00:00Z"));
        assert_eq!(due(Stage::CardOrDocumentMailed, 40), at("2026-01-12T15:00:00Z"));
        assert_eq!(due(Stage::Closed, 400), at("2026-02-04T15:00:00Z"));
        assert!(due(Stage::Approved, 10) < due(Stage::Approved, 90));
    }

    #[test]
    fn what_falls_outside_the_hours_waits_for_the_opening_and_is_spread() {
        let friday_evening = at("2026-01-09T23:00:00Z");
        let due = |jitter| {
            next_due(
                friday_evening,
                &facts(Stage::UnderReview, 1),
                jitter,
                Hours::WeekdaysEastern,
                &Intervals::default(),
            )
        };
        assert_eq!(due(-1.0), at("2026-01-12T12:00:00Z"));
        assert_eq!(due(1.0), at("2026-01-12T13:30:00Z"));
        assert_eq!(due(f64::NAN), due(0.0));
    }

    #[test]
    fn the_bounds_of_the_settings_hold_even_when_they_are_turned_round() {
        let bounds = Intervals { shortest: TimeDelta::hours(8), longest: TimeDelta::hours(1) };
        let due = next_due(at(NOW), &facts(Stage::EvidenceRequested, 0), 0.0, Hours::Always, &bounds);
        assert_eq!(due, at("2026-01-05T23:00:00Z"));
    }

    #[test]
    fn an_unknown_receipt_is_not_asked_for_more_often_than_a_pending_one() {
        let unanswered = DueFacts { answered: false, ..facts(Stage::EvidenceRequested, 0) };
        let due = next_due(at(NOW), &unanswered, 0.0, Hours::Always, &Intervals::default());
        assert_eq!(due, at("2026-01-05T21:00:00Z"));
    }

    #[test]
    fn an_interval_is_as_long_in_the_night_the_clocks_change() {
        for now in ["2026-03-08T06:30:00Z", "2026-11-01T05:30:00Z", "2028-02-29T02:00:00Z"] {
            let due = next_due(at(now), &facts(Stage::UnderReview, 1), 0.0, Hours::Always, &Intervals::default());
            assert_eq!(due - at(now), TimeDelta::hours(6), "{now}");
        }
    }

    proptest! {
        #[test]
        fn the_next_time_is_later_open_and_within_the_longest_wait(
            minutes in 0_i64..1_000_000, stage in 0_usize..23, days in 0_i64..4000, jitter in -2.0_f64..2.0, answered: bool,
        ) {
            let now = at("2025-12-30T00:00:00Z") + TimeDelta::minutes(minutes);
            let facts = DueFacts { stage: Stage::ALL.get(stage).copied(), since_change: TimeDelta::days(days), answered };
            let bounds = Intervals::default();
            let due = next_due(now, &facts, jitter, Hours::WeekdaysEastern, &bounds);
            prop_assert!(due >= now + bounds.shortest);
            prop_assert!(due <= now + bounds.longest + TimeDelta::days(3));
            prop_assert!(Hours::WeekdaysEastern.is_open(due));
        }

        #[test]
        fn a_plan_never_exceeds_the_budget_nor_forgets_a_case(
            dues in prop::collection::vec(-5000_i64..5000, 0..40), left_today in 0_u32..50,
        ) {
            let now = at(NOW);
            let cases: Vec<PolledCase> = (0_i64..).zip(&dues)
                .map(|(id, minutes)| PolledCase { id: CaseId(id), due_at: now + TimeDelta::minutes(*minutes), stage: None })
                .collect();
            let planned = plan(now, &cases, Budget { left_today });
            let due = dues.iter().filter(|minutes| **minutes <= 0).count();
            prop_assert_eq!(planned.ask.len() + planned.held_back, due);
            prop_assert_eq!(planned.ask.len(), due.min(usize::try_from(left_today).unwrap()));
            prop_assert_eq!(planned.next_due.is_some(), due < dues.len());
        }
    }
}

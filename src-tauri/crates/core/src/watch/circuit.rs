//! When a service that fails as a whole is left alone.

use casefolio_domain::ProblemKind;
use chrono::{DateTime, TimeDelta, Utc};

use crate::events::RoundReport;
use crate::service::Preset;

/// Keeps a service that fails as a whole from being asked again and again.
#[derive(Debug, Default)]
pub(super) struct Circuit {
    stops: u32,
    pub(super) open_until: Option<DateTime<Utc>>,
    /// Whether something on the way to the service opened it.
    on_the_way: bool,
}

impl Circuit {
    /// The first pause, doubled with each further stop.
    const FIRST: TimeDelta = TimeDelta::minutes(5);
    /// The longest pause.
    const LONGEST: TimeDelta = TimeDelta::hours(2);

    pub(super) fn lets_through(&self, now: DateTime<Utc>) -> bool {
        // A clock set back must not hold the watch for longer than until the day's calls are given anew.
        self.open_until.is_none_or(|until| until <= now || until > now + TimeDelta::hours(25))
    }

    /// Whether the service failed when it was last asked.
    pub(super) fn is_tripped(&self) -> bool {
        self.stops > 0
    }

    /// The computer woke up, maybe elsewhere: what failed on the way may be tried again.
    pub(super) fn wake(&mut self) {
        if self.on_the_way {
            *self = Self::default();
        }
    }

    fn first(preset: Preset) -> TimeDelta {
        if preset == Preset::Practice { TimeDelta::seconds(5) } else { Self::FIRST }
    }

    /// The first pause, after a round that failed and not by the service: it is not to be tried at every look at the clock.
    pub(super) fn rest(&mut self, now: DateTime<Utc>, preset: Preset) {
        let until = now + Self::first(preset);
        self.open_until = Some(self.open_until.map_or(until, |open| open.max(until)));
        self.on_the_way = false;
    }

    pub(super) fn learn(&mut self, report: &RoundReport, now: DateTime<Utc>, preset: Preset) {
        if report.stopped_by.is_some() {
            self.on_the_way = report.stopped_by.is_some_and(ProblemKind::is_on_the_way);
        }
        match report.stopped_by {
            // A person's own order goes on whatever fails: only an answer proves the service well.
            None if report.checked == 0 => {}
            None => *self = Self::default(),
            Some(ProblemKind::BudgetSpent) => {
                self.open_until =
                    Some(casefolio_domain::polling::next_reset(now, crate::service::ServiceSettings::RESET));
            }
            Some(_) => {
                let doubled = if preset == Preset::Practice { 1 } else { 1 << self.stops.min(5) };
                let pause = Self::first(preset) * doubled;
                self.stops = self.stops.saturating_add(1);
                let told = report.retry_after.and_then(|wait| TimeDelta::from_std(wait).ok()).unwrap_or_default();
                self.open_until = Some(now + pause.min(Self::LONGEST).max(told));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn now() -> DateTime<Utc> {
        "2026-03-02T15:00:00Z".parse().unwrap()
    }

    fn stopped(by: ProblemKind) -> RoundReport {
        RoundReport { stopped_by: Some(by), ..RoundReport::default() }
    }

    fn well() -> RoundReport {
        RoundReport { checked: 1, ..RoundReport::default() }
    }

    fn pause(circuit: &Circuit) -> TimeDelta {
        circuit.open_until.unwrap() - now()
    }

    /// catalogue 85
    #[test]
    fn the_pause_doubles_from_five_minutes_to_two_hours() {
        let mut circuit = Circuit::default();
        let minutes: Vec<i64> = (0..8)
            .map(|_| {
                circuit.learn(&stopped(ProblemKind::Limited), now(), Preset::Production);
                pause(&circuit).num_minutes()
            })
            .collect();
        assert_eq!(minutes, [5, 10, 20, 40, 80, 120, 120, 120]);
        assert!(!circuit.lets_through(now() + TimeDelta::minutes(119)));
        assert!(circuit.lets_through(now() + TimeDelta::minutes(120)));
    }

    #[test]
    fn an_answer_closes_it_and_a_round_without_one_does_not() {
        let mut circuit = Circuit::default();
        circuit.learn(&stopped(ProblemKind::Closed), now(), Preset::Sandbox);
        for without in [RoundReport::default(), RoundReport { failed: 7, ..RoundReport::default() }] {
            circuit.learn(&without, now(), Preset::Sandbox);
            assert!(!circuit.lets_through(now()));
        }
        circuit.learn(&well(), now(), Preset::Sandbox);
        assert!(circuit.lets_through(now()));
        circuit.learn(&stopped(ProblemKind::Closed), now(), Preset::Sandbox);
        assert_eq!(pause(&circuit), TimeDelta::minutes(5), "and begins anew");
    }

    /// catalogue 84
    #[test]
    fn a_service_that_asks_for_more_gets_it() {
        let mut circuit = Circuit::default();
        let retry_after = Some(Duration::from_secs(6 * 3_600));
        circuit.learn(&RoundReport { retry_after, ..stopped(ProblemKind::Limited) }, now(), Preset::Other);
        assert_eq!(pause(&circuit), TimeDelta::hours(6));
        circuit.learn(
            &RoundReport { retry_after: Some(Duration::from_secs(1)), ..stopped(ProblemKind::Limited) },
            now(),
            Preset::Other,
        );
        assert_eq!(pause(&circuit), TimeDelta::minutes(10), "never less than is wise");
    }

    #[test]
    fn a_spent_budget_waits_for_the_next_eastern_day_and_is_no_failure() {
        let mut circuit = Circuit::default();
        circuit.learn(&stopped(ProblemKind::BudgetSpent), now(), Preset::Sandbox);
        assert_eq!(circuit.open_until.unwrap().to_rfc3339(), "2026-03-03T05:00:00+00:00");
        assert_eq!(circuit.stops, 0);
    }

    #[test]
    fn waking_up_ends_a_pause_for_want_of_a_network_and_no_other() {
        let mut circuit = Circuit::default();
        circuit.learn(&stopped(ProblemKind::NoNetwork), now(), Preset::Production);
        circuit.wake();
        assert!(circuit.lets_through(now()));
        for other in [ProblemKind::Limited, ProblemKind::BudgetSpent] {
            let mut circuit = Circuit::default();
            circuit.learn(&stopped(ProblemKind::NoNetwork), now(), Preset::Production);
            circuit.learn(&stopped(other), now(), Preset::Production);
            circuit.wake();
            assert!(!circuit.lets_through(now()), "{other:?}");
        }
        let mut circuit = Circuit::default();
        circuit.learn(&stopped(ProblemKind::NoNetwork), now(), Preset::Production);
        circuit.rest(now(), Preset::Production);
        circuit.wake();
        assert!(!circuit.lets_through(now()), "the portfolio itself failed last");
    }

    #[test]
    fn the_practice_service_is_tried_again_within_seconds() {
        let mut circuit = Circuit::default();
        circuit.learn(&stopped(ProblemKind::Closed), now(), Preset::Practice);
        circuit.learn(&stopped(ProblemKind::Closed), now(), Preset::Practice);
        assert_eq!(pause(&circuit), TimeDelta::seconds(5));
    }

    #[test]
    fn a_round_that_failed_by_itself_rests_and_shortens_no_pause() {
        let mut circuit = Circuit::default();
        circuit.rest(now(), Preset::Production);
        assert_eq!((pause(&circuit), circuit.stops), (TimeDelta::minutes(5), 0));
        circuit.learn(&stopped(ProblemKind::Closed), now() + TimeDelta::minutes(30), Preset::Production);
        circuit.rest(now(), Preset::Production);
        assert_eq!(pause(&circuit), TimeDelta::minutes(35));
    }

    #[test]
    fn a_clock_set_back_by_years_does_not_hold_the_watch() {
        let mut circuit = Circuit::default();
        circuit.learn(&stopped(ProblemKind::Closed), now() + TimeDelta::days(3_650), Preset::Production);
        assert!(circuit.lets_through(now()));
    }
}

//! The loop that watches: it obeys the plan, the clock and the person.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use casefolio_domain::{CaseId, ProblemKind};
use casefolio_store::cases;
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::{mpsc, watch};
use tokio::time::MissedTickBehavior;

use super::round::{Order, run_round_until};
use super::state::WatchState;
use crate::error::Error;
use crate::events::{PortfolioEvent, RoundReport};
use crate::portfolio::Portfolio;
use crate::service::Preset;

/// How often the watcher looks at the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tempo(pub Duration);

impl Tempo {
    /// For use: the wall clock is compared every 30 seconds, so a sleep of the computer is noticed at the next look.
    pub const USUAL: Self = Self(Duration::from_secs(30));
    /// For the practice service, whose cases move within seconds.
    pub const PRACTICE: Self = Self(Duration::from_secs(2));
}

enum Command {
    Check(Vec<CaseId>),
    Look,
    Stop,
}

/// A running watcher. Dropping it stops it; [`Watcher::stop`] also waits until what was asked is committed.
pub struct Watcher {
    commands: mpsc::Sender<Command>,
    state: watch::Receiver<WatchState>,
    stop: Arc<AtomicBool>,
}

impl Watcher {
    /// Starts watching, on the runtime of the caller.
    #[must_use]
    pub fn start(portfolio: Arc<Portfolio>, tempo: Tempo) -> Self {
        let (commands, orders) = mpsc::channel(16);
        let (state, shown) = watch::channel(WatchState { running: true, ..WatchState::default() });
        let state = Arc::new(state);
        let (stop, edited) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        let (progress, settings) = (Arc::clone(&state), Arc::clone(&edited));
        portfolio.listen(Box::new(move |event| {
            follow(&progress, event);
            if *event == PortfolioEvent::SettingsEdited {
                settings.store(true, Ordering::Relaxed);
            }
        }));
        let watching = Loop { portfolio, state, circuit: Circuit::default(), stop: Arc::clone(&stop), edited };
        tokio::spawn(watching.run(orders, tempo));
        Self { commands, state: shown, stop }
    }

    /// Asks about these cases now, whatever the plan says; about all if none is named.
    pub async fn check_now(&self, cases: Vec<CaseId>) -> Result<(), Error> {
        self.commands.send(Command::Check(cases)).await.map_err(|_| Error::Stopped)
    }

    /// Looks at once at what is due, for the plan may have changed.
    pub async fn look_now(&self) -> Result<(), Error> {
        self.commands.send(Command::Look).await.map_err(|_| Error::Stopped)
    }

    /// What the watcher is doing.
    #[must_use]
    pub fn state(&self) -> WatchState {
        *self.state.borrow()
    }

    /// Stops. A round in progress asks about no further case; returns when what was asked is committed.
    pub async fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
        // A loop that has ended takes no command, and its channel is closed already.
        let _ended = self.commands.send(Command::Stop).await;
        self.commands.closed().await;
    }
}

fn follow(state: &watch::Sender<WatchState>, event: &PortfolioEvent) {
    state.send_modify(|state| match event {
        PortfolioEvent::RoundStarted { total } => state.round = Some((0, *total)),
        PortfolioEvent::Checked { .. } | PortfolioEvent::Failed { .. } => {
            if let Some((done, _)) = &mut state.round {
                *done += 1;
            }
        }
        PortfolioEvent::RoundEnded(report) => {
            state.round = None;
            state.problem = report.stopped_by;
        }
        PortfolioEvent::Notified { .. } | PortfolioEvent::CasesEdited | PortfolioEvent::SettingsEdited => {}
    });
}

struct Loop {
    portfolio: Arc<Portfolio>,
    state: Arc<watch::Sender<WatchState>>,
    circuit: Circuit,
    stop: Arc<AtomicBool>,
    /// Whether settings were changed since the last round.
    edited: Arc<AtomicBool>,
}

impl Loop {
    async fn run(mut self, mut orders: mpsc::Receiver<Command>, tempo: Tempo) {
        let mut ticks = tokio::time::interval(tempo.0);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let order = tokio::select! {
                command = orders.recv() => match command {
                    Some(Command::Check(ids)) if ids.is_empty() => Order::All,
                    Some(Command::Check(ids)) => Order::These(ids),
                    Some(Command::Look) => Order::Due,
                    Some(Command::Stop) | None => break,
                },
                _ = ticks.tick() => Order::Due,
            };
            self.round(&order).await;
        }
        self.state.send_modify(|state| state.running = false);
    }

    async fn round(&mut self, order: &Order) {
        let now = self.portfolio.clock().now();
        if self.edited.swap(false, Ordering::Relaxed) {
            // What failed may not fail by the new settings.
            self.circuit = Circuit::default();
        }
        if *order == Order::Due && !self.has_work(now) {
            self.show_next(now);
            return;
        }
        // An error here is one of the portfolio itself (disk full, say); the next tick tries again, and the window shows that
        // nothing was checked since.
        if let Ok(report) = run_round_until(&self.portfolio, order, &self.stop).await {
            self.circuit.learn(&report, self.portfolio.clock().now(), self.preset());
        }
        self.show_next(self.portfolio.clock().now());
    }

    fn has_work(&self, now: DateTime<Utc>) -> bool {
        self.circuit.lets_through(now)
            && self.preset().hours().is_open(now)
            && self.next_due().is_some_and(|due| due <= now)
    }

    fn preset(&self) -> Preset {
        self.portfolio.service().map_or(Preset::Other, |service| service.settings.preset)
    }

    fn next_due(&self) -> Option<DateTime<Utc>> {
        self.portfolio.service().ok()?;
        self.portfolio.store.read(cases::next_due).ok().flatten()
    }

    fn show_next(&self, now: DateTime<Utc>) {
        let next = self.next_due().map(|due| self.circuit.open_until.map_or(due, |open| due.max(open)));
        let next = next.map(|at| self.preset().hours().next_opening(at.max(now)));
        self.state.send_if_modified(|state| std::mem::replace(&mut state.next_round_at, next) != next);
    }
}

/// Keeps a service that fails as a whole from being asked again and again.
#[derive(Debug, Default)]
struct Circuit {
    stops: u32,
    open_until: Option<DateTime<Utc>>,
}

impl Circuit {
    /// The first pause, doubled with each further stop.
    const FIRST: TimeDelta = TimeDelta::minutes(5);
    /// The longest pause.
    const LONGEST: TimeDelta = TimeDelta::hours(2);

    fn lets_through(&self, now: DateTime<Utc>) -> bool {
        // A clock set back must not hold the watch for longer than until the day's calls are given anew.
        self.open_until.is_none_or(|until| until <= now || until > now + TimeDelta::hours(25))
    }

    fn learn(&mut self, report: &RoundReport, now: DateTime<Utc>, preset: Preset) {
        match report.stopped_by {
            // A person's own order goes on whatever fails: only an answer proves the service well.
            None if report.checked == 0 => {}
            None => *self = Self::default(),
            Some(ProblemKind::BudgetSpent) => {
                self.open_until =
                    Some(casefolio_domain::polling::next_reset(now, crate::service::ServiceSettings::RESET));
            }
            Some(_) => {
                let pause = if preset == Preset::Practice {
                    TimeDelta::seconds(5)
                } else {
                    Self::FIRST * (1 << self.stops.min(5))
                };
                self.stops = self.stops.saturating_add(1);
                let told = report.retry_after.and_then(|wait| TimeDelta::from_std(wait).ok()).unwrap_or_default();
                self.open_until = Some(now + pause.min(Self::LONGEST).max(told));
            }
        }
    }
}

#[cfg(test)]
mod tests {
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
    fn the_practice_service_is_tried_again_within_seconds() {
        let mut circuit = Circuit::default();
        circuit.learn(&stopped(ProblemKind::Closed), now(), Preset::Practice);
        circuit.learn(&stopped(ProblemKind::Closed), now(), Preset::Practice);
        assert_eq!(pause(&circuit), TimeDelta::seconds(5));
    }

    #[test]
    fn a_clock_set_back_by_years_does_not_hold_the_watch() {
        let mut circuit = Circuit::default();
        circuit.learn(&stopped(ProblemKind::Closed), now() + TimeDelta::days(3_650), Preset::Production);
        assert!(circuit.lets_through(now()));
    }
}

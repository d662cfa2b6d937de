//! The loop that watches: it obeys the plan, the clock and the person.

use std::sync::Arc;
use std::time::Duration;

use casefolio_domain::{CaseId, ProblemKind};
use casefolio_store::cases;
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;

use super::round::{Order, run_round};
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
    Stop,
}

/// A running watcher. Dropping it stops it; [`Watcher::stop`] also waits until what was asked is committed.
pub struct Watcher {
    commands: mpsc::Sender<Command>,
    state: watch::Receiver<WatchState>,
    task: JoinHandle<()>,
}

impl Watcher {
    /// Starts watching, on the runtime of the caller.
    #[must_use]
    pub fn start(portfolio: Arc<Portfolio>, tempo: Tempo) -> Self {
        let (commands, orders) = mpsc::channel(16);
        let (state, shown) = watch::channel(WatchState { running: true, ..WatchState::default() });
        let state = Arc::new(state);
        let progress = Arc::clone(&state);
        portfolio.listen(Box::new(move |event| follow(&progress, event)));
        let task = tokio::spawn(Loop { portfolio, state, circuit: Circuit::default() }.run(orders, tempo));
        Self { commands, state: shown, task }
    }

    /// Asks about these cases now, whatever the plan says; about all if none is named.
    pub async fn check_now(&self, cases: Vec<CaseId>) -> Result<(), Error> {
        self.commands.send(Command::Check(cases)).await.map_err(|_| Error::Stopped)
    }

    /// What the watcher is doing.
    #[must_use]
    pub fn state(&self) -> WatchState {
        *self.state.borrow()
    }

    /// Stops after the round in progress.
    pub async fn stop(self) {
        if self.commands.send(Command::Stop).await.is_ok() {
            drop(self.task.await);
        }
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
        if *order == Order::Due && !self.has_work(now) {
            self.show_next(now);
            return;
        }
        // An error here is one of the portfolio itself (disk full, say); the next tick tries again, and the window shows that
        // nothing was checked since.
        if let Ok(report) = run_round(&self.portfolio, order).await {
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
        self.portfolio.service_settings().ok().flatten().map_or(Preset::Other, |settings| settings.preset)
    }

    fn next_due(&self) -> Option<DateTime<Utc>> {
        let set = self.portfolio.service_settings().ok().flatten().is_some();
        if !set {
            return None;
        }
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
                self.open_until = Some(now + pause.min(Self::LONGEST));
            }
        }
    }
}

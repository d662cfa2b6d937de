//! The loop that watches: it obeys the plan, the clock and the person.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use casefolio_domain::polling::{Planner, Prices};
use casefolio_domain::{CaseId, ProblemKind};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::FutureExt as _;
use tokio::sync::{mpsc, watch};
use tokio::task::AbortHandle;
use tokio::time::MissedTickBehavior;

use super::book::Book;
use super::planning::holds;
use super::round::{Order, Way, run_round_until};
use super::state::{Shown, WatchState};
use crate::error::Error;
use crate::events::{PortfolioEvent, RoundReport};
use crate::problem::Problem;
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
    Wake,
    Stop,
}

impl Command {
    /// This command and those that came meanwhile, as one: an order about all cases holds every other in it. None to stop.
    fn with_those_waiting(self, waiting: &mut mpsc::UnboundedReceiver<Self>) -> Option<Wanted> {
        let mut wanted = Wanted::default();
        let mut next = Some(self);
        while let Some(command) = next {
            match command {
                Self::Check(ids) => wanted.check(ids),
                Self::Look => wanted.look = true,
                Self::Wake => (wanted.look, wanted.woken) = (true, true),
                Self::Stop => return None,
            }
            next = waiting.try_recv().ok();
        }
        Some(wanted)
    }
}

/// What several commands ask for together.
#[derive(Debug, Default, PartialEq, Eq)]
struct Wanted {
    check: Option<Order>,
    look: bool,
    /// Whether the computer woke up.
    woken: bool,
}

impl Wanted {
    fn check(&mut self, ids: Vec<CaseId>) {
        self.check = Some(match self.check.take() {
            Some(Order::These(mut known)) if !ids.is_empty() => {
                known.extend(ids);
                known.sort_unstable();
                known.dedup();
                Order::These(known)
            }
            None if !ids.is_empty() => Order::These(ids),
            Some(Order::All | Order::These(_) | Order::Due) | None => Order::All,
        });
    }

    /// The rounds to go: the person's own order first.
    fn orders(self) -> Vec<Order> {
        let look = self.look && self.check != Some(Order::All);
        self.check.into_iter().chain(look.then_some(Order::Due)).collect()
    }
}

/// A running watcher. Dropping it stops it; [`Watcher::stop`] also waits until what was asked is committed.
pub struct Watcher {
    commands: mpsc::UnboundedSender<Command>,
    shown: watch::Receiver<Shown>,
    stop: Arc<AtomicBool>,
    task: AbortHandle,
}

impl Watcher {
    /// Starts watching, on the runtime of the caller.
    #[must_use]
    pub fn start<B: Book + 'static>(book: Arc<B>, tempo: Tempo) -> Self {
        // Without bound, so that nobody who gives an order waits for the round in progress; those waiting become one.
        let (commands, waiting) = mpsc::unbounded_channel();
        let watching = Watch::new(book);
        let (shown, stop) = (watching.state.subscribe(), Arc::clone(&watching.stop));
        let task = tokio::spawn(watching.run(waiting, tempo)).abort_handle();
        Self { commands, shown, stop, task }
    }

    /// Asks about these cases now, whatever the plan says; about all if none is named. Never waits: orders given during a round
    /// become one round after it.
    #[expect(clippy::unused_async, reason = "how an order reaches the watcher is not the caller's business")]
    pub async fn check_now(&self, cases: Vec<CaseId>) -> Result<(), Error> {
        self.commands.send(Command::Check(cases)).map_err(|_| Error::Stopped)
    }

    /// Looks at once at what is due, for the plan may have changed. Never waits.
    #[expect(clippy::unused_async, reason = "how an order reaches the watcher is not the caller's business")]
    pub async fn look_now(&self) -> Result<(), Error> {
        self.commands.send(Command::Look).map_err(|_| Error::Stopped)
    }

    /// The computer woke up: looks at once at what is due, also where a missing network had made it pause. Never waits.
    #[expect(clippy::unused_async, reason = "how an order reaches the watcher is not the caller's business")]
    pub async fn wake(&self) -> Result<(), Error> {
        self.commands.send(Command::Wake).map_err(|_| Error::Stopped)
    }

    /// What the watcher is doing.
    #[must_use]
    pub fn state(&self) -> WatchState {
        self.shown.borrow().state
    }

    /// Stops. A round in progress asks about no further case; returns when what was asked is committed.
    pub async fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
        // A loop that has ended takes no command, and its channel is closed already.
        let _ended = self.commands.send(Command::Stop);
        self.commands.closed().await;
    }

    /// The same, but waits no longer than this for a service that does not answer: what it is still asked is given up then, and its calls
    /// stay counted. What was answered is committed all the same, soon after this.
    pub async fn stop_within(&self, patience: Duration) {
        if tokio::time::timeout(patience, self.stop()).await.is_err() {
            self.task.abort();
            self.commands.closed().await;
        }
    }
}

impl Drop for Watcher {
    /// The round in progress asks about no further case; then the loop finds its channel closed.
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// The plan the rounds go by.
struct Planned {
    /// None before the first, and where there is none.
    plan: Option<Arc<Planner>>,
    /// Of the last plan there was.
    prices: Prices,
    /// Whether cases or settings were changed since it was made.
    outdated: Arc<AtomicBool>,
}

impl Planned {
    /// The plan for `now`: made anew where it does not hold any more.
    async fn at(&mut self, book: &Arc<dyn Book>, now: DateTime<Utc>) -> Result<Option<Arc<Planner>>, Error> {
        let is_outdated = self.outdated.swap(false, Ordering::Relaxed);
        if is_outdated || self.plan.as_ref().is_none_or(|plan| !holds(plan, now)) {
            let (book, known) = (Arc::clone(book), self.prices.clone());
            let planning = tokio::task::spawn_blocking(move || book.plan(now, &known));
            let planned = planning.await.map_err(|_| Error::Stopped).flatten();
            if planned.is_err() {
                self.outdated.store(true, Ordering::Relaxed);
            }
            self.plan = planned?;
            if let Some(plan) = &self.plan {
                self.prices = plan.prices().clone();
            }
        }
        Ok(self.plan.clone())
    }
}

/// What a [`Watcher`] does at every look, for who keeps the time himself.
pub struct Watch {
    book: Arc<dyn Book>,
    state: Arc<watch::Sender<Shown>>,
    circuit: Circuit,
    plan: Planned,
    stop: Arc<AtomicBool>,
    /// Whether settings were changed since the last round.
    edited: Arc<AtomicBool>,
    /// How often in a row the program stumbled over a round.
    stumbles: u32,
}

/// After so many rounds in a row over which the program stumbles the watcher ends.
const STUMBLES: u32 = 5;

impl Watch {
    /// Ready for its first look.
    #[must_use]
    pub fn new<B: Book + 'static>(book: Arc<B>) -> Self {
        let book: Arc<dyn Book> = book;
        let (state, _) = watch::channel(Shown::running());
        let state = Arc::new(state);
        let (edited, outdated) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        let (progress, settings, cases) = (Arc::clone(&state), Arc::clone(&edited), Arc::clone(&outdated));
        book.listen(Box::new(move |event| {
            progress.send_modify(|shown| shown.hear(event));
            if *event == PortfolioEvent::SettingsEdited {
                settings.store(true, Ordering::Relaxed);
            }
            if matches!(event, PortfolioEvent::SettingsEdited | PortfolioEvent::CasesEdited) {
                cases.store(true, Ordering::Relaxed);
            }
        }));
        let plan = Planned { plan: None, prices: Prices::default(), outdated };
        Self { book, state, circuit: Circuit::default(), plan, stop: Arc::default(), edited, stumbles: 0 }
    }

    /// Asks about the cases that are due by now, if the service may be asked. Returns when every answer is committed.
    pub async fn look(&mut self) {
        self.obey(&Order::Due).await;
    }

    /// What it is doing.
    #[must_use]
    pub fn state(&self) -> WatchState {
        self.state.borrow().state
    }

    async fn run(mut self, mut waiting: mpsc::UnboundedReceiver<Command>, tempo: Tempo) {
        let mut ticks = tokio::time::interval(tempo.0);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let wanted = tokio::select! {
                command = waiting.recv() => command.and_then(|command| command.with_those_waiting(&mut waiting)),
                _ = ticks.tick() => Some(Wanted { look: true, ..Wanted::default() }),
            };
            let Some(wanted) = wanted else { break };
            if wanted.woken {
                self.circuit.wake();
            }
            for order in wanted.orders() {
                if !self.stop.load(Ordering::Relaxed) {
                    self.obey_or_stumble(&order).await;
                }
            }
            if self.stumbles > STUMBLES {
                break;
            }
        }
        self.state.send_modify(|shown| shown.state.running = false);
        // Before the channel closes, which is what `stop` waits for: a stopped watcher holds the portfolio no more.
        drop(self);
    }

    /// A round over which the program stumbles is one that failed: shown, and tried again at the next look, a few times.
    async fn obey_or_stumble(&mut self, order: &Order) {
        if AssertUnwindSafe(self.obey(order)).catch_unwind().await.is_ok() {
            self.stumbles = 0;
            return;
        }
        self.stumbles += 1;
        let error = Some(Problem::of(&Error::Stopped).code);
        self.state.send_modify(|shown| shown.state.error = error);
        self.book.tell(&PortfolioEvent::RoundEnded(RoundReport::default()));
    }

    async fn obey(&mut self, order: &Order) {
        if self.edited.swap(false, Ordering::Relaxed) {
            // What failed may not fail by the new settings.
            self.circuit = Circuit::default();
        }
        let now = self.book.clock().now();
        let plan = self.plan.at(&self.book, now).await;
        let wanted = if *order == Order::Due { self.has_work(now) } else { Ok(true) };
        let outcome = match wanted.and_then(|wanted| Ok((wanted, plan?))) {
            Ok((false, _)) => return self.show_next(now),
            Ok((true, plan)) => {
                let way = Way { plan, probes: *order == Order::Due && self.circuit.is_tripped() };
                run_round_until(&self.book, order, way, &self.stop).await
            }
            Err(error) => Err(error),
        };
        self.learn(&outcome);
        // Told last, so that who reads the state at the end of the round finds all of it.
        self.book.tell(&PortfolioEvent::RoundEnded(outcome.unwrap_or_default()));
    }

    fn learn(&mut self, outcome: &Result<RoundReport, Error>) {
        let (now, preset) = (self.book.clock().now(), self.preset());
        let error = match outcome {
            Ok(report) => {
                self.circuit.learn(report, now, preset);
                None
            }
            // One of the portfolio itself: a full disk, say.
            Err(error) => {
                self.circuit.rest(now, preset);
                Some(Problem::of(error).code)
            }
        };
        self.state.send_modify(|shown| shown.state.error = error);
        self.show_next(now);
    }

    fn has_work(&self, now: DateTime<Utc>) -> Result<bool, Error> {
        if !self.circuit.lets_through(now) || !self.preset().hours().is_open(now) {
            return Ok(false);
        }
        Ok(self.next_due()?.is_some_and(|due| due <= now))
    }

    fn preset(&self) -> Preset {
        self.book.service().map_or(Preset::Other, |service| service.settings.preset)
    }

    /// When the first case is due; none without cases, or without a service that could be asked.
    fn next_due(&self) -> Result<Option<DateTime<Utc>>, Error> {
        let due = self.book.next_due()?;
        match self.book.service().err() {
            Some(Error::ServiceNotSet) => Ok(None),
            Some(error) if due.is_some() => Err(error),
            Some(_) | None => Ok(due),
        }
    }

    fn show_next(&self, now: DateTime<Utc>) {
        // What cannot be read is tried again like a case that is due.
        let next = self.next_due().unwrap_or(Some(now));
        let next = next.map(|due| self.circuit.open_until.map_or(due, |open| due.max(open)));
        let next = next.map(|at| self.preset().hours().next_opening(at.max(now)));
        self.state.send_if_modified(|shown| std::mem::replace(&mut shown.state.next_round_at, next) != next);
    }
}

/// Keeps a service that fails as a whole from being asked again and again.
#[derive(Debug, Default)]
struct Circuit {
    stops: u32,
    open_until: Option<DateTime<Utc>>,
    /// Whether a missing network opened it.
    no_network: bool,
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

    /// Whether the service failed when it was last asked.
    fn is_tripped(&self) -> bool {
        self.stops > 0
    }

    /// The computer woke up, maybe elsewhere: what failed for want of a network may be tried again.
    fn wake(&mut self) {
        if self.no_network {
            *self = Self::default();
        }
    }

    fn first(preset: Preset) -> TimeDelta {
        if preset == Preset::Practice { TimeDelta::seconds(5) } else { Self::FIRST }
    }

    /// The first pause, after a round that failed and not by the service: it is not to be tried at every look at the clock.
    fn rest(&mut self, now: DateTime<Utc>, preset: Preset) {
        let until = now + Self::first(preset);
        self.open_until = Some(self.open_until.map_or(until, |open| open.max(until)));
        self.no_network = false;
    }

    fn learn(&mut self, report: &RoundReport, now: DateTime<Utc>, preset: Preset) {
        if report.stopped_by.is_some() {
            self.no_network = report.stopped_by == Some(ProblemKind::NoNetwork);
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
    fn what_was_ordered_meanwhile_becomes_one() {
        let together = |commands: Vec<Command>| {
            let (sender, mut waiting) = mpsc::unbounded_channel();
            for command in commands {
                sender.send(command).map_err(drop).unwrap();
            }
            let first = waiting.try_recv().unwrap();
            first.with_those_waiting(&mut waiting).map(Wanted::orders)
        };
        let these = |ids: &[i64]| Command::Check(ids.iter().copied().map(CaseId).collect());
        let all = || Command::Check(Vec::new());
        let due = Order::Due;
        assert_eq!(together(vec![Command::Look, Command::Look]), Some(vec![due.clone()]));
        assert_eq!(together(vec![Command::Look, these(&[1]), all(), these(&[2]), all()]), Some(vec![Order::All]));
        let united = Order::These([1, 2, 3].map(CaseId).to_vec());
        assert_eq!(together(vec![these(&[1, 2]), these(&[2, 3])]), Some(vec![united.clone()]));
        assert_eq!(together(vec![Command::Look, these(&[1, 2, 3])]), Some(vec![united, due.clone()]), "new cases too");
        assert_eq!(together(vec![Command::Wake, Command::Look]), Some(vec![due]));
        assert_eq!(together(vec![all(), Command::Stop, Command::Look]), None);
    }

    #[test]
    fn a_clock_set_back_by_years_does_not_hold_the_watch() {
        let mut circuit = Circuit::default();
        circuit.learn(&stopped(ProblemKind::Closed), now() + TimeDelta::days(3_650), Preset::Production);
        assert!(circuit.lets_through(now()));
    }
}

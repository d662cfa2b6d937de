//! The loop that watches: it obeys the plan, the clock and the person.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use casefolio_domain::CaseId;
use casefolio_domain::polling::{Planner, Prices};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::FutureExt as _;
use tokio::sync::{mpsc, watch};
use tokio::task::AbortHandle;
use tokio::time::MissedTickBehavior;

use super::activity::{Activity, Deed, What};
use super::book::Book;
use super::circuit::Circuit;
use super::orders::{Command, Wanted};
use super::planning::holds;
use super::round::{Order, Way, run_round_until};
use super::schedule::chance;
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

/// A running watcher. Dropping it stops it; [`Watcher::stop`] also waits until what was asked is committed.
pub struct Watcher {
    commands: mpsc::UnboundedSender<Command>,
    shown: watch::Receiver<Shown>,
    activity: Activity,
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
        let activity = watching.activity.clone();
        let task = tokio::spawn(watching.run(waiting, tempo)).abort_handle();
        Self { commands, shown, activity, stop, task }
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

    /// What it did and decided lately, the latest first.
    #[must_use]
    pub fn activity(&self) -> Vec<Deed> {
        self.activity.deeds()
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
    activity: Activity,
    circuit: Circuit,
    plan: Planned,
    stop: Arc<AtomicBool>,
    /// Whether settings were changed since the last round.
    edited: Arc<AtomicBool>,
    /// How often in a row the program stumbled over a round.
    stumbles: u32,
    /// Before this no round is begun by the plan: many computers are switched on at the same hour.
    begins_at: Option<DateTime<Utc>>,
}

/// How long the first round waits after a start, at most, and after the computer woke up.
const SPREAD: (TimeDelta, TimeDelta) = (TimeDelta::seconds(120), TimeDelta::seconds(50));

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
        let activity = Activity::default();
        let (deeds, times) = (activity.clone(), Arc::downgrade(&book));
        book.listen(Box::new(move |event| {
            progress.send_modify(|shown| shown.hear(event));
            if let Some(book) = times.upgrade() {
                deeds.hear(event, book.clock().now());
            }
            if *event == PortfolioEvent::SettingsEdited {
                settings.store(true, Ordering::Relaxed);
            }
            if matches!(event, PortfolioEvent::SettingsEdited | PortfolioEvent::CasesEdited) {
                cases.store(true, Ordering::Relaxed);
            }
        }));
        let plan = Planned { plan: None, prices: Prices::default(), outdated };
        Self {
            book,
            state,
            activity,
            circuit: Circuit::default(),
            plan,
            stop: Arc::default(),
            edited,
            stumbles: 0,
            begins_at: None,
        }
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
        self.spread(SPREAD.0);
        loop {
            let wanted = tokio::select! {
                command = waiting.recv() => command.and_then(|command| command.with_those_waiting(&mut waiting)),
                _ = ticks.tick() => Some(Wanted::tick()),
            };
            let Some(wanted) = wanted else { break };
            if wanted.woken {
                self.activity.note(self.book.clock().now(), What::Woke);
                self.circuit.wake();
                self.spread(SPREAD.1);
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
        self.activity.judge(self.circuit.open_until, error);
        self.state.send_modify(|shown| shown.state.error = error);
        self.show_next(now);
    }

    /// Has rounds by the plan begin at some moment within so long. Only where the agency itself is asked, by everybody.
    fn spread(&mut self, within: TimeDelta) {
        if matches!(self.preset(), Preset::Production | Preset::Sandbox) {
            // Without a random number nothing is put off.
            let wait = chance().map_or(TimeDelta::zero(), |chance| part_of(within, chance));
            self.begins_at = Some(self.book.clock().now() + wait);
        }
    }

    /// Whether rounds by the plan may begin. A clock that was set back meanwhile does not put them off.
    fn has_begun(&self, now: DateTime<Utc>) -> bool {
        self.begins_at.is_none_or(|begins| begins <= now || begins > now + SPREAD.0)
    }

    fn has_work(&self, now: DateTime<Utc>) -> Result<bool, Error> {
        if !self.circuit.lets_through(now) || !self.has_begun(now) {
            return Ok(false);
        }
        let (is_due, hours) = (self.next_due()?.is_some_and(|due| due <= now), self.preset().hours());
        if is_due && !hours.is_open(now) {
            self.activity.closed(now, hours.next_opening(now));
        }
        Ok(is_due && hours.is_open(now))
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
        let next =
            next.map(|due| self.begins_at.filter(|_| !self.has_begun(now)).map_or(due, |begins| due.max(begins)));
        let next = next.map(|at| self.preset().hours().next_opening(at.max(now)));
        self.state.send_if_modified(|shown| std::mem::replace(&mut shown.state.next_round_at, next) != next);
    }
}

/// A part of a duration, from 0 to 1, to the second.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "seconds of some minutes")]
fn part_of(duration: TimeDelta, part: f64) -> TimeDelta {
    TimeDelta::seconds((duration.num_seconds() as f64 * part) as i64)
}

//! The watch behind the lock of strict mode: from the moment a portfolio is closed until one is opened.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use casefolio_core::log::LogEvent;
use casefolio_core::parts::{KeysError, StoreError};
use casefolio_core::telling::Dispatcher;
use casefolio_core::watch::behind_lock::LockedWatch;
use casefolio_core::watch::{Book, Tempo, Watcher};
use casefolio_core::{Core, Error, PortfolioEvent};
use tauri::{AppHandle, Manager};

use crate::attending::PATIENCE;
use crate::notifier::{self, DesktopNotifier};
use crate::shell::Shell;
use crate::{beside, tray};

/// How long a command that still reads a portfolio which is being closed is waited for, and how often it is looked whether it is done.
const STILL_READ: (u32, Duration) = (40, Duration::from_millis(250));

/// How long what is still being written is waited for, and how often it is looked whether it is.
const STILL_WRITTEN: (u32, Duration) = (100, Duration::from_millis(20));

/// What is watched behind the lock. Managed by Tauri.
#[derive(Default)]
pub(crate) struct BehindLock(Mutex<State>);

#[derive(Default)]
struct State {
    wanted: Option<Wanted>,
    watching: Option<Arc<Watching>>,
    /// How many changes were seen since the lock.
    seen: u64,
    /// Raised by whatever ends the watch: a beginning that was put off then does not happen any more.
    turn: u64,
}

impl State {
    /// One more change was seen; how many that makes.
    fn see(&mut self) -> u64 {
        self.seen += 1;
        self.seen
    }
}

/// Whose watch is wanted.
#[derive(Clone)]
pub(crate) struct Wanted {
    pub(crate) user_id: String,
    /// Whether it goes on without a window. The preferences that say so cannot be read behind the lock.
    pub(crate) in_tray: bool,
}

struct Watching {
    watch: Mutex<Option<Arc<LockedWatch>>>,
    watcher: Watcher,
    dispatcher: Dispatcher,
}

/// What came of a beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Begun {
    Watching,
    /// There is nothing that could be watched: it is not wanted, or the key for it is not kept.
    Nothing,
    /// The key store does not answer.
    NoAnswer,
}

/// By what a beginning knows that nobody ended the watch meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Turn(u64);

/// Says, before a portfolio is closed, whose watch is to begin when it is.
pub(crate) fn want(app: &AppHandle, wanted: Wanted) -> Turn {
    let state = app.state::<BehindLock>();
    let mut state = state.held();
    (state.wanted, state.seen) = (Some(wanted), 0);
    Turn(state.turn)
}

/// Begins what is wanted, once the portfolio is closed; not where the watch was ended since.
pub(crate) async fn begin(app: &AppHandle, turn: Turn) -> Begun {
    for _ in 0..STILL_READ.0 {
        match try_begin(app, turn).await {
            Err(Error::Store(StoreError::Busy)) => tokio::time::sleep(STILL_READ.1).await,
            Ok(begun) => return begun,
            Err(Error::Keys(KeysError::KeyStore(_))) => return Begun::NoAnswer,
            // The watch store is damaged, say: unlocking makes another.
            Err(_) => break,
        }
    }
    want_nothing(app);
    Begun::Nothing
}

fn want_nothing(app: &AppHandle) {
    app.state::<BehindLock>().held().wanted = None;
}

async fn try_begin(app: &AppHandle, turn: Turn) -> Result<Begun, Error> {
    let shell = app.state::<Shell>();
    // No portfolio is opened or closed meanwhile.
    let _settled = shell.settled().await;
    let wanted = {
        let state = app.state::<BehindLock>();
        let state = state.held();
        if state.watching.is_some() {
            return Ok(Begun::Watching);
        }
        state.wanted.clone().filter(|_| Turn(state.turn) == turn && shell.running().is_none())
    };
    let Some(wanted) = wanted else { return Ok(Begun::Nothing) };
    let core = shell.core.clone();
    // Reads the key store, which may take seconds.
    let opened = tauri::async_runtime::spawn_blocking(move || open(&core, &wanted.user_id));
    let Some(watch) = opened.await.unwrap_or(Err(Error::Stopped))? else {
        want_nothing(app);
        return Ok(Begun::Nothing);
    };
    let watching = Watching::begin(app, watch)?;
    let seen = {
        let state = app.state::<BehindLock>();
        let mut state = state.held();
        state.watching = Some(Arc::new(watching));
        state.seen
    };
    shell.log.note(&LogEvent::BehindLock { watching: true });
    tray::follow_behind_lock(app, true, seen);
    Ok(Begun::Watching)
}

fn open(core: &Core, user_id: &str) -> Result<Option<Arc<LockedWatch>>, Error> {
    core.watch_behind_lock(&core.choose(Some(user_id))?)
}

impl Watching {
    fn begin(app: &AppHandle, watch: Arc<LockedWatch>) -> Result<Self, Error> {
        count(app, &watch);
        app.state::<Shell>().log.follow_behind_lock(&watch);
        let watcher = Watcher::start(Arc::clone(&watch), Tempo::USUAL);
        let dispatcher = Dispatcher::start_behind_lock(&watch, Arc::new(DesktopNotifier::new(app)))?;
        Ok(Self { watch: Mutex::new(Some(watch)), watcher, dispatcher })
    }

    /// Returns when nothing of it holds the portfolio any more.
    async fn stop(&self) {
        self.watcher.stop_within(PATIENCE).await;
        let watch = self.watch.lock().unwrap_or_else(PoisonError::into_inner).take();
        let held = watch.as_ref().map(Arc::downgrade);
        drop(watch);
        let dispatcher = self.dispatcher.clone();
        // A thread that is just telling a notice holds the watch until it is told.
        let _ended = tauri::async_runtime::spawn_blocking(move || dispatcher.flush()).await;
        // Answers that came last may still be on their way to the disk.
        for _ in 0..STILL_WRITTEN.0 {
            if held.as_ref().is_none_or(|held| held.strong_count() == 0) {
                return;
            }
            tokio::time::sleep(STILL_WRITTEN.1).await;
        }
    }
}

/// Keeps the tray at the number of changes that were seen behind the lock.
fn count(app: &AppHandle, watch: &LockedWatch) {
    let app = app.clone();
    watch.listen(Box::new(move |event| {
        if matches!(event, PortfolioEvent::Checked { told: true, .. }) {
            let seen = app.state::<BehindLock>().held().see();
            tray::follow_behind_lock(&app, true, seen);
        }
    }));
}

/// Ends the watch, for good: a portfolio takes its place, or the program ends. Whoever calls this keeps a portfolio from being opened or
/// closed meanwhile.
pub(crate) async fn end(app: &AppHandle) {
    stop(app).await;
    want_nothing(app);
}

/// Does `work` while no watch in the background holds a portfolio's folder: opening one, restoring, mending. What was watched is watched again where
/// none is open after it.
pub(crate) async fn aside<T>(app: &AppHandle, work: impl Future<Output = T>) -> T {
    let turn = {
        // A portfolio that was just locked may still be closing.
        let _settled = app.state::<Shell>().settled().await;
        beside::pause(app).await;
        stop(app).await
    };
    let done = work.await;
    beside::resume(app);
    let is_wanted = app.state::<BehindLock>().held().wanted.is_some();
    if is_wanted && app.state::<Shell>().running().is_none() {
        let app = app.clone();
        // Nobody waits for that.
        tauri::async_runtime::spawn(async move { begin(&app, turn).await });
    }
    done
}

/// Stops what is watched. It goes on being wanted.
async fn stop(app: &AppHandle) -> Turn {
    let (watching, turn) = {
        let state = app.state::<BehindLock>();
        let mut state = state.held();
        state.turn += 1;
        (state.watching.take(), Turn(state.turn))
    };
    if let Some(watching) = watching {
        watching.stop().await;
        notifier::take_back(app);
        app.state::<Shell>().log.note(&LogEvent::BehindLock { watching: false });
        tray::follow_behind_lock(app, false, 0);
    }
    turn
}

/// Whether the portfolio of this user is watched behind the lock, or is about to be.
pub(crate) fn is_for(app: &AppHandle, user_id: &str) -> bool {
    app.state::<BehindLock>().held().wanted.as_ref().is_some_and(|wanted| wanted.user_id == user_id)
}

/// Whether the program goes on for it without a window.
pub(crate) fn stays_in_tray(app: &AppHandle) -> bool {
    app.state::<BehindLock>().held().wanted.as_ref().is_some_and(|wanted| wanted.in_tray)
}

/// Has every case checked now.
pub(crate) fn check_now(app: &AppHandle) {
    let watching = app.state::<BehindLock>().held().watching.clone();
    if let Some(watching) = watching {
        tauri::async_runtime::spawn(async move { watching.watcher.check_now(Vec::new()).await });
    }
}

/// The computer woke up.
pub(crate) async fn wake(app: &AppHandle) {
    let watching = app.state::<BehindLock>().held().watching.clone();
    if let Some(watching) = watching {
        // A watcher that has ended needs no waking.
        let _ended = watching.watcher.wake().await;
    }
}

impl BehindLock {
    fn held(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! The portfolios beside the one that can be seen: those that the key store of this computer opens are watched and told of, too.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use casefolio_core::core::PortfolioEntry;
use casefolio_core::log::Deed;
use casefolio_core::parts::StoreError;
use casefolio_core::{Error, Portfolio, PortfolioEvent};
use tauri::{AppHandle, Manager};

use crate::attending;
use crate::notifier::DesktopNotifier;
use crate::session::Session;
use crate::shell::Shell;
use crate::{events, tray};

/// How long what still holds a portfolio that is being closed is waited for, and how often it is looked whether it does.
const STILL_HELD: (u32, Duration) = (100, Duration::from_millis(20));

/// What is watched beside. Managed by Tauri.
#[derive(Default)]
pub(crate) struct Beside {
    watched: Mutex<HashMap<PathBuf, Arc<Session>>>,
    /// Whether nothing is to be opened, because a person is about to open something.
    paused: AtomicBool,
    /// Held by whoever opens or closes one.
    turn: tokio::sync::Mutex<()>,
}

/// Watches, from now on, every portfolio that the key store opens and that is not open. One that does not open goes unwatched until the next
/// time, and the log says why.
pub(crate) async fn begin(app: &AppHandle) {
    let beside = app.state::<Beside>();
    let turn = beside.turn.lock().await;
    let core = app.state::<Shell>().core.clone();
    let listed = tauri::async_runtime::spawn_blocking(move || core.portfolios()).await;
    for entry in listed.unwrap_or(Err(Error::Stopped)).unwrap_or_default() {
        if beside.is_wanted(app, &entry) {
            begin_one(app, entry).await;
        }
    }
    drop(turn);
    refresh(app);
}

async fn begin_one(app: &AppHandle, entry: PortfolioEntry) {
    let core = app.state::<Shell>().core.clone();
    let folder = entry.folder.clone();
    // Reads the key store, which may take seconds.
    let opened = tauri::async_runtime::spawn_blocking(move || core.unlock_with_computer(&entry)).await;
    match opened.unwrap_or(Err(Error::Stopped)).and_then(|portfolio| watch(app, portfolio)) {
        Ok(session) => drop(app.state::<Beside>().held().insert(folder, Arc::new(session))),
        // Somebody is opening it.
        Err(Error::Store(StoreError::Busy)) => {}
        Err(error) => app.state::<Shell>().note_refused(Deed::Open, &error),
    }
}

fn watch(app: &AppHandle, portfolio: Portfolio) -> Result<Session, Error> {
    let portfolio = Arc::new(portfolio);
    follow(app, &portfolio);
    attending::attend(app, portfolio, None, DesktopNotifier::beside(app))
}

/// Keeps the tray at what is unread.
fn follow(app: &AppHandle, portfolio: &Portfolio) {
    let app = app.clone();
    portfolio.listen(Box::new(move |event| {
        if matches!(event, PortfolioEvent::Checked { told: true, .. }) {
            refresh(&app);
        }
    }));
}

/// Opens what is to be watched beside, in the background, also where that was put off.
pub(crate) fn resume(app: &AppHandle) {
    app.state::<Beside>().paused.store(false, Ordering::Relaxed);
    let app = app.clone();
    tauri::async_runtime::spawn(async move { begin(&app).await });
}

/// Closes all of it, and opens nothing until [`resume`]: when this returns, every folder is free.
pub(crate) async fn pause(app: &AppHandle) {
    let beside = app.state::<Beside>();
    beside.paused.store(true, Ordering::Relaxed);
    let _turn = beside.turn.lock().await;
    let watched: Vec<Arc<Session>> = beside.held().drain().map(|(_, session)| session).collect();
    let ending: Vec<_> = watched.into_iter().map(|session| tauri::async_runtime::spawn(end(session))).collect();
    for ended in ending {
        // One over which the program stumbles is closed, too.
        let _stumbled = ended.await;
    }
    refresh(app);
}

/// Ends one, and returns when nothing of it holds its folder.
async fn end(session: Arc<Session>) {
    attending::settle(&session).await;
    let held = Arc::downgrade(&session.portfolio);
    drop(session);
    for _ in 0..STILL_HELD.0 {
        if held.strong_count() == 0 {
            return;
        }
        tokio::time::sleep(STILL_HELD.1).await;
    }
}

fn refresh(app: &AppHandle) {
    tray::follow_beside(app, watches_any(app), unread(app));
    events::tell_of_others(app);
}

/// How many changes are unread in all of them.
pub(crate) fn unread(app: &AppHandle) -> u64 {
    let unread = |session: Arc<Session>| session.portfolio.unread_count().unwrap_or_default();
    app.state::<Beside>().sessions().into_iter().map(unread).sum()
}

/// Whether any portfolio is watched beside.
pub(crate) fn watches_any(app: &AppHandle) -> bool {
    !app.state::<Beside>().held().is_empty()
}

/// How many changes are unread in the portfolio in this folder; none where it is not watched beside.
pub(crate) fn unread_in(app: &AppHandle, entry: &PortfolioEntry) -> Option<u64> {
    let session = app.state::<Beside>().held().get(&entry.folder).map(Arc::clone)?;
    Some(session.portfolio.unread_count().unwrap_or_default())
}

/// Whether the program goes on for one of them without a window.
pub(crate) fn stays_in_tray(app: &AppHandle) -> bool {
    let wants = |session: &Arc<Session>| session.portfolio.preferences().is_ok_and(|kept| kept.close_to_tray);
    app.state::<Beside>().held().values().any(wants)
}

/// Has every case checked now.
pub(crate) fn check_now(app: &AppHandle) {
    for session in app.state::<Beside>().sessions() {
        tauri::async_runtime::spawn(async move { session.watcher.check_now(Vec::new()).await });
    }
}

/// The computer woke up.
pub(crate) async fn wake(app: &AppHandle) {
    for session in app.state::<Beside>().sessions() {
        // A watcher that has ended needs no waking.
        let _ended = session.watcher.wake().await;
    }
}

impl Beside {
    fn held(&self) -> MutexGuard<'_, HashMap<PathBuf, Arc<Session>>> {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sessions(&self) -> Vec<Arc<Session>> {
        self.held().values().map(Arc::clone).collect()
    }

    fn is_wanted(&self, app: &AppHandle, entry: &PortfolioEntry) -> bool {
        let shell = app.state::<Shell>();
        // Started for practice alone, the program touches nothing else.
        if shell.arguments.practice {
            return false;
        }
        let running = shell.running();
        let is_open = running.is_some_and(|session| session.portfolio.folder() == entry.folder);
        let is_closed = !is_open && !self.held().contains_key(&entry.folder);
        is_closed && entry.computer_slot && entry.problem.is_none() && !self.paused.load(Ordering::Relaxed)
    }
}

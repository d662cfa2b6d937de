//! From an open portfolio to a session: watched, told of, shown.

use std::sync::Arc;
use std::time::Duration;

use casefolio_core::log::{Deed, LogEvent, Way};
use casefolio_core::parts::KeysError;
use casefolio_core::{Error, Portfolio};
use casefolio_practice::Running;
use tauri::{AppHandle, Manager};
use tokio::sync::OwnedMutexGuard;

use crate::behind_lock::{Begun, Wanted};
use crate::notifier::{self, DesktopNotifier};
use crate::session::Session;
use crate::shell::{self, Shell};
use crate::{attending, behind_lock, beside, events, tray, unlocking, windows};

/// Begins a session with what a person opened: from here on the portfolio is watched and can be shown. Needs the async runtime.
pub(crate) fn begin(app: &AppHandle, portfolio: Portfolio, practice: Option<Running>) -> Result<(), Error> {
    open(app, portfolio, practice, Way::Person)
}

fn open(app: &AppHandle, portfolio: Portfolio, practice: Option<Running>, by: Way) -> Result<(), Error> {
    let shell = app.state::<Shell>();
    shell.agree_on_looks(&portfolio)?;
    let portfolio = Arc::new(portfolio);
    events::forward(app, &portfolio);
    tray::follow(app, &portfolio);
    shell::follow_preferences(app, &portfolio);
    if practice.is_none() {
        unlocking::choose(app, portfolio.user_id().to_owned());
    }
    let session = attending::attend(app, portfolio, practice, DesktopNotifier::new(app))?;
    note_opened(&shell, &session, by);
    shell.begin(session);
    hold_sleep(app);
    tray::refresh(app);
    beside::resume(app);
    Ok(())
}

/// A session that was taken out of the shell and goes on until it is stopped. Nothing else is opened meanwhile.
pub(crate) struct Ending {
    session: Arc<Session>,
    _turn: OwnedMutexGuard<()>,
}

/// Takes the session out at once: for a lock that ends it. None where there is none, or where it is ending already.
pub(crate) fn take(app: &AppHandle) -> Option<Ending> {
    let shell = app.state::<Shell>();
    let turn = shell.settled_now()?;
    shell.end().map(|session| Ending { session, _turn: turn })
}

/// Ends the session there is, or the watch behind the lock, and what is watched beside: when this returns, everything that was answered is committed and nothing more
/// is told of it.
pub(crate) async fn end(app: &AppHandle) {
    let shell = app.state::<Shell>();
    let turn = shell.settled().await;
    beside::pause(app).await;
    behind_lock::end(app).await;
    if let Some(session) = shell.end() {
        stop(app, Ending { session, _turn: turn }).await;
    }
}

/// Stops a session that was taken out. With it go the database and its key.
pub(crate) async fn stop(app: &AppHandle, ending: Ending) {
    attending::settle(&ending.session).await;
    drop(ending);
    notifier::take_back(app);
    tray::follow_none(app);
    hold_sleep(app);
    app.state::<Shell>().log.note(&LogEvent::Closed);
}

/// Away from the async workers, for the system is asked.
fn hold_sleep(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn_blocking(move || app.state::<Shell>().hold_sleep());
}

fn note_opened(shell: &Shell, session: &Session, by: Way) {
    let (portfolio, mode) = (session.portfolio.marks().portfolio(), shell.key_mode(session));
    let cases = session.portfolio.case_count().unwrap_or_default();
    shell.log.note(&LogEvent::Opened { portfolio, by, mode, cases });
    if session.portfolio.was_updated() {
        shell.log.note(&LogEvent::Done { what: Deed::Migrate });
    }
}

/// Opens the only portfolio with the key that this computer's key store holds, and shows it; otherwise the gate, which says why not.
pub(crate) fn open_by_computer(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let opened = by_computer(&app).await;
        windows::on_main_thread(&app, move |app| show(app, opened));
    });
}

/// How often a key store that does not answer is asked again. At sign-in it may start later than this program, or be unlocked later.
const ASK_AGAIN: Duration = Duration::from_secs(10);
/// How often it is asked before the person is told that nothing is checked.
const PATIENCE: u32 = 6;

/// Opens the only portfolio as at sign-in: without a window. What a person would have to do is said by a notification and by the tray,
/// and done in the gate, which a click or a second start opens: a window that nobody called would stand in the way of other work.
pub(crate) fn open_hidden(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        for asked in 1.. {
            match try_hidden(&app).await {
                Hidden::Open | Hidden::BehindLock => return,
                // A program that nobody sees and that has nothing to do.
                Hidden::Needless => return app.exit(0),
                Hidden::Refused => return call(&app).await,
                Hidden::Waiting if asked == PATIENCE => call(&app).await,
                Hidden::Waiting => {}
            }
            tokio::time::sleep(ASK_AGAIN).await;
            // Whoever unlocks it by hand is not to be overtaken.
            if app.state::<Shell>().running().is_some() || windows::any_is_open(&app) {
                return;
            }
        }
    });
}

/// What came of opening without a window.
enum Hidden {
    Open,
    /// It stays closed, and is watched behind its lock.
    BehindLock,
    /// The key store does not answer yet.
    Waiting,
    /// A person has to do something.
    Refused,
    /// There is no portfolio.
    Needless,
}

async fn try_hidden(app: &AppHandle) -> Hidden {
    let opened = by_computer(app).await;
    let behind = if matches!(opened, Ok(None)) { begin_behind_lock(app).await } else { Begun::Nothing };
    let several = matches!(opened, Err(Error::SeveralPortfolios));
    if several {
        beside::begin(app).await;
    }
    let unanswered = several && !beside::watches_any(app)
        || behind == Begun::NoAnswer
        || matches!(opened, Err(Error::Keys(KeysError::KeyStore(_))));
    let waits = unanswered && !key_store_answers(app).await;
    let shell = app.state::<Shell>();
    let outcome = match &opened {
        Ok(Some(())) => Hidden::Open,
        Ok(None) if behind == Begun::Watching => Hidden::BehindLock,
        Err(_) if several && beside::watches_any(app) => Hidden::Open,
        Err(Error::NoPortfolio) => Hidden::Needless,
        Ok(None) | Err(_) if waits => Hidden::Waiting,
        Ok(None) | Err(_) => Hidden::Refused,
    };
    explain(&shell, opened.err());
    shell.set_started();
    tray::refresh(app);
    outcome
}

/// Watches the only portfolio, which the computer cannot open, behind its lock. It goes on without a window, as it began.
async fn begin_behind_lock(app: &AppHandle) -> Begun {
    let core = app.state::<Shell>().core.clone();
    let entry = tauri::async_runtime::spawn_blocking(move || core.choose(None));
    let Ok(Ok(entry)) = entry.await else { return Begun::Nothing };
    let turn = behind_lock::want(app, Wanted { user_id: entry.user_id, in_tray: true });
    behind_lock::begin(app, turn).await
}

async fn key_store_answers(app: &AppHandle) -> bool {
    let core = app.state::<Shell>().core.clone();
    let answers = tauri::async_runtime::spawn_blocking(move || core.key_store_answers()).await.unwrap_or(false);
    app.state::<Shell>().log.note(&LogEvent::KeyStore { answers });
    answers
}

/// Calls for the person without whom nothing is checked. Without a tray, only a window can be found again.
async fn call(app: &AppHandle) {
    if !tray::is_there(app) {
        return windows::raise_soon(app);
    }
    let notifier = DesktopNotifier::new(app);
    // Where nobody shows notifications, the tray says it.
    let _unseen = tauri::async_runtime::spawn_blocking(move || notifier.call()).await;
}

async fn by_computer(app: &AppHandle) -> Result<Option<()>, Error> {
    let core = app.state::<Shell>().core.clone();
    // Reading the key store may take seconds: away from the thread of the windows.
    tauri::async_runtime::spawn_blocking(move || {
        let entry = core.choose(None)?;
        if entry.computer_slot { core.unlock_with_computer(&entry).map(Some) } else { Ok(None) }
    })
    .await
    .unwrap_or(Err(Error::Stopped))
    .and_then(|portfolio| portfolio.map(|portfolio| open(app, portfolio, None, Way::Computer)).transpose())
}

/// Remembers for the gate why the portfolio did not open by itself. A first start and a choice among several need no explanation.
fn explain(shell: &Shell, error: Option<Error>) {
    match error {
        None | Some(Error::NoPortfolio | Error::SeveralPortfolios) => drop(shell.take_refusal()),
        Some(error) => {
            shell.note_refused(Deed::Open, &error);
            shell.refuse(error);
        }
    }
}

fn show(app: &AppHandle, opened: Result<Option<()>, Error>) {
    let shell = app.state::<Shell>();
    let main = matches!(opened, Ok(Some(())));
    if !main {
        beside::resume(app);
    }
    explain(&shell, opened.err());
    shell.set_started();
    tray::refresh(app);
    let shown = if main { windows::open_main(app) } else { windows::open_closed(app) };
    if shown.is_err() {
        app.exit(1);
    }
}

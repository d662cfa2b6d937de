//! Locking: the views are closed. In computer mode the watching goes on; in strict mode the portfolio is closed as well, and what can be
//! watched without it is.

use std::time::Duration;

use casefolio_core::locking::{LockReason, Lookout};
use casefolio_core::log::LogEvent;
use casefolio_system::moments::Hold;
use tauri::{AppHandle, Manager};

use crate::behind_lock::{self, Turn, Wanted};
use crate::opening::{self, Ending};
use crate::shell::Shell;
use crate::{tray, unlocking, windows};

/// How often the clock is looked at. It decides, not the number of ticks: none come while the computer sleeps.
const TICK: Duration = Duration::from_secs(5);

/// Closes the view of the portfolio. The commands of the window are refused when this returns; on the thread of the windows the window
/// is gone then as well, elsewhere soon. In strict mode the session ends after that, and with it the key. Whoever waits for the end of
/// it, sleep above all, is let go at the end of it.
pub(crate) fn lock(app: &AppHandle, reason: LockReason, hold: Option<Hold>) {
    lock_for(app, reason, hold, windows::open_closed);
}

/// The same, where a person leaves for another portfolio: the gate takes the place of the windows.
pub(crate) fn leave(app: &AppHandle) {
    lock_for(app, LockReason::Person, None, windows::open_gate);
}

type Opening = fn(&AppHandle) -> tauri::Result<()>;

fn lock_for(app: &AppHandle, reason: LockReason, hold: Option<Hold>, open_instead: Opening) {
    let shell = app.state::<Shell>();
    if shell.lock() {
        shell.log.note(&LogEvent::Locked { why: reason.into() });
    }
    let closing = shell.is_strict().then(|| take(app)).flatten();
    windows::on_main_thread(app, move |app| {
        close_views(app, open_instead);
        tauri::async_runtime::spawn(close_portfolio(app.clone(), closing, hold));
    });
}

/// A portfolio that is being closed, and what is to be watched after it.
type Closing = (Ending, Option<Turn>);

/// Whoever unlocks it again stands before the same portfolio, also where there are several.
fn take(app: &AppHandle) -> Option<Closing> {
    let shell = app.state::<Shell>();
    let session = shell.running()?;
    let in_tray = shell.stays_in_tray();
    let ending = opening::take(app)?;
    let user_id = session.portfolio.user_id().to_owned();
    unlocking::choose(app, user_id.clone());
    let watches = session.portfolio.watches_behind_lock();
    Some((ending, watches.then(|| behind_lock::want(app, Wanted { user_id, in_tray }))))
}

async fn close_portfolio(app: AppHandle, closing: Option<Closing>, hold: Option<Hold>) {
    let Some((ending, watched)) = closing else { return };
    opening::stop(&app, ending).await;
    // Sleep waits for the end of the portfolio, and not for what comes after.
    drop(hold);
    if let Some(turn) = watched {
        behind_lock::begin(&app, turn).await;
    }
}

/// Another window takes the place of those over the portfolio; where none is open, none is opened.
fn close_views(app: &AppHandle, open_instead: Opening) {
    tray::refresh(app);
    if windows::portfolio_is_seen(app) && open_instead(app).is_err() {
        // Better no window at all than one that still shows the portfolio.
        app.exit(1);
    }
}

/// Looks at the clock from now on, and locks what nobody used for too long.
pub(crate) fn keep_time(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let mut ticks = tokio::time::interval(TICK);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if let Some(reason) = app.state::<Shell>().ask_lookout(Lookout::tick) {
                lock(&app, reason, None);
            }
        }
    });
}

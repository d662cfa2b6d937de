//! What is done when the screen is locked, and when the computer goes to sleep and wakes up.

use std::time::Duration;

use casefolio_core::log::LogEvent;
use casefolio_system::moments::{self, Hold, Moment};
use tauri::{AppHandle, Manager};

use crate::shell::Shell;
use crate::{behind_lock, beside, locking};

/// How long a computer that woke up is given to find its network. Asked at once, the service would seem to be gone, and rest.
const NETWORK: Duration = Duration::from_secs(10);

/// Heeds the moments from now on. Where the system tells of none, the settings say so.
pub(crate) fn heed(app: &AppHandle) {
    let app = app.clone();
    // Finding out who tells of them may take a while: away from the thread of the windows.
    tauri::async_runtime::spawn_blocking(move || {
        let handle = app.clone();
        if let Ok(listening) = moments::listen(move |moment, hold| react(&handle, moment, hold)) {
            app.state::<Shell>().keep_listening(listening);
        }
    });
}

/// On the listener's own thread, as on macOS, where that is the one of the windows and sleep waits on it: locking begins here and now.
fn react(app: &AppHandle, moment: Moment, hold: Hold) {
    let shell = app.state::<Shell>();
    shell.log.note(&LogEvent::Moment { what: moment.into() });
    if let Some(reason) = shell.ask_lookout(|lookout, now| lookout.moment(moment, now)) {
        locking::lock(app, reason, Some(hold));
    }
    if moment == Moment::Resumed {
        tauri::async_runtime::spawn(wake(app.clone()));
    }
}

/// Wakes what is watched by then.
async fn wake(app: AppHandle) {
    tokio::time::sleep(NETWORK).await;
    if let Some(session) = app.state::<Shell>().running() {
        // A watcher that has ended needs no waking.
        let _ended = session.watcher.wake().await;
    }
    behind_lock::wake(&app).await;
    beside::wake(&app).await;
}

//! What is done when the screen is locked, and when the computer goes to sleep and wakes up.

use std::time::Duration;

use casefolio_system::moments::{self, Moment};
use tauri::{AppHandle, Manager};

use crate::locking;
use crate::session::Session;
use crate::shell::Shell;
use crate::windows;

/// How long a computer that woke up is given to find its network. Asked at once, the service would seem to be gone, and rest.
const NETWORK: Duration = Duration::from_secs(10);

/// What a moment calls for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reaction {
    /// The views are locked.
    Lock,
    /// The watcher looks at the clock again.
    Wake,
    /// Nothing.
    None,
}

/// What to do at `moment`. Practice mode holds nothing that a lock would protect.
fn reaction(moment: Moment, practice: bool, lock_with_screen: bool) -> Reaction {
    match moment {
        Moment::ScreenLocked | Moment::Suspending if lock_with_screen && !practice => Reaction::Lock,
        Moment::Resumed => Reaction::Wake,
        Moment::ScreenLocked | Moment::Suspending | Moment::ScreenUnlocked => Reaction::None,
    }
}

/// Heeds the moments from now on. Where the system tells of none, the settings say so.
pub(crate) fn heed(app: &AppHandle) {
    let app = app.clone();
    // Finding out who tells of them may take a while: away from the thread of the windows.
    tauri::async_runtime::spawn_blocking(move || {
        let handle = app.clone();
        let listening = moments::listen(move |moment| {
            let app = handle.clone();
            tauri::async_runtime::spawn(async move { react(&app, moment).await });
        });
        if let Ok(listening) = listening {
            app.state::<Shell>().keep_listening(listening);
        }
    });
}

async fn react(app: &AppHandle, moment: Moment) {
    let Some(session) = app.state::<Shell>().running() else { return };
    match reaction(moment, session.practice.is_some(), locks(&session)) {
        Reaction::Lock => {
            // First the commands of the window are refused, then it goes.
            app.state::<Shell>().set_locked(true);
            windows::on_main_thread(app, locking::lock);
        }
        Reaction::Wake => {
            tokio::time::sleep(NETWORK).await;
            // A watcher that has ended needs no waking.
            let _ended = session.watcher.wake().await;
        }
        Reaction::None => {}
    }
}

/// Preferences that cannot be read are no reason to leave the views open.
fn locks(session: &Session) -> bool {
    session.portfolio.preferences().map_or(true, |preferences| preferences.lock_with_screen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_views_are_locked_with_the_screen_and_before_sleep_if_the_user_wants_that() {
        for moment in [Moment::ScreenLocked, Moment::Suspending] {
            assert_eq!(reaction(moment, false, true), Reaction::Lock);
            assert_eq!(reaction(moment, false, false), Reaction::None);
        }
    }

    #[test]
    fn practice_is_not_locked() {
        assert_eq!(reaction(Moment::ScreenLocked, true, true), Reaction::None);
        assert_eq!(reaction(Moment::Suspending, true, true), Reaction::None);
    }

    #[test]
    fn after_sleep_the_watcher_looks_at_the_clock_and_the_views_stay_as_they_are() {
        for (practice, locks) in [(false, true), (false, false), (true, true)] {
            assert_eq!(reaction(Moment::Resumed, practice, locks), Reaction::Wake);
            assert_eq!(reaction(Moment::ScreenUnlocked, practice, locks), Reaction::None);
        }
    }
}

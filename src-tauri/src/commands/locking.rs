//! Commands about the lock.

use casefolio_core::locking::{LockReason, Lookout};
use tauri::{AppHandle, State};

use super::on_main_thread;
use crate::locking;
use crate::shell::Shell;
use crate::wire::problem::Answer;

/// Closes the view of the portfolio and opens the gate; in computer mode the watching goes on.
#[tauri::command]
#[specta::specta]
pub(crate) async fn lock(app: AppHandle) -> Answer<()> {
    on_main_thread(&app, |app| {
        locking::lock(app, LockReason::Person, None);
        Ok(())
    })
    .await
}

/// Closes the view of the portfolio, as `lock` does, and leaves for the gate, where another one can be chosen.
#[tauri::command]
#[specta::specta]
pub(crate) async fn switch_portfolio(app: AppHandle) -> Answer<()> {
    on_main_thread(&app, |app| {
        locking::leave(app);
        Ok(())
    })
    .await
}

/// A person did something in the window: the time after which it is locked begins anew. It is enough to say so every few seconds.
#[tauri::command]
#[specta::specta]
pub(crate) async fn still_here(app: AppHandle, shell: State<'_, Shell>) -> Answer<()> {
    // Said too late, it locks like the tick that would have come next.
    if let Some(reason) = shell.ask_lookout(Lookout::still_here) {
        locking::lock(&app, reason, None);
    }
    Ok(())
}

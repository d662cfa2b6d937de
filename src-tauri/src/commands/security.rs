//! Commands about how the open portfolio is opened.

use casefolio_core::Error;
use tauri::State;

use super::blocking;
use crate::shell::Shell;
use crate::wire::problem::Answer;
use crate::wire::security::SecurityView;

/// How the open portfolio is opened. Practice mode is opened by nobody.
#[tauri::command]
#[specta::specta]
pub(crate) async fn security(shell: State<'_, Shell>) -> Answer<SecurityView> {
    let (session, core) = (shell.session()?, shell.core.clone());
    blocking(move || {
        let portfolio = &session.portfolio;
        Ok(SecurityView {
            mode: portfolio.mode().into(),
            wants_watch_behind_lock: portfolio.wants_watch_behind_lock()?,
            watches_behind_lock: portfolio.watches_behind_lock(),
            key_store: core.key_store_answers(),
        })
    })
    .await
}

/// Has cases checked behind the lock of strict mode, or no more.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_watch_behind_lock(shell: State<'_, Shell>, on: bool) -> Answer<()> {
    let session = shell.session()?;
    if session.practice.is_some() {
        return Err(Error::Locked.into());
    }
    blocking(move || session.portfolio.set_watch_behind_lock(on)).await
}

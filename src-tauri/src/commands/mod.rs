//! What the windows may ask for: each command reads its request, calls one use case and shapes the answer.

pub(crate) mod backups;
pub(crate) mod cases;
pub(crate) mod computer;
pub(crate) mod copying;
pub(crate) mod damage;
pub(crate) mod diagnostics;
mod entering;
pub(crate) mod gate;
pub(crate) mod health;
pub(crate) mod locking;
pub(crate) mod mail;
pub(crate) mod network;
pub(crate) mod secret;
pub(crate) mod security;
pub(crate) mod service;
pub(crate) mod session;
pub(crate) mod telling;
pub(crate) mod unlocking;

use casefolio_core::Error;
use tauri::AppHandle;

use crate::wire::problem::{Answer, Problem};

/// Runs something that blocks (a key derivation, the database, the key store) away from the async workers.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Error> + Send + 'static) -> Answer<T> {
    match tauri::async_runtime::spawn_blocking(work).await {
        Ok(result) => result.map_err(Problem::from),
        Err(_) => Err(Error::Stopped.into()),
    }
}

/// Runs something on the thread of the windows and waits for it.
async fn on_main_thread(
    app: &AppHandle,
    work: impl FnOnce(&AppHandle) -> tauri::Result<()> + Send + 'static,
) -> Answer<()> {
    let (done, wait) = tokio::sync::oneshot::channel();
    let handle = app.clone();
    let sent = app.run_on_main_thread(move || {
        // The command that waits may be gone with its window.
        let _gone = done.send(work(&handle).is_ok());
    });
    match (sent, wait.await) {
        (Ok(()), Ok(true)) => Ok(()),
        (Ok(()) | Err(_), Ok(_) | Err(_)) => Err(Error::Stopped.into()),
    }
}

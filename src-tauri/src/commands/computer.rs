//! Commands about this computer: what is the same for every portfolio.

use std::io;

use casefolio_core::Error;
use casefolio_system::autostart::{self, Autostart};
use tauri::State;

use crate::arguments::HIDDEN;
use crate::shell::Shell;
use crate::wire::problem::{Answer, Problem};
use crate::wire::settings::Computer;

/// What this computer does for Casefolio, read from the system: it may have been changed elsewhere.
#[tauri::command]
#[specta::specta]
pub(crate) async fn computer(shell: State<'_, Shell>) -> Answer<Computer> {
    let _open = shell.session()?;
    let starts_at_sign_in = ask(Autostart::is_on).await.ok();
    Ok(Computer { starts_at_sign_in, tells_of_locks: shell.hears_moments() })
}

/// Has this computer start Casefolio when the user signs in, or no more.
#[tauri::command]
#[specta::specta]
pub(crate) async fn start_at_sign_in(shell: State<'_, Shell>, on: bool) -> Answer<()> {
    if shell.session()?.practice.is_some() {
        return Err(Error::Locked.into());
    }
    ask(move |entry| if on { entry.turn_on() } else { entry.turn_off() }).await
}

async fn ask<T: Send + 'static>(work: impl FnOnce(&Autostart) -> io::Result<T> + Send + 'static) -> Answer<T> {
    let asked = tauri::async_runtime::spawn_blocking(move || {
        let program = autostart::this_program()?;
        work(&Autostart::of(program, &[HIDDEN]))
    });
    match asked.await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(_)) | Err(_) => Err(Problem::of_code("sign_in_start_refused")),
    }
}

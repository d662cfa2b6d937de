//! The window of secrets: the main window opens it, and never sees what is typed there.

use casefolio_core::Error;
use casefolio_core::parts::Passphrase;
use tauri::{AppHandle, State};

use super::{blocking, on_main_thread};
use crate::shell::Shell;
use crate::windows;
use crate::wire::problem::Answer;
use crate::wire::secret::{SecretJob, SecretRequest, SecretView};
use crate::wire::typed::Typed;

/// Opens the window of secrets for a job. Practice mode has none.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_secret(app: AppHandle, shell: State<'_, Shell>, job: SecretJob) -> Answer<()> {
    let (session, language) = (shell.session()?, shell.language().into());
    if session.practice.is_some() {
        return Err(Error::Locked.into());
    }
    let portfolio = &session.portfolio;
    let user_id = portfolio.user_id().to_owned();
    let theme = portfolio.preferences()?.theme.into();
    let view = SecretView { job, user_id, language, theme };
    on_main_thread(&app, move |app| windows::open_secret(app, &view)).await
}

/// Does what the window of secrets asks for.
#[tauri::command]
#[specta::specta]
pub(crate) async fn secret(app: AppHandle, shell: State<'_, Shell>, request: SecretRequest) -> Answer<()> {
    match request {
        SecretRequest::Close => on_main_thread(&app, windows::close_secret).await,
        SecretRequest::ChangePassphrase { passphrase, new_passphrase } => {
            change_passphrase(&shell, passphrase, new_passphrase).await
        }
    }
}

async fn change_passphrase(shell: &Shell, passphrase: Typed, new: Typed) -> Answer<()> {
    let (session, core) = (shell.session()?, shell.core.clone());
    blocking(move || {
        let old = Passphrase::typed(passphrase.into_inner()).map_err(Error::Passphrase)?;
        let new = Passphrase::new(new.into_inner()).map_err(Error::Passphrase)?;
        let entry = core.choose(Some(session.portfolio.user_id()))?;
        core.change_passphrase(&entry, &old, &new)
    })
    .await
}

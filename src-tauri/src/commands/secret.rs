//! The window of secrets: the main window opens it, and never sees what is typed there.

use std::sync::Arc;

use casefolio_core::core::PortfolioEntry;
use casefolio_core::parts::{Passphrase, RecoveryCode};
use casefolio_core::portfolio::Mode;
use casefolio_core::{Core, Error, Portfolio};
use tauri::{AppHandle, Manager, State};
use zeroize::Zeroizing;

use super::{blocking, copying, on_main_thread};
use crate::shell::Shell;
use crate::wire::problem::Answer;
use crate::wire::secret::{SecretJob, SecretRequest, SecretView};
use crate::wire::typed::Typed;
use crate::{secrets, unlocking, windows};

/// Opens the window of secrets for a job. Practice mode has none.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_secret(app: AppHandle, shell: State<'_, Shell>, job: SecretJob) -> Answer<()> {
    let (session, language) = (shell.session()?, shell.language().into());
    if session.practice.is_some() {
        return Err(Error::Locked.into());
    }
    let handle = app.clone();
    let view = blocking(move || {
        let shell = handle.state::<Shell>();
        let user_id = session.portfolio.user_id().to_owned();
        let theme = session.portfolio.preferences()?.theme.into();
        let problem = unlocking::waiting(&shell, &shell.core.choose(Some(&user_id))?);
        Ok(SecretView { job, user_id, language, theme, problem })
    })
    .await?;
    on_main_thread(&app, move |app| {
        if !windows::is_open(app, windows::SECRET) {
            secrets::begin(app, job);
        }
        windows::open_secret(app, &view)
    })
    .await
}

/// Does what the window of secrets asks for, if it was opened for that. Answers with the new recovery code where one was asked for.
#[tauri::command]
#[specta::specta]
pub(crate) async fn secret(app: AppHandle, request: SecretRequest) -> Answer<Option<String>> {
    match request {
        SecretRequest::Close => close(&app).await?,
        SecretRequest::ChangePassphrase { passphrase, new_passphrase } => {
            change_passphrase(&app, passphrase, new_passphrase).await?;
        }
        SecretRequest::SwitchMode { passphrase } => switch_mode(&app, passphrase).await?,
        SecretRequest::NewRecoveryCode { passphrase } => return new_recovery_code(app, passphrase).await.map(Some),
        SecretRequest::ConfirmRecoveryCode { recovery_code } => confirm_recovery_code(app, recovery_code).await?,
        SecretRequest::CopyRecoveryCode => {
            let code = secrets::shown_code(&app).ok_or(Error::Locked)?;
            copying::copied(app, move || Ok(code)).await?;
        }
    }
    Ok(None)
}

async fn close(app: &AppHandle) -> Answer<()> {
    secrets::end(app);
    on_main_thread(app, windows::close_secret).await
}

async fn change_passphrase(app: &AppHandle, passphrase: Typed, new: Typed) -> Answer<()> {
    proven(app, SecretJob::Passphrase, passphrase, move |core, entry, _, old| {
        let new = Passphrase::new(new.into_inner()).map_err(Error::Passphrase)?;
        core.change_passphrase(entry, old, &new)
    })
    .await
}

async fn switch_mode(app: &AppHandle, passphrase: Typed) -> Answer<()> {
    let into_strict = secrets::is_for(app, SecretJob::StrictMode);
    let (job, mode) =
        if into_strict { (SecretJob::StrictMode, Mode::Strict) } else { (SecretJob::ComputerMode, Mode::Computer) };
    proven(app, job, passphrase, move |core, entry, portfolio, passphrase| {
        core.set_mode(entry, portfolio, passphrase, mode)
    })
    .await
}

async fn new_recovery_code(app: AppHandle, passphrase: Typed) -> Answer<String> {
    let handle = app.clone();
    let shown = proven(&app, SecretJob::RecoveryCode, passphrase, move |core, entry, _, passphrase| {
        Ok(secrets::keep(&handle, core.new_recovery_code(entry, passphrase)?))
    });
    shown.await.map(|code: Zeroizing<String>| code.to_string())
}

async fn confirm_recovery_code(app: AppHandle, typed: Typed) -> Answer<()> {
    let typed = RecoveryCode::parse(&typed.into_inner()).map_err(Error::RecoveryCode)?;
    let shell = app.state::<Shell>();
    let (session, core) = (shell.session()?, shell.core.clone());
    let handle = app.clone();
    blocking(move || {
        let entry = core.choose(Some(session.portfolio.user_id()))?;
        let confirmed = secrets::use_up(&handle, |new| core.confirm_recovery_code(&entry, new, &typed));
        confirmed.unwrap_or(Err(Error::Locked))?;
        session.portfolio.note_recovery_confirmed()
    })
    .await
}

/// Does a job of the window with the passphrase that was typed into it.
async fn proven<T: Send + 'static>(
    app: &AppHandle,
    job: SecretJob,
    passphrase: Typed,
    work: impl FnOnce(&Core, &PortfolioEntry, &Arc<Portfolio>, &Passphrase) -> Result<T, Error> + Send + 'static,
) -> Answer<T> {
    let shell = app.state::<Shell>();
    let (session, core) = (shell.session()?, shell.core.clone());
    if !secrets::is_for(app, job) {
        return Err(Error::Locked.into());
    }
    blocking(move || {
        let passphrase = Passphrase::typed(passphrase.into_inner()).map_err(Error::Passphrase)?;
        let entry = core.choose(Some(session.portfolio.user_id()))?;
        work(&core, &entry, &session.portfolio, &passphrase)
    })
    .await
}

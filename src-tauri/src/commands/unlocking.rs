//! The one command of the unlock window.

use casefolio_core::core::PortfolioEntry;
use casefolio_core::log::Deed;
use casefolio_core::parts::{Passphrase, RecoveryCode};
use casefolio_core::{Core, Error, Portfolio};
use tauri::{AppHandle, Manager};

use super::entering::{enter_or_show_again, refused};
use super::{blocking, on_main_thread, session};
use crate::shell::Shell;
use crate::wire::problem::Answer;
use crate::wire::unlocking::UnlockRequest;
use crate::{behind_lock, unlocking, windows};

/// Unlocks the portfolio the window was opened for, speaks another language, or leaves for the gate.
#[tauri::command]
#[specta::specta]
pub(crate) async fn unlock(app: AppHandle, request: UnlockRequest) -> Answer<()> {
    match request {
        UnlockRequest::Language { language } => session::speak(&app, language.into()).await,
        UnlockRequest::Leave => on_main_thread(&app, windows::open_gate).await,
        UnlockRequest::Passphrase { passphrase } => {
            let passphrase = Passphrase::typed(passphrase.into_inner()).map_err(Error::Passphrase)?;
            open(app, move |core, entry, goes_on| {
                if goes_on {
                    core.try_passphrase(entry, &passphrase).map(|()| None)
                } else {
                    core.unlock(entry, &passphrase).map(Some)
                }
            })
            .await
        }
        UnlockRequest::RecoveryCode { recovery_code, passphrase } => {
            let code = RecoveryCode::parse(&recovery_code.into_inner()).map_err(Error::RecoveryCode)?;
            let new = Passphrase::new(passphrase.into_inner()).map_err(Error::Passphrase)?;
            open(app, move |core, entry, goes_on| {
                if goes_on {
                    core.reset_passphrase(entry, &code, &new).map(|()| None)
                } else {
                    core.recover(entry, &code, &new).map(Some)
                }
            })
            .await
        }
    }
}

/// Opens the portfolio by `work`, which is told whether it goes on behind the lock; it answers none where that one is shown again.
async fn open(
    app: AppHandle,
    work: impl FnOnce(&Core, &PortfolioEntry, bool) -> Result<Option<Portfolio>, Error> + Send + 'static,
) -> Answer<()> {
    let entry = unlocking::entry(&app).ok_or(Error::NoSuchPortfolio)?;
    behind_lock::aside(&app, open_entry(&app, entry, work)).await
}

async fn open_entry(
    app: &AppHandle,
    entry: PortfolioEntry,
    work: impl FnOnce(&Core, &PortfolioEntry, bool) -> Result<Option<Portfolio>, Error> + Send + 'static,
) -> Answer<()> {
    let (handle, user_id) = (app.clone(), entry.user_id.clone());
    let opened = blocking(move || {
        let shell = handle.state::<Shell>();
        let goes_on = shell.running_for(&entry.user_id).is_some();
        work(&shell.core, &entry, goes_on).inspect_err(|error| shell.note_refused(Deed::Open, error))
    })
    .await;
    match opened {
        Ok(opened) => enter_or_show_again(app, opened).await,
        Err(problem) => refused(app, user_id, problem).await,
    }
}

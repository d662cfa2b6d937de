//! Commands about the network.

use casefolio_core::Error;
use casefolio_system::proxy_script;
use tauri::{AppHandle, State};

use super::blocking;
use crate::dialogs::{self, Ask};
use crate::shell::Shell;
use crate::wire::network::{NetworkView, SetProxyRequest};
use crate::wire::problem::Answer;
use crate::{language, windows};

/// The proxy, without the password, and how many certificates of a company are trusted.
#[tauri::command]
#[specta::specta]
pub(crate) async fn network(shell: State<'_, Shell>) -> Answer<NetworkView> {
    let session = shell.session()?;
    blocking(move || Ok(NetworkView::of(session.portfolio.network_settings()?, proxy_script::is_set()))).await
}

/// Goes out by another proxy from the next call on.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_proxy(shell: State<'_, Shell>, request: SetProxyRequest) -> Answer<()> {
    let session = shell.session()?;
    let request = request.into();
    blocking(move || session.portfolio.set_proxy(&request)).await
}

/// Asks for the company's certificate by the system's dialog, and trusts it. False if none was chosen.
#[tauri::command]
#[specta::specta]
pub(crate) async fn choose_company_root(app: AppHandle, shell: State<'_, Shell>) -> Answer<bool> {
    let session = shell.session()?;
    let said = |key| language::words(key, shell.language());
    let (title, kind) = (said("dialog.company_root.title"), said("dialog.company_root.kind"));
    let endings = &["pem", "crt", "cer", "der"];
    let Some(path) = dialogs::open(&app, Ask { window: windows::MAIN, title, kind, endings }).await else {
        return Ok(false);
    };
    blocking(move || {
        let file = std::fs::read(path).map_err(Error::FileUnreadable)?;
        session.portfolio.trust_company_root(&file)
    })
    .await?;
    Ok(true)
}

/// Trusts the authorities of the system alone.
#[tauri::command]
#[specta::specta]
pub(crate) async fn forget_company_root(shell: State<'_, Shell>) -> Answer<()> {
    let session = shell.session()?;
    blocking(move || session.portfolio.forget_company_root()).await
}

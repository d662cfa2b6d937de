//! Commands that put something on the clipboard. The window never does it itself.

use casefolio_core::Error;
use casefolio_domain::CaseId;
use tauri::{AppHandle, State};
use zeroize::Zeroizing;

use crate::clipboard;
use crate::shell::Shell;
use crate::wire::problem::{Answer, Problem};
use crate::wire::settings::PhoneCode;

/// Copies the receipt number of a case, whole also while numbers are hidden; it is wiped after half a minute.
#[tauri::command]
#[specta::specta]
pub(crate) async fn copy_receipt(app: AppHandle, shell: State<'_, Shell>, id: u32) -> Answer<()> {
    let session = shell.session()?;
    copied(app, move || {
        let record = session.portfolio.record_of(CaseId(i64::from(id)))?;
        Ok(Zeroizing::new(record.case.receipt.as_str().to_owned()))
    })
    .await
}

/// Copies a number of the USCIS Contact Center.
#[tauri::command]
#[specta::specta]
pub(crate) async fn copy_phone(app: AppHandle, shell: State<'_, Shell>, phone: PhoneCode) -> Answer<()> {
    let _open = shell.session()?;
    copied(app, move || Ok(Zeroizing::new(phone.number().to_owned()))).await
}

/// Copies the recovery code that is shown at the gate.
#[tauri::command]
#[specta::specta]
pub(crate) async fn copy_recovery_code(app: AppHandle, shell: State<'_, Shell>) -> Answer<()> {
    let code = shell.unconfirmed_code().ok_or(Error::Locked)?;
    copied(app, move || Ok(code)).await
}

/// Puts a text on the clipboard.
pub(super) async fn copied(
    app: AppHandle,
    text: impl FnOnce() -> Result<Zeroizing<String>, Error> + Send + 'static,
) -> Answer<()> {
    let done = super::blocking(move || Ok(clipboard::copy(&app, text()?))).await?;
    if done { Ok(()) } else { Err(Problem::of_code("not_copied")) }
}

//! Diagnostics: shown first, and saved as they were shown.

use std::sync::{Mutex, PoisonError};

use casefolio_core::{Error, log};
use tauri::{AppHandle, Manager, State};

use super::blocking;
use crate::dialogs::{self, Ask};
use crate::shell::Shell;
use crate::wire::problem::Answer;
use crate::{language, windows};

/// The text that was shown last. Managed by Tauri.
#[derive(Debug, Default)]
pub(crate) struct Shown(Mutex<Option<String>>);

/// Versions, counts and the last events, without names, receipts and keys.
#[tauri::command]
#[specta::specta]
pub(crate) async fn diagnostics(app: AppHandle, shell: State<'_, Shell>) -> Answer<String> {
    let session = shell.session()?;
    blocking(move || {
        let shell = app.state::<Shell>();
        let text = log::diagnostics(&shell.core, &shell.log, Some(&session.portfolio));
        *app.state::<Shown>().0.lock().unwrap_or_else(PoisonError::into_inner) = Some(text.clone());
        Ok(text)
    })
    .await
}

/// Saves the text that was shown where the person says. Answers whether it was saved.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_diagnostics(app: AppHandle, shell: State<'_, Shell>) -> Answer<bool> {
    let _open = shell.session()?;
    let shown = app.state::<Shown>().0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let text = shown.ok_or(Error::Locked)?;
    let said = |key| language::words(key, shell.language());
    let (title, kind) = (said("dialog.diagnostics.title"), said("dialog.diagnostics.kind"));
    let ask = Ask { window: windows::MAIN, title, kind, endings: &["txt"] };
    let Some(path) = dialogs::save(&app, ask, "casefolio-diagnostics.txt".to_owned()).await else { return Ok(false) };
    blocking(move || log::save_diagnostics(&text, &path)).await?;
    Ok(true)
}

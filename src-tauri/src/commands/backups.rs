//! Commands about backups: of the open portfolio, and at the gate.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use casefolio_core::Error;
use casefolio_core::backup::{BackupKind, Restored};
use tauri::{AppHandle, Manager, State};

use super::entering::enter;
use super::{blocking, on_main_thread};
use crate::dialogs::{self, Ask};
use crate::shell::Shell;
use crate::wire::backups::{BackupChosen, BackupsView, InItsPlaceCode, OpenerRequest, Proof};
use crate::wire::case::time;
use crate::wire::problem::Answer;
use crate::{backups as rule, behind_lock, language, masking, unlocking, windows};

/// The backup that was chosen at the gate. Managed by Tauri.
#[derive(Debug, Default)]
pub(crate) struct Restoring(Mutex<Option<PathBuf>>);

/// Where damaged portfolios were set aside since the program began, by the folders that backups took from them. Managed by Tauri.
#[derive(Debug, Default)]
pub(crate) struct SetAside(Mutex<HashMap<PathBuf, PathBuf>>);

impl SetAside {
    fn note(&self, folder: PathBuf, aside: PathBuf) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(folder, aside);
    }

    /// Where the one is that lay in this folder.
    pub(super) fn said(&self, folder: &Path) -> Option<PathBuf> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(folder).cloned()
    }
}

/// The backups in the open portfolio's folder.
#[tauri::command]
#[specta::specta]
pub(crate) async fn backups(app: AppHandle, shell: State<'_, Shell>) -> Answer<BackupsView> {
    let (session, core, mask) = (shell.session()?, shell.core.clone(), masking::mask(&app));
    blocking(move || {
        let portfolio = &session.portfolio;
        let entry = core.choose(Some(portfolio.user_id()))?;
        let (last, overdue) = rule::last(portfolio)?;
        let folder = portfolio.folder().join("backups");
        Ok(BackupsView {
            folder: mask.name(&folder.to_string_lossy()),
            last_at: last.map(time),
            overdue,
            entries: core.backups(&entry)?.iter().map(Into::into).collect(),
        })
    })
    .await
}

/// Makes a backup now; it is there once it was verified.
#[tauri::command]
#[specta::specta]
pub(crate) async fn back_up(shell: State<'_, Shell>) -> Answer<()> {
    let session = shell.session()?;
    if session.practice.is_some() {
        return Err(Error::Locked.into());
    }
    blocking(move || session.portfolio.back_up(BackupKind::ByHand, None).map(drop)).await
}

/// Asks for a backup by the system's dialog. None if none was chosen.
#[tauri::command]
#[specta::specta]
pub(crate) async fn choose_backup(
    app: AppHandle,
    shell: State<'_, Shell>,
    restoring: State<'_, Restoring>,
) -> Answer<Option<BackupChosen>> {
    let said = |key| language::words(key, shell.language());
    let (title, kind) = (said("dialog.backup.title"), said("dialog.backup.kind"));
    let ask = Ask { window: windows::GATE, title, kind, endings: &["casefolio"] };
    let Some(path) = dialogs::open(&app, ask).await else { return Ok(None) };
    let file_name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    *restoring.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(path);
    Ok(Some(BackupChosen { file_name }))
}

/// Makes a portfolio of the chosen backup and opens it; by a recovery code, as far as to where a new passphrase is chosen. A damaged one
/// in its place is set aside where the person said so; the main window tells where it is.
#[tauri::command]
#[specta::specta]
pub(crate) async fn restore_backup(app: AppHandle, opener: OpenerRequest, in_its_place: InItsPlaceCode) -> Answer<()> {
    let proof = opener.understood()?;
    let chosen = app.state::<Restoring>().0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let path = chosen.ok_or(Error::Locked)?;
    behind_lock::aside(&app, restore(&app, path, proof, in_its_place)).await
}

async fn restore(app: &AppHandle, path: PathBuf, proof: Proof, in_its_place: InItsPlaceCode) -> Answer<()> {
    let handle = app.clone();
    let (user_id, opened) = blocking(move || {
        let core = &handle.state::<Shell>().core;
        let Restored { entry, set_aside, .. } = core.restore_in_place_of(&path, proof.opener(), in_its_place.into())?;
        if let Some(aside) = set_aside {
            handle.state::<SetAside>().note(entry.folder.clone(), aside);
        }
        let opened = match &proof {
            Proof::Passphrase(passphrase) => Some(core.unlock(&entry, passphrase)?),
            Proof::RecoveryCode(_) => None,
        };
        Ok((entry.user_id, opened))
    })
    .await?;
    if let Some(portfolio) = opened {
        return enter(app, portfolio).await;
    }
    unlocking::choose(app, user_id);
    on_main_thread(app, windows::open_closed).await
}

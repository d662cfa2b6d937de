//! Commands about the health of the open portfolio.

use std::sync::atomic::{AtomicBool, Ordering};

use casefolio_core::parts::memory_is_locked;
use tauri::{AppHandle, State};

use super::backups::SetAside;
use super::blocking;
use super::entering::refused;
use crate::shell::Shell;
use crate::wire::case::time;
use crate::wire::health::HealthView;
use crate::wire::problem::{Answer, Problem};
use crate::{backups, masking, opening};

/// Whether it was said that keys may reach the swap file. Managed by Tauri.
#[derive(Debug, Default)]
pub(crate) struct MemoryWarning(AtomicBool);

impl MemoryWarning {
    /// Whether it is to be said now: once, in the program's life.
    fn take(&self, locked: bool) -> bool {
        !locked && !self.0.swap(true, Ordering::Relaxed)
    }
}

/// What the window warns of.
#[tauri::command]
#[specta::specta]
pub(crate) async fn health(
    app: AppHandle,
    shell: State<'_, Shell>,
    warning: State<'_, MemoryWarning>,
    set_aside: State<'_, SetAside>,
) -> Answer<HealthView> {
    let session = shell.session()?;
    let practice = session.practice.is_some();
    let memory_warning = !practice && warning.take(memory_is_locked());
    let (set_aside, mask) = (set_aside.said(session.portfolio.folder()), masking::mask(&app));
    blocking(move || {
        let recovery_confirmed = practice || session.portfolio.recovery_confirmed()?;
        let (last, overdue) = backups::last(&session.portfolio)?;
        // What cannot be read is said where it is read.
        let check = session.portfolio.last_thorough_check().ok().flatten();
        let portfolio = &session.portfolio;
        let count = |missing: u64| u32::try_from(missing).unwrap_or(u32::MAX);
        let folder = portfolio.folder_warnings().into_iter().map(|warning| warning.code().to_owned());
        Ok(HealthView {
            damaged: portfolio.met_damage(),
            rolled_back: portfolio.missing_transactions().map(count),
            folder: if practice { Vec::new() } else { folder.collect() },
            set_aside: set_aside.map(|folder| mask.name(&folder.to_string_lossy())),
            damage_found_at: check.filter(|check| !check.findings.is_empty()).map(|check| time(check.at)),
            last_backup_at: last.map(time),
            backup_overdue: overdue && !practice,
            recovery_confirmed,
            memory_warning,
        })
    })
    .await
}

/// Takes the older copy that was put back for the right one: the warning ends.
#[tauri::command]
#[specta::specta]
pub(crate) async fn accept_older(shell: State<'_, Shell>) -> Answer<()> {
    let session = shell.session()?;
    blocking(move || session.portfolio.accept_older()).await
}

/// Closes the portfolio in which damage was met, and opens the gate, which says what can be done.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_repair(app: AppHandle, shell: State<'_, Shell>) -> Answer<()> {
    let user_id = shell.session()?.portfolio.user_id().to_owned();
    opening::end(&app).await;
    refused(&app, user_id, Problem::of_damage("portfolio_damaged")).await
}

#[cfg(test)]
mod tests {
    use super::MemoryWarning;

    /// catalogue 15
    #[test]
    fn that_keys_may_reach_the_swap_file_is_said_once() {
        let warning = MemoryWarning::default();
        assert!(!warning.take(true));
        assert!(warning.take(false));
        assert!(!warning.take(false));
    }
}

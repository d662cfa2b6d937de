//! Commands about the health of the open portfolio.

use std::sync::atomic::{AtomicBool, Ordering};

use casefolio_core::parts::memory_is_locked;
use tauri::State;

use super::blocking;
use crate::backups;
use crate::shell::Shell;
use crate::wire::case::time;
use crate::wire::health::HealthView;
use crate::wire::problem::Answer;

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
pub(crate) async fn health(shell: State<'_, Shell>, warning: State<'_, MemoryWarning>) -> Answer<HealthView> {
    let session = shell.session()?;
    let practice = session.practice.is_some();
    let memory_warning = !practice && warning.take(memory_is_locked());
    blocking(move || {
        let recovery_confirmed = practice || session.portfolio.recovery_confirmed()?;
        let (last, overdue) = backups::last(&session.portfolio)?;
        // What cannot be read is said where it is read.
        let check = session.portfolio.last_thorough_check().ok().flatten();
        Ok(HealthView {
            damage_found_at: check.filter(|check| !check.findings.is_empty()).map(|check| time(check.at)),
            last_backup_at: last.map(time),
            backup_overdue: overdue && !practice,
            recovery_confirmed,
            memory_warning,
        })
    })
    .await
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

//! Shapes of a portfolio's health.

use serde::Serialize;
use specta::Type;

/// What the main window warns of.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HealthView {
    pub(crate) last_backup_at: Option<String>,
    /// Whether there was no verified backup for more than a week.
    pub(crate) backup_overdue: bool,
    /// When the last thorough check of the database was, where it found damage.
    pub(crate) damage_found_at: Option<String>,
    /// Whether the recovery code was typed again after it was shown.
    pub(crate) recovery_confirmed: bool,
    /// Whether it is to be said, this once, that keys may reach the swap file.
    pub(crate) memory_warning: bool,
}

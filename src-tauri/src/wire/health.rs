//! Shapes of a portfolio's health.

use serde::Serialize;
use specta::Type;

/// What the main window warns of.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "each is a warning of its own")]
pub(crate) struct HealthView {
    /// Whether damage was met since the portfolio was opened.
    pub(crate) damaged: bool,
    /// How many saved steps this portfolio lacks of what this computer saw before, if it is an older copy that was not accepted.
    pub(crate) rolled_back: Option<u32>,
    /// What may lead to damage where the portfolio lies: the words stand in the locales under `finding`.
    pub(crate) folder: Vec<String>,
    /// Where the damaged portfolio is that was set aside when this one was restored.
    pub(crate) set_aside: Option<String>,
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

//! Shapes of how a portfolio is opened.

use casefolio_core::portfolio::Mode;
use serde::Serialize;
use specta::Type;

/// How a portfolio is opened, and what goes on behind its lock.
#[derive(Debug, Clone, Copy, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SecurityView {
    pub(crate) mode: ModeCode,
    /// Whether cases are to be checked behind the lock of strict mode.
    pub(crate) wants_watch_behind_lock: bool,
    /// Whether they can be: the key store keeps what that needs.
    pub(crate) watches_behind_lock: bool,
    /// Whether this computer's key store answers.
    pub(crate) key_store: bool,
}

/// By what a portfolio is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ModeCode {
    /// By its passphrase and by this computer.
    Computer,
    /// By its passphrase alone.
    Strict,
}

impl From<Mode> for ModeCode {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Computer => Self::Computer,
            Mode::Strict => Self::Strict,
        }
    }
}

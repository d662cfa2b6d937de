//! Shapes of the unlock window.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::problem::Problem;
use super::settings::{LanguageCode, ThemeCode};
use super::typed::Typed;

/// What the unlock window's page knows from its start; it asks for nothing.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UnlockView {
    pub(crate) user_id: String,
    pub(crate) language: LanguageCode,
    pub(crate) theme: ThemeCode,
    /// Why the portfolio did not open by itself, or that wrong tries are followed by a wait.
    pub(crate) problem: Option<Problem>,
    /// Whether its cases go on being checked behind the lock.
    pub(crate) goes_on: bool,
}

/// What the unlock window can ask for. The portfolio is the one it was opened for.
#[derive(Deserialize, Type)]
#[serde(tag = "by", rename_all = "snake_case", rename_all_fields = "camelCase", deny_unknown_fields)]
pub(crate) enum UnlockRequest {
    /// Open it with its passphrase.
    Passphrase { passphrase: Typed },
    /// Open it with its recovery code, and give it a new passphrase.
    RecoveryCode { recovery_code: Typed, passphrase: Typed },
    /// Speak another language.
    Language { language: LanguageCode },
    /// Go to the gate: another portfolio, a new one, practice, a quick check.
    Leave,
}

//! Shapes of the window of secrets.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::problem::Problem;
use super::settings::{LanguageCode, ThemeCode};
use super::typed::Typed;

/// What the window of secrets is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SecretJob {
    /// Another passphrase.
    Passphrase,
    /// Another recovery code.
    RecoveryCode,
    /// This computer can open the portfolio from then on.
    ComputerMode,
    /// Only the passphrase opens it from then on.
    StrictMode,
}

/// What the page of the window of secrets knows from its start.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SecretView {
    pub(crate) job: SecretJob,
    pub(crate) user_id: String,
    pub(crate) language: LanguageCode,
    pub(crate) theme: ThemeCode,
    /// That wrong tries are followed by a wait.
    pub(crate) problem: Option<Problem>,
}

/// What the window of secrets can ask for: what it was opened for, and its end.
#[derive(Deserialize, Type)]
#[serde(tag = "do", rename_all = "snake_case", rename_all_fields = "camelCase", deny_unknown_fields)]
pub(crate) enum SecretRequest {
    /// Replace the passphrase.
    ChangePassphrase { passphrase: Typed, new_passphrase: Typed },
    /// Switch to the mode that the window was opened for.
    SwitchMode { passphrase: Typed },
    /// Show a new recovery code, which opens nothing yet.
    NewRecoveryCode { passphrase: Typed },
    /// Put the new recovery code in the place of the old one.
    ConfirmRecoveryCode { recovery_code: Typed },
    /// Copy the new recovery code.
    CopyRecoveryCode,
    /// Close the window.
    Close,
}

//! Shapes of the gate.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::problem::Problem;
use super::settings::{LanguageCode, ThemeCode};
use super::typed::Typed;

/// What the gate shows.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GateView {
    pub(crate) portfolios: Vec<PortfolioView>,
    pub(crate) language: LanguageCode,
    pub(crate) theme: ThemeCode,
    /// Whether the computer's key store answers.
    pub(crate) key_store: bool,
    pub(crate) version: String,
    /// Why the portfolio did not open by itself.
    pub(crate) problem: Option<Problem>,
    /// The user ID of the portfolio whose damage that is.
    pub(crate) damaged: Option<String>,
    /// Whether a quick check can ask the service of the portfolio that is being watched.
    pub(crate) service_ready: bool,
}

/// A portfolio that can be unlocked.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PortfolioView {
    pub(crate) user_id: String,
    pub(crate) computer_slot: bool,
    /// How many changes are unread in it, where it is watched in the background.
    pub(crate) unread_beside: Option<u32>,
    /// Why its key file cannot be read: the words stand in the locales under `problem`.
    pub(crate) problem: Option<String>,
}

/// A new portfolio.
#[derive(Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateRequest {
    pub(crate) user_id: String,
    pub(crate) passphrase: Typed,
    pub(crate) computer_slot: bool,
    /// Whether cases are checked while it is locked, where only its passphrase opens it.
    pub(crate) watch_behind_lock: bool,
}

/// A portfolio that was made.
#[derive(Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Created {
    /// Shown once.
    pub(crate) recovery_code: String,
    pub(crate) computer_slot: bool,
}

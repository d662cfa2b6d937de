//! What the window is told: that it should read again what it shows.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use casefolio_core::{Portfolio, PortfolioEvent};
use serde::{Deserialize, Serialize};
use specta::Type;
use tauri::AppHandle;
use tauri_specta::Event;

/// Something in the portfolio changed: the window reads again what it shows of it.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, Type, Event)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "any of them may have changed together with any other")]
pub(crate) struct PortfolioChanged {
    /// Cases were checked, added, described, read or removed.
    pub(crate) cases: bool,
    /// The watcher's state changed.
    pub(crate) watch: bool,
    /// Preferences or the service's settings changed.
    pub(crate) preferences: bool,
    /// What the window warns of may have changed.
    pub(crate) health: bool,
}

/// A notification was clicked: the window reads the session, which names the case once, and shows it.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, Type, Event)]
pub(crate) struct OpenCase {}

/// Tells the windows that something changed in a portfolio that they do not show: the session says how much is unread there.
pub(crate) fn tell_of_others(app: &AppHandle) {
    let changed = PortfolioChanged { cases: false, watch: true, preferences: false, health: false };
    // Without a window there is nobody to tell.
    let _nobody = changed.emit(app);
}

/// Tells the windows of everything that happens in `portfolio`.
pub(crate) fn forward(app: &AppHandle, portfolio: &Portfolio) {
    let app = app.clone();
    portfolio.listen(Box::new(move |event| {
        let nothing = PortfolioChanged { cases: false, watch: false, preferences: false, health: false };
        let changed = match event {
            PortfolioEvent::Checked { .. } | PortfolioEvent::Failed { .. } => {
                PortfolioChanged { cases: true, watch: true, ..nothing }
            }
            PortfolioEvent::CasesEdited => PortfolioChanged { cases: true, ..nothing },
            PortfolioEvent::RoundStarted { .. } | PortfolioEvent::RoundEnded(_) => {
                PortfolioChanged { watch: true, ..nothing }
            }
            PortfolioEvent::SettingsEdited => PortfolioChanged { watch: true, preferences: true, ..nothing },
            PortfolioEvent::BackupsChanged | PortfolioEvent::HealthChanged => {
                PortfolioChanged { health: true, ..nothing }
            }
            PortfolioEvent::Notified { .. } => return,
        };
        // Without a window there is nobody to tell; it reads everything when it opens.
        let _nobody = changed.emit(&app);
    }));
}

/// Appends each change of an invented portfolio to a file, a line of JSON each, for those who watch practice mode from outside.
pub(crate) fn write_changes(portfolio: &Portfolio, path: &Path) {
    let Ok(file) = OpenOptions::new().create(true).append(true).open(path) else { return };
    let file = Mutex::new(file);
    portfolio.listen(Box::new(move |event| {
        if let PortfolioEvent::Checked { told: true, receipt, changes, at, .. } = event {
            let kinds: Vec<&str> = changes.iter().map(|kind| kind.code()).collect();
            let line = serde_json::json!({ "event": "changed", "receipt": receipt.as_str(), "kinds": kinds, "at": at.to_rfc3339() });
            let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
            let _full = writeln!(file, "{line}");
        }
    }));
}

//! What the service would answer, for tests that have no use for a server.

use tokio::sync::watch;

use crate::script::Script;
use crate::server::{Shared, locked};
use crate::settings::{Clock, PracticeSettings};

/// The receipts of the script with the body which a service started now would send for each; none where it has none.
#[must_use]
pub fn bodies(script: Script, settings: PracticeSettings, clock: Clock) -> Vec<(String, Option<String>)> {
    let (_stop, stopped) = watch::channel(());
    let shared = Shared::of(script, settings, clock, stopped);
    let receipts: Vec<String> = locked(&shared.cases).keys().cloned().collect();
    receipts
        .into_iter()
        .map(|receipt| {
            let body = shared.found(&receipt, None);
            (receipt, body)
        })
        .collect()
}

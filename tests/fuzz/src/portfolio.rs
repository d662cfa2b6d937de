//! A real portfolio for the targets that read from one or write to it.

use std::sync::Arc;

use casefolio_core::parts::{Channel, KdfStrength, NoKeyStore, Passphrase};
use casefolio_core::portfolio::CreateRequest;
use casefolio_core::testing::FakeClock;
use casefolio_core::{Core, Home, Parts, Portfolio};
use chrono::DateTime;
use tempfile::TempDir;

/// A portfolio in a folder that goes with it.
pub(crate) struct OpenPortfolio {
    pub(crate) portfolio: Portfolio,
    _folder: TempDir,
}

impl OpenPortfolio {
    pub(crate) fn make() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let parts = Parts {
            clock: Arc::new(FakeClock::at(DateTime::from_timestamp(1_795_388_303, 0).unwrap())),
            key_store: Arc::new(NoKeyStore),
            strength: KdfStrength::SMALLEST_ACCEPTED,
            channel: Channel::Console,
        };
        let passphrase = Passphrase::new("lantern river orange seven".to_owned().into()).unwrap();
        let request =
            CreateRequest { user_id: "fuzz".to_owned(), passphrase, computer_slot: false, watch_behind_lock: false };
        let made = Core::new(Home::at(folder.path().to_owned()), parts).create(&request).unwrap();
        Self { portfolio: made.portfolio, _folder: folder }
    }
}

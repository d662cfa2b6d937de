//! What a user of Casefolio can do, one use case a file, and the watcher that asks the service.
//!
//! Floor 2. Knows the encrypted store, the keys and the one client of the service; knows no window, no command line and no words:
//! what goes wrong leaves as a [`Problem`] with a stable code, and the words for it live in `locales`.

pub mod backup;
mod bundle;
pub mod cases;
pub mod check;
mod client;
pub mod clock;
pub mod core;
pub mod error;
pub mod events;
mod generation;
pub mod health;
pub mod home;
pub mod locking;
pub mod log;
pub mod mail;
pub mod marks;
pub mod network;
pub mod portfolio;
pub mod preferences;
pub mod problem;
pub mod service;
mod sharing;
mod strict;
pub mod telling;
pub mod thorough;
mod tries;
mod waits;
pub mod watch;

pub use self::core::{Core, Parts};
pub use clock::{Clock, Stopwatch, SystemClock, SystemStopwatch};
pub use error::Error;
pub use events::PortfolioEvent;
pub use home::Home;
pub use portfolio::Portfolio;
pub use problem::Problem;

/// The parts of lower floors that a program on a higher floor names when it composes a [`Core`] or reads its answers.
pub mod parts {
    pub use casefolio_keys::{
        Error as KeysError, KdfStrength, KeyStore, KeyStoreProblem, MemoryKeyStore, NoKeyStore, Passphrase,
        RecoveryCode, SystemKeyStore, memory_is_locked,
    };
    pub use casefolio_network::Way;
    pub use casefolio_store::changes::{ChangeId, RecordedChange};
    pub use casefolio_store::observations::Seen;
    pub use casefolio_store::outbox::Channel;
    pub use casefolio_store::{Error as StoreError, Finding};
    pub use casefolio_uscis::Failure;
}

#[cfg(any(test, feature = "testing"))]
pub mod testing;

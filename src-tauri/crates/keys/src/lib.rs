//! The keys of a portfolio: the slot file beside the database, the passphrase, the recovery code and the
//! operating system's key store.
//!
//! Floor 1. A portfolio has one random key of 32 bytes; each slot of `keys.json` wraps that key in another way.
//! A read that fails never leads to a new key.

mod error;
mod file_form;
mod fingerprints;
mod kdf;
mod key;
mod key_file;
mod key_store;
mod locked;
mod passphrase;
mod platform;
mod recovery;
mod saving;
mod sealing;
mod slots;
mod stack;
mod system_key_store;
mod wrapping;

pub use error::Error;
pub use fingerprints::FingerprintKey;
#[cfg(any(test, feature = "testing"))]
pub use kdf::derivations;
pub use kdf::{KdfProblem, KdfStrength};
pub use key::PortfolioKey;
pub use key_file::{KeyFile, NewKeys, RenewedKeys};
pub use key_store::{KeyStore, KeyStoreProblem, MemoryKeyStore, NoKeyStore};
pub use locked::memory_is_locked;
pub use passphrase::{Passphrase, PassphraseProblem};
pub use recovery::{RecoveryCode, RecoveryProblem};
pub use sealing::{InboxKey, InboxLid, InboxPlace};
pub use stack::leaving_no_trace;
pub use system_key_store::SystemKeyStore;

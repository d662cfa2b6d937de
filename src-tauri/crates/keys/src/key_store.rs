//! Places for small secrets outside the portfolio.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use zeroize::Zeroizing;

/// Why a key store did not do as asked. Only [`KeyStoreProblem::NoEntry`] may lead to recovery, none to a new key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyStoreProblem {
    /// There is no such entry.
    #[error("the key store has no such entry")]
    NoEntry,
    /// Locked, not running, or no answer within ten seconds. Ask again later.
    #[error("the key store is not reachable now")]
    Unavailable,
    /// The store was reached and said no.
    #[error("the key store refused")]
    Refused,
    /// The entry holds something else than was written. It is kept.
    #[error("the entry of the key store is unusable")]
    Unusable,
}

/// A place for small secrets outside the portfolio. Calls may block for seconds: never from an async worker.
pub trait KeyStore: Send + Sync {
    /// The secret of `account`.
    fn read(&self, account: &str) -> Result<Zeroizing<Vec<u8>>, KeyStoreProblem>;
    /// Writes the secret of `account`, over the one that is there.
    fn write(&self, account: &str, secret: &[u8]) -> Result<(), KeyStoreProblem>;
    /// Deletes the secret of `account`.
    fn delete(&self, account: &str) -> Result<(), KeyStoreProblem>;
}

/// A key store that lasts as long as the program: for tests and the practice mode.
#[derive(Default)]
pub struct MemoryKeyStore(Mutex<HashMap<String, Zeroizing<Vec<u8>>>>);

impl MemoryKeyStore {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn entries(&self) -> std::sync::MutexGuard<'_, HashMap<String, Zeroizing<Vec<u8>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KeyStore for MemoryKeyStore {
    fn read(&self, account: &str) -> Result<Zeroizing<Vec<u8>>, KeyStoreProblem> {
        self.entries().get(account).cloned().ok_or(KeyStoreProblem::NoEntry)
    }

    fn write(&self, account: &str, secret: &[u8]) -> Result<(), KeyStoreProblem> {
        self.entries().insert(account.to_owned(), Zeroizing::new(secret.to_vec()));
        Ok(())
    }

    fn delete(&self, account: &str) -> Result<(), KeyStoreProblem> {
        self.entries().remove(account).map(drop).ok_or(KeyStoreProblem::NoEntry)
    }
}

impl std::fmt::Debug for MemoryKeyStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MemoryKeyStore(hidden)")
    }
}

/// The absence of a key store: never reachable.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoKeyStore;

impl KeyStore for NoKeyStore {
    fn read(&self, _account: &str) -> Result<Zeroizing<Vec<u8>>, KeyStoreProblem> {
        Err(KeyStoreProblem::Unavailable)
    }

    fn write(&self, _account: &str, _secret: &[u8]) -> Result<(), KeyStoreProblem> {
        Err(KeyStoreProblem::Unavailable)
    }

    fn delete(&self, _account: &str) -> Result<(), KeyStoreProblem> {
        Err(KeyStoreProblem::Unavailable)
    }
}

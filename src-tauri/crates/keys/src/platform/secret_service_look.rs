//! Linux and the BSDs: whether `keyring` may be called now. It unlocks what it finds locked, which puts a prompt before
//! the user and blocks until it is answered. This look reads properties alone and unlocks nothing.

use std::collections::HashMap;

use secret_service::EncryptionType;
use secret_service::blocking::SecretService;

use super::SERVICE;
use crate::key_store::KeyStoreProblem;

/// Says no when the service is away, an entry of `account` is locked, or there is none and the default collection, where
/// it may be and a new one would go, is locked or missing.
pub(super) fn look(account: &str) -> Result<(), KeyStoreProblem> {
    match may_be_asked(account) {
        Ok(true) => Ok(()),
        Ok(false) | Err(_) => Err(KeyStoreProblem::Unavailable),
    }
}

fn may_be_asked(account: &str) -> Result<bool, secret_service::Error> {
    // The encryption that `keyring` asks for too, so that a store without it is found here.
    let service = SecretService::connect(EncryptionType::Dh)?;
    // Where `keyring` looks.
    let found = service.search_items(HashMap::from([("service", SERVICE), ("username", account)]))?;
    if !found.locked.is_empty() {
        return Ok(false);
    }
    Ok(!found.unlocked.is_empty() || !service.get_default_collection()?.is_locked()?)
}

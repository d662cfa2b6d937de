//! Linux and the BSDs: the Secret Service over D-Bus, spoken to directly, because `keyring` unlocks a locked collection,
//! which puts a prompt before the user and blocks until it is answered, and because it gives up for good when the
//! service was not there at its first call.

use std::collections::HashMap;

use secret_service::blocking::{Collection, Item, SecretService};
use secret_service::{EncryptionType, Error};
use zeroize::Zeroizing;

use super::SERVICE;
use crate::key_store::KeyStoreProblem;

const LABEL: &str = "Casefolio";

pub(crate) fn read(account: &str) -> Result<Zeroizing<Vec<u8>>, KeyStoreProblem> {
    let service = connect()?;
    let item = unlocked_item(&service, account)?;
    item.get_secret().map(Zeroizing::new).map_err(problem)
}

pub(crate) fn write(account: &str, text: &str) -> Result<(), KeyStoreProblem> {
    let service = connect()?;
    match unlocked_item(&service, account) {
        Ok(item) => item.set_secret(text.as_bytes(), "text/plain").map_err(problem),
        Err(KeyStoreProblem::NoEntry) => {
            let collection = service.get_default_collection().map_err(problem)?;
            let created = collection.create_item(LABEL, attributes(account), text.as_bytes(), true, "text/plain");
            created.map(drop).map_err(problem)
        }
        Err(other) => Err(other),
    }
}

pub(crate) fn delete(account: &str) -> Result<(), KeyStoreProblem> {
    let service = connect()?;
    unlocked_item(&service, account)?.delete().map_err(problem)
}

fn connect() -> Result<SecretService<'static>, KeyStoreProblem> {
    // The secret crosses the bus encrypted.
    SecretService::connect(EncryptionType::Dh).map_err(problem)
}

/// The one entry, found without waking any prompt. No entry in a locked store is no proof that there is none.
fn unlocked_item<'a>(service: &'a SecretService<'a>, account: &str) -> Result<Item<'a>, KeyStoreProblem> {
    let mut found = service.search_items(attributes(account)).map_err(problem)?;
    match (found.unlocked.pop(), found.unlocked.is_empty(), found.locked.is_empty()) {
        (Some(item), true, _) => Ok(item),
        (Some(_), false, _) => Err(KeyStoreProblem::Unusable),
        (None, _, false) => Err(KeyStoreProblem::Unavailable),
        (None, _, true) if default_is_locked(service)? => Err(KeyStoreProblem::Unavailable),
        (None, _, true) => Err(KeyStoreProblem::NoEntry),
    }
}

fn default_is_locked(service: &SecretService<'_>) -> Result<bool, KeyStoreProblem> {
    let collection: Collection<'_> = service.get_default_collection().map_err(problem)?;
    collection.is_locked().map_err(problem)
}

fn attributes(account: &str) -> HashMap<&str, &str> {
    HashMap::from([("service", SERVICE), ("username", account)])
}

#[expect(clippy::needless_pass_by_value, reason = "the shape map_err wants")]
fn problem(error: Error) -> KeyStoreProblem {
    match error {
        Error::Crypto(_) => KeyStoreProblem::Unusable,
        Error::Prompt => KeyStoreProblem::Refused,
        Error::Zbus(_)
        | Error::ZbusFdo(_)
        | Error::Zvariant(_)
        | Error::Locked
        | Error::NoResult
        | Error::PromptDisconnected
        | Error::Unavailable
        | _ => KeyStoreProblem::Unavailable,
    }
}

//! Reading, writing and deleting one entry through `keyring`.

use std::collections::HashMap;

use keyring::{Entry, Error};
use zeroize::Zeroizing;

use super::SERVICE;
use crate::key_store::KeyStoreProblem;

/// What each system's store is told of a new entry, in that store's own words: in Windows the default would travel with a
/// domain profile, in Linux the label would show the account.
#[cfg(windows)]
const PARTICULARS: &[(&str, &str)] = &[("persistence", "Local")];
#[cfg(target_os = "macos")]
const PARTICULARS: &[(&str, &str)] = &[];
#[cfg(all(unix, not(target_os = "macos")))]
const PARTICULARS: &[(&str, &str)] = &[("label", "Casefolio")];

pub(crate) fn read(account: &str) -> Result<Zeroizing<Vec<u8>>, KeyStoreProblem> {
    let text = asked(account, Entry::get_password)?;
    Ok(Zeroizing::new(text.into_bytes()))
}

pub(crate) fn write(account: &str, text: &str) -> Result<(), KeyStoreProblem> {
    asked(account, |entry| entry.set_password(text))
}

pub(crate) fn delete(account: &str) -> Result<(), KeyStoreProblem> {
    asked(account, Entry::delete_credential)
}

#[cfg(any(windows, target_os = "macos"))]
fn asked<T>(account: &str, ask: impl Fn(&Entry) -> keyring::Result<T>) -> Result<T, KeyStoreProblem> {
    entry(account).and_then(|entry| ask(&entry)).map_err(problem)
}

/// `keyring` keeps one connection to the service, and its failed start, for as long as the program runs. The look has
/// just reached the service, so a failure then means that this connection is of an earlier service: one try on a new one.
#[cfg(all(unix, not(target_os = "macos")))]
fn asked<T>(account: &str, ask: impl Fn(&Entry) -> keyring::Result<T>) -> Result<T, KeyStoreProblem> {
    super::secret_service_look::look(account)?;
    let first = entry(account).and_then(|entry| ask(&entry));
    let answer = match first {
        Err(Error::PlatformFailure(_) | Error::NoStorageAccess(_) | Error::NoDefaultStore) => {
            // That failure may be a lock turned meanwhile: another look, for the second try could prompt as well.
            super::secret_service_look::look(account)?;
            connected_anew().and_then(|()| entry(account)).and_then(|entry| ask(&entry))
        }
        other => other,
    };
    answer.map_err(problem)
}

#[cfg(all(unix, not(target_os = "macos")))]
fn connected_anew() -> keyring::Result<()> {
    keyring_core::set_default_store(zbus_secret_service_keyring_store::Store::new()?);
    Ok(())
}

/// `keyring::Entry::new` takes no particulars, so its inner part is built with them.
fn entry(account: &str) -> keyring::Result<Entry> {
    // Makes `keyring` choose and start this system's store at the first call. Whether there is one the next line tells.
    let _ = Entry::store_status();
    let particulars: HashMap<&str, &str> = PARTICULARS.iter().copied().collect();
    let inner = keyring_core::Entry::new_with_modifiers(SERVICE, account, &particulars)?;
    Ok(Entry { inner })
}

#[expect(clippy::needless_pass_by_value, reason = "the shape map_err wants")]
fn problem(error: Error) -> KeyStoreProblem {
    match error {
        Error::NoEntry => KeyStoreProblem::NoEntry,
        Error::BadEncoding(_) | Error::BadDataFormat(..) | Error::BadStoreFormat(_) | Error::Ambiguous(_) => {
            KeyStoreProblem::Unusable
        }
        // In Linux this is every failure of the bus; elsewhere the system's own no.
        Error::PlatformFailure(_) if cfg!(all(unix, not(target_os = "macos"))) => KeyStoreProblem::Unavailable,
        Error::PlatformFailure(_) | Error::TooLong(..) | Error::Invalid(..) | Error::NotSupportedByStore(_) => {
            KeyStoreProblem::Refused
        }
        Error::NoStorageAccess(_) | Error::NoDefaultStore | _ => KeyStoreProblem::Unavailable,
    }
}

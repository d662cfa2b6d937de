//! Windows Credential Manager and the macOS keychain.

use std::collections::HashMap;

use keyring_core::api::CredentialStoreApi;
use keyring_core::{Entry, Error};
use zeroize::Zeroizing;

use super::SERVICE;
use crate::key_store::KeyStoreProblem;

pub(crate) fn read(account: &str) -> Result<Zeroizing<Vec<u8>>, KeyStoreProblem> {
    let text = entry(account)?.get_password().map_err(problem)?;
    Ok(Zeroizing::new(text.into_bytes()))
}

pub(crate) fn write(account: &str, text: &str) -> Result<(), KeyStoreProblem> {
    entry(account)?.set_password(text).map_err(problem)
}

pub(crate) fn delete(account: &str) -> Result<(), KeyStoreProblem> {
    entry(account)?.delete_credential().map_err(problem)
}

/// The entry stays on this computer: the default would travel with a Windows domain profile.
#[cfg(windows)]
fn entry(account: &str) -> Result<Entry, KeyStoreProblem> {
    let names = HashMap::from([("divider", "@"), ("service_no_divider", "true")]);
    let store = windows_native_keyring_store::Store::new_with_configuration(&names).map_err(problem)?;
    store.build(SERVICE, account, Some(&HashMap::from([("persistence", "Local")]))).map_err(problem)
}

#[cfg(target_os = "macos")]
fn entry(account: &str) -> Result<Entry, KeyStoreProblem> {
    let store = apple_native_keyring_store::keychain::Store::new().map_err(problem)?;
    store.build(SERVICE, account, None::<&HashMap<&str, &str>>).map_err(problem)
}

#[expect(clippy::needless_pass_by_value, reason = "the shape map_err wants")]
fn problem(error: Error) -> KeyStoreProblem {
    match error {
        Error::NoEntry => KeyStoreProblem::NoEntry,
        Error::BadEncoding(_) | Error::BadDataFormat(..) | Error::BadStoreFormat(_) | Error::Ambiguous(_) => {
            KeyStoreProblem::Unusable
        }
        Error::PlatformFailure(_) | Error::TooLong(..) | Error::Invalid(..) | Error::NotSupportedByStore(_) => {
            KeyStoreProblem::Refused
        }
        Error::NoStorageAccess(_) | Error::NoDefaultStore | _ => KeyStoreProblem::Unavailable,
    }
}

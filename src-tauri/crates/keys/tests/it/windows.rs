//! Windows' own store for real, under names that no portfolio has.

use std::collections::HashMap;

use casefolio_keys::{KeyStore, KeyStoreProblem, SystemKeyStore};

/// An entry that goes with the test.
struct Account(String);

impl Account {
    fn new(name: &str) -> Self {
        Self(format!("{name} of test {}", std::process::id()))
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        let _ = SystemKeyStore::new().delete(&self.0);
    }
}

/// catalogue 57
#[test]
fn a_secret_of_any_bytes_is_written_over_read_back_and_deleted() {
    let (store, account) = (SystemKeyStore::new(), Account::new("round trip"));
    assert_eq!(store.read(&account.0).unwrap_err(), KeyStoreProblem::NoEntry);
    let secret: Vec<u8> = (0..=255).collect();
    store.write(&account.0, b"an earlier one").unwrap();
    store.write(&account.0, &secret).unwrap();
    assert_eq!(store.read(&account.0).unwrap()[..], secret);
    store.delete(&account.0).unwrap();
    assert_eq!(store.read(&account.0).unwrap_err(), KeyStoreProblem::NoEntry);
    assert_eq!(store.delete(&account.0).unwrap_err(), KeyStoreProblem::NoEntry);
}

/// catalogue 58
#[test]
fn an_entry_stays_on_this_computer() {
    let (store, account) = (SystemKeyStore::new(), Account::new("persistence"));
    store.write(&account.0, b"secret").unwrap();
    let entry =
        keyring_core::Entry::new_with_modifiers("org.casefolio.Casefolio", &account.0, &HashMap::new()).unwrap();
    assert_eq!(entry.get_attributes().unwrap()["persistence"], "Local");
}

/// catalogue 58
#[test]
fn a_secret_that_is_too_long_is_refused_and_the_one_before_it_is_kept() {
    let (store, account) = (SystemKeyStore::new(), Account::new("length"));
    let long = vec![1; 2_561];
    assert_eq!(store.write(&account.0, &long), Err(KeyStoreProblem::Refused));
    assert_eq!(store.read(&account.0).unwrap_err(), KeyStoreProblem::NoEntry);
    store.write(&account.0, b"secret").unwrap();
    assert_eq!(store.write(&account.0, &long), Err(KeyStoreProblem::Refused));
    assert_eq!(store.read(&account.0).unwrap()[..], *b"secret");
}

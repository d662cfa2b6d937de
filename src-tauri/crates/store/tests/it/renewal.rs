//! Another key for a database.

use std::path::Path;

use casefolio_store::{DatabaseKey, Error, Renewal, Store, cases};

use super::opening::files;
use super::{PORTFOLIO, created, key, watch};

fn new() -> DatabaseKey {
    DatabaseKey::new([8; 32])
}

/// A database with three cases and its copy with the new key, which lies ready; the slot file may be saved now.
fn ready(folder: &Path) -> Renewal {
    let store = created(folder);
    for number in 1..4 {
        watch(&store, number);
    }
    store.renew(&new()).unwrap()
}

fn cases(folder: &Path, key: &DatabaseKey) -> Result<usize, Error> {
    Ok(Store::open(folder, key, PORTFOLIO)?.read(cases::list)?.len())
}

fn names(folder: &Path) -> Vec<String> {
    files(folder).into_keys().collect()
}

/// catalogue 11
#[test]
fn after_a_renewal_the_new_key_opens_the_same_cases_and_the_old_one_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let renewal = ready(folder.path());
    assert!(matches!(cases(folder.path(), &key()), Err(Error::Busy)), "nobody comes in between");
    renewal.finish().unwrap();
    assert!(matches!(cases(folder.path(), &key()), Err(Error::WrongKey)));
    assert_eq!(cases(folder.path(), &new()).unwrap(), 3);
    assert_eq!(names(folder.path()), ["portfolio.db"]);
    let store = Store::open(folder.path(), &new(), PORTFOLIO).unwrap();
    assert_eq!((store.missing_transactions(), store.check_thoroughly().unwrap()), (None, vec![]));
}

/// catalogue 11
#[test]
fn a_renewal_cut_off_before_the_slot_file_was_saved_leaves_the_old_one_and_is_cleared_away() {
    let folder = tempfile::tempdir().unwrap();
    drop(ready(folder.path()));
    assert!(names(folder.path()).contains(&"portfolio.db.renewed".to_owned()));
    std::fs::write(folder.path().join("portfolio.db.renewing"), "half of a copy").unwrap();
    assert!(matches!(cases(folder.path(), &DatabaseKey::new([9; 32])), Err(Error::WrongKey)));
    assert!(names(folder.path()).contains(&"portfolio.db.renewed".to_owned()), "a wrong key clears nothing away");
    assert_eq!(cases(folder.path(), &key()).unwrap(), 3);
    assert_eq!(names(folder.path()), ["generation", "portfolio.db"]);
}

/// catalogue 11
#[test]
fn a_renewal_cut_off_after_the_slot_file_was_saved_is_finished_by_the_next_opening() {
    let folder = tempfile::tempdir().unwrap();
    drop(ready(folder.path()));
    assert_eq!(cases(folder.path(), &new()).unwrap(), 3);
    assert!(matches!(cases(folder.path(), &key()), Err(Error::WrongKey)));
    assert_eq!(names(folder.path()), ["portfolio.db"]);
}

/// catalogue 11
#[test]
fn a_ready_copy_that_is_damaged_does_not_take_the_place_of_the_database() {
    let folder = tempfile::tempdir().unwrap();
    drop(ready(folder.path()));
    let path = folder.path().join("portfolio.db.renewed");
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    assert!(matches!(cases(folder.path(), &new()), Err(Error::WrongKey)));
    assert_eq!(cases(folder.path(), &key()).unwrap(), 3);
}

#[test]
fn neither_key_stands_in_any_file_and_every_byte_of_the_new_database_is_another() {
    let folder = tempfile::tempdir().unwrap();
    let store = created(folder.path());
    watch(&store, 1);
    drop(store);
    let before = std::fs::read(folder.path().join("portfolio.db")).unwrap();
    Store::open(folder.path(), &key(), PORTFOLIO).unwrap().renew(&new()).unwrap().finish().unwrap();
    let after = std::fs::read(folder.path().join("portfolio.db")).unwrap();
    let pages = before.chunks(4096).zip(after.chunks(4096));
    assert!(pages.clone().count() > 1 && pages.into_iter().all(|(old, new)| old[16..64] != new[16..64]));
}

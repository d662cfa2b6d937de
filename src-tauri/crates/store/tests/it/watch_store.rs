//! The watch store as a file: what does not open it, and who may read it. What it is for is told by the journeys of strict mode.

use std::path::Path;

use casefolio_store::watch_store::WatchStore;
use casefolio_store::{DatabaseKey, Error, Store};
use casefolio_system::private;
use rusqlite::Connection;
use tempfile::TempDir;

use super::opening::files;
use super::{PORTFOLIO, created};

const STORE: &str = "0123456789abcdef0123456789abcdef";

fn watch_key() -> DatabaseKey {
    DatabaseKey::new([9; 32])
}

/// A closed portfolio with a closed watch store.
fn closed() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let portfolio = created(folder.path());
    drop(WatchStore::make_beside(&portfolio, &watch_key(), PORTFOLIO, STORE).unwrap());
    folder
}

fn open(folder: &Path) -> Result<WatchStore, Error> {
    WatchStore::open(folder, &watch_key(), PORTFOLIO)
}

/// Opening fails as it should, and every file is as it was.
fn assert_refused(folder: &Path, opened: impl FnOnce() -> Result<WatchStore, Error>, wanted: fn(&Error) -> bool) {
    let before = files(folder);
    let refused = opened().unwrap_err();
    assert!(wanted(&refused), "{refused:?}");
    assert!(files(folder) == before, "a refusal changed a file");
}

/// A connection from outside, as another tool with the key would make it.
fn outside(folder: &Path) -> Connection {
    let connection = Connection::open(folder.join("watch.db")).unwrap();
    connection.execute_batch(&format!("PRAGMA key = \"x'{}'\"", "09".repeat(32))).unwrap();
    connection
}

#[test]
fn a_wrong_key_does_not_open_it_and_changes_nothing() {
    let folder = closed();
    let other = DatabaseKey::new([10; 32]);
    let refused = || WatchStore::open(folder.path(), &other, PORTFOLIO);
    assert_refused(folder.path(), refused, |error| matches!(error, Error::WrongKey));
    assert_eq!(open(folder.path()).unwrap().store_id(), STORE);
}

#[test]
fn the_portfolios_own_key_does_not_open_it() {
    let folder = closed();
    let refused = || WatchStore::open(folder.path(), &super::key(), PORTFOLIO);
    assert_refused(folder.path(), refused, |error| matches!(error, Error::WrongKey));
}

#[test]
fn one_of_a_newer_program_is_left_alone() {
    let folder = closed();
    outside(folder.path()).execute_batch("PRAGMA user_version = 2").unwrap();
    let refused = || open(folder.path());
    assert_refused(folder.path(), refused, |error| matches!(error, Error::Newer { found: 2, known: 1 }));
}

#[test]
fn one_of_another_portfolio_or_another_kind_is_refused() {
    let folder = closed();
    let refused = || WatchStore::open(folder.path(), &watch_key(), "ffeeddccbbaa99887766554433221100");
    assert_refused(folder.path(), refused, |error| matches!(error, Error::NotOurs));
    outside(folder.path()).execute_batch("PRAGMA application_id = 7").unwrap();
    assert_refused(folder.path(), || open(folder.path()), |error| matches!(error, Error::NotOurs));
}

#[test]
fn a_flipped_bit_anywhere_in_it_is_noticed() {
    let folder = closed();
    let path = folder.path().join("watch.db");
    let whole = std::fs::read(&path).unwrap();
    for at in (0..whole.len()).step_by(509) {
        let mut flipped = whole.clone();
        flipped[at] ^= 1;
        std::fs::write(&path, flipped).unwrap();
        let refused = open(folder.path()).map(drop);
        assert!(matches!(refused, Err(Error::WrongKey | Error::Damaged)), "byte {at}: {refused:?}");
    }
    std::fs::write(&path, whole).unwrap();
    open(folder.path()).unwrap();
}

#[test]
fn it_is_this_users_alone_however_open_it_was() {
    let folder = closed();
    let path = folder.path().join("watch.db");
    assert!(private::is_private(&path).unwrap());
    #[cfg(unix)]
    {
        use std::fs::Permissions;
        use std::os::unix::fs::PermissionsExt;
        let mode = || std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(), 0o600);
        std::fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        let opened = open(folder.path()).unwrap();
        assert_eq!(mode(), 0o600);
        for name in ["watch.db-wal", "watch.db-shm"] {
            let beside = folder.path().join(name);
            assert!(!beside.exists() || private::is_private(&beside).unwrap(), "{name}");
        }
        drop(opened);
    }
}

#[test]
fn it_is_not_opened_while_the_portfolio_is_open_elsewhere() {
    let folder = closed();
    let portfolio = Store::open(folder.path(), &super::key(), PORTFOLIO).unwrap();
    assert!(matches!(open(folder.path()), Err(Error::Busy)));
    drop(portfolio);
    open(folder.path()).unwrap();
}

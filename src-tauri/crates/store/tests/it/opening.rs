use std::collections::BTreeMap;
use std::path::Path;

use casefolio_store::{DatabaseKey, Error, Store, cases, settings};
use rusqlite::Connection;

use super::{PORTFOLIO, created, key, watch};

/// Every file of the folder with its bytes, the lock file aside: in Windows nobody reads it while the portfolio is open.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), entry.path()))
        .filter(|(name, _)| name != "portfolio.lock")
        .map(|(name, path)| (name, std::fs::read(path).unwrap()))
        .collect()
}

/// A connection from outside, as another tool with the key would make it.
pub(crate) fn outside(folder: &Path) -> Connection {
    let connection = Connection::open(folder.join("portfolio.db")).unwrap();
    connection.execute_batch(&format!("PRAGMA key = \"x'{}'\"", "07".repeat(32))).unwrap();
    connection
}

/// A folder as a killed program leaves it: the last commits are in the journal only.
pub(crate) fn killed(folder: &Path) {
    let running = tempfile::tempdir().unwrap();
    let store = created(running.path());
    watch(&store, 1);
    for (name, bytes) in files(running.path()) {
        std::fs::write(folder.join(name), bytes).unwrap();
    }
}

#[test]
fn what_was_written_is_there_after_opening_again() {
    let folder = tempfile::tempdir().unwrap();
    let id = watch(&created(folder.path()), 1);
    let store = Store::open(folder.path(), &key(), PORTFOLIO).unwrap();
    assert_eq!(store.read(|c| cases::by_id(c, id)).unwrap().unwrap().person, "Zoila Peña");
    store.check().unwrap();
}

#[test]
fn every_way_to_write_the_folder_leads_to_the_portfolio() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("ñ #1 100% a?b".replace('?', if cfg!(windows) { "" } else { "?" }));
    let id = watch(&created(&folder), 1);
    let mut ways = vec![folder.clone(), std::fs::canonicalize(&folder).unwrap(), folder.join(".").join("")];
    if cfg!(unix) {
        ways.push(Path::new("/").join(format!("/{}", folder.display())));
    }
    for way in ways {
        let store = Store::open(&way, &key(), PORTFOLIO).unwrap();
        assert!(store.read(|c| cases::by_id(c, id)).unwrap().is_some(), "{}", way.display());
    }
}

#[test]
fn commits_that_are_only_in_the_journal_are_there_too() {
    let folder = tempfile::tempdir().unwrap();
    killed(folder.path());
    assert!(!files(folder.path())["portfolio.db-wal"].is_empty(), "the test wants a journal");
    let store = Store::open(folder.path(), &key(), PORTFOLIO).unwrap();
    assert_eq!(store.read(cases::count).unwrap(), 1);
}

#[test]
fn a_wrong_key_leaves_every_file_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    watch(&created(folder.path()), 1);
    let before = files(folder.path());
    let refused = Store::open(folder.path(), &DatabaseKey::new([8; 32]), PORTFOLIO);
    assert!(matches!(refused, Err(Error::WrongKey)));
    assert_eq!(files(folder.path()), before);
}

#[test]
fn a_wrong_key_leaves_a_journal_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    killed(folder.path());
    let before = files(folder.path());
    let refused = Store::open(folder.path(), &DatabaseKey::new([8; 32]), PORTFOLIO);
    assert!(matches!(refused, Err(Error::WrongKey)));
    assert_eq!(files(folder.path()), before);
}

/// catalogue 31
#[test]
fn a_foreign_journal_is_called_so_and_kept() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    watch(&created(folder.path()), 1);
    let store = Store::create(other.path(), &DatabaseKey::new([9; 32]), PORTFOLIO).unwrap();
    watch(&store, 2);
    std::fs::copy(other.path().join("portfolio.db-wal"), folder.path().join("portfolio.db-wal")).unwrap();
    let before = files(folder.path());
    let refused = Store::open(folder.path(), &key(), PORTFOLIO);
    assert!(matches!(refused, Err(Error::ForeignJournal)), "{refused:?}");
    assert_eq!(files(folder.path()), before);
}

/// catalogue 42
#[test]
fn a_newer_schema_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    drop(created(folder.path()));
    outside(folder.path()).execute_batch("PRAGMA user_version = 99").unwrap();
    let before = files(folder.path());
    let refused = Store::open(folder.path(), &key(), PORTFOLIO);
    assert!(matches!(refused, Err(Error::Newer { found: 99, known: 5 })), "{refused:?}");
    assert_eq!(files(folder.path()), before);
}

/// catalogue 29
#[test]
fn a_database_of_zero_bytes_is_no_empty_portfolio() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("portfolio.db"), b"").unwrap();
    assert!(matches!(Store::open(folder.path(), &key(), PORTFOLIO), Err(Error::Empty)));
    assert!(matches!(Store::create(folder.path(), &key(), PORTFOLIO), Err(Error::AlreadyThere)));
    assert_eq!(files(folder.path()), BTreeMap::from([("portfolio.db".into(), vec![])]));
}

/// catalogue 30
#[test]
fn a_missing_database_is_not_made() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(Store::open(folder.path(), &key(), PORTFOLIO), Err(Error::Missing)));
    assert!(files(folder.path()).is_empty());
    let nowhere = folder.path().join("nowhere");
    assert!(matches!(Store::open(&nowhere, &key(), PORTFOLIO), Err(Error::Missing)));
    assert!(!nowhere.exists());
}

/// catalogue 34
#[test]
fn a_plain_database_of_our_name_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let plain = Connection::open(folder.path().join("portfolio.db")).unwrap();
    plain.execute_batch("CREATE TABLE cases (id INTEGER)").unwrap();
    drop(plain);
    let before = files(folder.path());
    assert!(matches!(Store::open(folder.path(), &key(), PORTFOLIO), Err(Error::NotOurs)));
    assert!(matches!(Store::create(folder.path(), &key(), PORTFOLIO), Err(Error::AlreadyThere)));
    assert_eq!(files(folder.path()), before);
}

#[test]
fn another_programs_encrypted_database_is_not_ours() {
    let folder = tempfile::tempdir().unwrap();
    outside(folder.path()).execute_batch("CREATE TABLE notes (id INTEGER)").unwrap();
    let before = files(folder.path());
    assert!(matches!(Store::open(folder.path(), &key(), PORTFOLIO), Err(Error::NotOurs)));
    assert_eq!(files(folder.path()), before);
}

#[test]
fn the_database_of_another_portfolio_is_not_ours() {
    let folder = tempfile::tempdir().unwrap();
    drop(created(folder.path()));
    let refused = Store::open(folder.path(), &key(), "ffeeddccbbaa99887766554433221100");
    assert!(matches!(refused, Err(Error::NotOurs)));
}

#[cfg(unix)]
#[test]
fn a_link_in_place_of_the_database_is_refused() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    drop(created(other.path()));
    std::os::unix::fs::symlink(other.path().join("portfolio.db"), folder.path().join("portfolio.db")).unwrap();
    assert!(matches!(Store::open(folder.path(), &key(), PORTFOLIO), Err(Error::NotOurs)));
}

/// catalogue 40
#[test]
fn a_portfolio_that_is_open_is_busy_for_everyone_else() {
    let folder = tempfile::tempdir().unwrap();
    let store = created(folder.path());
    assert!(matches!(Store::open(folder.path(), &key(), PORTFOLIO), Err(Error::Busy)));
    assert!(matches!(Store::create(folder.path(), &key(), PORTFOLIO), Err(Error::Busy)));
    drop(store);
    assert!(Store::open(folder.path(), &key(), PORTFOLIO).is_ok());
}

#[test]
fn a_portfolio_is_never_made_over_another() {
    let folder = tempfile::tempdir().unwrap();
    watch(&created(folder.path()), 1);
    assert!(matches!(Store::create(folder.path(), &DatabaseKey::new([1; 32]), PORTFOLIO), Err(Error::AlreadyThere)));
    let store = Store::open(folder.path(), &key(), PORTFOLIO).unwrap();
    assert_eq!(store.read(cases::count).unwrap(), 1);
}

#[test]
fn a_half_made_portfolio_of_a_killed_program_does_not_disturb() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("portfolio.db.new"), b"half").unwrap();
    assert!(matches!(Store::open(folder.path(), &key(), PORTFOLIO), Err(Error::Missing)));
    drop(created(folder.path()));
    assert_eq!(files(folder.path()).into_keys().collect::<Vec<_>>(), ["portfolio.db"]);
}

#[test]
fn a_write_that_fails_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = created(folder.path());
    let outcome: Result<(), Error> = store.write(|t| {
        settings::set_text(t, "language", "es")?;
        Err(Error::NoSuchCase)
    });
    assert!(matches!(outcome, Err(Error::NoSuchCase)));
    assert_eq!(store.read(|c| settings::text(c, "language")).unwrap(), None);
}

#[test]
fn the_reading_connection_cannot_write() {
    let folder = tempfile::tempdir().unwrap();
    let store = created(folder.path());
    assert!(matches!(store.read(|c| Ok(c.execute("DELETE FROM cases", [])?)), Err(Error::Sql(_))));
}

#[test]
fn a_panic_in_the_midst_of_a_write_leaves_the_store_usable() {
    let folder = tempfile::tempdir().unwrap();
    let store = created(folder.path());
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        store.write(|t| -> Result<(), Error> {
            settings::set_text(t, "language", "es")?;
            std::panic::resume_unwind(Box::new(()))
        })
    }));
    assert!(panicked.is_err());
    assert_eq!(store.read(|c| settings::text(c, "language")).unwrap(), None);
    store.write(|t| settings::set_text(t, "language", "en")).unwrap();
}

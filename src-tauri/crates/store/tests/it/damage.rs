//! Files that are damaged, cut off, mixed up or another's: always noticed, nothing wrong ever shown, every byte kept.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use casefolio_domain::{Case, CaseId, Glance};
use casefolio_store::cases::NewCase;
use casefolio_store::observations::{self, Seen};
use casefolio_store::{DatabaseKey, Error, Examined, Finding, Store, cases, examine};
use tempfile::TempDir;

use super::opening::{files, killed, outside};
use super::{PORTFOLIO, answer, created, key, minute, receipt, watch};

pub(crate) const PAGE: usize = 4096;

/// A closed portfolio with some cases, each with two answers; its files.
fn portfolio(cases: u32) -> BTreeMap<String, Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let store = created(folder.path());
    for number in 1..=cases {
        let case = watch(&store, number);
        for (at, title) in [(1, "Case Was Received"), (2, "Case Was Approved")] {
            let raw = "r".repeat(usize::try_from(number).unwrap() * 300);
            store.write(|t| observations::record(t, case, &answer(number, title), &raw, minute(at))).unwrap();
        }
    }
    drop(store);
    let files = files(folder.path());
    assert!(!files.contains_key("portfolio.db-wal"), "the test wants everything in one file");
    files
}

/// A folder with these files.
pub(crate) fn folder(files: &BTreeMap<String, Vec<u8>>) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
}

/// The same files with another database.
fn with_database(files: &BTreeMap<String, Vec<u8>>, database: Vec<u8>) -> TempDir {
    let mut files = files.clone();
    files.insert("portfolio.db".into(), database);
    folder(&files)
}

pub(crate) fn found(folder: &Path) -> Vec<Finding> {
    examine(folder, Some((&key(), PORTFOLIO)), &[]).unwrap().findings
}

/// Everything a user can be shown.
/// A case as it is listed, as it is opened, and with all that was seen of it.
type Shown = (Case<Glance>, Case, Vec<Seen>);

fn shown(store: &Store) -> Result<Vec<Shown>, Error> {
    let cases = store.read(cases::list)?;
    let whole = |listed: Case<Glance>| {
        let case = store.read(|c| cases::by_id(c, listed.id))?.ok_or(Error::NoSuchCase)?;
        let seen = store.read(|c| observations::list(c, listed.id))?;
        Ok((listed, case, seen))
    };
    cases.into_iter().map(whole).collect()
}

/// catalogue 25
#[test]
fn a_flipped_bit_in_any_page_is_noticed_and_nothing_wrong_is_ever_shown() {
    let files = portfolio(12);
    let intact = shown(&Store::open(folder(&files).path(), &key(), PORTFOLIO).unwrap()).unwrap();
    let whole = &files["portfolio.db"];
    for page in 0..whole.len() / PAGE {
        for at in [0, 15, 16, 700, 4015, 4016, 4095] {
            let mut flipped = whole.clone();
            flipped[page * PAGE + at] ^= 1 << (page % 8);
            let folder = with_database(&files, flipped);
            let before = self::files(folder.path());
            assert_eq!(found(folder.path()), [Finding::DamagedPages { pages: 1 }], "page {} at {at}", page + 1);
            assert_eq!(self::files(folder.path()), before, "looking changes nothing");
            match Store::open(folder.path(), &key(), PORTFOLIO) {
                Err(error) => assert!(matches!(error, Error::Damaged), "page {} at {at}: {error:?}", page + 1),
                Ok(store) => {
                    match shown(&store) {
                        Ok(shown) => assert_eq!(shown, intact, "page {} at {at}", page + 1),
                        Err(error) => assert!(matches!(error, Error::Damaged), "{error:?}"),
                    }
                    assert_eq!(store.check_thoroughly().unwrap(), [Finding::DamagedPages { pages: 1 }]);
                }
            }
        }
    }
}

/// catalogue 26
#[test]
fn two_pages_in_each_others_place_are_noticed() {
    let files = portfolio(6);
    let whole = &files["portfolio.db"];
    for page in 1..whole.len() / PAGE - 1 {
        let mut swapped = whole.clone();
        let (first, second) = swapped.split_at_mut((page + 1) * PAGE);
        first[page * PAGE..].swap_with_slice(&mut second[..PAGE]);
        let folder = with_database(&files, swapped);
        assert_eq!(found(folder.path()), [Finding::DamagedPages { pages: 2 }], "pages {} and {}", page + 1, page + 2);
        let checked = Store::open(folder.path(), &key(), PORTFOLIO).and_then(|store| store.check());
        assert!(matches!(checked, Err(Error::Damaged)), "{checked:?}");
    }
}

/// catalogue 28
#[test]
fn a_file_that_is_cut_off_anywhere_is_called_so_and_never_opened() {
    let files = portfolio(4);
    let whole = &files["portfolio.db"];
    for page in 0..whole.len() / PAGE {
        for length in [page * PAGE, page * PAGE + 1, page * PAGE + 2_000, (page + 1) * PAGE - 1] {
            let folder = with_database(&files, whole[..length].to_vec());
            let before = self::files(folder.path());
            let opened = Store::open(folder.path(), &key(), PORTFOLIO);
            let (refused, finding) = if length == 0 {
                (matches!(opened, Err(Error::Empty)), Finding::Empty)
            } else {
                (matches!(opened, Err(Error::Truncated)), Finding::Truncated)
            };
            assert!(refused, "{length} bytes: {opened:?}");
            assert_eq!(found(folder.path()).first(), Some(&finding), "{length} bytes");
            assert_eq!(self::files(folder.path()), before);
        }
    }
}

/// A closed portfolio of so many cases that their table has many pages; and the numbers of some of those pages.
fn many() -> (BTreeMap<String, Vec<u8>>, Vec<u32>) {
    let folder = tempfile::tempdir().unwrap();
    let store = created(folder.path());
    let new = |number| NewCase {
        receipt: receipt(number),
        person: "Zoila Peña".into(),
        label: "a label of some length ".repeat(10),
        added_at: minute(0),
    };
    store.write(|t| (1..=MANY).try_for_each(|number| cases::insert(t, &new(number)).map(drop))).unwrap();
    drop(store);
    let pages = outside(folder.path())
        .prepare("SELECT pageno FROM dbstat WHERE name = 'cases' AND pagetype = 'leaf'")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<Vec<u32>, _>>()
        .unwrap();
    assert!(pages.len() > 5);
    (files(folder.path()), pages)
}

const MANY: u32 = 120;

/// catalogue 27
#[test]
fn after_a_damaged_page_the_healthy_rows_are_read_and_written_on_a_fresh_connection() {
    let (files, pages) = many();
    for page in pages {
        let mut flipped = files["portfolio.db"].clone();
        flipped[(page as usize - 1) * PAGE + 99] ^= 1;
        let folder = with_database(&files, flipped);
        let store = Store::open(folder.path(), &key(), PORTFOLIO).unwrap();
        let read = |id| store.read(|c| cases::by_id(c, CaseId(id)));
        let damaged: Vec<i64> = (1..=MANY.into())
            .filter(|id| read(*id).map_err(|error| assert!(matches!(error, Error::Damaged))).is_err())
            .collect();
        assert!((1..60).contains(&damaged.len()), "page {page}: {damaged:?}");
        let rename = |id| store.write(|t| cases::rename(t, CaseId(id), "Ana", ""));
        for id in 1..=MANY.into() {
            let renamed = rename(id);
            assert_eq!(matches!(renamed, Err(Error::Damaged)), damaged.contains(&id), "page {page}: {renamed:?}");
            assert_eq!(renamed.is_ok(), !damaged.contains(&id));
        }
        assert!(store.met_damage());
        assert!(read(damaged[0]).is_err());
        let healthy = (1..=MANY.into()).find(|id| !damaged.contains(id)).unwrap();
        assert_eq!(read(healthy).unwrap().unwrap().person, "Ana");
    }
}

/// catalogue 31
#[test]
fn a_journal_made_with_another_key_is_foreign_also_where_the_file_is_damaged() {
    let (other, mut files) = (tempfile::tempdir().unwrap(), portfolio(3));
    let store = Store::create(other.path(), &DatabaseKey::new([9; 32]), PORTFOLIO).unwrap();
    watch(&store, 2);
    files.insert("portfolio.db-wal".into(), std::fs::read(other.path().join("portfolio.db-wal")).unwrap());
    for damage in [None, Some(3 * PAGE + 5), Some(20)] {
        let mut files = files.clone();
        if let Some(at) = damage {
            files.get_mut("portfolio.db").unwrap()[at] ^= 1;
        }
        let folder = folder(&files);
        let before = self::files(folder.path());
        let refused = Store::open(folder.path(), &key(), PORTFOLIO);
        assert!(matches!(refused, Err(Error::ForeignJournal)), "{refused:?}");
        assert!(found(folder.path()).contains(&Finding::ForeignJournal));
        assert_eq!(self::files(folder.path()), before);
    }
}

/// The files of a portfolio of which the newest commits stand in the journal.
fn running(store: &Store, folder: &Path, numbers: std::ops::Range<u32>) -> BTreeMap<String, Vec<u8>> {
    for number in numbers {
        watch(store, number);
    }
    files(folder)
}

/// catalogue 31
#[test]
fn a_database_put_back_under_a_newer_journal_of_its_own_is_not_mixed_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let old = running(&created(folder.path()), folder.path(), 1..3)["portfolio.db"].clone();
    drop(Store::open(folder.path(), &key(), PORTFOLIO).unwrap());
    for number in 3..6 {
        watch(&Store::open(folder.path(), &key(), PORTFOLIO).unwrap(), number);
    }
    let store = Store::open(folder.path(), &key(), PORTFOLIO).unwrap();
    let mut mixed = running(&store, folder.path(), 6..8);
    drop(store);
    mixed.insert("portfolio.db".into(), old);
    mixed.remove("portfolio.db-shm");
    let folder = self::folder(&mixed);
    let refused = Store::open(folder.path(), &key(), PORTFOLIO);
    assert!(matches!(refused, Err(Error::ForeignJournal)), "{refused:?}");
    assert_eq!(found(folder.path()), [Finding::ForeignJournal]);
    mixed.retain(|name, _| name != "portfolio.lock");
    assert_eq!(files(folder.path()), mixed);
}

#[test]
fn a_database_cut_off_under_its_own_journal_is_called_so() {
    let folder = tempfile::tempdir().unwrap();
    killed(folder.path());
    let mut files = files(folder.path());
    let length = files["portfolio.db"].len();
    files.get_mut("portfolio.db").unwrap().truncate(length / 2 / PAGE * PAGE);
    files.remove("portfolio.db-shm");
    let folder = self::folder(&files);
    assert!(found(folder.path()).contains(&Finding::Truncated), "{:?}", found(folder.path()));
}

#[test]
fn what_is_in_order_has_no_finding() {
    let folder = folder(&portfolio(5));
    assert_eq!(examine(folder.path(), Some((&key(), PORTFOLIO)), &[]).unwrap(), Examined::default());
    let store = Store::open(folder.path(), &key(), PORTFOLIO).unwrap();
    assert_eq!(store.check_thoroughly().unwrap(), []);
    assert!(matches!(examine(folder.path(), None, &[]), Err(Error::Busy)));
    drop(store);
    let killed_one = tempfile::tempdir().unwrap();
    killed(killed_one.path());
    assert_eq!(found(killed_one.path()), []);
}

#[test]
fn each_kind_of_damage_has_its_name() {
    let files = portfolio(3);
    let only = |database: Vec<u8>| with_database(&files, database);
    assert_eq!(found(tempfile::tempdir().unwrap().path()), [Finding::Missing]);
    assert_eq!(found(only(vec![]).path()), [Finding::Empty]);
    let plain = [b"SQLite format 3\0".as_slice(), &[0; PAGE]].concat();
    assert_eq!(found(only(plain).path()), [Finding::NotOurs]);
    let whole = folder(&files);
    let other_key = examine(whole.path(), Some((&DatabaseKey::new([8; 32]), PORTFOLIO)), &[]).unwrap();
    assert_eq!(other_key.findings, [Finding::WrongKey]);
    let other_id = examine(whole.path(), Some((&key(), "ffeeddccbbaa99887766554433221100")), &[]).unwrap();
    assert_eq!(other_id.findings, [Finding::NotOurs]);
    outside(whole.path()).execute_batch("PRAGMA user_version = 99").unwrap();
    assert_eq!(found(whole.path()), [Finding::Newer { found: 99, known: 5 }]);
    let odd = folder(&files);
    outside(odd.path()).execute_batch("PRAGMA foreign_keys = OFF; DELETE FROM answers WHERE id = 2").unwrap();
    assert_eq!(found(odd.path()), [Finding::Disordered]);
}

#[test]
fn without_a_key_is_said_what_can_be_said_from_outside() {
    let files = portfolio(3);
    let from_outside = |database: Vec<u8>| {
        let folder = with_database(&files, database);
        examine(folder.path(), None, &[]).unwrap().findings
    };
    let whole = &files["portfolio.db"];
    assert_eq!(from_outside(whole.clone()), []);
    assert_eq!(from_outside(vec![]), [Finding::Empty]);
    assert_eq!(from_outside(whole[..whole.len() - 7].to_vec()), [Finding::Truncated]);
    assert_eq!(from_outside(b"SQLite format 3\0 and more".to_vec()), [Finding::NotOurs]);
}

/// Writes a good deal in each transaction, and copies it out of the journal after each.
fn write_on(store: &Store, until: &AtomicBool) -> u32 {
    store.write(|t| Ok(t.execute_batch("PRAGMA wal_autocheckpoint = 1")?)).unwrap();
    let mut rounds = 0;
    while !until.load(Ordering::Relaxed) {
        let body = format!("{rounds}").repeat(40_000);
        store
            .write(|t| {
                t.execute(
                    "INSERT INTO settings (key, value) VALUES ('load', ?1) ON CONFLICT DO UPDATE SET value = ?1",
                    [&body],
                )?;
                Ok(())
            })
            .unwrap();
        rounds += 1;
    }
    rounds
}

#[test]
fn a_healthy_portfolio_with_a_writer_at_work_is_never_called_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let store = created(folder.path());
    for number in 1..=20 {
        watch(&store, number);
    }
    let ended = AtomicBool::new(false);
    let rounds = std::thread::scope(|scope| {
        let writer = scope.spawn(|| write_on(&store, &ended));
        let found: Vec<Vec<Finding>> = (0..40).map(|_| store.check_thoroughly().unwrap()).collect();
        ended.store(true, Ordering::Relaxed);
        assert!(found.iter().all(Vec::is_empty), "{found:?}");
        writer.join().unwrap()
    });
    assert!(rounds > 1, "nobody was at work");
    store.check().unwrap();
}

#[test]
fn a_page_that_is_damaged_while_a_writer_is_at_work_is_found() {
    let files = portfolio(12);
    let mut whole = files["portfolio.db"].clone();
    let last = whole.len() / PAGE - 1;
    whole[last * PAGE + 700] ^= 1;
    let folder = with_database(&files, whole);
    let store = Store::open(folder.path(), &key(), PORTFOLIO).unwrap();
    let ended = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| write_on(&store, &ended));
        let found = store.check_thoroughly();
        ended.store(true, Ordering::Relaxed);
        assert_eq!(found.unwrap(), [Finding::DamagedPages { pages: 1 }]);
    });
}

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use casefolio_store::backup::{Contents, prove};
use casefolio_store::{DatabaseKey, Error, Store};

use super::{PORTFOLIO, created, key, watch};

fn fill(store: &Store, cases: u32) {
    for number in 0..cases {
        watch(store, number);
    }
}

fn copied(store: &Store, folder: &Path) -> (PathBuf, Contents) {
    let path = folder.join("copy");
    let contents = store.source().copy_to(&path).unwrap();
    (path, contents)
}

/// catalogue 38
#[test]
fn a_copy_opens_like_the_source_and_holds_as_many_rows() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = created(folder.path());
    fill(&store, 300);
    let (path, contents) = copied(&store, elsewhere.path());
    assert_eq!((contents.cases(), contents.rows["portfolio"]), (300, 1));
    assert!(contents.rows.contains_key("outbox") && contents.rows.contains_key("budget"));
    assert_eq!(prove(&path, &key(), PORTFOLIO).unwrap(), contents);
    assert!(casefolio_system::private::is_private(&path).unwrap());
    let beside: Vec<_> = std::fs::read_dir(elsewhere.path()).unwrap().collect();
    assert_eq!(beside.len(), 1, "nothing but the copy");
}

#[test]
fn a_copy_is_of_one_state_also_while_somebody_writes() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = created(folder.path());
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut number = 0;
            while !done.load(Ordering::Relaxed) {
                watch(&store, number);
                number += 1;
            }
            number
        });
        let mut last = 0;
        for copy in 0..5 {
            // It is an error of the copy if it holds more or less than was counted.
            let contents = store.source().copy_to(&elsewhere.path().join(copy.to_string())).unwrap();
            assert!(contents.cases() >= last);
            last = contents.cases();
        }
        done.store(true, Ordering::Relaxed);
        assert!(u64::from(writer.join().unwrap()) >= last);
    });
    store.check().unwrap();
}

#[test]
fn a_copy_never_takes_the_place_of_a_file() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = created(folder.path());
    let path = elsewhere.path().join("letter");
    std::fs::write(&path, b"mine").unwrap();
    assert!(matches!(store.source().copy_to(&path), Err(Error::Io(_))));
    assert_eq!(std::fs::read(&path).unwrap(), b"mine");
}

/// catalogue 25
#[test]
fn one_flipped_bit_in_any_page_of_a_copy_is_noticed() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = created(folder.path());
    fill(&store, 300);
    let (path, _) = copied(&store, elsewhere.path());
    let whole = std::fs::read(&path).unwrap();
    let altered = elsewhere.path().join("altered");
    assert!(whole.len() > 10 * 4096);
    for page in 0..whole.len() / 4096 {
        let mut bytes = whole.clone();
        bytes[page * 4096 + page * 1009 % 4096] ^= 1 << (page % 8);
        std::fs::write(&altered, bytes).unwrap();
        let refused = prove(&altered, &key(), PORTFOLIO).unwrap_err();
        assert!(matches!(refused, Error::Damaged | Error::WrongKey), "page {page}: {refused:?}");
    }
    for length in [0, 1, 4095, 4096, 8192, whole.len() - 4096, whole.len() - 1] {
        std::fs::write(&altered, &whole[..length]).unwrap();
        assert!(prove(&altered, &key(), PORTFOLIO).is_err(), "{length} bytes");
    }
}

#[test]
fn a_copy_of_another_portfolio_or_key_is_not_proven() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (path, _) = copied(&created(folder.path()), elsewhere.path());
    assert!(matches!(prove(&path, &DatabaseKey::new([8; 32]), PORTFOLIO), Err(Error::WrongKey)));
    assert!(matches!(prove(&path, &key(), "ffeeddccbbaa99887766554433221100"), Err(Error::NotOurs)));
    assert!(matches!(prove(&elsewhere.path().join("nothing"), &key(), PORTFOLIO), Err(Error::Sql(_))));
}

#[test]
fn a_copy_with_a_reference_to_nothing_is_not_proven() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = created(folder.path());
    watch(&store, 1);
    let (path, _) = copied(&store, elsewhere.path());
    let connection = rusqlite::Connection::open(&path).unwrap();
    let sql =
        "PRAGMA foreign_keys = OFF; INSERT INTO observations (case_id, answer_id, first_seen, last_seen, times_seen)
               VALUES (99, 99, 1, 1, 1);";
    connection.execute_batch(&format!("PRAGMA key = \"x'{}'\"; {sql}", "07".repeat(32))).unwrap();
    connection.close().unwrap();
    assert!(matches!(prove(&path, &key(), PORTFOLIO), Err(Error::Damaged)));
}

/// catalogue 37
#[test]
fn a_copy_shows_nothing_in_clear() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = created(folder.path());
    fill(&store, 50);
    let bytes = std::fs::read(copied(&store, elsewhere.path()).0).unwrap();
    for marker in ["IOE09", "Zoila", "wife", "SQLite format", "CREATE TABLE", PORTFOLIO] {
        assert!(!bytes.windows(marker.len()).any(|window| window == marker.as_bytes()), "{marker}");
    }
}

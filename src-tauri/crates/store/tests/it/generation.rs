//! An older database in the place of a newer one.

use std::path::Path;

use casefolio_store::{Finding, Store, cases, examine};

use super::damage::{PAGE, found};
use super::opening::{files, killed};
use super::{PORTFOLIO, created, key, watch};

fn opened(folder: &Path) -> Store {
    Store::open(folder, &key(), PORTFOLIO).unwrap()
}

/// catalogue 33
#[test]
fn an_older_database_put_back_is_said_until_it_is_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("portfolio.db");
    watch(&created(folder.path()), 1);
    let older = std::fs::read(&database).unwrap();
    for number in 2..6 {
        watch(&opened(folder.path()), number);
    }
    assert_eq!(opened(folder.path()).missing_transactions(), None);
    let newer = std::fs::read(&database).unwrap();
    std::fs::write(&database, &older).unwrap();
    assert_eq!(found(folder.path()), [Finding::RolledBack { missing: 4 }]);
    for number in 10..20 {
        let store = opened(folder.path());
        assert_eq!(store.missing_transactions(), Some(4), "also after {number} writes more");
        assert_eq!(store.sealed_generation(), None);
        watch(&store, number);
    }
    assert_eq!(found(folder.path()), [Finding::RolledBack { missing: 4 }]);
    let oldest = std::fs::read(&database).unwrap();

    std::fs::write(&database, &newer).unwrap();
    assert_eq!(opened(folder.path()).missing_transactions(), None, "the right one is the right one");

    std::fs::write(&database, &oldest).unwrap();
    let store = opened(folder.path());
    store.accept_older().unwrap();
    assert_eq!(store.missing_transactions(), None);
    drop(store);
    assert_eq!(opened(folder.path()).missing_transactions(), None);
    assert_eq!(found(folder.path()), []);
    std::fs::write(&database, &newer).unwrap();
    assert!(opened(folder.path()).missing_transactions().is_some(), "what came before is older now");
}

#[test]
fn a_generation_kept_elsewhere_tells_it_too() {
    let folder = tempfile::tempdir().unwrap();
    let store = created(folder.path());
    watch(&store, 1);
    drop(store);
    let older = files(folder.path());
    let store = opened(folder.path());
    watch(&store, 2);
    watch(&store, 3);
    let sealed = store.sealed_generation().unwrap();
    drop(store);
    assert!(!opened(folder.path()).compare_generation(&sealed).unwrap(), "it is as new as that");
    for (name, bytes) in &older {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    let examined = examine(folder.path(), Some((&key(), PORTFOLIO)), &[sealed.to_vec()]).unwrap();
    assert_eq!(examined.findings, [Finding::RolledBack { missing: 2 }]);
    let store = opened(folder.path());
    assert_eq!(store.missing_transactions(), None, "all files were put back together");
    let mut altered = sealed;
    altered[9] ^= 1;
    assert!(!store.compare_generation(&altered).unwrap() && !store.compare_generation(b"").unwrap());
    watch(&store, 4);
    assert!(store.compare_generation(&sealed).unwrap());
    assert_eq!(store.missing_transactions(), Some(2), "counted from the opening");
    drop(store);
    let store = opened(folder.path());
    store.compare_generation(&sealed).unwrap();
    store.accept_older().unwrap();
    drop(store);
    let store = opened(folder.path());
    assert!(!store.compare_generation(&sealed).unwrap());
}

/// catalogue 32
#[test]
fn a_damaged_last_frame_of_the_journal_opens_at_the_commit_before_and_the_loss_is_said() {
    let folder = tempfile::tempdir().unwrap();
    killed(folder.path());
    let journal = folder.path().join("portfolio.db-wal");
    let intact = opened(folder.path()).read(cases::count).unwrap();
    assert_eq!(intact, 1);
    killed(folder.path());
    let mut bytes = std::fs::read(&journal).unwrap();
    let last = bytes.len() - PAGE / 2;
    bytes[last] ^= 1;
    std::fs::write(&journal, bytes).unwrap();
    assert_eq!(found(folder.path()), [Finding::RolledBack { missing: 1 }]);
    let store = opened(folder.path());
    assert_eq!(store.read(cases::count).unwrap(), 0);
    assert_eq!(store.missing_transactions(), Some(1));
}

#[test]
fn a_torn_foreign_or_missing_generation_file_refuses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("generation");
    watch(&created(folder.path()), 1);
    let other = tempfile::tempdir().unwrap();
    drop(
        Store::create(other.path(), &casefolio_store::DatabaseKey::new([9; 32]), PORTFOLIO)
            .map(|store| watch(&store, 1)),
    );
    let foreign = std::fs::read(other.path().join("generation")).unwrap();
    for bytes in [Some(vec![]), Some(vec![7; 9]), Some(vec![7; 90_000]), Some(foreign), None] {
        match &bytes {
            Some(bytes) => std::fs::write(&path, bytes).unwrap(),
            None => std::fs::remove_file(&path).unwrap(),
        }
        let examined = examine(folder.path(), Some((&key(), PORTFOLIO)), &[]).unwrap();
        assert_eq!((examined.findings, examined.generation_unreadable), (vec![], bytes.is_some()));
        let store = opened(folder.path());
        assert_eq!(store.missing_transactions(), None);
        watch(&store, u32::try_from(bytes.map_or(90, |bytes| bytes.len() + 10)).unwrap());
        drop(store);
        assert!(!examine(folder.path(), Some((&key(), PORTFOLIO)), &[]).unwrap().generation_unreadable);
    }
}

#[test]
fn a_generation_file_that_cannot_be_written_hinders_no_commit() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("generation")).unwrap();
    let store = created(folder.path());
    watch(&store, 1);
    assert_eq!(store.read(cases::count).unwrap(), 1);
    assert_eq!(store.missing_transactions(), None);
}

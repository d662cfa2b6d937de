use casefolio_store::observations;
use casefolio_store::settings;

use super::{answer, created, minute, receipt, watch};

/// catalogue 37
#[test]
fn no_word_of_the_portfolio_stands_readable_in_any_file() {
    let folder = tempfile::tempdir().unwrap();
    let store = created(folder.path());
    for number in 1..200 {
        let case = watch(&store, number);
        let raw = format!("{{\"marker\":\"PLAINTEXTMARKER{number}\"}}");
        store.write(|t| observations::record(t, case, &answer(number, "MARKERTITLE"), &raw, minute(1))).unwrap();
    }
    store.write(|t| settings::set_text(t, "service.secret", "PLAINTEXTMARKERSECRET")).unwrap();
    let mut read = 0;
    let receipt = receipt(3);
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        read += bytes.len();
        for marker in ["PLAINTEXTMARKER", "MARKERTITLE", receipt.as_str(), "Zoila", "CREATE TABLE", "SQLite format"] {
            let found = bytes.windows(marker.len()).any(|window| window == marker.as_bytes());
            assert!(!found, "{marker} in {}", path.display());
        }
    }
    assert!(read > 100_000, "the test wants something to look through");
    assert!(folder.path().join("portfolio.db-wal").exists() && folder.path().join("portfolio.db-shm").exists());
    drop(store);
}

/// catalogue 38
#[cfg(unix)]
#[test]
fn folder_and_files_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("portfolio");
    let store = created(&folder);
    watch(&store, 1);
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let mut names = Vec::new();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        names.push(path.file_name().unwrap().to_str().unwrap().to_owned());
    }
    names.sort();
    assert_eq!(names, ["portfolio.db", "portfolio.db-shm", "portfolio.db-wal", "portfolio.lock"]);
    assert_eq!(mode(&folder), 0o700);
}

/// catalogue 38
#[cfg(unix)]
#[test]
fn files_that_were_opened_to_others_are_closed_again() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    drop(created(folder.path()));
    let set =
        |path: &std::path::Path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    set(&folder.path().join("portfolio.db"), 0o644);
    set(folder.path(), 0o755);
    let store = casefolio_store::Store::open(folder.path(), &super::key(), super::PORTFOLIO).unwrap();
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&folder.path().join("portfolio.db")), mode(folder.path())), (0o600, 0o700));
    drop(store);
}

use casefolio_store::observations;
use casefolio_store::settings;
use casefolio_system::private::is_private;

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
        // Empty, and in Windows closed to everyone while the portfolio is open.
        if path.file_name().unwrap() == "portfolio.lock" {
            continue;
        }
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
#[test]
fn folder_and_files_are_for_their_owner_alone() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("portfolio");
    let store = created(&folder);
    watch(&store, 1);
    let mut names = Vec::new();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        assert!(is_private(&path).unwrap(), "{}", path.display());
        names.push(path.file_name().unwrap().to_str().unwrap().to_owned());
    }
    names.sort();
    assert_eq!(names, ["generation", "portfolio.db", "portfolio.db-shm", "portfolio.db-wal", "portfolio.lock"]);
    assert!(is_private(&folder).unwrap());
}

/// catalogue 38
#[test]
fn files_that_were_opened_to_others_are_closed_again() {
    let parent = tempfile::tempdir().unwrap();
    // As another program makes folders and copies files.
    let (folder, other) = (parent.path().join("portfolio"), parent.path().join("other"));
    std::fs::create_dir(&folder).unwrap();
    drop(created(&other));
    std::fs::copy(other.join("portfolio.db"), folder.join("portfolio.db")).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let everyone = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(folder.join("portfolio.db"), everyone.clone()).unwrap();
        std::fs::set_permissions(&folder, everyone).unwrap();
    }
    let store = casefolio_store::Store::open(&folder, &super::key(), super::PORTFOLIO).unwrap();
    assert!(is_private(&folder.join("portfolio.db")).unwrap() && is_private(&folder).unwrap());
    drop(store);
}

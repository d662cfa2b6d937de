//! The second copy of the slot file: level after every change, put in the place of a damaged one.

use std::fs;
use std::path::Path;

use casefolio_keys::{Error, KdfStrength, KeyFile, MemoryKeyStore, RecoveryCode};

use super::{WORDS, bytes, made, passphrase};

const CHEAP: KdfStrength = KdfStrength::SMALLEST_ACCEPTED;

fn copy(folder: &Path) -> Vec<u8> {
    fs::read(folder.join("keys.json.previous")).unwrap()
}

/// The names in a folder, in order.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

type Changing<'a> = &'a mut dyn FnMut(&mut KeyFile) -> Result<(), Error>;

/// catalogue 10
#[test]
fn after_every_change_the_copy_is_the_same_and_what_was_given_up_opens_neither() {
    let folder = tempfile::tempdir().unwrap();
    let store = MemoryKeyStore::new();
    let (mut file, key, first_code) = made(folder.path());
    assert_eq!(copy(folder.path()), bytes(folder.path()), "a new slot file has its copy at once");
    let code = RecoveryCode::random().unwrap();
    let changes: [Changing<'_>; 4] = [
        &mut |file| file.add_computer_slot(&key, &store),
        &mut |file| file.set_passphrase(&key, &passphrase("five lanterns by the sea"), CHEAP),
        &mut |file| file.set_recovery(&key, &code),
        &mut |file| file.remove_computer_slot(&store),
    ];
    for change in changes {
        let before = bytes(folder.path());
        change(&mut file).unwrap();
        assert_ne!(bytes(folder.path()), before);
        assert_eq!(copy(folder.path()), bytes(folder.path()));
        assert_eq!(names(folder.path()), ["keys.json", "keys.json.previous"]);
    }
    // The copy alone, as repairing would put it in place.
    fs::remove_file(folder.path().join("keys.json")).unwrap();
    let copy = KeyFile::repair(folder.path(), file.portfolio_id()).unwrap();
    assert!(matches!(copy.unlock_with_passphrase(&passphrase(WORDS)), Err(Error::WrongPassphrase)));
    assert!(matches!(copy.unlock_with_recovery(&first_code), Err(Error::WrongRecoveryCode)));
    assert!(matches!(copy.unlock_with_computer(&store), Err(Error::NoSlot)));
    assert_eq!(copy.unlock_with_recovery(&code).unwrap().expose(), key.expose());
}

#[test]
fn a_copy_left_behind_by_a_killed_program_is_made_level_once_the_slot_file_has_opened() {
    let folder = tempfile::tempdir().unwrap();
    let (file, _, _) = made(folder.path());
    for stale in [Some("the one before"), None, Some("")] {
        match stale {
            Some(stale) => fs::write(folder.path().join("keys.json.previous"), stale).unwrap(),
            None => fs::remove_file(folder.path().join("keys.json.previous")).unwrap(),
        }
        assert!(!file.copy_is_level().unwrap());
        file.level_copy().unwrap();
        assert!(file.copy_is_level().unwrap());
        assert_eq!(copy(folder.path()), bytes(folder.path()));
    }
}

#[test]
fn a_slot_file_changed_by_another_program_meanwhile_is_not_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let (mut first, key, _) = made(folder.path());
    let mut second = KeyFile::load(folder.path()).unwrap();
    second.set_passphrase(&key, &passphrase("five lanterns by the sea"), CHEAP).unwrap();
    let theirs = bytes(folder.path());
    let refused = first.set_passphrase(&key, &passphrase("six lanterns by the sea"), CHEAP);
    assert!(matches!(refused, Err(Error::ChangedMeanwhile)));
    assert!(matches!(first.level_copy(), Err(Error::ChangedMeanwhile)));
    assert_eq!((bytes(folder.path()), copy(folder.path())), (theirs.clone(), theirs));
}

/// catalogue 3
#[test]
fn a_damaged_slot_file_is_set_aside_and_its_copy_takes_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let (file, key, code) = made(folder.path());
    let whole = bytes(folder.path());
    for (round, aside) in ["keys.json.damaged", "keys.json.damaged.2", "keys.json.damaged.3"].into_iter().enumerate() {
        let mut damaged = whole.clone();
        damaged[40 + round] ^= 1;
        fs::write(folder.path().join("keys.json"), &damaged).unwrap();
        let repaired = KeyFile::repair(folder.path(), file.portfolio_id()).unwrap();
        assert_eq!(repaired.unlock_with_passphrase(&passphrase(WORDS)).unwrap().expose(), key.expose());
        assert_eq!(KeyFile::load(folder.path()).unwrap().unlock_with_recovery(&code).unwrap().expose(), key.expose());
        assert_eq!(fs::read(folder.path().join(aside)).unwrap(), damaged, "the damaged one is kept as it was");
        assert_eq!((bytes(folder.path()), copy(folder.path())), (whole.clone(), whole.clone()));
    }
    assert_eq!(names(folder.path()).len(), 5);
}

#[test]
fn a_repair_cut_off_between_its_two_steps_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let (file, _, _) = made(folder.path());
    fs::rename(folder.path().join("keys.json"), folder.path().join("keys.json.damaged")).unwrap();
    assert!(matches!(KeyFile::load(folder.path()), Err(Error::Missing)));
    KeyFile::repair(folder.path(), file.portfolio_id()).unwrap();
    assert!(KeyFile::load(folder.path()).is_ok());
    assert_eq!(names(folder.path()), ["keys.json", "keys.json.damaged", "keys.json.previous"]);
}

#[test]
fn a_healthy_slot_file_is_not_repaired() {
    let folder = tempfile::tempdir().unwrap();
    let (file, _, _) = made(folder.path());
    fs::write(folder.path().join("keys.json.previous"), "damaged").unwrap();
    let before = bytes(folder.path());
    KeyFile::repair(folder.path(), file.portfolio_id()).unwrap();
    assert_eq!(bytes(folder.path()), before);
    assert_eq!(names(folder.path()), ["keys.json", "keys.json.previous"]);
}

#[test]
fn nothing_is_repaired_from_a_copy_that_is_damaged_missing_newer_or_of_another_portfolio() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (file, _, _) = made(folder.path());
    made(other.path());
    let newer = String::from_utf8(bytes(folder.path())).unwrap().replace("\"version\": 1", "\"version\": 2");
    fs::write(folder.path().join("keys.json"), "damaged").unwrap();
    let refused = |copy: Option<&[u8]>| {
        let path = folder.path().join("keys.json.previous");
        copy.map_or_else(|| fs::remove_file(&path), |copy| fs::write(&path, copy)).unwrap();
        let error = KeyFile::repair(folder.path(), file.portfolio_id()).unwrap_err();
        assert_eq!(bytes(folder.path()), b"damaged");
        assert!(!folder.path().join("keys.json.damaged").exists());
        error
    };
    let strange = bytes(other.path());
    for copy in [Some(b"damaged as well".as_slice()), Some(&strange[..]), Some(&strange[..100]), None] {
        assert!(matches!(refused(copy), Error::NoHealthyCopy));
    }
    assert!(matches!(refused(Some(newer.as_bytes())), Error::Newer { found: 2, .. }));
}

/// A newer slot file is no damaged one: another version of the program can read it.
#[test]
fn a_newer_slot_file_is_not_repaired() {
    let folder = tempfile::tempdir().unwrap();
    let (file, _, _) = made(folder.path());
    let newer = String::from_utf8(bytes(folder.path())).unwrap().replace("\"version\": 1", "\"version\": 2");
    fs::write(folder.path().join("keys.json"), &newer).unwrap();
    assert!(matches!(KeyFile::repair(folder.path(), file.portfolio_id()), Err(Error::Newer { .. })));
    assert_eq!(bytes(folder.path()), newer.as_bytes());
}

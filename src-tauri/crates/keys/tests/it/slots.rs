use casefolio_keys::{Error, KdfStrength, KeyFile, NewKeys, RecoveryCode};

use super::{WORDS, bytes, made, passphrase};

/// catalogue 1
#[test]
fn the_right_passphrase_opens_its_slot() {
    let folder = tempfile::tempdir().unwrap();
    let (_, key, _) = made(folder.path());
    let opened = KeyFile::load(folder.path()).unwrap().unlock_with_passphrase(&passphrase(WORDS)).unwrap();
    assert_eq!(opened.expose(), key.expose());
}

/// catalogue 2
#[test]
fn a_wrong_passphrase_is_called_wrong_and_touches_nothing() {
    let folder = tempfile::tempdir().unwrap();
    made(folder.path());
    let before =
        (bytes(folder.path()), std::fs::metadata(folder.path().join("keys.json")).unwrap().modified().unwrap());
    let refused = KeyFile::load(folder.path()).unwrap().unlock_with_passphrase(&passphrase("four lanterns by the see"));
    assert!(matches!(refused, Err(Error::WrongPassphrase)));
    let after = (bytes(folder.path()), std::fs::metadata(folder.path().join("keys.json")).unwrap().modified().unwrap());
    assert_eq!(before, after);
}

#[test]
fn the_recovery_code_opens_its_slot_and_another_one_does_not() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (_, key, code) = made(folder.path());
    let (_, _, strange) = made(other.path());
    let file = KeyFile::load(folder.path()).unwrap();
    let typed = RecoveryCode::parse(&code.show().to_lowercase()).unwrap();
    assert_eq!(file.unlock_with_recovery(&typed).unwrap().expose(), key.expose());
    assert!(matches!(file.unlock_with_recovery(&strange), Err(Error::WrongRecoveryCode)));
}

#[test]
fn another_passphrase_takes_the_place_of_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let (mut file, key, _) = made(folder.path());
    file.set_passphrase(&key, &passphrase("five lanterns by the sea"), KdfStrength::SMALLEST_ACCEPTED).unwrap();
    let file = KeyFile::load(folder.path()).unwrap();
    assert!(matches!(file.unlock_with_passphrase(&passphrase(WORDS)), Err(Error::WrongPassphrase)));
    assert_eq!(file.unlock_with_passphrase(&passphrase("five lanterns by the sea")).unwrap().expose(), key.expose());
}

#[test]
fn a_replaced_recovery_code_opens_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (mut file, key, old) = made(folder.path());
    let new = RecoveryCode::random().unwrap();
    file.set_recovery(&key, &new).unwrap();
    let file = KeyFile::load(folder.path()).unwrap();
    assert!(matches!(file.unlock_with_recovery(&old), Err(Error::WrongRecoveryCode)));
    assert_eq!(file.unlock_with_recovery(&new).unwrap().expose(), key.expose());
}

#[test]
fn only_the_portfolios_own_key_may_be_wrapped() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (mut file, _, code) = made(folder.path());
    let (_, strange, _) = made(other.path());
    let before = bytes(folder.path());
    let refused = file.set_passphrase(&strange, &passphrase(WORDS), KdfStrength::SMALLEST_ACCEPTED);
    assert!(matches!(refused, Err(Error::WrongKey)));
    assert!(matches!(file.set_recovery(&strange, &code), Err(Error::WrongKey)));
    assert_eq!(bytes(folder.path()), before);
}

#[test]
fn identities_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let new = NewKeys::random(1_790_000_000).unwrap();
    assert!(new.portfolio_id.len() == 32 && new.user_id.len() == 32 && new.portfolio_id != new.user_id);
    KeyFile::create(folder.path(), &new, &passphrase(WORDS), KdfStrength::SMALLEST_ACCEPTED).unwrap();
    let file = KeyFile::load(folder.path()).unwrap();
    assert_eq!(
        (file.portfolio_id(), file.user_id(), file.created_at()),
        (&*new.portfolio_id, &*new.user_id, 1_790_000_000)
    );
    assert!(!file.has_computer_slot());
}

#[test]
fn new_keys_never_replace_old_ones() {
    let folder = tempfile::tempdir().unwrap();
    made(folder.path());
    let before = bytes(folder.path());
    let new = NewKeys::random(1).unwrap();
    let refused = KeyFile::create(folder.path(), &new, &passphrase(WORDS), KdfStrength::SMALLEST_ACCEPTED);
    assert!(matches!(refused, Err(Error::AlreadyThere)));
    assert_eq!(bytes(folder.path()), before);
}

#[test]
fn a_missing_slot_file_is_said_to_be_missing() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(KeyFile::load(folder.path()), Err(Error::Missing)));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

/// A program killed while it saved leaves a half-written file beside, never under the real name.
/// catalogue 10
#[test]
fn a_leftover_of_a_killed_save_does_not_disturb() {
    let folder = tempfile::tempdir().unwrap();
    let (mut file, key, _) = made(folder.path());
    std::fs::write(folder.path().join("keys.json.new"), b"{ half").unwrap();
    std::fs::write(folder.path().join("keys.json.previous.new"), b"{ half").unwrap();
    assert!(KeyFile::load(folder.path()).unwrap().unlock_with_passphrase(&passphrase(WORDS)).is_ok());
    file.set_passphrase(&key, &passphrase("five lanterns by the sea"), KdfStrength::SMALLEST_ACCEPTED).unwrap();
    assert!(
        KeyFile::load(folder.path()).unwrap().unlock_with_passphrase(&passphrase("five lanterns by the sea")).is_ok()
    );
    assert!(!folder.path().join("keys.json.new").exists());
}

/// catalogue 38
#[test]
fn folder_and_files_are_for_their_owner_alone() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("portfolio");
    let (mut file, key, _) = made(&folder);
    file.set_recovery(&key, &RecoveryCode::random().unwrap()).unwrap();
    for path in [&folder, &folder.join("keys.json"), &folder.join("keys.json.previous")] {
        assert!(casefolio_system::private::is_private(path).unwrap(), "{}", path.display());
    }
}

#[test]
fn nothing_shown_for_debugging_holds_a_secret() {
    let folder = tempfile::tempdir().unwrap();
    let (file, key, code) = made(folder.path());
    assert_eq!(format!("{key:?} {code:?}"), "PortfolioKey(hidden) RecoveryCode(hidden)");
    assert!(!format!("{file:?}").contains(file.portfolio_id()));
}

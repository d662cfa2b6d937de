use casefolio_keys::{Error, KeyFile, KeyStore, KeyStoreProblem, MemoryKeyStore, NoKeyStore};
use zeroize::Zeroizing;

use super::{WORDS, bytes, made, passphrase};

fn account(file: &KeyFile) -> String {
    format!("portfolio {}", file.portfolio_id())
}

#[test]
fn the_computer_opens_the_portfolio_with_nobody_typing() {
    let folder = tempfile::tempdir().unwrap();
    let store = MemoryKeyStore::new();
    let (mut file, key, _) = made(folder.path());
    file.add_computer_slot(&key, &store).unwrap();
    let file = KeyFile::load(folder.path()).unwrap();
    assert!(file.has_computer_slot());
    assert_eq!(file.unlock_with_computer(&store).unwrap().expose(), key.expose());
    assert_eq!(store.read(&account(&file)).unwrap().len(), 32);
    assert_ne!(store.read(&account(&file)).unwrap()[..], key.expose()[..], "the key itself is not in the store");
}

#[test]
fn a_removed_computer_slot_opens_nothing_and_leaves_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let store = MemoryKeyStore::new();
    let (mut file, key, _) = made(folder.path());
    file.add_computer_slot(&key, &store).unwrap();
    file.remove_computer_slot(&store).unwrap();
    let file = KeyFile::load(folder.path()).unwrap();
    assert!(!file.has_computer_slot());
    assert!(matches!(file.unlock_with_computer(&store), Err(Error::NoSlot)));
    assert_eq!(store.read(&account(&file)).unwrap_err(), KeyStoreProblem::NoEntry);
    assert!(file.unlock_with_passphrase(&passphrase(WORDS)).is_ok());
}

/// Twice, for a first failure must not have left anything that the second one builds on.
/// catalogue 50
#[test]
fn a_missing_entry_creates_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (mut file, key, _) = made(folder.path());
    file.add_computer_slot(&key, &MemoryKeyStore::new()).unwrap();
    let before = bytes(folder.path());
    let empty = MemoryKeyStore::new();
    for _ in 0..2 {
        let file = KeyFile::load(folder.path()).unwrap();
        assert!(matches!(file.unlock_with_computer(&empty), Err(Error::KeyStore(KeyStoreProblem::NoEntry))));
        assert_eq!(empty.read(&account(&file)).unwrap_err(), KeyStoreProblem::NoEntry);
        assert_eq!(bytes(folder.path()), before);
    }
    assert!(file.unlock_with_passphrase(&passphrase(WORDS)).is_ok());
}

/// catalogue 53
#[test]
fn without_a_key_store_there_is_no_computer_slot() {
    let folder = tempfile::tempdir().unwrap();
    let (mut file, key, _) = made(folder.path());
    let before = bytes(folder.path());
    let refused = file.add_computer_slot(&key, &NoKeyStore);
    assert!(matches!(refused, Err(Error::KeyStore(KeyStoreProblem::Unavailable))));
    assert!(!file.has_computer_slot());
    assert_eq!(bytes(folder.path()), before);
}

/// catalogue 55
#[test]
fn an_entry_of_other_bytes_is_unusable_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let store = MemoryKeyStore::new();
    let (mut file, key, _) = made(folder.path());
    file.add_computer_slot(&key, &store).unwrap();
    for wrong in [&[][..], &[1; 31], &[1; 32], &[1; 33]] {
        store.write(&account(&file), wrong).unwrap();
        assert!(matches!(file.unlock_with_computer(&store), Err(Error::KeyStore(KeyStoreProblem::Unusable))));
        assert_eq!(store.read(&account(&file)).unwrap()[..], *wrong);
    }
    assert!(file.unlock_with_passphrase(&passphrase(WORDS)).is_ok());
}

/// catalogue 56
#[test]
fn another_desktops_store_opens_nothing_and_the_first_one_opens_again_when_it_is_back() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (MemoryKeyStore::new(), MemoryKeyStore::new());
    let (mut file, key, _) = made(folder.path());
    file.add_computer_slot(&key, &first).unwrap();
    let before = bytes(folder.path());
    // The second store answers, and it too has an entry of Casefolio's: of another portfolio.
    second.write("portfolio 00112233445566778899aabbccddeeff", &[3; 32]).unwrap();
    assert!(matches!(file.unlock_with_computer(&second), Err(Error::KeyStore(KeyStoreProblem::NoEntry))));
    // Or one of the same portfolio from another time.
    second.write(&account(&file), &[3; 32]).unwrap();
    assert!(matches!(file.unlock_with_computer(&second), Err(Error::KeyStore(KeyStoreProblem::Unusable))));
    assert_eq!(second.read(&account(&file)).unwrap()[..], [3; 32]);
    assert_eq!(bytes(folder.path()), before);
    assert_eq!(file.unlock_with_computer(&first).unwrap().expose(), key.expose());
}

/// A store that says yes and keeps something else.
struct ForgetfulStore;

impl KeyStore for ForgetfulStore {
    fn read(&self, _account: &str) -> Result<Zeroizing<Vec<u8>>, KeyStoreProblem> {
        Ok(Zeroizing::new(vec![0; 32]))
    }

    fn write(&self, _account: &str, _secret: &[u8]) -> Result<(), KeyStoreProblem> {
        Ok(())
    }

    fn delete(&self, _account: &str) -> Result<(), KeyStoreProblem> {
        Err(KeyStoreProblem::Refused)
    }
}

#[test]
fn a_secret_that_does_not_read_back_makes_no_slot() {
    let folder = tempfile::tempdir().unwrap();
    let (mut file, key, _) = made(folder.path());
    let refused = file.add_computer_slot(&key, &ForgetfulStore);
    assert!(matches!(refused, Err(Error::KeyStore(KeyStoreProblem::Unusable))));
    assert!(!KeyFile::load(folder.path()).unwrap().has_computer_slot());
}

#[test]
fn the_slot_goes_also_where_the_store_will_not_forget() {
    let folder = tempfile::tempdir().unwrap();
    let (mut file, key, _) = made(folder.path());
    file.add_computer_slot(&key, &MemoryKeyStore::new()).unwrap();
    assert!(matches!(file.remove_computer_slot(&ForgetfulStore), Err(Error::KeyStore(KeyStoreProblem::Refused))));
    assert!(!KeyFile::load(folder.path()).unwrap().has_computer_slot());
}

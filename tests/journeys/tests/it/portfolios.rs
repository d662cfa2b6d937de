//! Creating, opening and keeping portfolios.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use casefolio_core::portfolio::{CreateRequest, Created};
use casefolio_core::testing::FakeClock;
use casefolio_core::{Core, Error};
use casefolio_domain::Language;
use casefolio_journeys::{PASSPHRASE, Story, core_at, passphrase};
use casefolio_keys::{KeyStore, KeyStoreProblem, MemoryKeyStore, NoKeyStore, RecoveryCode};
use casefolio_practice::Script;
use casefolio_store::outbox::Channel;
use tempfile::TempDir;

const OTHER: &str = "a heron stands in the shallows";

fn with(key_store: impl KeyStore + 'static) -> (TempDir, Core) {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(FakeClock::at("2026-03-02T15:00:00Z".parse().unwrap()));
    let core = core_at(&folder, &clock, Arc::new(key_store), Channel::Desktop);
    (folder, core)
}

fn create(core: &Core, user_id: &str, computer_slot: bool) -> Result<Created, Error> {
    core.create(&CreateRequest {
        user_id: user_id.into(),
        passphrase: passphrase(PASSPHRASE),
        computer_slot,
        watch_behind_lock: false,
    })
}

fn files(folder: &Path) -> BTreeMap<PathBuf, (Vec<u8>, SystemTime)> {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.clone(), (fs::read(&path).unwrap(), fs::metadata(&path).unwrap().modified().unwrap())))
        .collect()
}

fn code(created: &Created) -> RecoveryCode {
    RecoveryCode::parse(&created.recovery_code.show()).unwrap()
}

#[test]
fn a_portfolio_opens_with_its_passphrase_and_with_the_computers_key() {
    let (_folder, core) = with(MemoryKeyStore::new());
    assert!(matches!(core.choose(None), Err(Error::NoPortfolio)));
    let created = create(&core, "  maria.lopez  ", true).unwrap();
    assert_eq!((created.portfolio.user_id(), created.computer_slot), ("maria.lopez", true));
    drop(created);
    let entry = core.choose(None).unwrap();
    assert_eq!((entry.user_id.as_str(), entry.computer_slot), ("maria.lopez", true));
    assert_eq!(core.unlock(&entry, &passphrase(PASSPHRASE)).unwrap().user_id(), "maria.lopez");
    assert_eq!(core.unlock_with_computer(&entry).unwrap().case_count().unwrap(), 0);
}

/// catalogue 2
#[test]
fn a_wrong_passphrase_leaves_every_file_byte_for_byte() {
    let (_folder, core) = with(NoKeyStore);
    drop(create(&core, "maria", false).unwrap());
    let entry = core.choose(None).unwrap();
    let before = files(&entry.folder);
    let error = core.unlock(&entry, &passphrase(OTHER)).unwrap_err();
    assert!(matches!(error, Error::Keys(casefolio_keys::Error::WrongPassphrase)));
    assert!(before.len() >= 2 && before == files(&entry.folder));
}

#[test]
fn a_changed_passphrase_opens_and_the_old_one_does_not() {
    let (_folder, core) = with(NoKeyStore);
    drop(create(&core, "maria", false).unwrap());
    let entry = core.choose(None).unwrap();
    assert!(core.change_passphrase(&entry, &passphrase(OTHER), &passphrase(PASSPHRASE)).is_err());
    core.change_passphrase(&entry, &passphrase(PASSPHRASE), &passphrase(OTHER)).unwrap();
    assert!(core.unlock(&entry, &passphrase(PASSPHRASE)).is_err());
    assert!(core.unlock(&entry, &passphrase(OTHER)).is_ok());
}

/// catalogue 9, 50
#[test]
fn the_recovery_code_opens_a_portfolio_whose_passphrase_and_computer_key_are_lost() {
    let (folder, core) = with(MemoryKeyStore::new());
    let created = create(&core, "maria", true).unwrap();
    let (recovery_code, slot) = (code(&created), created.computer_slot);
    drop(created);
    assert!(slot);
    let clock = Arc::new(FakeClock::at("2026-03-03T15:00:00Z".parse().unwrap()));
    let core = core_at(&folder, &clock, Arc::new(MemoryKeyStore::new()), Channel::Desktop);
    let entry = core.choose(None).unwrap();
    let error = core.unlock_with_computer(&entry).unwrap_err();
    assert!(matches!(error, Error::Keys(casefolio_keys::Error::KeyStore(KeyStoreProblem::NoEntry))));
    assert_eq!(core.recover(&entry, &recovery_code, &passphrase(OTHER)).unwrap().user_id(), "maria");
    assert!(core.unlock(&entry, &passphrase(PASSPHRASE)).is_err());
    assert!(core.unlock(&entry, &passphrase(OTHER)).is_ok());
}

#[test]
fn the_recovery_code_of_another_portfolio_opens_nothing() {
    let (_folder, core) = with(NoKeyStore);
    drop(create(&core, "maria", false).unwrap());
    let other = code(&create(&core, "joao", false).unwrap());
    let entry = core.choose(Some("maria")).unwrap();
    let before = files(&entry.folder);
    let error = core.recover(&entry, &other, &passphrase(OTHER)).unwrap_err();
    assert!(matches!(error, Error::Keys(casefolio_keys::Error::WrongRecoveryCode)));
    assert!(before == files(&entry.folder));
}

/// catalogue 53
#[test]
fn without_a_key_store_a_portfolio_is_made_all_the_same_and_stays_locked_to_the_computer() {
    let (_folder, core) = with(NoKeyStore);
    assert!(!core.key_store_answers());
    let created = create(&core, "maria", true).unwrap();
    assert!(!created.computer_slot);
    drop(created);
    let entry = core.choose(None).unwrap();
    assert!(!entry.computer_slot);
    assert!(matches!(core.unlock_with_computer(&entry), Err(Error::Locked)));
    assert!(core.unlock(&entry, &passphrase(PASSPHRASE)).is_ok());
}

#[test]
fn a_user_id_is_one_to_sixty_four_characters_and_taken_once() {
    let (_folder, core) = with(NoKeyStore);
    for bad in ["", "   ", "a\nb", "a\u{0}b", &"x".repeat(65)] {
        assert!(matches!(create(&core, bad, false), Err(Error::UserIdInvalid)), "{bad:?}");
    }
    drop(create(&core, &"ñ".repeat(64), false).unwrap());
    drop(create(&core, "maria", false).unwrap());
    assert!(matches!(create(&core, " maria ", false), Err(Error::UserIdTaken)));
    assert_eq!(core.portfolios().unwrap().len(), 2);
}

#[test]
fn of_several_portfolios_one_must_be_named() {
    let (_folder, core) = with(NoKeyStore);
    for user_id in ["zoe", "adam", "maria"] {
        drop(create(&core, user_id, false).unwrap());
    }
    let known: Vec<String> = core.portfolios().unwrap().into_iter().map(|entry| entry.user_id).collect();
    assert_eq!(known, ["adam", "maria", "zoe"]);
    assert!(matches!(core.choose(None), Err(Error::SeveralPortfolios)));
    assert!(matches!(core.choose(Some("eve")), Err(Error::NoSuchPortfolio)));
    assert_eq!(core.choose(Some(" zoe ")).unwrap().user_id, "zoe");
}

#[test]
fn a_damaged_portfolio_is_shown_as_such_and_locks_out_no_other() {
    let (_folder, core) = with(NoKeyStore);
    for user_id in ["maria", "joao"] {
        drop(create(&core, user_id, false).unwrap());
    }
    let damaged = core.choose(Some("joao")).unwrap().folder;
    fs::write(damaged.join("keys.json"), b"{").unwrap();
    let is_damaged = |chosen| matches!(chosen, Err(Error::Keys(casefolio_keys::Error::Damaged)));

    let entries = core.portfolios().unwrap();
    let name = damaged.file_name().unwrap().to_str().unwrap();
    let shown: Vec<_> = entries.iter().map(|entry| (entry.user_id.as_str(), entry.problem)).collect();
    assert_eq!(shown, [("maria", None), ("joao", Some("keys_damaged"))], "as the copy of its slot file says");
    assert!(core.unlock(&core.choose(Some("maria")).unwrap(), &passphrase(PASSPHRASE)).is_ok());
    assert!(matches!(core.choose(None), Err(Error::SeveralPortfolios)), "the damaged one may be the one meant");
    assert!(is_damaged(core.choose(Some(name))) && is_damaged(core.choose(Some("joao"))));
    drop(create(&core, "eve", false).unwrap());
    assert!(matches!(create(&core, "maria", false), Err(Error::UserIdTaken)));

    for entry in core.portfolios().unwrap().into_iter().filter(|entry| entry.problem.is_none()) {
        fs::remove_dir_all(entry.folder).unwrap();
    }
    assert!(is_damaged(core.choose(None)), "the only one there is");
}

/// catalogue 40
#[tokio::test]
async fn a_portfolio_that_is_open_is_busy_for_everyone_else() {
    let mut story = Story::of(Script::new()).await;
    let busy = |error| matches!(error, Error::Store(casefolio_store::Error::Busy));
    assert!(busy(story.open_again().unwrap_err()));
    assert!(busy(story.core.unlock(&story.entry, &passphrase(PASSPHRASE)).unwrap_err()));
    assert_eq!(story.portfolio().case_count().unwrap(), 0, "the first is none the worse");
    story.reopen();
}

#[test]
fn a_creation_that_was_cut_off_is_never_met_as_a_portfolio_and_is_cleaned_away() {
    let (_folder, core) = with(NoKeyStore);
    let unfinished = core.home().portfolios().join(".new-0123");
    fs::create_dir_all(&unfinished).unwrap();
    fs::write(unfinished.join("keys.json"), b"{").unwrap();
    assert!(core.portfolios().unwrap().is_empty());
    drop(create(&core, "maria", false).unwrap());
    assert!(!unfinished.exists());
    assert_eq!(fs::read_dir(core.home().portfolios()).unwrap().count(), 1);
}

#[tokio::test]
async fn preferences_survive_reopening() {
    let mut story = Story::of(Script::new()).await;
    let start = story.portfolio().preferences().unwrap();
    assert!(start.notifications && start.language.is_none() && start.lock_with_screen);
    assert_eq!(start.lock_after.get(), 10);
    let chosen = casefolio_core::preferences::Preferences {
        language: Some(Language::Spanish),
        lock_with_screen: false,
        lock_after: casefolio_core::locking::LockAfter::minutes(3),
        ..start
    };
    story.portfolio().set_preferences(chosen).unwrap();
    story.reopen();
    assert_eq!(story.portfolio().preferences().unwrap(), chosen);
}

//! Opening: what is counted, what is refused, what a new recovery code takes to be one, and the second copy of the key file.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use casefolio_core::core::PortfolioEntry;
use casefolio_core::portfolio::CreateRequest;
use casefolio_core::problem::Problem;
use casefolio_core::testing::FakeClock;
use casefolio_core::{Core, Error, Stopwatch};
use casefolio_journeys::{PASSPHRASE, core_at, passphrase};
use casefolio_keys::{
    Error as KeysError, KeyStore, KeyStoreProblem, MemoryKeyStore, NoKeyStore, RecoveryCode, derivations,
};
use casefolio_store::Error as StoreError;
use casefolio_store::outbox::Channel;
use chrono::TimeDelta;
use tempfile::TempDir;

const WRONG: &str = "a heron stands in the shallow";
const OTHER: &str = "a heron stands in the shallows";

/// A data folder with one portfolio, closed.
struct Place {
    folder: TempDir,
    clock: Arc<FakeClock>,
    store: Arc<MemoryKeyStore>,
    core: Core,
    entry: PortfolioEntry,
    code: RecoveryCode,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(FakeClock::at("2026-03-02T15:00:00Z".parse().unwrap()));
        let store = Arc::new(MemoryKeyStore::new());
        let core = core_at(&folder, &clock, store.clone(), Channel::Desktop);
        let request = CreateRequest {
            user_id: "maria".into(),
            passphrase: passphrase(PASSPHRASE),
            computer_slot: true,
            watch_behind_lock: false,
        };
        let recovery_code = core.create(&request).unwrap().recovery_code;
        let entry = core.choose(None).unwrap();
        Self { folder, clock, store, core, entry, code: recovery_code }
    }

    /// The same place with another key store, as another desktop has.
    fn with_store(&self, store: Arc<dyn KeyStore>) -> Core {
        core_at(&self.folder, &self.clock, store, Channel::Desktop)
    }

    fn pass(&self, seconds: i64) {
        self.clock.advance(TimeDelta::seconds(seconds));
    }

    fn slot_file(&self) -> Vec<u8> {
        fs::read(self.entry.folder.join("keys.json")).unwrap()
    }

    fn try_wrong(&self) -> Error {
        self.core.try_passphrase(&self.entry, &passphrase(WRONG)).unwrap_err()
    }
}

fn wait<T: std::fmt::Debug>(outcome: Result<T, Error>) -> u32 {
    let error = outcome.unwrap_err();
    let Error::TooManyTries { seconds } = error else { panic!("no wait: {error:?}") };
    seconds
}

fn is_wrong(error: &Error) -> bool {
    matches!(error, Error::Keys(KeysError::WrongPassphrase | KeysError::WrongRecoveryCode))
}

/// catalogue 16
#[test]
fn after_five_wrong_tries_each_one_brings_a_longer_wait_and_the_right_one_ends_it() {
    let place = Place::new();
    assert!((0..6).all(|_| is_wrong(&place.try_wrong())));
    for seconds in [1, 2, 4, 8, 16, 32, 60, 60] {
        let before = derivations();
        assert_eq!(wait(place.core.unlock(&place.entry, &passphrase(PASSPHRASE))), seconds, "the right one waits too");
        assert_eq!(derivations(), before, "nothing is derived while there is a wait");
        place.pass(i64::from(seconds) - 1);
        assert_eq!(wait(place.core.try_passphrase(&place.entry, &passphrase(WRONG))), 1);
        place.pass(1);
        assert!(is_wrong(&place.try_wrong()));
    }
    place.pass(60);
    drop(place.core.unlock(&place.entry, &passphrase(PASSPHRASE)).unwrap());
    assert!((0..6).all(|_| is_wrong(&place.try_wrong())), "five are free again, and the sixth brings the wait");
    let problem =
        Problem::of(&Error::TooManyTries { seconds: wait(place.core.unlock(&place.entry, &passphrase(WRONG))) });
    assert_eq!((problem.code, problem.params), ("too_many_tries", vec![("seconds", "1".to_owned())]));
}

/// catalogue 16
#[test]
fn every_way_to_try_is_counted_and_every_clone_counts_together() {
    let place = Place::new();
    let (core, entry, strange) = (&place.core, &place.entry, RecoveryCode::random().unwrap());
    let (wrong, other) = (passphrase(WRONG), passphrase(OTHER));
    let tries: [&dyn Fn(&Core) -> Error; 6] = [
        &|core| core.unlock(entry, &wrong).unwrap_err(),
        &|core| core.try_passphrase(entry, &wrong).unwrap_err(),
        &|core| core.change_passphrase(entry, &wrong, &other).unwrap_err(),
        &|core| core.recover(entry, &strange, &other).unwrap_err(),
        &|core| core.reset_passphrase(entry, &strange, &other).unwrap_err(),
        &|core| core.new_recovery_code(entry, &wrong).unwrap_err(),
    ];
    let before = place.slot_file();
    assert!(tries.iter().all(|attempt| is_wrong(&attempt(&core.clone()))));
    assert!(tries.iter().all(|attempt| wait(Err::<(), _>(attempt(&core.clone()))) == 1));
    assert_eq!(place.slot_file(), before);
    assert!(core.unlock_with_computer(entry).is_ok(), "the computer's own key was not guessed at");
    assert_eq!(wait(core.try_passphrase(entry, &passphrase(PASSPHRASE))), 1);
    place.pass(1);
    assert!(core.recover(entry, &place.code, &other).is_ok());
}

#[test]
fn wrong_tries_at_one_portfolio_leave_another_alone() {
    let place = Place::new();
    let request = CreateRequest {
        user_id: "joao".into(),
        passphrase: passphrase(OTHER),
        computer_slot: false,
        watch_behind_lock: false,
    };
    drop(place.core.create(&request).unwrap());
    assert!((0..6).all(|_| is_wrong(&place.try_wrong())));
    assert!(place.core.unlock(&place.core.choose(Some("joao")).unwrap(), &passphrase(OTHER)).is_ok());
    assert_eq!(wait(place.core.unlock(&place.entry, &passphrase(PASSPHRASE))), 1);
}

/// catalogue 1
#[test]
fn opening_costs_one_derivation_and_by_the_code_or_the_computer_none() {
    let place = Place::new();
    let cost = |work: &dyn Fn()| {
        let before = derivations();
        work();
        derivations() - before
    };
    let (core, entry) = (&place.core, &place.entry);
    assert_eq!(cost(&|| drop(core.unlock(entry, &passphrase(PASSPHRASE)).unwrap())), 1);
    assert_eq!(cost(&|| core.try_passphrase(entry, &passphrase(PASSPHRASE)).unwrap()), 1);
    assert_eq!(cost(&|| drop(core.unlock_with_computer(entry).unwrap())), 0);
    assert_eq!(cost(&|| core.change_passphrase(entry, &passphrase(PASSPHRASE), &passphrase(OTHER)).unwrap()), 2);
    assert_eq!(cost(&|| drop(core.recover(entry, &place.code, &passphrase(PASSPHRASE)).unwrap())), 1);
}

/// catalogue 9
#[test]
fn a_new_recovery_code_counts_only_once_it_was_typed_again() {
    let place = Place::new();
    let (core, entry) = (&place.core, &place.entry);
    let before = place.slot_file();
    let shown = core.new_recovery_code(entry, &passphrase(PASSPHRASE)).unwrap();
    let refused = core.confirm_recovery_code(entry, &shown, &place.code);
    assert!(matches!(refused, Err(Error::RecoveryCodeDiffers)));
    assert_eq!(place.slot_file(), before, "the old one goes on being the valid one");

    let typed = RecoveryCode::parse(&shown.code().show().to_lowercase()).unwrap();
    core.confirm_recovery_code(entry, &shown, &typed).unwrap();
    assert!(is_wrong(&core.recover(entry, &place.code, &passphrase(OTHER)).unwrap_err()));
    assert!(core.recover(entry, &typed, &passphrase(OTHER)).unwrap().recovery_confirmed().unwrap());
    assert!(core.unlock(entry, &passphrase(OTHER)).is_ok());
}

#[test]
fn whether_the_code_is_written_down_is_remembered() {
    let place = Place::new();
    let portfolio = place.core.unlock(&place.entry, &passphrase(PASSPHRASE)).unwrap();
    assert!(!portfolio.recovery_confirmed().unwrap());
    portfolio.note_recovery_confirmed().unwrap();
    drop(portfolio);
    let portfolio = place.core.unlock(&place.entry, &passphrase(PASSPHRASE)).unwrap();
    assert!(portfolio.recovery_confirmed().unwrap());
}

/// catalogue 50, 56
#[test]
fn another_key_store_is_named_as_the_reason_and_nothing_new_is_made() {
    let place = Place::new();
    let before = place.slot_file();
    let elsewhere = Arc::new(MemoryKeyStore::new());
    let core = place.with_store(elsewhere.clone());
    for _ in 0..2 {
        let error = core.unlock_with_computer(&place.entry).unwrap_err();
        assert!(matches!(error, Error::Keys(KeysError::KeyStore(KeyStoreProblem::NoEntry))));
        assert_eq!(Problem::of(&error).code, "key_store_no_entry");
        let account = account(&place.entry);
        assert_eq!(elsewhere.read(&account).unwrap_err(), KeyStoreProblem::NoEntry);
    }
    assert_eq!(place.slot_file(), before);
    assert!(core.unlock(&place.entry, &passphrase(PASSPHRASE)).is_ok());
    assert!(place.core.unlock_with_computer(&place.entry).is_ok(), "the first store opens it as before");
}

/// catalogue 55
#[test]
fn an_entry_of_other_bytes_is_kept_and_the_passphrase_and_the_code_go_on_working() {
    let place = Place::new();
    let account = account(&place.entry);
    for wrong in [&[][..], &[1; 31], &[1; 32], &[1; 33]] {
        place.store.write(&account, wrong).unwrap();
        let error = place.core.unlock_with_computer(&place.entry).unwrap_err();
        assert_eq!(Problem::of(&error).code, "key_store_unusable");
        assert_eq!(place.store.read(&account).unwrap()[..], *wrong);
    }
    assert!(place.core.unlock(&place.entry, &passphrase(PASSPHRASE)).is_ok());
    assert!(place.core.recover(&place.entry, &place.code, &passphrase(OTHER)).is_ok());
}

fn account(entry: &PortfolioEntry) -> String {
    format!("portfolio {}", entry.folder.file_name().unwrap().to_str().unwrap())
}

fn copy(folder: &Path) -> Vec<u8> {
    fs::read(folder.join("keys.json.previous")).unwrap()
}

/// catalogue 10
#[test]
fn opening_makes_the_copy_level_that_a_killed_program_left_behind() {
    let place = Place::new();
    let stale = place.slot_file();
    place.core.change_passphrase(&place.entry, &passphrase(PASSPHRASE), &passphrase(OTHER)).unwrap();
    assert_eq!(copy(&place.entry.folder), place.slot_file());
    fs::write(place.entry.folder.join("keys.json.previous"), &stale).unwrap();
    assert!(is_wrong(&place.core.unlock(&place.entry, &passphrase(PASSPHRASE)).unwrap_err()));
    assert_eq!(copy(&place.entry.folder), stale, "a wrong passphrase touches nothing");
    drop(place.core.unlock(&place.entry, &passphrase(OTHER)).unwrap());
    assert_eq!(copy(&place.entry.folder), place.slot_file());
}

/// catalogue 3
#[test]
fn a_damaged_key_file_is_refused_and_mended_from_its_copy() {
    let place = Place::new();
    let whole = place.slot_file();
    let path = place.entry.folder.join("keys.json");
    let damaged = [&whole[..200], b"0", &whole[200..]].concat();
    fs::write(&path, &damaged).unwrap();
    let entry = place.core.portfolios().unwrap().remove(0);
    assert_eq!(entry.problem, Some("keys_damaged"));
    assert!(place.core.unlock(&entry, &passphrase(PASSPHRASE)).is_err());
    assert_eq!(fs::read(&path).unwrap(), damaged, "nothing is mended unasked");

    let mended = place.core.repair_keys(&entry).unwrap();
    assert_eq!((mended.problem, mended.user_id.as_str()), (None, "maria"));
    assert_eq!(fs::read(place.entry.folder.join("keys.json.damaged")).unwrap(), damaged);
    assert!(place.core.unlock(&mended, &passphrase(PASSPHRASE)).is_ok());
}

#[test]
fn a_key_file_is_not_mended_from_the_copy_of_another_portfolio() {
    let place = Place::new();
    let request = CreateRequest {
        user_id: "joao".into(),
        passphrase: passphrase(OTHER),
        computer_slot: false,
        watch_behind_lock: false,
    };
    drop(place.core.create(&request).unwrap());
    let other = place.core.choose(Some("joao")).unwrap();
    fs::copy(other.folder.join("keys.json"), place.entry.folder.join("keys.json.previous")).unwrap();
    fs::write(place.entry.folder.join("keys.json"), b"{").unwrap();
    let error = place.core.repair_keys(&place.entry).unwrap_err();
    assert_eq!(Problem::of(&error).code, "keys_no_copy");
    assert_eq!(place.slot_file(), b"{");
}

/// A computer that takes a millisecond for the first guesses it is timed at, and two seconds for those after.
struct FastAtFirst(AtomicU32);

impl Stopwatch for FastAtFirst {
    fn measure(&self, _work: &mut dyn FnMut()) -> Duration {
        let fast = self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
        if fast { Duration::from_millis(1) } else { Duration::from_secs(2) }
    }
}

#[test]
fn a_passphrase_is_as_costly_to_guess_as_the_computer_bears_whenever_one_is_set() {
    let place = Place::new();
    let memory = |factor: u32| format!("\"memory_kib\": {}", 19 * 1024 * factor);
    let has = |factor: u32| String::from_utf8(place.slot_file()).unwrap().contains(&memory(factor));
    let with = |fast: u32| place.core.clone().with_stopwatch(Arc::new(FastAtFirst(AtomicU32::new(fast))));
    assert!(has(1));
    with(1).change_passphrase(&place.entry, &passphrase(PASSPHRASE), &passphrase(OTHER)).unwrap();
    assert!(has(2));
    drop(with(2).recover(&place.entry, &place.code, &passphrase(PASSPHRASE)).unwrap());
    assert!(has(4));
    with(0).reset_passphrase(&place.entry, &place.code, &passphrase(OTHER)).unwrap();
    assert!(has(1), "a slow computer gets no less than the least");
}

/// catalogue 11
#[test]
fn a_new_key_comes_with_a_new_recovery_code_and_what_opened_before_opens_nothing_but_the_passphrase() {
    let place = Place::new();
    let old_code = RecoveryCode::parse(&place.code.show()).unwrap();
    let before = fs::read(place.entry.folder.join("portfolio.db")).unwrap();
    place.core.unlock(&place.entry, &passphrase(PASSPHRASE)).unwrap().note_recovery_confirmed().unwrap();
    assert!(is_wrong(&place.core.renew_key(&place.entry, &passphrase(WRONG)).unwrap_err()));
    assert_eq!(place.slot_file(), fs::read(place.entry.folder.join("keys.json.previous")).unwrap());

    let renewed = place.core.renew_key(&place.entry, &passphrase(PASSPHRASE)).unwrap();
    assert_eq!(place.slot_file(), fs::read(place.entry.folder.join("keys.json.previous")).unwrap());
    drop(place.core.unlock_with_computer(&place.entry).unwrap());
    let opened = place.core.unlock(&place.entry, &passphrase(PASSPHRASE)).unwrap();
    assert!(!opened.recovery_confirmed().unwrap(), "the new code was not typed again yet");
    assert!(matches!(place.core.renew_key(&place.entry, &passphrase(PASSPHRASE)), Err(Error::Store(StoreError::Busy))));
    drop(opened);
    let (core, entry) = (&place.core, &place.entry);
    assert!(is_wrong(&core.recover(entry, &old_code, &passphrase(OTHER)).unwrap_err()));
    drop(core.recover(entry, &renewed, &passphrase(OTHER)).unwrap());

    // The old database under the new slots is nobody's, and is left as it is.
    fs::write(entry.folder.join("portfolio.db"), &before).unwrap();
    assert!(core.unlock_with_computer(entry).is_err());
    assert_eq!(fs::read(entry.folder.join("portfolio.db")).unwrap(), before);
}

/// catalogue 11
#[test]
fn a_new_key_that_cannot_be_kept_by_the_key_store_changes_nothing() {
    let place = Place::new();
    let before = (place.slot_file(), fs::read(place.entry.folder.join("portfolio.db")).unwrap());
    let elsewhere = place.with_store(Arc::new(NoKeyStore));
    assert!(matches!(
        elsewhere.renew_key(&place.entry, &passphrase(PASSPHRASE)),
        Err(Error::Keys(KeysError::KeyStore(_)))
    ));
    drop(place.core.unlock_with_computer(&place.entry).unwrap());
    assert_eq!(place.slot_file(), before.0);
}

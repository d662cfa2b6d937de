//! A backup becomes a portfolio again, and what is no backup does not.

use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use casefolio_core::backup::BackupKind;
use casefolio_core::error::BackupProblem;
use casefolio_core::portfolio::{CreateRequest, Opener};
use casefolio_core::testing::FakeClock;
use casefolio_core::{Core, Error, Problem};
use casefolio_journeys::{ONLINE, PAPER, PASSPHRASE, PROCESSED, Story, core_at, passphrase, receipts, reviewed};
use casefolio_keys::{KeyFile, KeyStore, MemoryKeyStore, NoKeyStore, RecoveryCode};
use casefolio_practice::Fault;
use casefolio_store::outbox::Channel;
use casefolio_store::{DatabaseKey, Store};
use chrono::TimeDelta;
use tempfile::TempDir;

use crate::looking::{rows, rows_of_store};

/// Another machine: another home, and a key store that holds nothing.
fn machine(key_store: impl KeyStore + 'static) -> (TempDir, Core) {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(FakeClock::at("2026-03-09T15:00:00Z".parse().unwrap()));
    let core = core_at(&folder, &clock, Arc::new(key_store), Channel::Desktop);
    (folder, core)
}

/// A portfolio that has lived.
async fn lived() -> Story {
    let receipts: Vec<String> = [ONLINE, PAPER].map(str::to_owned).into_iter().chain(receipts(20)).collect();
    let mut story = Story::of(reviewed(&receipts)).await;
    story.add(&receipts);
    story.ordered().await;
    story.look_and_find(ONLINE, PROCESSED).await;
    story.service.faults().set_case(PAPER, Some(Fault::NotRecognised));
    story.ordered().await;
    assert_eq!(story.told().len(), 1);
    story
}

fn back_up(story: &Story) -> PathBuf {
    story.portfolio().back_up(BackupKind::ByHand, None).unwrap().file
}

fn restore(core: &Core, file: &Path) -> Result<casefolio_core::core::PortfolioEntry, Error> {
    core.restore(file, Opener::Passphrase(&passphrase(PASSPHRASE)))
}

fn problem(core: &Core, file: &Path) -> &'static str {
    let verified = core.verify_backup(file, Opener::Passphrase(&passphrase(PASSPHRASE))).map(drop);
    let restored = restore(core, file).map(drop);
    let problems = [verified, restored].map(|outcome| outcome.err().map_or("none", |error| Problem::of(&error).code));
    assert_eq!(problems[0], problems[1]);
    problems[0]
}

/// Nothing of a portfolio lies in the data folder, under whatever name.
fn assert_empty(core: &Core) {
    let portfolios = core.home().portfolios();
    assert!(!portfolios.exists() || fs::read_dir(portfolios).unwrap().next().is_none());
}

/// catalogue 46
#[tokio::test]
async fn each_backup_gives_back_the_rows_of_its_time() {
    let mut story = lived().await;
    let mut made = Vec::new();
    for (kind, title) in [(BackupKind::Daily, "A"), (BackupKind::ByHand, "B"), (BackupKind::BeforeUpdate, "C")] {
        story.look_and_find(ONLINE, title).await;
        story.told();
        let file = story.portfolio().back_up(kind, None).unwrap().file;
        made.push((file, story.with_bare_store(rows_of_store)));
        story.pass(TimeDelta::days(1));
    }
    assert_ne!(made[0].1["changes"], made[2].1["changes"]);
    for (file, rows_then) in made {
        let (_folder, core) = machine(NoKeyStore);
        let entry = restore(&core, &file).unwrap();
        let rows_now = rows(&entry.folder);
        assert_eq!(rows_now.keys().collect::<Vec<_>>(), rows_then.keys().collect::<Vec<_>>());
        // What is restored on purpose begins a new line of generations.
        for (table, then) in rows_then.into_iter().filter(|(table, _)| table != "portfolio") {
            assert!(rows_now[&table] == then, "{table} of {}", file.display());
        }
    }
}

#[tokio::test]
async fn a_restored_portfolio_opens_and_goes_on() {
    let story = lived().await;
    let file = back_up(&story);
    let (_folder, core) = machine(MemoryKeyStore::new());
    let entry = restore(&core, &file).unwrap();
    assert_eq!((entry.user_id.as_str(), entry.folder.file_name()), ("journey", story.entry.folder.file_name()));
    let mut files: Vec<_> = fs::read_dir(&entry.folder).unwrap().map(|file| file.unwrap().file_name()).collect();
    files.sort();
    assert!(files.contains(&"keys.json".into()) && files.contains(&"portfolio.db".into()));
    for path in crate::looking::everything(core.home().path()) {
        assert!(casefolio_system::private::is_private(&path).unwrap(), "{}", path.display());
    }
    let portfolio = core.unlock(&entry, &passphrase(PASSPHRASE)).unwrap();
    assert_eq!(portfolio.case_count().unwrap(), 22);
    assert_eq!(portfolio.back_up(BackupKind::ByHand, None).unwrap().cases, 22);
}

#[tokio::test]
async fn on_another_machine_the_key_store_there_opens_it_from_then_on() {
    let story = lived().await;
    let file = back_up(&story);
    let (_folder, core) = machine(MemoryKeyStore::new());
    let entry = restore(&core, &file).unwrap();
    assert!(entry.computer_slot);
    assert_eq!(core.unlock_with_computer(&entry).unwrap().case_count().unwrap(), 22);
}

#[tokio::test]
async fn without_a_key_store_it_is_restored_without_a_slot_that_would_open_nothing() {
    let story = lived().await;
    let file = back_up(&story);
    let (_folder, core) = machine(NoKeyStore);
    let entry = restore(&core, &file).unwrap();
    assert!(!entry.computer_slot);
    assert!(matches!(core.unlock_with_computer(&entry), Err(Error::Locked)));
    assert!(core.unlock(&entry, &passphrase(PASSPHRASE)).is_ok());
}

#[tokio::test]
async fn a_rehearsal_on_the_same_computer_leaves_the_key_of_the_real_portfolio_alone() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(FakeClock::at("2026-03-02T15:00:00Z".parse().unwrap()));
    let store: Arc<dyn KeyStore> = Arc::new(MemoryKeyStore::new());
    let core = core_at(&folder, &clock, Arc::clone(&store), Channel::Desktop);
    let request = CreateRequest {
        user_id: "maria".into(),
        passphrase: passphrase(PASSPHRASE),
        computer_slot: true,
        watch_behind_lock: false,
    };
    let portfolio = core.create(&request).unwrap().portfolio;
    let file = portfolio.back_up(BackupKind::ByHand, None).unwrap().file;
    drop(portfolio);
    let elsewhere = tempfile::tempdir().unwrap();
    let rehearsal = core_at(&elsewhere, &clock, store, Channel::Desktop);
    let entry = restore(&rehearsal, &file).unwrap();
    assert!(rehearsal.unlock_with_computer(&entry).is_ok());
    assert!(core.unlock_with_computer(&core.choose(None).unwrap()).is_ok());
}

#[tokio::test]
async fn what_is_put_back_on_purpose_is_not_called_older_than_what_was_seen() {
    let mut story = lived().await;
    let file = back_up(&story);
    story.look_and_find(ONLINE, "C").await;
    let seen = story.with_bare_store(|store| store.sealed_generation().unwrap());
    let id = KeyFile::load(&story.entry.folder).unwrap().portfolio_id().to_owned();
    let keys = MemoryKeyStore::new();
    keys.write(&format!("generation {id}"), &seen).unwrap();
    let (_folder, core) = machine(keys);
    let entry = restore(&core, &file).unwrap();
    let file = KeyFile::load(&entry.folder).unwrap();
    let key = file.unlock_with_passphrase(&passphrase(PASSPHRASE)).unwrap();
    let restored = Store::open(&entry.folder, &DatabaseKey::new(*key.expose()), &id).unwrap();
    assert!(!restored.compare_generation(&seen).unwrap());
    assert_eq!(restored.missing_transactions(), None);
}

/// catalogue 9
#[test]
fn the_recovery_code_restores_on_another_machine_where_the_passphrase_is_lost() {
    let (_folder, core) = machine(MemoryKeyStore::new());
    let request = CreateRequest {
        user_id: "maria".into(),
        passphrase: passphrase(PASSPHRASE),
        computer_slot: true,
        watch_behind_lock: false,
    };
    let created = core.create(&request).unwrap();
    let paper = RecoveryCode::parse(&created.recovery_code.show()).unwrap();
    let file = created.portfolio.back_up(BackupKind::ByHand, None).unwrap().file;
    let (_other, other) = machine(NoKeyStore);
    assert!(other.verify_backup(&file, Opener::RecoveryCode(&paper)).is_ok());
    let entry = other.restore(&file, Opener::RecoveryCode(&paper)).unwrap();
    let new = passphrase("a heron stands in the shallows");
    assert_eq!(other.recover(&entry, &paper, &new).unwrap().user_id(), "maria");
}

#[tokio::test]
async fn a_wrong_passphrase_restores_nothing_and_leaves_nothing() {
    let story = lived().await;
    let file = back_up(&story);
    let (_folder, core) = machine(NoKeyStore);
    let wrong = passphrase("a heron stands in the shallows");
    let refused = core.restore(&file, Opener::Passphrase(&wrong)).unwrap_err();
    assert!(matches!(refused, Error::Keys(casefolio_keys::Error::WrongPassphrase)));
    let no_key = core.restore(&file, Opener::Computer).unwrap_err();
    assert_eq!(Problem::of(&no_key).nature, casefolio_core::problem::Nature::Locked);
    assert_empty(&core);
    for _ in 0..5 {
        let _refused = core.verify_backup(&file, Opener::Passphrase(&wrong)).unwrap_err();
    }
    let refused = core.verify_backup(&file, Opener::Passphrase(&wrong)).unwrap_err();
    assert!(matches!(refused, Error::TooManyTries { .. }), "{refused:?}");
    assert_empty(&core);
}

#[tokio::test]
async fn nothing_is_restored_over_a_portfolio_or_beside_one_of_the_same_user() {
    let story = lived().await;
    let file = back_up(&story);
    assert!(matches!(restore(&story.core, &file), Err(Error::Backup(BackupProblem::PortfolioExists))));
    let (_folder, core) = machine(NoKeyStore);
    let request = CreateRequest {
        user_id: "journey".into(),
        passphrase: passphrase(PASSPHRASE),
        computer_slot: false,
        watch_behind_lock: false,
    };
    drop(core.create(&request).unwrap());
    assert!(matches!(restore(&core, &file), Err(Error::Backup(BackupProblem::PortfolioExists))));
    assert_eq!(core.portfolios().unwrap().len(), 1);
    // A folder with the portfolio's name is not taken either, whatever is in it.
    let (_folder, core) = machine(NoKeyStore);
    let taken = core.home().portfolios().join(story.entry.folder.file_name().unwrap());
    fs::create_dir_all(&taken).unwrap();
    assert!(matches!(restore(&core, &file), Err(Error::Backup(BackupProblem::PortfolioExists))));
    assert_eq!(fs::read_dir(&taken).unwrap().count(), 0);
}

fn put(file: &Path, at: usize, byte: u8) {
    let mut file = fs::File::options().write(true).open(file).unwrap();
    file.seek(SeekFrom::Start(at as u64)).unwrap();
    file.write_all(&[byte]).unwrap();
}

/// catalogue 45
#[tokio::test]
async fn one_flipped_bit_anywhere_in_a_backup_is_noticed() {
    let story = Story::of_one_case().await;
    let whole = fs::read(back_up(&story)).unwrap();
    let (folder, core) = machine(NoKeyStore);
    let file = folder.path().join("altered.casefolio");
    fs::write(&file, &whole).unwrap();
    // Every byte of the headers, the manifest and the slot file; of the database and of the end so many that it does not take long.
    let (head, end) = (512 * 7, whole.len() - 2_048);
    let offsets = (0..whole.len()).filter(|at| *at < head || at % if *at < end { 4_001 } else { 61 } == 0);
    let mut tried = 0;
    for at in offsets {
        let altered = whole[at] ^ 1 << (at % 8);
        put(&file, at, altered);
        // The key is not asked for: this one would be refused with another problem.
        let refused = core.verify_backup(&file, Opener::Computer).unwrap_err();
        let damaged = matches!(refused, Error::Backup(BackupProblem::Damaged | BackupProblem::Newer));
        assert!(damaged, "byte {at}: {refused:?}");
        put(&file, at, whole[at]);
        tried += 1;
    }
    assert!(tried > 3_600);
    assert_empty(&core);
}

#[tokio::test]
async fn a_backup_cut_off_anywhere_or_with_more_behind_it_is_refused() {
    let story = Story::of_one_case().await;
    let whole = fs::read(back_up(&story)).unwrap();
    let (folder, core) = machine(NoKeyStore);
    let file = folder.path().join("cut.casefolio");
    for length in (0..whole.len()).step_by(1_021).chain([511, 512, 1_024, whole.len() - 1_024, whole.len() - 1]) {
        fs::write(&file, &whole[..length]).unwrap();
        let expected = if length < 512 { "backup_not_one" } else { "backup_damaged" };
        assert_eq!(problem(&core, &file), expected, "{length} bytes");
    }
    for more in [&b"\0"[..], &[0; 512], b"more"] {
        fs::write(&file, [&whole, more].concat()).unwrap();
        assert_eq!(problem(&core, &file), "backup_damaged");
    }
    fs::write(&file, &whole).unwrap();
    assert_eq!(problem(&core, &file), "none");
}

#[tokio::test]
async fn what_is_no_backup_is_called_so() {
    let (folder, core) = machine(NoKeyStore);
    let file = folder.path().join("file.casefolio");
    let plain_tar = {
        let mut header = [0_u8; 512];
        header[..9].copy_from_slice(b"notes.txt");
        header[257..265].copy_from_slice(b"ustar\x0000");
        [&header[..], &[0; 1_024]].concat()
    };
    let zip = [&b"PK\x03\x04\x14\0\0\0\x08\0"[..], &[7; 4_000]].concat();
    let database = [&b"SQLite format 3\0"[..], &[0; 8_000]].concat();
    for bytes in [Vec::new(), b"x".to_vec(), plain_tar, zip, database, vec![0; 3_000], vec![0xff; 3_000]] {
        fs::write(&file, bytes).unwrap();
        assert_eq!(problem(&core, &file), "backup_not_one");
    }
    assert_eq!(problem(&core, folder.path()), "backup_not_one", "a folder");
    assert_eq!(problem(&core, &folder.path().join("missing")), "file_unreadable");
    assert_empty(&core);
}

#[tokio::test]
async fn a_backup_that_claims_a_gigabyte_costs_neither_memory_nor_disk() {
    let story = Story::of_one_case().await;
    let whole = fs::read(back_up(&story)).unwrap();
    let (folder, core) = machine(NoKeyStore);
    let file = folder.path().join("claims.casefolio");
    // Each of the three headers, with its sum made right again.
    let headers: Vec<usize> =
        (0..whole.len()).step_by(512).filter(|at| &whole[at + 257..at + 262] == b"ustar").collect();
    assert_eq!(headers.len(), 3);
    for at in headers {
        let mut bytes = whole.clone();
        bytes[at + 124..at + 136].copy_from_slice(b"10000000000\0");
        bytes[at + 148..at + 156].fill(b' ');
        let sum: u32 = bytes[at..at + 512].iter().map(|byte| u32::from(*byte)).sum();
        bytes[at + 148..at + 156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        fs::write(&file, &bytes).unwrap();
        assert_eq!(problem(&core, &file), "backup_damaged");
    }
    assert_empty(&core);
}

/// catalogue 41, 43
#[test]
fn a_portfolio_of_an_older_schema_is_backed_up_before_it_is_migrated() {
    let (_folder, core) = machine(NoKeyStore);
    let folder = fixture(&core);
    let entry = core.choose(None).unwrap();
    let portfolio = core.unlock(&entry, &passphrase(PASSPHRASE)).unwrap();
    assert_eq!(portfolio.case_count().unwrap(), 22);
    let backups = core.backups(&entry).unwrap();
    assert_eq!(backups.iter().map(|backup| backup.kind).collect::<Vec<_>>(), [BackupKind::BeforeUpdate]);
    let given = passphrase(PASSPHRASE);
    let report = core.verify_backup(&backups[0].file, Opener::Passphrase(&given)).unwrap();
    assert_eq!((report.schema, report.cases), (1, 22));
    drop(portfolio);
    drop(core.unlock(&entry, &given).unwrap());
    assert_eq!(core.backups(&entry).unwrap().len(), 1, "once");

    // And that backup opens in this version too.
    let (_other, other) = machine(NoKeyStore);
    let restored = restore(&other, &backups[0].file).unwrap();
    assert_eq!(other.unlock(&restored, &given).unwrap().case_count().unwrap(), 22);
    let (migrated, again) = (rows(&folder), rows(&restored.folder));
    assert!(migrated["observations"] == again["observations"] && migrated["cases"] == again["cases"]);
}

/// catalogue 41
#[test]
fn without_that_backup_the_portfolio_is_not_migrated() {
    let (_folder, core) = machine(NoKeyStore);
    let folder = fixture(&core);
    let before = fs::read(folder.join("portfolio.db")).unwrap();
    // A file where the folder of backups would be.
    fs::write(folder.join("backups"), b"in the way").unwrap();
    let entry = core.choose(None).unwrap();
    let refused = core.unlock(&entry, &passphrase(PASSPHRASE)).unwrap_err();
    assert!(matches!(refused, Error::UpdateHeldBack(_)));
    assert_eq!(Problem::of(&refused).code, "update_held_back");
    assert!(before == fs::read(folder.join("portfolio.db")).unwrap());
    fs::remove_file(folder.join("backups")).unwrap();
    assert_eq!(core.unlock(&entry, &passphrase(PASSPHRASE)).unwrap().case_count().unwrap(), 22);
}

/// The portfolio of schema 1, in this data folder.
fn fixture(core: &Core) -> PathBuf {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/schemas/1");
    let id = KeyFile::load(&from).unwrap().portfolio_id().to_owned();
    let folder = core.home().portfolios().join(id);
    fs::create_dir_all(&folder).unwrap();
    for name in ["keys.json", "portfolio.db"] {
        fs::copy(from.join(name), folder.join(name)).unwrap();
    }
    folder
}

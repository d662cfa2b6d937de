//! A portfolio that is damaged: named, saved, set aside, and never deleted; one that is only old: said, and accepted.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use casefolio_core::backup::{BackupKind, InItsPlace};
use casefolio_core::error::BackupProblem;
use casefolio_core::health::{Finding, SalvageRequest, Warning};
use casefolio_core::portfolio::{CreateRequest, Opener};
use casefolio_core::{Error, Problem};
use casefolio_journeys::{ONLINE, PAPER, PASSPHRASE, PROCESSED, Story, passphrase, receipts, reviewed};
use casefolio_keys::{KeyFile, KeyStore};
use chrono::TimeDelta;

use crate::looking::{everything, rows};

const PAGE: usize = 4096;
const OTHER: &str = "nine kites above the orchard";

/// A portfolio that has lived, closed.
async fn lived() -> Story {
    let receipts: Vec<String> = [ONLINE, PAPER].map(str::to_owned).into_iter().chain(receipts(20)).collect();
    let mut story = Story::of(reviewed(&receipts)).await;
    story.add(&receipts);
    story.ordered().await;
    story.look_and_find(ONLINE, PROCESSED).await;
    story.portfolio().note_recovery_confirmed().unwrap();
    story.close();
    story
}

fn database(story: &Story) -> PathBuf {
    story.entry.folder.join("portfolio.db")
}

/// Flips a bit in a page, counted from 1.
fn damage_page(story: &Story, page: usize) {
    let mut bytes = fs::read(database(story)).unwrap();
    bytes[(page - 1) * PAGE + 700] ^= 1;
    fs::write(database(story), bytes).unwrap();
}

fn damage_keys(folder: &Path) {
    fs::write(folder.join("keys.json"), b"{").unwrap();
}

/// Every file of a folder with its bytes, the lock file aside.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let files = everything(folder).into_iter().filter(|path| path.is_file() && !path.ends_with("portfolio.lock"));
    files.map(|path| (path.strip_prefix(folder).unwrap().to_owned(), fs::read(&path).unwrap())).collect()
}

fn codes(story: &Story) -> Vec<&'static str> {
    let given = passphrase(PASSPHRASE);
    let diagnosis = story.core.examine(&story.entry, Some(Opener::Passphrase(&given))).unwrap();
    diagnosis.findings.iter().map(|finding| finding.code()).collect()
}

fn back_up(story: &mut Story) -> PathBuf {
    story.unlock();
    let file = story.portfolio().back_up(BackupKind::ByHand, None).unwrap().file;
    story.close();
    file
}

#[tokio::test]
async fn a_healthy_portfolio_is_found_to_be_so_and_looking_changes_nothing() {
    let story = lived().await;
    let before = files(&story.entry.folder);
    let given = passphrase(PASSPHRASE);
    let diagnosis = story.core.examine(&story.entry, Some(Opener::Passphrase(&given))).unwrap();
    assert!(diagnosis.findings.is_empty() && diagnosis.warnings.is_empty() && diagnosis.whole, "{diagnosis:?}");
    assert!(!diagnosis.can_be_salvaged() && !diagnosis.keys_can_be_repaired());
    let outside = story.core.examine(&story.entry, None).unwrap();
    assert!(outside.findings.is_empty() && !outside.whole);
    assert!(files(&story.entry.folder) == before);
}

#[tokio::test]
async fn each_kind_of_damage_is_named_and_what_can_be_done_about_it() {
    let story = lived().await;
    let whole = fs::read(database(&story)).unwrap();
    damage_page(&story, 9);
    assert_eq!(codes(&story), ["damaged_page"]);
    fs::write(database(&story), &whole[..whole.len() - 300]).unwrap();
    assert!(codes(&story).contains(&"truncated"));
    fs::write(database(&story), b"").unwrap();
    assert_eq!(codes(&story), ["empty_file"]);
    fs::write(database(&story), vec![7; PAGE * 4]).unwrap();
    assert!(!codes(&story).is_empty());
    fs::remove_file(database(&story)).unwrap();
    assert_eq!(codes(&story), ["missing"]);
    fs::write(database(&story), &whole).unwrap();
    assert_eq!(codes(&story), Vec::<&str>::new());
}

/// catalogue 9
#[tokio::test]
async fn a_damaged_slot_file_is_named_and_mended_by_its_copy() {
    let story = lived().await;
    damage_keys(&story.entry.folder);
    let entry = story.core.choose_any(None).unwrap();
    assert_eq!((entry.problem, entry.user_id.as_str()), (Some("keys_damaged"), "journey"), "as its copy says");
    let diagnosis = story.core.examine(&entry, None).unwrap();
    assert_eq!(diagnosis.findings, [Finding::Keys { copy: true }]);
    assert!(diagnosis.keys_can_be_repaired() && !diagnosis.can_be_salvaged());
    let mended = story.core.repair_keys(&entry).unwrap();
    assert_eq!((mended.user_id.as_str(), mended.problem), ("journey", None));
    assert_eq!(fs::read(entry.folder.join("keys.json.damaged")).unwrap(), b"{", "the damaged one is kept");
    assert!(codes(&story).is_empty());
    // Without a healthy copy there is nothing to mend it with.
    damage_keys(&story.entry.folder);
    fs::write(story.entry.folder.join("keys.json.previous"), b"{").unwrap();
    let diagnosis = story.core.examine(&entry, None).unwrap();
    assert_eq!(diagnosis.findings, [Finding::Keys { copy: false }]);
    assert!(!diagnosis.keys_can_be_repaired());
}

#[tokio::test]
async fn what_is_no_damage_yet_is_warned_of() {
    let story = lived().await;
    let given = passphrase(PASSPHRASE);
    fs::write(story.entry.folder.join("keys.json.previous"), b"{").unwrap();
    fs::write(story.entry.folder.join("generation"), b"x").unwrap();
    let diagnosis = story.core.examine(&story.entry, Some(Opener::Passphrase(&given))).unwrap();
    assert_eq!(diagnosis.warnings, [Warning::GenerationUnreadable, Warning::KeysCopyDiffers]);
    assert!(diagnosis.findings.is_empty());
}

/// catalogue 39
#[cfg(unix)]
#[tokio::test]
async fn a_folder_behind_a_link_is_warned_of_and_opens_all_the_same() {
    let mut story = lived().await;
    let elsewhere = story.folder().join("elsewhere");
    fs::rename(&story.entry.folder, &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, &story.entry.folder).unwrap();
    assert_eq!(story.core.examine(&story.entry, None).unwrap().warnings, [Warning::LinkedFolder]);
    story.unlock();
    assert_eq!(story.portfolio().folder_warnings(), [Warning::LinkedFolder]);
}

fn salvage_request(given: Opener<'_>) -> SalvageRequest<'_> {
    let new = CreateRequest {
        user_id: "saved".into(),
        passphrase: passphrase(OTHER),
        computer_slot: true,
        watch_behind_lock: false,
    };
    SalvageRequest { opener: given, new }
}

/// catalogue 25
#[tokio::test]
async fn what_is_whole_is_saved_into_a_new_portfolio_and_the_damaged_one_stays_byte_for_byte() {
    let story = lived().await;
    damage_page(&story, 9);
    let before = files(&story.entry.folder);
    let given = passphrase(PASSPHRASE);
    let salvaged = story.core.salvage(&story.entry, &salvage_request(Opener::Passphrase(&given))).unwrap();
    let (created, report) = (salvaged.created, salvaged.report);
    assert_eq!(report.damaged_pages, 1);
    assert_eq!(report.cases + report.cases_anew + report.cases_lost, 22);
    assert_eq!(created.portfolio.case_count().unwrap(), report.cases + report.cases_anew);
    assert!(created.portfolio.case_count().unwrap() > 0);
    assert!(created.portfolio.service_settings().unwrap().is_some(), "what the user set goes along");
    let new = created.portfolio.folder().to_owned();
    drop(created.portfolio);
    assert!(files(&story.entry.folder) == before, "the damaged one was changed");
    let entry = story.core.choose(Some("saved")).unwrap();
    assert_eq!((entry.folder.as_path(), entry.computer_slot), (new.as_path(), true));
    drop(story.core.unlock(&entry, &passphrase(OTHER)).unwrap());
    drop(story.core.recover(&entry, &created.recovery_code, &passphrase(OTHER)).unwrap());
    assert!(story.core.unlock(&entry, &given).is_err(), "it has a key of its own");
}

#[tokio::test]
async fn a_salvaged_portfolio_does_not_take_over_what_was_said_of_the_old_keys_and_files() {
    let mut story = lived().await;
    story.unlock();
    story.portfolio().set_watch_behind_lock(false).unwrap();
    let elsewhere = story.folder().join("elsewhere.casefolio");
    story.portfolio().back_up(BackupKind::ByHand, Some(&elsewhere)).unwrap();
    assert!(story.portfolio().recovery_confirmed().unwrap());
    story.close();
    let given = passphrase(PASSPHRASE);
    let new = CreateRequest { watch_behind_lock: true, ..salvage_request(Opener::Computer).new };
    let request = SalvageRequest { opener: Opener::Passphrase(&given), new };
    let portfolio = story.core.salvage(&story.entry, &request).unwrap().created.portfolio;
    assert!(!portfolio.recovery_confirmed().unwrap(), "nobody has written down the new code yet");
    assert_eq!(portfolio.last_backup().unwrap(), None, "there is no backup of the new one");
    assert!(portfolio.wants_watch_behind_lock().unwrap(), "as the new one was ordered");
    assert_eq!(portfolio.missing_transactions(), None);
    assert_eq!(portfolio.case_count().unwrap(), 22);
}

#[tokio::test]
async fn a_salvage_that_fails_leaves_no_new_portfolio() {
    let story = lived().await;
    let wrong = passphrase(OTHER);
    assert!(story.core.salvage(&story.entry, &salvage_request(Opener::Passphrase(&wrong))).is_err());
    fs::remove_file(database(&story)).unwrap();
    let given = passphrase(PASSPHRASE);
    let refused = story.core.salvage(&story.entry, &salvage_request(Opener::Passphrase(&given))).err().unwrap();
    assert_eq!(Problem::of(&refused).code, "portfolio_missing");
    assert_eq!(story.core.portfolios().unwrap().len(), 1);
}

#[tokio::test]
async fn a_damaged_portfolio_is_set_aside_for_its_backup_and_nothing_of_it_is_deleted() {
    let mut story = lived().await;
    let file = back_up(&mut story);
    let backups_before = story.core.backups(&story.entry).unwrap().len();
    damage_page(&story, 9);
    let folder = story.entry.folder.clone();
    let mut before = files(&folder);
    let given = passphrase(PASSPHRASE);
    let restored = story.core.restore_in_place_of(&file, Opener::Passphrase(&given), InItsPlace::Damaged).unwrap();
    let aside = restored.set_aside.unwrap();
    let name = aside.file_name().unwrap().to_string_lossy().into_owned();
    assert!(name.starts_with("damaged-2026-03-02T") && aside.parent() == folder.parent(), "{name}");
    assert_eq!((restored.entry.folder.as_path(), restored.report.cases), (folder.as_path(), 22));
    assert_eq!(story.core.portfolios().unwrap().len(), 1, "nobody takes the one set aside for a portfolio");
    // Its backups go on with the portfolio that has its place; the rest is there as it was.
    before.retain(|path, _| !path.starts_with("backups"));
    assert!(files(&aside) == before);
    assert_eq!(story.core.backups(&restored.entry).unwrap().len(), backups_before);
    story.unlock();
    assert_eq!((story.portfolio().case_count().unwrap(), story.portfolio().missing_transactions()), (22, None));
}

#[tokio::test]
async fn a_portfolio_that_is_in_order_is_never_set_aside() {
    let mut story = lived().await;
    let file = back_up(&mut story);
    let before = files(&story.entry.folder);
    let given = passphrase(PASSPHRASE);
    for place in [InItsPlace::Damaged, InItsPlace::DamagedUnproven] {
        let refused = story.core.restore_in_place_of(&file, Opener::Passphrase(&given), place).unwrap_err();
        assert!(matches!(refused, Error::Backup(BackupProblem::InOrder)), "{refused:?}");
    }
    assert!(files(&story.entry.folder) == before);
    // Nor while it is open, damaged as it may be.
    story.unlock();
    let refused = story.core.restore_in_place_of(&file, Opener::Passphrase(&given), InItsPlace::Damaged).unwrap_err();
    assert_eq!(Problem::of(&refused).code, "portfolio_busy");
    story.close();
    assert_eq!(fs::read_dir(story.core.home().portfolios()).unwrap().count(), 1, "nothing is left of the tries");
}

#[tokio::test]
async fn one_whose_slot_file_is_damaged_is_set_aside_only_when_a_person_says_so() {
    let mut story = lived().await;
    let file = back_up(&mut story);
    damage_keys(&story.entry.folder);
    let given = passphrase(PASSPHRASE);
    let opener = Opener::Passphrase(&given);
    let refused = story.core.restore_in_place_of(&file, opener, InItsPlace::Damaged).unwrap_err();
    assert!(matches!(refused, Error::Backup(BackupProblem::Unproven)));
    let wrong = passphrase(OTHER);
    assert!(
        story.core.restore_in_place_of(&file, Opener::Passphrase(&wrong), InItsPlace::DamagedUnproven).is_err(),
        "nothing is set aside for a backup that does not open"
    );
    assert!(story.entry.folder.join("keys.json").exists());
    let restored = story.core.restore_in_place_of(&file, opener, InItsPlace::DamagedUnproven).unwrap();
    assert_eq!(fs::read(restored.set_aside.unwrap().join("keys.json")).unwrap(), b"{");
    story.unlock();
    assert_eq!(story.portfolio().case_count().unwrap(), 22);
}

#[tokio::test]
async fn a_restore_cut_off_after_setting_aside_succeeds_the_next_time() {
    let mut story = lived().await;
    let file = back_up(&mut story);
    let kept = story.folder().join("kept.casefolio");
    fs::copy(&file, &kept).unwrap();
    damage_page(&story, 9);
    // As a kill between the two renames leaves it.
    let aside = story.entry.folder.with_file_name("damaged-2026-03-02T160000Z-x");
    fs::rename(&story.entry.folder, &aside).unwrap();
    let given = passphrase(PASSPHRASE);
    let restored = story.core.restore_in_place_of(&kept, Opener::Passphrase(&given), InItsPlace::Damaged).unwrap();
    assert_eq!((restored.set_aside, restored.report.cases), (None, 22));
    assert!(aside.join("portfolio.db").exists());
}

fn generation_account(story: &Story) -> String {
    format!("generation {}", KeyFile::load(&story.entry.folder).unwrap().portfolio_id())
}

/// catalogue 31
#[tokio::test]
async fn an_older_copy_of_the_whole_folder_is_said_until_it_is_accepted() {
    let mut story = lived().await;
    let older = files(&story.entry.folder);
    story.unlock();
    story.add(&receipts(3).iter().map(|receipt| receipt.replace("IOE09", "IOE08")).collect::<Vec<_>>());
    story.close();
    for (name, bytes) in older {
        fs::write(story.entry.folder.join(name), bytes).unwrap();
    }
    assert_eq!(codes(&story), ["rolled_back"]);
    story.unlock();
    assert!(story.portfolio().missing_transactions().is_some_and(|missing| missing > 0));
    story.reopen();
    assert!(story.portfolio().missing_transactions().is_some(), "closing does not make it the newest");
    story.portfolio().accept_older().unwrap();
    story.reopen();
    assert_eq!(story.portfolio().missing_transactions(), None);
    story.close();
    assert!(codes(&story).is_empty());
}

#[tokio::test]
async fn a_restored_portfolio_is_not_called_older_and_the_key_store_remembers_it_alone() {
    let mut story = lived().await;
    let file = back_up(&mut story);
    let kept = story.folder().join("kept.casefolio");
    fs::copy(&file, &kept).unwrap();
    story.unlock();
    for _ in 0..5 {
        story.pass(TimeDelta::hours(1));
        story.ordered().await;
    }
    story.close();
    let newest = story.key_store.read(&generation_account(&story)).unwrap();
    damage_page(&story, 9);
    let given = passphrase(PASSPHRASE);
    story.core.restore_in_place_of(&kept, Opener::Passphrase(&given), InItsPlace::Damaged).unwrap();
    let after = story.key_store.read(&generation_account(&story)).unwrap();
    assert!(after != newest, "the entry of before is not left behind");
    assert!(codes(&story).is_empty());
    story.unlock();
    assert_eq!(story.portfolio().missing_transactions(), None);
    story.reopen();
    assert_eq!(story.portfolio().missing_transactions(), None);
    assert!(story.key_store.read(&generation_account(&story)).unwrap() != after, "it goes on from there");
}

#[tokio::test]
async fn one_restored_while_the_key_store_was_silent_is_not_called_older_when_it_speaks_again() {
    let mut story = lived().await;
    let file = back_up(&mut story);
    let kept = story.folder().join("kept.casefolio");
    fs::copy(&file, &kept).unwrap();
    story.unlock();
    story.ordered().await;
    story.close();
    damage_page(&story, 9);
    let silent = casefolio_journeys::core_over(&story, casefolio_keys::NoKeyStore);
    let given = passphrase(PASSPHRASE);
    silent.restore_in_place_of(&kept, Opener::Passphrase(&given), InItsPlace::Damaged).unwrap();
    story.unlock();
    assert_eq!(story.portfolio().missing_transactions(), None);
    story.close();
    assert!(rows(&story.entry.folder)["cases"].len() == 22);
}

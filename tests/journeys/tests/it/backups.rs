//! Backups: made when due, verified, kept and let go.

use std::fs;
use std::path::{Path, PathBuf};

use casefolio_core::backup::{BackupEntry, BackupKind, Upkeep};
use casefolio_core::error::BackupProblem;
use casefolio_core::portfolio::Opener;
use casefolio_core::{Error, PortfolioEvent};
use casefolio_journeys::{ONLINE, PASSPHRASE, Story, passphrase, receipts, reviewed};
use casefolio_practice::Script;
use chrono::TimeDelta;

use crate::looking::{assert_hidden, everything};

async fn of_cases(count: u32) -> Story {
    let receipts = receipts(count);
    let story = Story::of(reviewed(&receipts)).await;
    story.add(&receipts);
    story
}

fn listed(story: &Story) -> Vec<BackupEntry> {
    story.core.backups(&story.entry).unwrap()
}

fn names(story: &Story) -> Vec<String> {
    listed(story).iter().map(|entry| entry.file.file_name().unwrap().to_str().unwrap().to_owned()).collect()
}

fn verify(story: &Story, file: &Path) -> Result<u64, Error> {
    let passphrase = passphrase(PASSPHRASE);
    story.core.verify_backup(file, Opener::Passphrase(&passphrase)).map(|report| report.cases)
}

fn flip(file: &Path) {
    let mut bytes = fs::read(file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(file, bytes).unwrap();
}

/// catalogue 45
#[tokio::test]
async fn the_daily_backup_is_made_when_a_day_has_passed_and_there_is_a_case() {
    let story = Story::of(Script::new()).await;
    assert!(story.portfolio().back_up_if_due().unwrap().is_none(), "nothing to lose yet");
    story.add(&[ONLINE]);
    let _before = story.events();
    let made = story.portfolio().back_up_if_due().unwrap().unwrap();
    assert_eq!((made.cases, made.at), (1, story.now()));
    assert!(made.file.ends_with("backups/2026-03-02T150000Z-daily.casefolio"));
    assert_eq!(story.events(), [PortfolioEvent::BackupsChanged]);
    assert_eq!(story.portfolio().last_backup().unwrap(), Some(story.now()));
    assert_eq!(verify(&story, &made.file).unwrap(), 1);

    story.pass(TimeDelta::hours(23));
    assert!(story.portfolio().back_up_if_due().unwrap().is_none());
    story.pass(TimeDelta::hours(1));
    assert!(story.portfolio().back_up_if_due().unwrap().is_some());
    assert_eq!(
        listed(&story).iter().map(|entry| (entry.kind, entry.damaged)).collect::<Vec<_>>(),
        [(BackupKind::Daily, false); 2]
    );
}

#[tokio::test]
async fn a_clock_set_wrong_stops_backups_for_no_more_than_a_day() {
    let story = of_cases(1).await;
    let due = || story.portfolio().back_up_if_due().unwrap().is_some();
    assert!(due());
    // Ten years ahead for a while, and back again.
    story.pass(TimeDelta::days(3_650));
    assert!(due());
    story.pass(TimeDelta::days(-3_650));
    assert!(!due(), "the one of this day is there");
    story.pass(TimeDelta::days(1));
    assert!(due());
    assert_eq!(story.portfolio().last_backup().unwrap(), Some(story.now()), "none of a time to come counts");
    // A year back, and it stays so.
    story.pass(TimeDelta::days(-365));
    assert!(due() && !due());
    for _ in 0..20 {
        story.pass(TimeDelta::days(1));
        assert!(due());
    }
    assert_eq!(story.portfolio().last_backup().unwrap(), Some(story.now()));
}

#[tokio::test]
async fn a_season_leaves_seven_days_and_four_weeks_and_each_one_is_in_order() {
    let story = of_cases(3).await;
    for _ in 0..60 {
        story.portfolio().back_up_if_due().unwrap().unwrap();
        story.pass(TimeDelta::days(1));
    }
    let days: Vec<String> = listed(&story).iter().map(|entry| entry.at.format("%m-%d").to_string()).collect();
    // The last one is of Thursday, 30 April.
    assert_eq!(days, ["04-30", "04-29", "04-28", "04-27", "04-26", "04-25", "04-24", "04-19", "04-12"]);
    for entry in listed(&story) {
        assert_eq!(verify(&story, &entry.file).unwrap(), 3, "{}", entry.file.display());
    }
}

#[tokio::test]
async fn backups_made_by_hand_are_kept_until_somebody_removes_them() {
    let story = of_cases(1).await;
    for _ in 0..12 {
        story.portfolio().back_up(BackupKind::ByHand, None).unwrap();
        story.pass(TimeDelta::days(1));
        story.portfolio().back_up(BackupKind::Daily, None).unwrap();
    }
    let by_hand = listed(&story).iter().filter(|entry| entry.kind == BackupKind::ByHand).count();
    assert_eq!(by_hand, 12);
}

#[tokio::test]
async fn two_backups_of_one_second_are_two_files() {
    let story = of_cases(1).await;
    let first = story.portfolio().back_up(BackupKind::ByHand, None).unwrap();
    let second = story.portfolio().back_up(BackupKind::ByHand, None).unwrap();
    assert_ne!(first.file, second.file);
    assert_eq!(listed(&story).len(), 2);
    assert_eq!((verify(&story, &first.file).unwrap(), verify(&story, &second.file).unwrap()), (1, 1));
}

#[tokio::test]
async fn a_backup_goes_where_the_user_wants_it_and_over_no_file() {
    let story = of_cases(2).await;
    let stick = tempfile::tempdir().unwrap();
    let wanted = stick.path().join("office.casefolio");
    let made = story.portfolio().back_up(BackupKind::ByHand, Some(&wanted)).unwrap();
    assert_eq!((&made.file, made.cases), (&wanted, 2));
    assert_eq!(story.portfolio().last_backup().unwrap(), Some(story.now()));
    assert_eq!(fs::read_dir(stick.path()).unwrap().count(), 1, "nothing beside it");
    assert!(listed(&story).is_empty());
    assert!(
        story.portfolio().back_up_if_due().unwrap().is_some(),
        "one elsewhere may be out of reach: the daily one is made"
    );

    let before = fs::read(&wanted).unwrap();
    let again = story.portfolio().back_up(BackupKind::ByHand, Some(&wanted)).unwrap_err();
    assert!(matches!(again, Error::Backup(BackupProblem::Exists)));
    assert!(fs::read(&wanted).unwrap() == before);
    let nowhere = stick.path().join("missing").join("office.casefolio");
    assert!(matches!(story.portfolio().back_up(BackupKind::ByHand, Some(&nowhere)), Err(Error::FileUnwritable(_))));
    assert!(!nowhere.parent().unwrap().exists());
}

#[tokio::test]
async fn no_backup_is_put_among_the_files_of_a_portfolio_save_in_its_backups() {
    let story = of_cases(1).await;
    let own = &story.entry.folder;
    for place in [
        own.join("mine.casefolio"),
        own.parent().unwrap().join("mine.casefolio"),
        own.join("backups/../mine.casefolio"),
    ] {
        let refused = story.portfolio().back_up(BackupKind::ByHand, Some(&place)).unwrap_err();
        assert!(matches!(refused, Error::Backup(BackupProblem::Place)), "{} {refused:?}", place.display());
    }
    let refused = story.portfolio().back_up(BackupKind::ByHand, Some(&own.join("portfolio.db"))).unwrap_err();
    assert!(matches!(refused, Error::Backup(BackupProblem::Exists)));
    story.portfolio().back_up(BackupKind::ByHand, Some(&own.join("backups/mine.casefolio"))).unwrap();
    assert_eq!(names(&story), ["mine.casefolio"]);
    assert_eq!(listed(&story)[0].kind, BackupKind::ByHand);
}

/// catalogue 45
#[tokio::test]
async fn a_stored_backup_that_rots_is_found_set_aside_and_pushes_out_no_good_one() {
    let story = of_cases(1).await;
    for _ in 0..4 {
        story.portfolio().back_up_if_due().unwrap().unwrap();
        story.pass(TimeDelta::days(1));
    }
    let rotten = listed(&story).pop().unwrap();
    flip(&rotten.file);
    assert!(story.portfolio().verify_stored_if_due().unwrap().is_none(), "none is a week old");
    story.pass(TimeDelta::days(3));
    let _before = story.events();
    let found = story.portfolio().verify_stored_if_due().unwrap().unwrap();
    assert!(found.damaged && found.at == rotten.at && !rotten.file.exists());
    assert!(found.file.to_str().unwrap().ends_with("-daily.casefolio.damaged"));
    assert!(story.events().contains(&PortfolioEvent::BackupsChanged));

    for _ in 0..20 {
        story.portfolio().back_up_if_due().unwrap();
        story.pass(TimeDelta::days(1));
    }
    let damaged: Vec<_> = listed(&story).into_iter().filter(|entry| entry.damaged).collect();
    assert_eq!(damaged, [found], "kept, and not counted");
    assert_eq!(listed(&story).iter().filter(|entry| !entry.damaged).count(), 9);
}

#[tokio::test]
async fn each_stored_backup_is_verified_once_a_week_and_one_a_day() {
    let story = of_cases(1).await;
    for _ in 0..3 {
        story.portfolio().back_up(BackupKind::ByHand, None).unwrap();
    }
    let mut turns: Vec<(i64, PathBuf)> = Vec::new();
    for day in 0..28 {
        for _ in 0..3 {
            let turn = story.portfolio().verify_stored_if_due().unwrap();
            turns.extend(turn.map(|entry| (day, entry.file)));
            story.pass(TimeDelta::hours(8));
        }
    }
    let days: Vec<i64> = turns.iter().map(|(day, _)| *day).collect();
    assert_eq!(days, [7, 8, 9, 14, 15, 16, 21, 22, 23]);
    assert!(turns[..3].iter().map(|(_, file)| file).collect::<std::collections::BTreeSet<_>>().len() == 3);
}

#[tokio::test]
async fn a_damaged_newest_backup_does_not_count_as_the_last_one() {
    let story = of_cases(1).await;
    let made = story.portfolio().back_up(BackupKind::ByHand, None).unwrap();
    fs::rename(&made.file, format!("{}.damaged", made.file.display())).unwrap();
    assert_eq!(story.portfolio().last_backup().unwrap(), None);
    assert!(story.portfolio().back_up_if_due().unwrap().is_some());
}

/// catalogue 44
#[tokio::test]
async fn what_a_killed_backup_left_is_no_backup_and_is_gone_after_the_next() {
    let story = of_cases(1).await;
    let first = story.portfolio().back_up(BackupKind::ByHand, None).unwrap().file;
    let shelf = first.parent().unwrap();
    let whole = fs::read(&first).unwrap();
    fs::create_dir(shelf.join(".new")).unwrap();
    fs::write(shelf.join(".new/portfolio.db"), &whole[..1_000]).unwrap();
    let passing = shelf.join(".casefolio-2026-03-02T150000Z-daily.casefolio.new");
    fs::write(&passing, &whole[..5_000]).unwrap();
    assert_eq!(listed(&story).len(), 1);
    assert_eq!(story.portfolio().last_backup().unwrap(), Some(story.now()));

    story.pass(TimeDelta::days(1));
    story.portfolio().back_up_if_due().unwrap().unwrap();
    assert!(!passing.exists() && !shelf.join(".new").exists());
    assert!(fs::read(&first).unwrap() == whole, "the one before is as it was");
    assert_eq!(fs::read_dir(shelf).unwrap().count(), 2);
}

#[tokio::test]
async fn a_backup_that_fails_leaves_the_older_ones_and_is_not_tried_again_at_once() {
    let story = of_cases(1).await;
    story.portfolio().back_up_if_due().unwrap().unwrap();
    let keys = story.entry.folder.join("keys.json");
    let whole = fs::read(&keys).unwrap();
    fs::write(&keys, &whole[..100]).unwrap();
    story.pass(TimeDelta::days(1));
    let refused = story.portfolio().keep_backups().unwrap_err();
    assert!(matches!(refused, Error::Keys(casefolio_keys::Error::Damaged)), "with this slot file nobody could open it");
    assert_eq!(fs::read_dir(story.entry.folder.join("backups")).unwrap().count(), 1);
    assert_eq!(story.portfolio().keep_backups().unwrap(), Upkeep::default(), "said once");
    story.pass(TimeDelta::hours(1));
    assert!(story.portfolio().keep_backups().is_err());
    fs::write(&keys, whole).unwrap();
    story.pass(TimeDelta::hours(1));
    assert!(story.portfolio().keep_backups().unwrap().made.is_some());
}

#[tokio::test]
async fn a_slot_file_of_another_portfolio_gets_into_no_backup() {
    let (story, other) = (of_cases(1).await, of_cases(1).await);
    fs::copy(other.entry.folder.join("keys.json"), story.entry.folder.join("keys.json")).unwrap();
    let refused = story.portfolio().back_up(BackupKind::ByHand, None).unwrap_err();
    assert!(matches!(refused, Error::Keys(casefolio_keys::Error::WrongKey)));
    assert!(listed(&story).is_empty());
}

/// catalogue 37, 38
#[tokio::test]
async fn a_backup_and_all_that_is_made_for_it_is_for_its_owner_alone_and_shows_nothing() {
    let story = of_cases(20).await;
    story.ordered().await;
    let stick = tempfile::tempdir().unwrap();
    story.portfolio().back_up(BackupKind::Daily, None).unwrap();
    let elsewhere =
        story.portfolio().back_up(BackupKind::ByHand, Some(&stick.path().join("b.casefolio"))).unwrap().file;
    verify(&story, &elsewhere).unwrap();
    let mut all = everything(story.core.home().path());
    all.push(elsewhere);
    assert!(all.iter().any(|path| path.ends_with("backups")));
    for path in &all {
        assert!(casefolio_system::private::is_private(path).unwrap(), "{}", path.display());
    }
    assert_hidden(&all, &["IOE0912000000", casefolio_journeys::REVIEWED, "Zoila", "Quispe", "pendiente", PASSPHRASE]);
}

#[tokio::test]
async fn a_folder_of_backups_that_was_open_to_others_is_closed_by_the_next_one() {
    let story = of_cases(1).await;
    let shelf = story.portfolio().back_up(BackupKind::ByHand, None).unwrap().file.parent().unwrap().to_owned();
    #[cfg(unix)]
    fs::set_permissions(&shelf, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    story.portfolio().back_up(BackupKind::ByHand, None).unwrap();
    assert!(casefolio_system::private::is_private(&shelf).unwrap());
}

#[tokio::test]
async fn a_backup_made_during_a_round_holds_a_whole_state() {
    let story = of_cases(200).await;
    let portfolio = std::sync::Arc::clone(story.portfolio());
    let backups = std::thread::spawn(move || {
        (0..4).map(|_| portfolio.back_up(BackupKind::ByHand, None).unwrap().file).collect::<Vec<_>>()
    });
    let report = story.ordered().await;
    assert_eq!(report.checked, 200, "the round went on");
    for file in backups.join().unwrap() {
        assert_eq!(verify(&story, &file).unwrap(), 200);
    }
}

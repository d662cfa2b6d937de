//! Strict mode: what is locked is watched from a small store, and what came is there after unlocking.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use casefolio_core::portfolio::{CreateRequest, Mode};
use casefolio_core::telling::{Dispatcher, Notice, NotifyProblem};
use casefolio_core::testing::KeptNotices;
use casefolio_core::watch::behind_lock::LockedWatch;
use casefolio_core::watch::{Order, Tempo, Watcher, run_round};
use casefolio_core::{Error, Portfolio};
use casefolio_domain::{CaseId, ChangeKind, ProblemKind};
use casefolio_journeys::{
    ONLINE, PAPER, PASSPHRASE, PROCESSED, REVIEWED, Setting, Story, core_at, passphrase, receipt, receipts, reviewed,
    status,
};
use casefolio_keys::{KeyFile, KeyStore, NoKeyStore};
use casefolio_practice::Fault;
use casefolio_store::outbox::Channel;
use casefolio_store::watch_store::{self, WatchStore, Watched};
use casefolio_store::{DatabaseKey, Error as StoreError, Value};
use chrono::TimeDelta;

async fn strict(setting: Setting) -> Story {
    Setting { mode: Mode::Strict, ..setting }.begin().await
}

/// One case, seen once, and locked.
async fn locked() -> Story {
    let mut story = strict(Setting::of(reviewed(&[ONLINE.to_owned()]))).await;
    story.add(&[ONLINE]);
    story.ordered().await;
    story.close();
    story
}

fn watch(story: &Story) -> Arc<LockedWatch> {
    story.core.watch_behind_lock(&story.entry).unwrap().unwrap()
}

/// An hour passes and everything is asked about behind the lock.
async fn look(story: &Story, watch: &Arc<LockedWatch>) {
    story.pass(TimeDelta::hours(1));
    run_round(watch, &Order::All).await.unwrap();
}

/// What is told behind the lock by now, with what was told before.
fn told(watch: &Arc<LockedWatch>, notifier: &Arc<KeptNotices>) -> Vec<Notice> {
    Dispatcher::start_behind_lock(watch, Arc::<KeptNotices>::clone(notifier)).unwrap().flush();
    notifier.all()
}

/// catalogue 62
#[tokio::test]
async fn what_changed_while_locked_is_told_once_and_is_there_after_unlocking_with_its_time() {
    let mut story = locked().await;
    assert!(matches!(story.open_again(), Err(Error::Locked)), "only the passphrase opens it");
    let watch = watch(&story);
    story.service.set(ONLINE, status(PROCESSED));
    look(&story, &watch).await;
    let seen_at = story.now();
    look(&story, &watch).await;
    assert_eq!(told(&watch, &story.notifier.clone()), [Notice::BehindLock { changes: 1 }]);
    assert_eq!(told(&watch, &story.notifier.clone()).len(), 1, "once");
    drop(watch);

    story.unlock();
    let record = story.record(ONLINE);
    assert_eq!(
        record.changes.iter().map(|change| (change.kind, change.at)).collect::<Vec<_>>(),
        [(ChangeKind::Title, seen_at)]
    );
    let [first, second] = record.observations.as_slice() else { panic!("{record:?}") };
    assert_eq!((first.observation.title.en.as_str(), first.times_seen), (REVIEWED, 1));
    assert_eq!((second.observation.title.en.as_str(), second.times_seen), (PROCESSED, 2));
    assert_eq!((second.first_seen, second.last_seen), (seen_at, story.now()));
    assert!(record.case.unread && record.case.answered_at == Some(story.now()));
    assert_eq!(story.told().len(), 1, "what was told behind the lock is not told again");
}

#[tokio::test]
async fn a_watch_that_is_given_up_frees_the_portfolio_though_the_service_never_ends_its_answer() {
    let mut story = locked().await;
    story.service.faults().set_case(ONLINE, Some(Fault::NeverEnds));
    let (watch, before) = (watch(&story), story.calls());
    let watcher = Watcher::start(Arc::clone(&watch), Tempo::USUAL);
    watcher.check_now(Vec::new()).await.unwrap();
    while story.calls() == before {
        tokio::task::yield_now().await;
    }
    watcher.stop_within(Duration::ZERO).await;
    let held = Arc::downgrade(&watch);
    drop(watch);
    while held.strong_count() > 0 {
        tokio::task::yield_now().await;
    }
    story.unlock();
    let case = story.case(ONLINE);
    assert_eq!((case.last.unwrap().title.en.as_str(), case.problem), (REVIEWED, None), "it was not answered");
    assert!(story.portfolio().calls_today().unwrap() > 0, "what went out stays counted");
}

#[tokio::test]
async fn what_could_not_be_told_behind_the_lock_is_told_after_unlocking() {
    let mut story = locked().await;
    let watch = watch(&story);
    story.notifier.fail(Some(NotifyProblem::Absent));
    story.service.set(ONLINE, status(PROCESSED));
    look(&story, &watch).await;
    assert!(told(&watch, &story.notifier.clone()).is_empty());
    drop(watch);
    story.notifier.fail(None);
    story.unlock();
    assert!(matches!(story.told().as_slice(), [Notice::Change { .. }]));
}

#[tokio::test]
async fn the_same_answer_a_hundred_times_is_one_item_and_all_are_counted() {
    let mut story = locked().await;
    let watch = watch(&story);
    for _ in 0..100 {
        look(&story, &watch).await;
    }
    drop(watch);
    assert_eq!(inbox_items(&story), 1);
    story.unlock();
    let record = story.record(ONLINE);
    assert_eq!((record.observations.len(), record.observations[0].times_seen), (1, 101));
    assert_eq!(record.changes.len(), 0);
}

#[tokio::test]
async fn a_doubtful_case_that_is_found_again_behind_the_lock_has_reappeared() {
    let mut story = strict(Setting::of(reviewed(&[ONLINE.to_owned()]))).await;
    story.add(&[ONLINE]);
    story.ordered().await;
    story.service.faults().set_case(ONLINE, Some(Fault::NotRecognised));
    for _ in 0..3 {
        story.pass(TimeDelta::hours(3));
        story.ordered().await;
    }
    story.service.faults().clear();
    story.close();
    let watch = watch(&story);
    look(&story, &watch).await;
    assert_eq!(told(&watch, &story.notifier.clone()), [Notice::BehindLock { changes: 1 }]);
    drop(watch);
    story.unlock();
    let record = story.record(ONLINE);
    let kinds: Vec<_> = record.changes.iter().map(|change| change.kind).collect();
    assert_eq!(kinds, [ChangeKind::Disappeared, ChangeKind::Reappeared]);
    assert_eq!((record.case.problem, record.case.failures, record.case.doubtful_since), (None, 0, None));
}

#[tokio::test]
async fn what_is_not_recognised_behind_the_lock_counts_as_seen_once() {
    let mut story = locked().await;
    let watch = watch(&story);
    story.service.faults().set_case(ONLINE, Some(Fault::NotRecognised));
    for _ in 0..9 {
        look(&story, &watch).await;
    }
    assert!(told(&watch, &story.notifier.clone()).is_empty());
    drop(watch);
    story.unlock();
    let record = story.record(ONLINE);
    assert!(record.changes.is_empty() && record.case.doubtful_since.is_none());
    assert_eq!((record.case.problem, record.case.failures), (Some(ProblemKind::NotRecognised), 9));
}

#[tokio::test]
async fn a_check_that_fails_behind_the_lock_is_shown_beside_the_last_status() {
    let mut story = locked().await;
    let watch = watch(&story);
    story.service.faults().set_case(ONLINE, Some(Fault::NotRecognised));
    look(&story, &watch).await;
    drop(watch);
    story.unlock();
    let case = story.case(ONLINE);
    assert_eq!((case.problem, case.failures), (Some(ProblemKind::NotRecognised), 1));
    assert!(case.last.is_some() && case.checked_at == Some(story.now()));
}

/// catalogue 95
#[tokio::test]
async fn the_days_calls_are_never_exceeded_by_locking_and_unlocking() {
    let receipts = receipts(6);
    let mut story = strict(Setting { per_day: 40, ..Setting::of(reviewed(&receipts)) }).await;
    story.add(&receipts);
    for _ in 0..8 {
        story.ordered().await;
        story.close();
        let watch = watch(&story);
        run_round(&watch, &Order::All).await.unwrap();
        drop(watch);
        story.unlock();
        assert_eq!(u64::from(story.portfolio().calls_today().unwrap()), story.calls(), "each call counts once");
    }
    assert!((38..=40).contains(&story.calls()), "{}", story.calls());
}

/// catalogue 63
#[tokio::test]
async fn the_watch_store_holds_receipts_and_nothing_of_what_they_are_about() {
    let story = locked().await;
    let watch = watch(&story);
    story.service.set(ONLINE, status(PROCESSED));
    look(&story, &watch).await;
    drop(watch);
    let dump = dump(&story);
    assert!(dump.contains(ONLINE), "or the dump is empty");
    for private in ["Zoila", "Quispe", "family", "Reviewed", "Processed", "outstanding", "pendiente", "journey"] {
        assert!(!dump.contains(private), "{private}");
    }
    let columns = "budget: calls day kind offered; cases: due_at failures fingerprint gist id receipt; \
                   inbox: case_id kind sealed seq times told; settings: key value; \
                   watch: drains offered_to only_row portfolio_id store_id";
    assert_eq!(columns_of(&story), columns);
    // The key that opens the watch store opens no item.
    let key = story.key_store.read(&watch_account(&story)).unwrap();
    assert!(!dump.contains(&hex(&key)));
    assert!(story.core.unlock_with_computer(&story.entry).is_err());
}

#[tokio::test]
async fn one_action_leads_to_strict_mode_and_one_back() {
    let mut story = Story::of_one_case().await;
    story.ordered().await;
    let set = |story: &Story, mode| {
        story.core.set_mode(&story.entry, story.portfolio(), &passphrase(PASSPHRASE), mode).unwrap();
    };
    set(&story, Mode::Strict);
    assert_eq!((story.portfolio().mode(), story.core.mode(&story.entry).unwrap()), (Mode::Strict, Mode::Strict));
    assert!(story.portfolio().watches_behind_lock());
    assert!(story.key_store.read(&slot_account(&story)).is_err(), "the computer's secret is gone");
    story.close();
    assert!(story.open_again().is_err());
    drop(watch(&story));
    story.unlock();
    let wrong = passphrase("twelve lanterns over the harbour");
    assert!(story.core.set_mode(&story.entry, story.portfolio(), &wrong, Mode::Computer).is_err());
    assert_eq!(story.portfolio().mode(), Mode::Strict);
    set(&story, Mode::Computer);
    assert!(story.core.watch_behind_lock(&story.entry).unwrap().is_none());
    assert!(story.key_store.read(&watch_account(&story)).is_err(), "the watch key is gone");
    assert!(!story.entry.folder.join("watch.db").exists());
    story.reopen();
}

#[tokio::test]
async fn checks_behind_the_lock_can_be_switched_off_and_on() {
    let mut story = locked().await;
    story.unlock();
    story.portfolio().set_watch_behind_lock(false).unwrap();
    assert!(!story.portfolio().watches_behind_lock());
    assert!(!story.entry.folder.join("watch.db").exists());
    story.close();
    assert!(story.core.watch_behind_lock(&story.entry).unwrap().is_none());
    story.unlock();
    story.portfolio().set_watch_behind_lock(true).unwrap();
    assert!(story.portfolio().watches_behind_lock());
}

/// catalogue 53
#[tokio::test]
async fn without_a_key_store_strict_mode_works_and_says_that_nothing_is_watched() {
    let mut story = locked().await;
    let clock = Arc::clone(&story.clock);
    let folder = tempfile::tempdir().unwrap();
    let core = core_at(&folder, &clock, Arc::new(NoKeyStore), Channel::Desktop);
    let request = CreateRequest {
        user_id: "alone".into(),
        passphrase: passphrase(PASSPHRASE),
        computer_slot: false,
        watch_behind_lock: true,
    };
    let portfolio: Portfolio = core.create(&request).unwrap().portfolio;
    assert_eq!((portfolio.mode(), portfolio.watches_behind_lock()), (Mode::Strict, false));
    drop(portfolio);
    let entry = core.choose(None).unwrap();
    assert!(core.watch_behind_lock(&entry).unwrap().is_none());
    assert!(core.unlock(&entry, &passphrase(PASSPHRASE)).is_ok());
    story.unlock();
}

#[tokio::test]
async fn a_watch_key_that_was_removed_leaves_the_portfolio_locked_and_is_kept_again_at_unlocking() {
    let mut story = locked().await;
    story.key_store.delete(&watch_account(&story)).unwrap();
    assert!(story.core.watch_behind_lock(&story.entry).unwrap().is_none());
    story.unlock();
    assert!(story.portfolio().watches_behind_lock());
    story.close();
    drop(watch(&story));
}

#[tokio::test]
async fn a_watch_store_that_is_missing_or_cannot_be_read_never_keeps_the_portfolio_closed() {
    let mut story = locked().await;
    let path = story.entry.folder.join("watch.db");
    for spoilt in [None, Some(Vec::new()), Some(vec![7; 8192]), Some(b"SQLite format 3\0 and so on".repeat(400))] {
        match &spoilt {
            None => fs::remove_file(&path).unwrap(),
            Some(bytes) => fs::write(&path, bytes).unwrap(),
        }
        for ending in ["-wal", "-shm"] {
            let _ = fs::remove_file(story.entry.folder.join(format!("watch.db{ending}")));
        }
        story.unlock();
        assert!(story.portfolio().watches_behind_lock());
        assert_eq!(story.cases().len(), 1);
        story.close();
        drop(watch(&story));
    }
    let aside = fs::read_dir(&story.entry.folder).unwrap();
    let aside = aside.filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().contains(".aside-"));
    assert_eq!(aside.count(), 3, "nothing was deleted");
}

/// The watch store as it lies on the disk after the inbox was offered to the portfolio and nothing more was done.
async fn offered() -> (Story, Vec<u8>) {
    let story = locked().await;
    let watch = watch(&story);
    story.service.set(ONLINE, status(PROCESSED));
    look(&story, &watch).await;
    drop(watch);
    store(&story).offer(0).unwrap().unwrap();
    let bytes = fs::read(story.entry.folder.join("watch.db")).unwrap();
    (story, bytes)
}

/// catalogue 64
#[tokio::test]
async fn an_inbox_is_taken_over_once_wherever_the_program_was_killed() {
    let (mut story, offered) = offered().await;
    let taken_once = |story: &Story, times| {
        let record = story.record(ONLINE);
        assert_eq!((record.changes.len(), record.observations.len()), (1, 2));
        assert_eq!(record.observations[1].times_seen, times);
        assert_eq!(u64::from(story.portfolio().calls_today().unwrap()), story.calls());
    };
    // Killed before the portfolio took it over.
    story.unlock();
    taken_once(&story, 1);
    story.close();
    // Killed after that, and before the inbox was emptied; twice.
    for _ in 0..2 {
        fs::write(story.entry.folder.join("watch.db"), &offered).unwrap();
        story.unlock();
        taken_once(&story, 1);
        story.close();
    }
    // The same, and watched on before the next unlocking.
    fs::write(story.entry.folder.join("watch.db"), &offered).unwrap();
    let watch = watch(&story);
    look(&story, &watch).await;
    drop(watch);
    assert_eq!(inbox_items(&story), 2, "what is being taken over is not replaced");
    story.unlock();
    taken_once(&story, 2);
    story.close();
    assert_eq!(inbox_items(&story), 0);
}

#[tokio::test]
async fn an_older_copy_of_the_watch_store_is_set_aside() {
    let mut story = locked().await;
    let watch = watch(&story);
    story.service.set(ONLINE, status(PROCESSED));
    look(&story, &watch).await;
    drop(watch);
    let older = fs::read(story.entry.folder.join("watch.db")).unwrap();
    story.unlock();
    story.close();
    fs::write(story.entry.folder.join("watch.db"), older).unwrap();
    story.unlock();
    assert_eq!((story.record(ONLINE).changes.len(), story.record(ONLINE).observations[1].times_seen), (1, 1));
    assert!(story.entry.folder.join("watch.db.aside-1").exists() && story.portfolio().watches_behind_lock());
}

#[tokio::test]
async fn what_came_about_a_case_that_the_portfolio_does_not_have_is_skipped() {
    let mut story = locked().await;
    story.service.set(PAPER, status(PROCESSED));
    let removed = Watched {
        id: CaseId(7),
        receipt: receipt(PAPER),
        fingerprint: Some([7; 32]),
        gist: Some([7; 32]),
        due_at: story.now(),
        failures: 0,
    };
    store(&story).write(|t| watch_store::noted(t, &removed)).unwrap();
    let watch = watch(&story);
    look(&story, &watch).await;
    drop(watch);
    assert_eq!(inbox_items(&story), 2);
    story.unlock();
    assert_eq!((story.cases().len(), story.record(ONLINE).observations[0].times_seen), (1, 2));
    story.close();
    assert_eq!(inbox_items(&story), 0);
}

fn file(story: &Story) -> KeyFile {
    KeyFile::load(&story.entry.folder).unwrap()
}

fn watch_account(story: &Story) -> String {
    format!("watch {}", file(story).portfolio_id())
}

fn slot_account(story: &Story) -> String {
    file(story).account()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

fn store(story: &Story) -> WatchStore {
    let key: [u8; 32] = story.key_store.read(&watch_account(story)).unwrap().as_slice().try_into().unwrap();
    let key = DatabaseKey::new(key);
    WatchStore::open(&story.entry.folder, &key, file(story).portfolio_id()).unwrap()
}

/// Every value of every table, as text and as bytes read as text.
fn dump(story: &Story) -> String {
    use std::fmt::Write;

    let mut dump = String::new();
    store(story)
        .read(|c| {
            for table in ["watch", "cases", "settings", "budget", "inbox"] {
                let mut statement = c.prepare(&format!("SELECT * FROM {table}"))?;
                let columns = statement.column_count();
                let mut rows = statement.query([])?;
                while let Some(row) = rows.next()? {
                    for column in 0..columns {
                        let value: Value = row.get(column)?;
                        write!(dump, "{value:?} ").unwrap();
                        if let Value::Blob(bytes) = value {
                            dump += &String::from_utf8_lossy(&bytes);
                        }
                    }
                }
            }
            Ok(())
        })
        .unwrap();
    dump
}

fn columns_of(story: &Story) -> String {
    store(story)
        .read(|c| {
            let sql = "SELECT group_concat(line, '; ') FROM (SELECT m.name || ': ' || group_concat(p.name, ' ' ORDER BY p.name) AS line
                       FROM sqlite_schema m JOIN pragma_table_info(m.name) p
                       WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' GROUP BY m.name ORDER BY m.name)";
            Ok(c.query_row(sql, [], |row| row.get(0))?)
        })
        .unwrap()
}

fn inbox_items(story: &Story) -> i64 {
    store(story).read(|c| Ok(c.query_row("SELECT count(*) FROM inbox", [], |row| row.get(0))?)).unwrap()
}

/// catalogue 11
#[tokio::test]
async fn a_new_key_takes_over_first_what_was_found_behind_the_lock_and_the_watch_goes_on() {
    let mut story = locked().await;
    let before = watch(&story);
    story.service.set(ONLINE, status(PROCESSED));
    look(&story, &before).await;
    let busy = story.core.renew_key(&story.entry, &passphrase(PASSPHRASE));
    assert!(matches!(busy, Err(Error::Store(StoreError::Busy))));
    drop(before);

    story.core.renew_key(&story.entry, &passphrase(PASSPHRASE)).unwrap();
    assert_eq!(inbox_items(&story), 0);
    let after = watch(&story);
    story.service.set(ONLINE, status(REVIEWED));
    look(&story, &after).await;
    drop(after);
    story.unlock();
    let kinds: Vec<_> = story.record(ONLINE).changes.iter().map(|change| change.kind).collect();
    assert_eq!(kinds, [ChangeKind::Title, ChangeKind::Title]);
}

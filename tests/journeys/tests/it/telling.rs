//! How changes are told: each at least once, none twice without a crash, many as one.

use casefolio_core::PortfolioEvent;
use casefolio_core::preferences::Preferences;
use casefolio_core::telling::{Notice, NotifyProblem, Occasion};
use casefolio_domain::ChangeKind;
use casefolio_domain::notice::Detail;
use casefolio_journeys::{ONLINE, PROCESSED, REVIEWED, Setting, Story, receipts, reviewed, status};
use casefolio_store::Store;
use casefolio_store::outbox::{self, Channel};
use chrono::{DateTime, TimeDelta, Utc};

/// A portfolio of `count` cases, each of which changes in the second round.
async fn changed(count: u32, channel: Channel) -> Story {
    let receipts = receipts(count);
    let story = Setting { channel, ..Setting::of(reviewed(&receipts)) }.begin().await;
    story.add(&receipts);
    story.ordered().await;
    for receipt in &receipts {
        story.service.set(receipt, status(PROCESSED));
    }
    story.pass(TimeDelta::hours(1));
    assert_eq!(story.ordered().await.changed, count);
    story
}

fn waiting(story: &mut Story) -> u64 {
    story.with_bare_store(|store| store.read(|c| outbox::pending(c, Channel::Desktop))).unwrap()
}

/// Claims what waits, as a program does that is then killed.
fn claim(story: &mut Story, now: DateTime<Utc>, lease: DateTime<Utc>) -> usize {
    let claim = |store: &Store| {
        store.write(|t| {
            let open = outbox::open(t, Channel::Desktop, now)?;
            Ok(outbox::claim(t, open, now, lease)?.len())
        })
    };
    story.with_bare_store(claim).unwrap()
}

/// catalogue 74
#[tokio::test]
async fn fifty_changes_in_one_round_give_one_summary() {
    let mut story = changed(50, Channel::Desktop).await;
    let told = story.told();
    let [Notice::Summary { changes: 50, cases, occasion: Occasion::Many }] = told.as_slice() else {
        panic!("{told:?}")
    };
    assert_eq!(cases.len(), 50);
    let notified =
        |event: &PortfolioEvent| matches!(event, PortfolioEvent::Notified { receipt: None, changes: 50, .. });
    assert_eq!(story.events().iter().filter(|event| notified(event)).count(), 1);
    assert_eq!(story.cases().iter().filter(|case| case.unread).count(), 50);
    assert_eq!(waiting(&mut story), 0);
}

#[tokio::test]
async fn a_dispatcher_that_watches_the_round_gives_one_summary_as_well() {
    let receipts = receipts(50);
    let mut story = Story::of(reviewed(&receipts)).await;
    story.add(&receipts);
    assert!(story.told().is_empty());
    story.ordered().await;
    for receipt in &receipts {
        story.service.set(receipt, status(PROCESSED));
    }
    story.ordered().await;
    assert_eq!(story.told().len(), 1, "and not one for each commit of the round");
}

#[tokio::test]
async fn what_follows_a_summary_waits_a_minute() {
    let mut story = changed(4, Channel::Desktop).await;
    assert_eq!(story.told().len(), 1);
    story.service.set(&receipts(1)[0], status(REVIEWED));
    story.ordered().await;
    assert_eq!(story.told().len(), 1);
    story.pass(TimeDelta::minutes(1));
    assert_eq!(story.told().len(), 2);
}

#[tokio::test]
async fn three_changes_are_told_one_by_one_and_the_fourth_of_the_minute_as_a_summary() {
    let mut story = changed(3, Channel::Desktop).await;
    assert!(story.told().iter().all(|notice| matches!(notice, Notice::Change { .. })));
    assert_eq!(story.told().len(), 3);
    story.service.set(&receipts(1)[0], status(REVIEWED));
    story.ordered().await;
    assert!(matches!(story.told().as_slice(), [_, _, _, Notice::Summary { changes: 1, .. }]));
}

#[tokio::test]
async fn the_console_tells_every_change_by_itself() {
    let mut story = changed(50, Channel::Console).await;
    let told = story.told();
    assert_eq!(told.len(), 50);
    assert!(told.iter().all(|notice| matches!(notice, Notice::Change { .. })));
}

/// catalogue 68
#[tokio::test]
async fn with_nobody_to_show_it_a_notice_waits_and_is_told_once_later() {
    let mut story = changed(1, Channel::Desktop).await;
    story.notifier.fail(Some(NotifyProblem::Absent));
    for _ in 0..5 {
        assert!(story.told().is_empty());
        story.pass(TimeDelta::minutes(2));
    }
    assert!(story.cases()[0].unread);
    assert_eq!(waiting(&mut story), 1);
    story.notifier.fail(None);
    story.pass(TimeDelta::minutes(2));
    for _ in 0..3 {
        assert_eq!(story.told().len(), 1);
        story.pass(TimeDelta::minutes(2));
    }
    assert!(story.cases()[0].unread, "told is not read");
    assert_eq!(waiting(&mut story), 0);
}

#[tokio::test]
async fn what_waited_for_more_than_a_day_is_told_as_one_return() {
    let mut story = changed(2, Channel::Desktop).await;
    story.reopen();
    story.pass(TimeDelta::hours(25));
    assert!(matches!(story.told().as_slice(), [Notice::Summary { changes: 2, occasion: Occasion::WhileAway, .. }]));
}

/// catalogue 67
#[tokio::test]
async fn a_program_killed_between_claim_and_show_tells_once_after_its_restart() {
    let mut story = changed(1, Channel::Desktop).await;
    let (now, lease) = (story.now(), story.now() + TimeDelta::minutes(1));
    assert_eq!(claim(&mut story, now, lease), 1);
    assert_eq!(story.told().len(), 1);
    story.reopen();
    story.pass(TimeDelta::hours(1));
    assert_eq!(story.told().len(), 1);
}

/// catalogue 65
#[tokio::test]
async fn a_program_killed_between_commit_and_claim_tells_once_after_its_restart() {
    let mut story = changed(1, Channel::Desktop).await;
    story.reopen();
    assert_eq!(story.told().len(), 1);
    story.reopen();
    assert_eq!(story.told().len(), 1);
}

/// catalogue 79
#[tokio::test]
async fn a_clock_set_back_during_a_lease_neither_tells_twice_nor_never() {
    let mut story = changed(1, Channel::Desktop).await;
    let (now, lease) = (story.now(), story.now() + TimeDelta::minutes(1));
    assert_eq!(claim(&mut story, now, lease), 1);
    story.pass(TimeDelta::hours(-1));
    let _early = story.told();
    story.pass(TimeDelta::minutes(62));
    for _ in 0..3 {
        assert_eq!(story.told().len(), 1);
        story.pass(TimeDelta::minutes(2));
    }
}

#[tokio::test]
async fn a_notice_is_generic_unless_the_user_wants_more() {
    let mut story = changed(1, Channel::Desktop).await;
    let told = story.told();
    let [Notice::Change { case, change, detail: Detail::Generic }] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!((case.receipt.as_str(), change.kind), (receipts(1)[0].as_str(), ChangeKind::Title));
    assert_eq!((change.case, case.unread), (case.id, true), "a click can lead to the case");
    let detailed = Preferences { detail: Detail::Detailed, ..Preferences::default() };
    story.portfolio().set_preferences(detailed).unwrap();
    story.look_and_find(&receipts(1)[0], REVIEWED).await;
    assert!(matches!(story.told().as_slice(), [_, Notice::Change { detail: Detail::Detailed, .. }]));
}

#[tokio::test]
async fn a_user_who_wants_no_notices_gets_none_and_still_sees_the_change_unread() {
    let mut story = Story::of_one_case().await;
    story.ordered().await;
    let silent = Preferences { notifications: false, ..Preferences::default() };
    story.portfolio().set_preferences(silent).unwrap();
    assert_eq!(story.look_and_find(ONLINE, PROCESSED).await.changed, 1);
    assert!(story.told().is_empty() && story.case(ONLINE).unread);
    assert_eq!(story.portfolio().preferences().unwrap(), silent);
    story.portfolio().set_preferences(Preferences::default()).unwrap();
    assert!(story.told().is_empty(), "what happened in silence stays untold");
    story.look_and_find(ONLINE, REVIEWED).await;
    assert_eq!(story.told().len(), 1);
}

#[tokio::test]
async fn a_notice_of_a_case_that_was_removed_is_not_told() {
    let mut story = changed(1, Channel::Desktop).await;
    let id = story.cases()[0].id;
    story.portfolio().remove(id).unwrap();
    assert!(story.told().is_empty());
    assert_eq!(waiting(&mut story), 0);
}

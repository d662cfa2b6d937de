//! What is a change and what is not.

use casefolio_core::PortfolioEvent;
use casefolio_domain::ChangeKind;
use casefolio_journeys::{ONLINE, PAPER, PROCESSED, REVIEWED, Story, reviewed, status};
use casefolio_practice::{Fault, Script, Status};
use chrono::TimeDelta;

const INTERVIEW: &str = "Interview Was Scheduled";

fn kinds(story: &Story, receipt: &str) -> Vec<ChangeKind> {
    story.record(receipt).changes.iter().map(|change| change.kind).collect()
}

#[tokio::test]
async fn a_first_sight_is_not_a_change() {
    let mut story = Story::of_one_case().await;
    let report = story.planned().await;
    assert_eq!((report.checked, report.changed, report.failed), (1, 0, 0));
    let record = story.record(ONLINE);
    assert!(record.changes.is_empty() && !record.case.unread && record.case.changed_at.is_none());
    assert_eq!(record.case.last.unwrap().title.en, REVIEWED);
    assert_eq!((record.case.checked_at, record.case.answered_at), (Some(story.now()), Some(story.now())));
    assert!(story.told().is_empty());
}

#[tokio::test]
async fn a_changed_title_is_recorded_once_told_once_and_unread() {
    let mut story = Story::of_one_case().await;
    story.ordered().await;
    assert_eq!(story.look_and_find(ONLINE, INTERVIEW).await.changed, 1);
    let seen_at = story.now();
    for _ in 0..3 {
        story.pass(TimeDelta::minutes(5));
        assert_eq!(story.ordered().await.changed, 0);
        assert_eq!(story.told().len(), 1);
    }
    let record = story.record(ONLINE);
    assert_eq!(record.changes.len(), 2, "the title, and the sentence it left in the history");
    assert_eq!(record.changes[0].kind, ChangeKind::Title);
    assert_eq!(record.changes[0].before.as_ref().unwrap().en, REVIEWED);
    assert_eq!(record.changes[0].after.as_ref().unwrap().en, INTERVIEW);
    assert_eq!(record.changes[1].kind, ChangeKind::HistoryGrew);
    assert_eq!((record.case.unread, record.case.changed_at), (true, Some(seen_at)));
    story.portfolio().mark_read(record.case.id).unwrap();
    assert!(!story.case(ONLINE).unread);
}

/// catalogue 72
#[tokio::test]
async fn the_same_answer_a_hundred_times_is_one_observation_and_no_change() {
    let mut story = Story::of_one_case().await;
    story.ordered().await;
    let first = story.now();
    for _ in 0..100 {
        story.pass(TimeDelta::minutes(1));
        story.ordered().await;
    }
    let record = story.record(ONLINE);
    assert_eq!(record.observations.len(), 1);
    assert_eq!(record.observations[0].times_seen, 101);
    assert_eq!((record.observations[0].first_seen, record.observations[0].last_seen), (first, story.now()));
    assert!(record.changes.is_empty() && story.told().is_empty());
}

/// catalogue 73
#[tokio::test]
async fn a_there_and_back_between_two_looks_is_nothing() {
    let story = Story::of_one_case().await;
    story.ordered().await;
    story.service.set(ONLINE, status(PROCESSED));
    assert_eq!(story.look_and_find(ONLINE, REVIEWED).await.changed, 0);
    let record = story.record(ONLINE);
    assert!(record.changes.is_empty() && record.observations.len() == 1);
}

/// catalogue 73
#[tokio::test]
async fn a_there_and_back_with_a_look_between_is_two_changes() {
    let mut story = Story::of_one_case().await;
    story.ordered().await;
    story.look_and_find(ONLINE, PROCESSED).await;
    story.look_and_find(ONLINE, REVIEWED).await;
    assert_eq!(kinds(&story, ONLINE), [ChangeKind::Title, ChangeKind::Title]);
    let titles: Vec<String> =
        story.record(ONLINE).observations.into_iter().map(|seen| seen.observation.title.en).collect();
    assert_eq!(titles, [REVIEWED, PROCESSED, REVIEWED]);
    assert_eq!(story.told().len(), 2);
}

#[tokio::test]
async fn moved_dates_alone_are_recorded_but_neither_told_nor_unread() {
    let as_of = || Status::titled(REVIEWED).text("As of {date}, we are reviewing it.", "El {date}, lo revisamos.");
    let mut story = Story::of(Script::new().case(PAPER).before(30, as_of())).await;
    story.add(&[PAPER]);
    story.ordered().await;
    story.pass(TimeDelta::days(1));
    story.service.set(PAPER, as_of());
    let _before = story.events();
    assert_eq!(story.ordered().await.changed, 0);
    assert_eq!(kinds(&story, PAPER), [ChangeKind::DatesOnly]);
    let case = story.case(PAPER);
    assert!(!case.unread && case.changed_at.is_none());
    assert!(story.told().is_empty());
    let dates_only = |event: &PortfolioEvent| matches!(event, PortfolioEvent::Checked { changes, told: false, .. } if *changes == [ChangeKind::DatesOnly]);
    assert_eq!(story.events().iter().filter(|event| dates_only(event)).count(), 1);
}

/// catalogue 90
#[tokio::test]
async fn a_case_that_is_not_recognised_for_a_while_is_doubtful_and_has_reappeared_when_it_is_found_again() {
    let mut story = Story::of_one_case().await;
    story.ordered().await;
    story.service.faults().set_case(ONLINE, Some(Fault::NotRecognised));
    for _ in 0..2 {
        story.pass(TimeDelta::hours(3));
        story.ordered().await;
        let case = story.case(ONLINE);
        assert!(kinds(&story, ONLINE).is_empty() && case.last.is_some() && !case.unread);
        assert_eq!(case.doubtful_since, None);
    }
    let first = story.now() - TimeDelta::hours(3);
    story.pass(TimeDelta::hours(3));
    story.ordered().await;
    let case = story.case(ONLINE);
    assert_eq!((kinds(&story, ONLINE), case.doubtful_since), (vec![ChangeKind::Disappeared], Some(first)));
    assert!(case.last.is_some() && case.unread && case.failures == 3, "the last status stays");
    assert_eq!(story.told().len(), 1);
    story.pass(TimeDelta::hours(3));
    story.ordered().await;
    assert_eq!(kinds(&story, ONLINE).len(), 1, "it disappears once");
    story.service.faults().clear();
    story.ordered().await;
    assert_eq!(kinds(&story, ONLINE), [ChangeKind::Disappeared, ChangeKind::Reappeared]);
    assert!(story.case(ONLINE).unread && story.case(ONLINE).failures == 0);
    assert_eq!((story.case(ONLINE).doubtful_since, story.told().len()), (None, 2));
    story.pass(TimeDelta::hours(2));
    story.ordered().await;
    assert_eq!(kinds(&story, ONLINE).len(), 2, "it reappears once");
}

/// catalogue 90
#[tokio::test]
async fn a_case_that_was_not_recognised_twice_is_as_it_was() {
    let mut story = Story::of_one_case().await;
    story.ordered().await;
    story.service.faults().set_case(ONLINE, Some(Fault::NotRecognised));
    for _ in 0..2 {
        story.pass(TimeDelta::hours(9));
        story.ordered().await;
    }
    story.service.faults().clear();
    story.ordered().await;
    assert!(kinds(&story, ONLINE).is_empty() && !story.case(ONLINE).unread && story.told().is_empty());
}

#[tokio::test]
async fn a_receipt_that_becomes_known_is_a_first_sight() {
    let story = Story::of(Script::new()).await;
    story.add(&[ONLINE]);
    assert_eq!(story.planned().await.failed, 1);
    let case = story.case(ONLINE);
    assert!(case.last.is_none() && case.answered_at.is_none() && case.checked_at.is_some());
    assert_eq!(story.look_and_find(ONLINE, REVIEWED).await.checked, 1);
    assert!(story.record(ONLINE).changes.is_empty());
}

#[tokio::test]
async fn a_case_removed_while_it_is_asked_about_leaves_only_its_call() {
    let mut story = Story::of(reviewed(&[ONLINE.to_owned()])).await;
    story.add(&[ONLINE]);
    let id = story.case(ONLINE).id;
    let portfolio = std::sync::Arc::clone(story.portfolio());
    let remove = std::sync::Arc::downgrade(&portfolio);
    portfolio.listen(Box::new(move |event| {
        if matches!(event, PortfolioEvent::RoundStarted { .. }) {
            remove.upgrade().unwrap().remove(id).unwrap();
        }
    }));
    drop(portfolio);
    let report = story.planned().await;
    assert_eq!((report.checked, report.failed, report.calls), (0, 0, 2));
    assert!(story.cases().is_empty());
    assert_eq!(booked(&mut story), 2);
}

fn booked(story: &mut Story) -> u32 {
    let day = "2026-03-02".parse().unwrap();
    story.with_bare_store(|store| store.read(|c| casefolio_store::budget::spent(c, day))).unwrap()
}

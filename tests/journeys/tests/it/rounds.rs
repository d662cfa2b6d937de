//! When a round goes on and when it stops.

use casefolio_core::preferences::{Preferences, Waits};
use casefolio_core::watch::{Order, run_round};
use casefolio_domain::ProblemKind;
use casefolio_journeys::{ONLINE, Setting, Story, receipts, reviewed, status};
use casefolio_practice::Fault;
use chrono::TimeDelta;

const COUNT: u32 = 40;

async fn with(fault: Fault) -> Story {
    let receipts = receipts(COUNT);
    let story = Story::of(reviewed(&receipts)).await;
    story.add(&receipts);
    story.service.faults().set_service(Some(fault));
    story
}

#[tokio::test]
async fn a_closed_service_stops_a_planned_round_at_once() {
    for fault in [Fault::ClosedFlat, Fault::ClosedNested, Fault::ClosedPage] {
        let story = with(fault).await;
        let report = story.planned().await;
        assert_eq!(report.stopped_by, Some(ProblemKind::Closed));
        assert!(report.failed < 16, "those under way: {}", report.failed);
        assert_eq!(report.held_back, COUNT - report.failed);
        assert_eq!(story.cases().iter().filter(|case| case.checked_at.is_some()).count(), report.failed as usize);
    }
}

#[tokio::test]
async fn refused_credentials_stop_a_planned_round_at_once() {
    let receipts = receipts(COUNT);
    let story = Setting { secret: "not-the-secret".into(), ..Setting::of(reviewed(&receipts)) }.begin().await;
    story.add(&receipts);
    let report = story.planned().await;
    assert_eq!(report.stopped_by, Some(ProblemKind::NotAuthorised));
    assert!(report.failed < 16 && story.service.counts().case == 0);
}

#[tokio::test]
async fn a_persons_own_order_goes_on_whatever_the_service_says() {
    let story = with(Fault::ClosedNested).await;
    let report = story.ordered().await;
    assert_eq!((report.failed, report.held_back, report.stopped_by), (COUNT, 0, None));
    assert!(story.cases().iter().all(|case| case.problem == Some(ProblemKind::Closed)));
}

#[tokio::test]
async fn a_persons_own_order_asks_about_cases_that_are_not_due_and_only_about_those_named() {
    let story = with(Fault::ClosedNested).await;
    story.service.faults().clear();
    story.planned().await;
    assert_eq!(story.planned().await.checked, 0);
    assert_eq!(story.ordered().await.checked, COUNT);
    let two = story.cases()[3..5].iter().map(|case| case.id).collect();
    story.pass(TimeDelta::minutes(1));
    assert_eq!(run_round(story.portfolio(), &Order::These(two)).await.unwrap().checked, 2);
    assert_eq!(story.cases().iter().filter(|case| case.checked_at == Some(story.now())).count(), 2);
}

/// catalogue 84
#[tokio::test]
async fn a_call_that_was_limited_is_tried_a_second_time_and_no_more() {
    let story = Story::of_one_case().await;
    story.service.faults().set_service(Some(Fault::Limited(Some("1".into()))));
    let report = story.planned().await;
    assert_eq!((report.failed, report.calls, story.service.counts().case), (1, 3, 2));
}

#[tokio::test]
async fn second_tries_of_a_round_are_bounded() {
    let story = with(Fault::Limited(Some("0".into()))).await;
    let report = story.ordered().await;
    assert_eq!(report.failed, COUNT);
    assert_eq!(story.service.counts().case, u64::from(COUNT) + 20);
}

/// catalogue 84
#[tokio::test]
async fn a_service_that_asks_to_be_left_alone_for_long_is_left_alone() {
    let story = with(Fault::Limited(Some("3600".into()))).await;
    let report = story.planned().await;
    assert_eq!(report.stopped_by, Some(ProblemKind::Limited));
    assert_eq!(report.retry_after, Some(std::time::Duration::from_secs(3_600)));
    assert_eq!(story.service.counts().case, u64::from(report.failed), "nothing is tried a second time");
    assert!(report.failed < 16);
}

#[tokio::test]
async fn receipts_that_fail_for_themselves_stop_nothing() {
    let story = with(Fault::UnreadableJson).await;
    let report = story.planned().await;
    assert_eq!((report.failed, report.held_back, report.stopped_by), (COUNT, 0, None));
}

#[tokio::test]
async fn the_bounds_of_the_wait_for_the_next_check_are_those_of_the_settings() {
    let all = receipts(20);
    let story = Setting { per_day: 9, ..Setting::of(reviewed(&all)) }.begin().await;
    story.service.set(&all[0], status("Case Was Denied"));
    story.add(&all);
    let bounds = |hours, days| {
        let preferences = Preferences { waits: Waits::new(hours, days), ..story.portfolio().preferences().unwrap() };
        story.portfolio().set_preferences(preferences).unwrap();
    };
    bounds(12, 30);
    for _ in 0..4 {
        story.planned().await;
        story.pass(TimeDelta::days(1));
    }
    let waits = |receipt: &str| {
        let case = story.case(receipt);
        case.due_at - case.answered_at.unwrap()
    };
    assert!(all.iter().all(|receipt| waits(receipt) >= TimeDelta::hours(12)));
    assert!(waits(&all[0]) > TimeDelta::days(4), "a denied case is not worth a call so soon: {}", waits(&all[0]));
    bounds(1, 3);
    for _ in 0..3 {
        story.planned().await;
        story.pass(TimeDelta::days(1));
    }
    assert!(all.iter().all(|receipt| waits(receipt) <= TimeDelta::days(3)), "{}", waits(&all[0]));
    assert_eq!(story.portfolio().preferences().unwrap().waits, Waits::new(1, 3));
    assert_eq!(Waits::new(0, 200), Waits::new(1, 30), "nothing beyond what can be kept to");
}

#[tokio::test]
async fn a_checked_case_is_due_again_later_and_not_before() {
    let story = Story::of_one_case().await;
    story.planned().await;
    let due = story.case(ONLINE).due_at;
    assert!(due > story.now() + TimeDelta::hours(1) && due < story.now() + TimeDelta::days(2));
    assert_eq!(story.planned().await.calls, 0);
    story.pass(due - story.now());
    assert_eq!(story.planned().await.checked, 1);
}

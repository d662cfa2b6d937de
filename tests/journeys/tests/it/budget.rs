//! The day's calls.

use std::sync::Arc;

use casefolio_core::cases::AddRequest;
use casefolio_core::portfolio::CreateRequest;
use casefolio_core::service::SetServiceRequest;
use casefolio_core::watch::{Order, run_round};
use casefolio_domain::ProblemKind;
use casefolio_journeys::{ONLINE, Setting, Story, passphrase, receipt, receipts, reviewed, settings_of};
use casefolio_practice::Fault;
use casefolio_store::budget;
use chrono::{NaiveDate, TimeDelta};

const COUNT: u32 = 30;

async fn with_calls_a_day(per_day: u32) -> Story {
    let receipts = receipts(COUNT);
    let story = Setting { per_day, ..Setting::of(reviewed(&receipts)) }.begin().await;
    story.add(&receipts);
    story
}

fn booked(story: &mut Story, day: &str) -> Vec<(String, u32)> {
    let day: NaiveDate = day.parse().unwrap();
    story.with_bare_store(|store| store.read(|c| budget::by_kind(c, day))).unwrap()
}

#[tokio::test]
async fn what_the_days_calls_do_not_cover_is_held_back_and_counts_as_no_check() {
    let story = with_calls_a_day(10).await;
    let report = story.planned().await;
    assert_eq!((report.checked, report.failed, report.held_back, report.calls), (9, 0, 21, 10), "one is for the token");
    assert_eq!(report.stopped_by, Some(ProblemKind::BudgetSpent));
    assert_eq!(story.calls(), 10);
    let unasked: Vec<_> = story.cases().into_iter().filter(|case| case.checked_at.is_none()).collect();
    assert_eq!(unasked.len(), 21);
    assert!(unasked.iter().all(|case| case.problem.is_none() && case.due_at <= story.now()));
}

/// catalogue 95
#[tokio::test]
async fn a_hundred_restarts_in_a_day_make_no_call_beyond_the_days() {
    let mut story = with_calls_a_day(75).await;
    for _ in 0..100 {
        story.reopen();
        story.pass(TimeDelta::minutes(1));
        story.ordered().await;
        assert!(story.calls() <= 75, "{}", story.calls());
    }
    assert!(story.calls() >= 74, "and the day's calls are used");
    assert_eq!(story.planned().await.held_back, 0, "what was checked is not due");
}

#[tokio::test]
async fn portfolios_watched_side_by_side_by_one_client_id_make_no_call_beyond_the_days() {
    let story = with_calls_a_day(40).await;
    let (user_id, chosen) = ("second.desk".to_owned(), passphrase("eleven lanterns over the harbour"));
    let request = CreateRequest { user_id, passphrase: chosen, computer_slot: false, watch_behind_lock: false };
    let second = Arc::new(story.core.create(&request).unwrap().portfolio);
    let secret = Some(story.service.client_secret().into());
    let settings = settings_of(&story.service, 1_000, 40);
    second.set_service(&SetServiceRequest { settings, secret }).unwrap();
    second.add(&AddRequest::of_receipts(&receipts(COUNT), "", "")).unwrap();
    let (ours, theirs) = tokio::join!(run_round(story.portfolio(), &Order::All), run_round(&second, &Order::All));
    let (ours, theirs) = (ours.unwrap(), theirs.unwrap());
    assert!((38..=40).contains(&story.calls()), "{}", story.calls());
    assert!(ours.checked > 0 && theirs.checked > 0, "neither leaves the other without: {ours:?} {theirs:?}");
    assert_eq!(ours.stopped_by, Some(ProblemKind::BudgetSpent));
    for portfolio in [story.portfolio(), &second] {
        assert_eq!(u64::from(portfolio.calls_today().unwrap()), story.calls(), "each knows of all");
    }
    let kinds = second.outlook(1).unwrap().calls;
    assert!(kinds.iter().any(|(kind, calls)| kind == "elsewhere" && *calls == ours.calls), "{kinds:?}");
}

#[tokio::test]
async fn a_new_eastern_day_gives_new_calls() {
    let mut story = with_calls_a_day(10).await;
    story.ordered().await;
    story.pass(TimeDelta::hours(13));
    assert_eq!(story.now().to_rfc3339(), "2026-03-03T04:00:00+00:00");
    assert_eq!(story.ordered().await.calls, 0, "23:00 Eastern");
    story.pass(TimeDelta::hours(1));
    story.ordered().await;
    assert!((19..=20).contains(&story.calls()), "{}", story.calls());
    let sum = |rows: Vec<(String, u32)>| rows.iter().map(|(_, calls)| u64::from(*calls)).sum::<u64>();
    assert_eq!(sum(booked(&mut story, "2026-03-02")), 10);
    assert_eq!(sum(booked(&mut story, "2026-03-02")) + sum(booked(&mut story, "2026-03-03")), story.calls());
}

#[tokio::test]
async fn the_calls_booked_by_kind_are_those_the_service_counted() {
    let mut story = with_calls_a_day(1_000).await;
    let receipts = receipts(COUNT);
    let faults = story.service.faults();
    faults.set_case(&receipts[0], Some(Fault::NotRecognised));
    faults.set_case(&receipts[1], Some(Fault::UnreadableJson));
    faults.set_case(&receipts[2], Some(Fault::Limited(Some("1".into()))));
    story.planned().await;
    story.pass(TimeDelta::hours(1));
    story.ordered().await;
    story.service.expire_tokens();
    story.portfolio().quick_check(&receipt(&receipts[5])).await.unwrap().unwrap();
    story.portfolio().test_service().await.unwrap().unwrap();
    let rows = booked(&mut story, "2026-03-02");
    let calls = |kind: &str| rows.iter().find(|(code, _)| code == kind).map_or(0, |(_, calls)| *calls);
    assert_eq!(rows.iter().map(|(_, calls)| u64::from(*calls)).sum::<u64>(), story.calls());
    assert_eq!((calls("not_recognised"), calls("unreadable"), calls("limited")), (2, 2, 4), "limited: two tries each");
    assert_eq!(calls("set_aside"), 0);
    assert!(calls("found") >= 55 && calls("token") >= 2);
}

#[tokio::test]
async fn tokens_and_repeated_calls_count_towards_the_day() {
    let mut story = with_calls_a_day(40).await;
    story.service.faults().set_service(Some(Fault::TokenExpired));
    for _ in 0..10 {
        story.ordered().await;
        story.reopen();
    }
    // Of the calls under way at the end each may have been repeated with a new token.
    assert!(story.calls() <= 40 + 16, "{}", story.calls());
}

#[tokio::test]
async fn a_spent_day_also_ends_quick_checks_and_tests_of_the_service() {
    let story = with_calls_a_day(10).await;
    story.ordered().await;
    let quick = story.portfolio().quick_check(&receipt(ONLINE)).await.unwrap();
    assert_eq!(quick.unwrap_err().kind, ProblemKind::BudgetSpent);
    assert_eq!(story.portfolio().test_service().await.unwrap().unwrap_err().kind, ProblemKind::BudgetSpent);
    assert_eq!(story.calls(), 10);
}

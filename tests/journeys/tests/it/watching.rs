//! The watcher: told what to do by channel, heard by events.

use std::time::Duration;

use casefolio_core::PortfolioEvent;
use casefolio_core::parts::Way;
use casefolio_core::service::{Preset, Service, ServiceSettings, SetServiceRequest};
use casefolio_core::watch::{Tempo, Watch, Watcher};
use casefolio_domain::ProblemKind;
use casefolio_journeys::{ONLINE, PROCESSED, Setting, Story, receipts, reviewed, settings_of, status};
use casefolio_practice::Fault;
use chrono::TimeDelta;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// So seldom that only the first look at the clock, which is at the start, comes by itself.
const ONCE: Tempo = Tempo(Duration::from_secs(3_600));
/// Looks at the clock as often as it can.
const OFTEN: Tempo = Tempo(Duration::from_millis(1));

fn heard(story: &Story) -> UnboundedReceiver<PortfolioEvent> {
    let (sender, events) = unbounded_channel();
    story.portfolio().listen(Box::new(move |event| {
        let _gone = sender.send(event.clone());
    }));
    events
}

/// Waits for the first event that fits; a minute is more than any of them takes.
async fn wait_for(
    events: &mut UnboundedReceiver<PortfolioEvent>,
    fits: impl Fn(&PortfolioEvent) -> bool,
) -> PortfolioEvent {
    let search = async {
        loop {
            let event = events.recv().await.unwrap();
            if fits(&event) {
                return event;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(60), search).await.unwrap()
}

fn ended(event: &PortfolioEvent) -> bool {
    matches!(event, PortfolioEvent::RoundEnded(_))
}

fn watch(story: &Story, tempo: Tempo) -> Watcher {
    Watcher::start(std::sync::Arc::clone(story.portfolio()), tempo)
}

#[tokio::test]
async fn a_new_case_is_asked_about_by_itself() {
    let mut story = Story::of_one_case().await;
    let mut events = heard(&story);
    let watcher = watch(&story, ONCE);
    wait_for(&mut events, |event| matches!(event, PortfolioEvent::Checked { .. })).await;
    wait_for(&mut events, ended).await;
    watcher.stop().await;
    assert!(story.case(ONLINE).last.is_some());
    story.reopen();
}

#[tokio::test]
async fn check_now_brings_an_answer_whatever_the_plan_says() {
    let mut story = Story::of_one_case().await;
    let mut events = heard(&story);
    let watcher = watch(&story, ONCE);
    wait_for(&mut events, ended).await;
    story.service.set(ONLINE, status(PROCESSED));
    watcher.check_now(Vec::new()).await.unwrap();
    let told = wait_for(&mut events, |event| matches!(event, PortfolioEvent::Checked { told: true, .. })).await;
    assert!(matches!(told, PortfolioEvent::Checked { receipt, .. } if receipt.as_str() == ONLINE));
    watcher.check_now(vec![story.case(ONLINE).id]).await.unwrap();
    wait_for(&mut events, |event| matches!(event, PortfolioEvent::Checked { told: false, .. })).await;
    watcher.stop().await;
    assert_eq!(story.record(ONLINE).observations.last().unwrap().times_seen, 2);
    story.reopen();
}

#[tokio::test]
async fn a_stopped_watcher_has_committed_every_answer_it_asked_for() {
    let receipts = receipts(200);
    let mut story = Setting { per_second: 100, ..Setting::of(reviewed(&receipts)) }.begin().await;
    story.add(&receipts);
    let mut events = heard(&story);
    let watcher = watch(&story, ONCE);
    wait_for(&mut events, |event| matches!(event, PortfolioEvent::Checked { .. })).await;
    watcher.stop().await;
    story.reopen();
    let asked = story.service.counts().case;
    assert!(asked < 200, "it does not go on to the end of the round");
    assert_eq!(story.cases().iter().filter(|case| case.answered_at.is_some()).count() as u64, asked);
}

#[tokio::test]
async fn a_dropped_watcher_stops_and_lets_go_of_the_portfolio() {
    let receipts = receipts(200);
    let mut story = Setting { per_second: 100, ..Setting::of(reviewed(&receipts)) }.begin().await;
    story.add(&receipts);
    let mut events = heard(&story);
    let watcher = watch(&story, ONCE);
    wait_for(&mut events, |event| matches!(event, PortfolioEvent::Checked { .. })).await;
    drop(watcher);
    let report = wait_for(&mut events, ended).await;
    assert!(matches!(report, PortfolioEvent::RoundEnded(report) if report.held_back > 0), "{report:?}");
    let let_go = async {
        while std::sync::Arc::strong_count(story.portfolio()) > 1 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), let_go).await.unwrap();
    story.reopen();
}

#[tokio::test]
async fn impatient_orders_during_a_round_lead_to_one_further_round() {
    let receipts = receipts(40);
    let story = Setting { per_second: 100, ..Setting::of(reviewed(&receipts)) }.begin().await;
    story.add(&receipts);
    let mut events = heard(&story);
    let watcher = watch(&story, ONCE);
    wait_for(&mut events, |event| matches!(event, PortfolioEvent::Checked { .. })).await;
    for _ in 0..4 {
        watcher.check_now(Vec::new()).await.unwrap();
        watcher.look_now().await.unwrap();
    }
    for _ in 0..2 {
        let round = wait_for(&mut events, ended).await;
        assert!(matches!(round, PortfolioEvent::RoundEnded(report) if report.checked == 40), "{round:?}");
    }
    // An order that finds no case comes after all that waited.
    watcher.check_now(vec![casefolio_domain::CaseId(-1)]).await.unwrap();
    let next = wait_for(&mut events, ended).await;
    assert!(matches!(next, PortfolioEvent::RoundEnded(report) if report.checked == 0), "{next:?}");
    watcher.stop().await;
}

#[tokio::test]
async fn a_portfolio_that_fails_by_itself_is_said_until_a_round_ends_well() {
    let mut story = Story::of_one_case().await;
    story.with_bare_store(|store| store.write(|t| casefolio_store::settings::remove(t, "service.secret"))).unwrap();
    let mut events = heard(&story);
    let watcher = watch(&story, OFTEN);
    wait_for(&mut events, ended).await;
    let state = watcher.state();
    assert_eq!((state.error, state.problem), (Some("secret_missing"), None));
    assert_eq!(state.next_round_at, Some(story.now() + TimeDelta::minutes(5)), "not at every look at the clock");
    watcher.check_now(Vec::new()).await.unwrap();
    wait_for(&mut events, ended).await;
    assert_eq!(watcher.state().error, Some("secret_missing"), "a person's own order fails alike");
    let settings = story.portfolio().service_settings().unwrap().unwrap();
    let secret = Some(story.service.client_secret().into());
    story.portfolio().set_service(&SetServiceRequest { settings, secret }).unwrap();
    wait_for(&mut events, |event| matches!(event, PortfolioEvent::Checked { .. })).await;
    wait_for(&mut events, ended).await;
    assert_eq!(watcher.state().error, None);
    watcher.stop().await;
}

#[tokio::test]
async fn an_own_order_without_any_answer_leaves_the_services_problem_in_sight() {
    let story = Story::of_one_case().await;
    let mut events = heard(&story);
    story.service.faults().set_service(Some(Fault::ClosedNested));
    let watcher = watch(&story, ONCE);
    wait_for(&mut events, ended).await;
    watcher.check_now(Vec::new()).await.unwrap();
    wait_for(&mut events, ended).await;
    assert_eq!(watcher.state().problem, Some(ProblemKind::Closed));
    story.service.faults().clear();
    watcher.check_now(Vec::new()).await.unwrap();
    wait_for(&mut events, ended).await;
    assert_eq!(watcher.state().problem, None);
    watcher.stop().await;
}

#[tokio::test]
async fn a_stopped_watcher_takes_no_orders() {
    let story = Story::of_one_case().await;
    let watcher = watch(&story, ONCE);
    assert!(watcher.state().running);
    watcher.stop().await;
    let calls = story.calls();
    let mut events = heard(&story);
    assert!(events.try_recv().is_err());
    assert_eq!(story.calls(), calls);
}

#[tokio::test]
async fn a_closed_service_is_left_alone_for_a_while_and_then_tried_again() {
    let story = Story::of_one_case().await;
    let mut events = heard(&story);
    story.service.faults().set_service(Some(Fault::ClosedNested));
    let watcher = watch(&story, OFTEN);
    wait_for(&mut events, ended).await;
    story.service.faults().clear();
    let closed = watcher.state();
    assert_eq!(closed.problem, Some(ProblemKind::Closed));
    story.pass(TimeDelta::minutes(4));
    // An order of ours proves that the watcher has looked at the clock and let the case be.
    watcher.check_now(vec![casefolio_domain::CaseId(-1)]).await.unwrap();
    wait_for(&mut events, |event| matches!(event, PortfolioEvent::RoundEnded(report) if report.calls == 0)).await;
    assert!(story.case(ONLINE).last.is_none());
    story.pass(TimeDelta::minutes(2));
    wait_for(&mut events, |event| matches!(event, PortfolioEvent::Checked { .. })).await;
    watcher.stop().await;
}

#[tokio::test]
async fn new_settings_are_tried_at_once() {
    let receipts = [ONLINE.to_owned()];
    let story = Setting { secret: "wrong".into(), ..Setting::of(reviewed(&receipts)) }.begin().await;
    story.add(&receipts);
    let mut events = heard(&story);
    let watcher = watch(&story, OFTEN);
    wait_for(&mut events, ended).await;
    let settings = story.portfolio().service_settings().unwrap().unwrap();
    let secret = Some(story.service.client_secret().into());
    story.portfolio().set_service(&SetServiceRequest { settings, secret }).unwrap();
    wait_for(&mut events, |event| matches!(event, PortfolioEvent::Checked { .. })).await;
    watcher.stop().await;
}

#[tokio::test]
async fn a_service_used_in_place_of_the_one_that_is_set_is_watched_by_its_own_preset() {
    let story = Story::of_one_case().await;
    let settings = ServiceSettings { preset: Preset::Practice, ..settings_of(&story.service, 1_000, 1_000) };
    let (token_url, api_base) = ("https://api.example.gov/t".into(), "https://api.example.gov/c".into());
    let elsewhere = ServiceSettings { preset: Preset::Production, token_url, api_base, ..settings.clone() };
    let secret = Some("of the other".to_owned().into());
    story.portfolio().set_service(&SetServiceRequest { settings: elsewhere, secret }).unwrap();
    story
        .portfolio()
        .use_service(Service::new(settings, story.service.client_secret().into(), &Way::default()).unwrap());
    let mut events = heard(&story);
    let watcher = watch(&story, OFTEN);
    for _ in 0..2 {
        wait_for(&mut events, |event| matches!(event, PortfolioEvent::Checked { .. })).await;
        story.pass(TimeDelta::seconds(6));
    }
    watcher.stop().await;
}

/// catalogue 85
#[tokio::test]
async fn against_a_service_that_refuses_for_hours_the_calls_fall_to_one_probe_every_two_hours() {
    let receipts = receipts(30);
    let story = Setting::of(reviewed(&receipts)).begin().await;
    story.add(&receipts);
    story.service.faults().set_service(Some(Fault::Limited(None)));
    let mut watch = Watch::new(std::sync::Arc::clone(story.portfolio()));
    let mut calls = Vec::new();
    for _ in 0..12 {
        let before = story.service.counts().case;
        for _ in 0..60 {
            watch.look().await;
            story.pass(TimeDelta::minutes(1));
        }
        calls.push(story.service.counts().case - before);
    }
    assert!(calls[0] <= 24, "the first calls were under way together: {calls:?}");
    assert!(calls[4..].chunks(2).all(|hours| hours.iter().sum::<u64>() == 1), "{calls:?}");
    assert_eq!(watch.state().problem, Some(ProblemKind::Limited));
    story.service.faults().clear();
    story.pass(TimeDelta::hours(2));
    watch.look().await;
    assert!(watch.state().problem.is_none() && story.cases().iter().all(|case| case.answered_at.is_some()));
}

/// catalogue 88
#[tokio::test]
async fn of_a_service_that_answers_for_other_receipts_nothing_is_recorded_and_it_is_said() {
    let receipts = receipts(3);
    let story = Setting::of(reviewed(&receipts)).begin().await;
    story.add(&receipts);
    story.service.faults().set_service(Some(Fault::WrongReceipt));
    let mut watch = Watch::new(std::sync::Arc::clone(story.portfolio()));
    for _ in 0..24 {
        watch.look().await;
        story.pass(TimeDelta::hours(1));
    }
    for case in story.cases() {
        assert!(case.last.is_none() && case.answered_at.is_none());
        assert_eq!(case.problem, Some(ProblemKind::WrongReceipt));
    }
}

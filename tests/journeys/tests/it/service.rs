//! The settings of the service and its secret.

use casefolio_core::Error;
use casefolio_core::service::{Preset, ServiceSettings, SetServiceRequest};
use casefolio_domain::ProblemKind;
use casefolio_journeys::{ONLINE, Setting, Story, receipt, settings_of};
use casefolio_practice::Script;

const ELSEWHERE: &str = "https://api.example.gov/case-status";

fn set(story: &Story, settings: ServiceSettings, secret: Option<&str>) -> Result<(), Error> {
    let secret = secret.map(|secret| secret.to_owned().into());
    story.portfolio().set_service(&SetServiceRequest { settings, secret })
}

fn current(story: &Story) -> ServiceSettings {
    story.portfolio().service_settings().unwrap().unwrap()
}

/// catalogue 101
#[tokio::test]
async fn a_secret_is_not_sent_to_a_host_it_was_not_typed_for() {
    let story = Story::of_one_case().await;
    let before = current(&story);
    let moved = ServiceSettings { token_url: ELSEWHERE.into(), api_base: ELSEWHERE.into(), ..before.clone() };
    assert!(matches!(set(&story, moved.clone(), None), Err(Error::SecretBoundToHost)));
    assert!(matches!(set(&story, moved.clone(), Some("")), Err(Error::SecretBoundToHost)));
    assert_eq!(current(&story), before, "nothing was changed");
    story.planned().await;
    assert!(story.case(ONLINE).last.is_some());
    set(&story, moved.clone(), Some("another secret")).unwrap();
    assert!(matches!(set(&story, before.clone(), None), Err(Error::SecretBoundToHost)), "and back again");
    assert_eq!(current(&story), moved);
}

#[tokio::test]
async fn limits_may_change_without_the_secret_being_typed_again() {
    let story = Story::of_one_case().await;
    let settings = ServiceSettings { per_second: 7, per_day: 400, ..current(&story) };
    set(&story, settings.clone(), None).unwrap();
    assert_eq!(current(&story), settings);
    assert_eq!(story.planned().await.checked, 1);
}

/// catalogue 100
#[tokio::test]
async fn addresses_that_are_not_safe_are_refused() {
    let story = Story::of_one_case().await;
    let before = current(&story);
    for address in
        ["http://api.example.gov/case-status", "https://user:pw@api.example.gov/", "https://10.0.0.1/", "file:///x", ""]
    {
        let token = ServiceSettings { token_url: address.into(), ..before.clone() };
        let api = ServiceSettings { api_base: address.into(), ..before.clone() };
        for settings in [token, api] {
            assert!(matches!(set(&story, settings, Some("x")), Err(Error::Endpoint(_))), "{address}");
        }
    }
    assert_eq!(current(&story), before);
}

#[tokio::test]
async fn limits_beyond_belief_and_a_missing_client_id_are_refused() {
    let story = Story::of_one_case().await;
    let before = current(&story);
    for (per_second, per_day) in [(0, 1_000), (5, 0), (1_001, 1_000), (5, 10_000_001)] {
        let settings = ServiceSettings { per_second, per_day, ..before.clone() };
        assert!(matches!(set(&story, settings, None), Err(Error::LimitInvalid)));
    }
    let settings = ServiceSettings { client_id: "  ".into(), ..before.clone() };
    assert!(matches!(set(&story, settings, None), Err(Error::ClientIdMissing)));
    assert_eq!(current(&story), before);
}

#[tokio::test]
async fn settings_and_secret_survive_reopening() {
    let mut story = Story::of_one_case().await;
    let settings = ServiceSettings { preset: Preset::Production, per_second: 9, ..current(&story) };
    set(&story, settings.clone(), None).unwrap();
    story.reopen();
    assert_eq!(current(&story), settings);
    assert!(story.portfolio().service_secret_is_set().unwrap());
    assert_eq!(story.planned().await.checked, 1);
}

#[tokio::test]
async fn a_test_of_the_service_says_whether_the_secret_is_right() {
    let story = Story::of_one_case().await;
    assert!(story.portfolio().test_service().await.unwrap().is_ok());
    set(&story, current(&story), Some("a wrong secret")).unwrap();
    let failure = story.portfolio().test_service().await.unwrap().unwrap_err();
    assert_eq!(failure.kind, ProblemKind::NotAuthorised);
    set(&story, current(&story), Some(&story.service.client_secret())).unwrap();
    assert!(story.portfolio().test_service().await.unwrap().is_ok(), "new settings count at once");
    assert_eq!(story.service.counts().case, 0, "a token is all that is asked for");
}

/// catalogue 83
#[tokio::test]
async fn a_token_address_that_always_refuses_is_asked_once_a_planned_round() {
    let story = Setting { secret: "wrong".into(), ..Setting::of(Script::new()) }.begin().await;
    story.add(&[ONLINE]);
    assert_eq!(story.planned().await.stopped_by, Some(ProblemKind::NotAuthorised));
    assert_eq!((story.service.counts().token, story.service.counts().case), (1, 0));
}

#[tokio::test]
async fn a_quick_check_answers_and_records_nothing() {
    let story = Story::of_one_case().await;
    let answer = story.portfolio().quick_check(&receipt(ONLINE)).await.unwrap().unwrap();
    assert_eq!(answer.receipt.as_str(), ONLINE);
    assert!(story.case(ONLINE).last.is_none() && story.case(ONLINE).checked_at.is_none());
    let failure = story.portfolio().quick_check(&receipt("IOE0999999999")).await.unwrap().unwrap_err();
    assert_eq!(failure.kind, ProblemKind::NotRecognised);
    assert_eq!(story.cases().len(), 1);
}

#[tokio::test]
async fn without_a_service_nothing_is_asked_and_that_is_said() {
    let story = Story::of_one_case().await;
    let passphrase = casefolio_journeys::passphrase("twelve lanterns over the harbour");
    let request = casefolio_core::portfolio::CreateRequest {
        user_id: "second".into(),
        passphrase,
        computer_slot: false,
        watch_behind_lock: false,
    };
    let second = story.core.create(&request).unwrap().portfolio;
    assert!(matches!(second.test_service().await, Err(Error::ServiceNotSet)));
    assert!(second.service_settings().unwrap().is_none() && !second.service_secret_is_set().unwrap());
    let settings = settings_of(&story.service, 5, 1_000);
    let unset = SetServiceRequest { settings, secret: None };
    assert!(matches!(second.set_service(&unset), Err(Error::SecretMissing)));
}

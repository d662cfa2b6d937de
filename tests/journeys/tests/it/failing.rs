//! What a failed check may touch: nothing that was known.

use casefolio_core::PortfolioEvent;
use casefolio_domain::ProblemKind;
use casefolio_journeys::{ONLINE, REVIEWED, Story};
use casefolio_practice::Fault;
use chrono::TimeDelta;

fn faults() -> Vec<(Fault, ProblemKind)> {
    vec![
        (Fault::NotRecognised, ProblemKind::NotRecognised),
        (Fault::NotRecognisedFlat, ProblemKind::NotRecognised),
        (Fault::BadlyFormed, ProblemKind::BadlyFormed),
        (Fault::BadlyFormedFlat, ProblemKind::BadlyFormed),
        (Fault::ErrorList, ProblemKind::BadlyFormed),
        (Fault::TokenExpired, ProblemKind::NotAuthorised),
        (Fault::Limited(Some("3600".into())), ProblemKind::Limited),
        (Fault::ClosedFlat, ProblemKind::Closed),
        (Fault::ClosedNested, ProblemKind::Closed),
        (Fault::ClosedPage, ProblemKind::Closed),
        (Fault::InternalError, ProblemKind::Closed),
        (Fault::UnreadableJson, ProblemKind::Unreadable),
        (Fault::EmptyTitle, ProblemKind::Unreadable),
        (Fault::HugeBody, ProblemKind::Unreadable),
        (Fault::WrongReceipt, ProblemKind::WrongReceipt),
        (Fault::ChallengePage, ProblemKind::NotData),
        (Fault::PortalPage, ProblemKind::NotData),
        (Fault::Redirect, ProblemKind::NotData),
        (Fault::GatewayFault, ProblemKind::NotData),
        (Fault::CutAnswer, ProblemKind::NoNetwork),
    ]
}

/// catalogue 86, 87, 88, 89
#[tokio::test]
async fn a_failed_check_keeps_the_last_known_status() {
    let mut story = Story::of_one_case().await;
    story.ordered().await;
    let known = story.record(ONLINE);
    for (fault, kind) in faults() {
        story.pass(TimeDelta::minutes(10));
        story.service.faults().set_service(Some(fault.clone()));
        let report = story.ordered().await;
        assert_eq!((report.checked, report.failed, report.changed), (0, 1, 0), "{fault:?}");
        let now = story.record(ONLINE);
        assert_eq!(now.case.problem, Some(kind), "{fault:?}");
        assert_eq!((now.case.checked_at, now.case.answered_at), (Some(story.now()), known.case.answered_at));
        assert_eq!((&now.case.last, now.case.changed_at), (&known.case.last, None), "{fault:?}");
        assert_eq!(now.observations, known.observations, "{fault:?}");
        assert!(now.changes.is_empty() && !now.case.unread, "{fault:?}");
    }
    assert!(story.told().is_empty(), "an outage is never told as a change");
    assert_eq!(story.service.counts().elsewhere, 0, "no redirect was followed");
}

#[tokio::test]
async fn the_next_answer_clears_the_problem() {
    let story = Story::of_one_case().await;
    story.ordered().await;
    for fault in [Fault::ClosedNested, Fault::UnreadableJson, Fault::WrongReceipt] {
        story.service.faults().set_service(Some(fault));
        story.ordered().await;
        assert!(story.case(ONLINE).problem.is_some());
        story.service.faults().clear();
        story.pass(TimeDelta::minutes(10));
        story.ordered().await;
        let case = story.case(ONLINE);
        assert_eq!((case.problem, case.failures, case.answered_at), (None, 0, Some(story.now())));
    }
}

#[tokio::test]
async fn refused_credentials_keep_the_last_known_status() {
    let story = Story::of_one_case().await;
    story.ordered().await;
    story.service.expire_tokens();
    story.service.faults().set_token(Some(Fault::TokenExpired));
    story.pass(TimeDelta::minutes(10));
    story.ordered().await;
    let case = story.case(ONLINE);
    assert_eq!(case.problem, Some(ProblemKind::NotAuthorised));
    assert_eq!(case.last.unwrap().title.en, REVIEWED);
}

#[tokio::test]
async fn a_token_that_expired_on_the_way_is_replaced_and_nobody_notices() {
    let story = Story::of_one_case().await;
    story.ordered().await;
    story.service.expire_tokens();
    let report = story.ordered().await;
    assert_eq!((report.checked, report.failed, report.calls), (1, 0, 3), "refused, a new token, asked again");
}

#[tokio::test]
async fn the_services_own_words_are_passed_on_without_the_receipt() {
    let story = Story::of_one_case().await;
    story.service.faults().set_service(Some(Fault::NotRecognised));
    story.ordered().await;
    let events = story.events();
    let said = events
        .iter()
        .find_map(|event| if let PortfolioEvent::Failed { message, .. } = event { message.as_deref() } else { None });
    assert!(said.is_some_and(|words| !words.is_empty() && !words.contains(ONLINE)), "{said:?}");
}

#[tokio::test]
async fn failures_of_one_receipt_put_it_off_and_failures_of_the_service_do_not() {
    let story = Story::of_one_case().await;
    story.ordered().await;
    let due = story.case(ONLINE).due_at;
    story.service.faults().set_service(Some(Fault::ClosedFlat));
    story.ordered().await;
    assert_eq!((story.case(ONLINE).due_at, story.case(ONLINE).failures), (due, 0));
    story.service.faults().set_service(Some(Fault::UnreadableJson));
    story.pass(TimeDelta::hours(12));
    for failures in 1..4 {
        story.planned().await;
        let case = story.case(ONLINE);
        assert_eq!(case.failures, failures);
        assert!(case.due_at > story.now() && case.due_at <= story.now() + TimeDelta::hours(6));
        assert_eq!(story.planned().await.checked + story.planned().await.failed, 0, "not due");
        story.pass(TimeDelta::hours(6));
    }
}

//! Every fault of the service and what kind of problem it is.

use std::fmt::Write as _;
use std::time::Duration;

use casefolio_domain::ProblemKind;
use casefolio_practice::{Fault, PracticeSettings, Script};

use crate::{KNOWN, Stage, number};

/// catalogue 86, 88
#[tokio::test]
async fn every_fault_of_a_case_has_its_kind_and_none_is_a_status() {
    let stage = Stage::new().await;
    for (fault, kind, status) in [
        (Fault::ClosedFlat, ProblemKind::Closed, Some(503)),
        (Fault::ClosedNested, ProblemKind::Closed, Some(503)),
        (Fault::ClosedPage, ProblemKind::Closed, Some(503)),
        (Fault::InternalError, ProblemKind::Closed, Some(500)),
        (Fault::TokenExpired, ProblemKind::NotAuthorised, Some(401)),
        (Fault::Limited(None), ProblemKind::Limited, Some(429)),
        (Fault::Spike, ProblemKind::Limited, Some(429)),
        (Fault::WrongReceipt, ProblemKind::WrongReceipt, Some(200)),
        (Fault::ChallengePage, ProblemKind::NotData, Some(403)),
        (Fault::PortalPage, ProblemKind::NotData, Some(200)),
        (Fault::Redirect, ProblemKind::NotData, Some(302)),
        (Fault::GatewayFault, ProblemKind::NotData, Some(404)),
        (Fault::UnreadableJson, ProblemKind::Unreadable, Some(200)),
        (Fault::EmptyTitle, ProblemKind::Unreadable, Some(200)),
        (Fault::HugeBody, ProblemKind::Unreadable, Some(200)),
        (Fault::CutAnswer, ProblemKind::NoNetwork, Some(200)),
        (Fault::NotRecognised, ProblemKind::NotRecognised, Some(404)),
        (Fault::NotRecognisedFlat, ProblemKind::NotRecognised, Some(404)),
        (Fault::BadlyFormed, ProblemKind::BadlyFormed, Some(422)),
        (Fault::BadlyFormedFlat, ProblemKind::BadlyFormed, Some(422)),
        (Fault::ErrorList, ProblemKind::BadlyFormed, Some(400)),
    ] {
        stage.running.faults().set_case(KNOWN, Some(fault.clone()));
        let failure = stage.fetch(KNOWN).await.unwrap_err();
        assert_eq!((failure.kind, failure.http_status), (kind, status), "{fault:?}");
    }
    stage.running.faults().clear();
    assert!(stage.fetch(KNOWN).await.is_ok(), "and then all is well again");
}

#[tokio::test]
async fn an_answer_that_does_not_come_or_never_ends_is_a_time_out() {
    let stage = Stage::new().await;
    let hasty = stage.hasty();
    hasty.test(stage.clock.now()).await.unwrap();
    for (fault, status) in [(Fault::NeverEnds, Some(200)), (Fault::Delay(Duration::from_secs(60)), None)] {
        stage.running.faults().set_service(Some(fault.clone()));
        let failure = hasty.fetch(&number(KNOWN), stage.clock.now()).await.unwrap_err();
        assert_eq!((failure.kind, failure.http_status), (ProblemKind::TimedOut, status), "{fault:?}");
    }
}

#[tokio::test]
async fn the_message_of_every_error_form_is_kept() {
    let stage = Stage::new().await;
    for (fault, beginning) in [
        (Fault::NotRecognised, "Case Status Online does not recognize the receipt number"),
        (Fault::NotRecognisedFlat, "Case Status Online does not recognize"),
        (Fault::BadlyFormed, "The application receipt number is not formatted correctly"),
        (Fault::ErrorList, "The request could not be understood."),
        (Fault::Limited(None), "Spike Arrest Violation"),
        (Fault::Spike, "Spike arrest violation. Allowed rate"),
        (Fault::ClosedFlat, "Service Unavailable"),
        (Fault::ClosedNested, "The Case Status API Sandbox is unavailable at this time."),
        (Fault::TokenExpired, "Invalid Access Token"),
    ] {
        stage.running.faults().set_service(Some(fault.clone()));
        let message = stage.fetch(KNOWN).await.unwrap_err().message.unwrap_or_default();
        assert!(message.starts_with(beginning), "{fault:?}: {message}");
    }
    for fault in
        [Fault::ClosedPage, Fault::ChallengePage, Fault::PortalPage, Fault::UnreadableJson, Fault::WrongReceipt]
    {
        stage.running.faults().set_service(Some(fault.clone()));
        assert_eq!(stage.fetch(KNOWN).await.unwrap_err().message, None, "{fault:?}");
    }
}

#[tokio::test]
async fn a_fault_of_one_receipt_leaves_the_others_alone() {
    let stage = Stage::new().await;
    stage.running.faults().set_case("EAC9999103403", Some(Fault::NotRecognised));
    assert_eq!(stage.kind("EAC9999103403").await, ProblemKind::NotRecognised);
    assert!(stage.fetch(KNOWN).await.is_ok());
}

/// catalogue 87
#[tokio::test]
async fn a_redirect_is_not_followed() {
    let stage = Stage::new().await;
    stage.running.faults().set_service(Some(Fault::Redirect));
    assert_eq!(stage.kind(KNOWN).await, ProblemKind::NotData);
    stage.running.faults().set_token(Some(Fault::Redirect));
    assert_eq!(stage.client.test(stage.clock.now()).await.unwrap_err().kind, ProblemKind::NotData);
    assert_eq!(stage.running.counts().elsewhere, 0);
}

/// catalogue 84
#[tokio::test]
async fn the_wait_asked_for_is_clamped() {
    let stage = Stage::new().await;
    for (header, seconds) in
        [("5", Some(5)), ("0", Some(1)), ("1000000000000", Some(86_400)), ("-1", None), ("1e12", None), ("soon", None)]
    {
        stage.running.faults().set_service(Some(Fault::Limited(Some(header.to_owned()))));
        let failure = stage.fetch(KNOWN).await.unwrap_err();
        assert_eq!(failure.retry_after.map(|wait| wait.as_secs()), seconds, "{header}");
    }
    let until = "Mon, 23 Nov 2026 17:10:00 GMT"; // the standing clock shows 17:00
    stage.running.faults().set_service(Some(Fault::Limited(Some(until.to_owned()))));
    assert_eq!(stage.fetch(KNOWN).await.unwrap_err().retry_after, Some(Duration::from_secs(600)));
}

#[tokio::test]
async fn unknown_and_strange_numbers_are_told_apart() {
    let stage = Stage::new().await;
    assert_eq!(stage.kind("IOE9900000099").await, ProblemKind::NotRecognised);
    assert_eq!(
        stage.kind("IOE*900000099").await,
        ProblemKind::NotRecognised,
        "an asterisk reaches the service as it is"
    );
    assert!(stage.running.counts().by_receipt.contains_key("IOE*900000099"));
}

#[tokio::test]
async fn the_limits_of_the_service_are_limits_and_its_hours_are_closed() {
    let settings = PracticeSettings { calls_per_second: Some(2), ..PracticeSettings::sandbox() };
    let stage = Stage::with(Script::new(), settings).await;
    assert!(stage.fetch("EAC9999103403").await.is_ok());
    assert!(stage.fetch("EAC9999103403").await.is_ok());
    assert_eq!(stage.kind("EAC9999103403").await, ProblemKind::Limited);
    stage.clock.put_on(9 * 3_600); // 21:00 Eastern
    let failure = stage.fetch("EAC9999103403").await.unwrap_err();
    assert_eq!(failure.kind, ProblemKind::Closed);
    assert!(failure.message.is_some_and(|message| message.contains("normal operation hours")));
}

/// catalogue 124
#[tokio::test]
async fn no_error_text_holds_a_receipt_an_address_or_a_secret() {
    let stage = Stage::new().await;
    let mut shown = String::new();
    for fault in [Fault::CutAnswer, Fault::Redirect, Fault::NotRecognised, Fault::WrongReceipt, Fault::PortalPage] {
        stage.running.faults().set_service(Some(fault));
        let failure = stage.fetch(KNOWN).await.unwrap_err();
        writeln!(shown, "{failure} {failure:?} {:?}", stage.client).unwrap();
    }
    let port = stage.running.port().to_string();
    for secret in [
        KNOWN,
        "127.0.0.1",
        port.as_str(),
        "case-status/",
        "http:",
        "practice-secret",
        "practice-client",
        "practice-token",
    ] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

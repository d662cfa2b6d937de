//! The token: asked for once, renewed in time, never in a loop.

use std::sync::Arc;

use casefolio_domain::ProblemKind;
use casefolio_network::Way;
use casefolio_practice::{Fault, PracticeSettings, Script};
use casefolio_uscis::{Client, Credential, Endpoint};
use futures_util::future::join_all;

use crate::{KNOWN, Stage, brief, number};

/// catalogue 81
#[tokio::test]
async fn fifty_requests_in_flight_share_one_new_token_and_are_each_repeated_once() {
    let stage = Stage::new().await;
    stage.fetch(KNOWN).await.unwrap();
    stage.running.expire_tokens();
    let before = stage.running.counts();
    let answers = join_all((0..50).map(|_| stage.fetch(KNOWN))).await;
    assert!(answers.iter().all(Result::is_ok));
    let after = stage.running.counts();
    assert_eq!(after.token - before.token, 1, "exactly one token call");
    let refused = after.by_status.get(&401).copied().unwrap_or_default();
    assert_eq!(after.case - before.case, 50 + refused, "each refused request is repeated once");
    assert!((1..=50).contains(&refused));
    assert_eq!(stage.client.calls_made().token, after.token);
    assert_eq!(stage.client.calls_made().case, after.case);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tasks_on_several_threads_share_one_client() {
    let stage = Stage::new().await;
    let tasks = (0..20).map(|_| {
        let (client, now) = (Arc::clone(&stage.client), stage.clock.now());
        tokio::spawn(async move { client.fetch(&number(KNOWN), now).await.is_ok() })
    });
    assert!(join_all(tasks).await.into_iter().all(|found| found.unwrap()));
    assert_eq!(stage.running.counts().token, 1);
}

#[tokio::test]
async fn fifty_first_requests_share_one_token() {
    let stage = Stage::new().await;
    let answers = join_all((0..50).map(|_| stage.fetch(KNOWN))).await;
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(stage.running.counts().token, 1);
}

/// catalogue 83
#[tokio::test]
async fn a_refused_credential_is_not_authorised_without_a_loop() {
    let stage = Stage::new().await;
    let endpoint = Endpoint::parse(&stage.running.token_url(), &stage.running.api_base()).unwrap();
    let client =
        Client::new(endpoint, Credential::new("practice-client", "wrong-secret"), brief(), &Way::default()).unwrap();
    let failure = client.fetch(&number(KNOWN), stage.clock.now()).await.unwrap_err();
    assert_eq!((failure.kind, failure.http_status), (ProblemKind::NotAuthorised, Some(401)));
    assert_eq!(failure.message.as_deref(), Some("ClientId is Invalid"));
    let receipt = number(KNOWN);
    let failures = join_all((0..50).map(|_| client.fetch(&receipt, stage.clock.now()))).await;
    assert!(
        failures
            .iter()
            .all(|failure| failure.as_ref().is_err_and(|failure| failure.kind == ProblemKind::NotAuthorised))
    );
    let counts = stage.running.counts();
    assert_eq!((counts.token, counts.case), (2, 0), "those that waited share the refusal");
}

/// catalogue 83
#[tokio::test]
async fn a_token_that_is_refused_again_is_not_authorised_after_one_new_one() {
    let stage = Stage::new().await;
    stage.running.faults().set_service(Some(Fault::TokenExpired));
    assert_eq!(stage.kind(KNOWN).await, ProblemKind::NotAuthorised);
    let counts = stage.running.counts();
    assert_eq!((counts.token, counts.case), (2, 2));
}

#[tokio::test]
async fn a_failed_renewal_is_shared_by_all_whose_token_was_refused() {
    let stage = Stage::new().await;
    stage.fetch(KNOWN).await.unwrap();
    stage.running.expire_tokens();
    stage.running.faults().set_token(Some(Fault::ClosedNested));
    let failures = join_all((0..50).map(|_| stage.fetch(KNOWN))).await;
    assert!(failures.iter().all(|failure| failure.as_ref().is_err_and(|failure| failure.kind == ProblemKind::Closed)));
    assert_eq!(stage.running.counts().token, 2);
    stage.running.faults().clear();
    assert!(stage.fetch(KNOWN).await.is_ok(), "and the next check begins anew");
}

#[tokio::test]
async fn a_token_is_renewed_after_four_fifths_of_its_life() {
    let stage = Stage::new().await;
    stage.fetch(KNOWN).await.unwrap();
    stage.clock.put_on(1_438);
    stage.fetch(KNOWN).await.unwrap();
    assert_eq!(stage.running.counts().token, 1);
    stage.clock.put_on(2);
    stage.fetch(KNOWN).await.unwrap();
    assert_eq!(stage.running.counts().token, 2);
    assert_eq!(stage.running.counts().by_status.get(&401), None);
}

#[tokio::test]
async fn a_clock_put_back_by_years_brings_a_new_token_and_no_failure() {
    let stage = Stage::new().await;
    stage.fetch(KNOWN).await.unwrap();
    stage.clock.put_on(-10 * 365 * 86_400);
    assert!(stage.fetch(KNOWN).await.is_ok());
    stage.clock.put_on(20 * 365 * 86_400);
    assert!(stage.fetch(KNOWN).await.is_ok());
}

/// catalogue 82
#[tokio::test]
async fn a_token_of_any_life_is_usable() {
    for token_life in [0, 1, 1_799, 315_360_000] {
        let script = Script::new().case(KNOWN).before(1, "Case Was Received");
        let stage = Stage::with(script, PracticeSettings { token_life, ..Default::default() }).await;
        let expected = if token_life == 0 { Err(ProblemKind::NotAuthorised) } else { Ok(()) };
        assert_eq!(stage.fetch(KNOWN).await.map(|_| ()).map_err(|failure| failure.kind), expected, "{token_life}");
        assert!(stage.running.counts().token <= 2);
    }
}

#[tokio::test]
async fn every_fault_of_the_token_address_speaks_of_the_service() {
    let stage = Stage::new().await;
    for (fault, kind) in [
        (Fault::ClosedFlat, ProblemKind::Closed),
        (Fault::ClosedPage, ProblemKind::Closed),
        (Fault::InternalError, ProblemKind::Closed),
        (Fault::TokenExpired, ProblemKind::NotAuthorised),
        (Fault::ErrorList, ProblemKind::NotAuthorised),
        (Fault::Limited(None), ProblemKind::Limited),
        (Fault::Spike, ProblemKind::Limited),
        (Fault::ChallengePage, ProblemKind::NotData),
        (Fault::PortalPage, ProblemKind::NotData),
        (Fault::GatewayFault, ProblemKind::NotData),
        (Fault::UnreadableJson, ProblemKind::NotData),
        (Fault::HugeBody, ProblemKind::NotData),
        (Fault::NotRecognised, ProblemKind::NotData),
        (Fault::CutAnswer, ProblemKind::NoNetwork),
    ] {
        stage.running.faults().set_token(Some(fault.clone()));
        let failure = stage.client.test(stage.clock.now()).await.unwrap_err();
        assert_eq!(failure.kind, kind, "{fault:?}");
    }
    stage.running.faults().set_token(Some(Fault::NeverEnds));
    assert_eq!(stage.hasty().test(stage.clock.now()).await.unwrap_err().kind, ProblemKind::TimedOut);
    stage.running.faults().clear();
    assert_eq!(stage.client.test(stage.clock.now()).await, Ok(()));
    assert_eq!(stage.running.counts().case, 0);
}

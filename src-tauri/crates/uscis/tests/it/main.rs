//! The real client against the practice service and against a raw server for what a web framework cannot send.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod faults;
mod networks;
mod raw;
mod token;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use casefolio_domain::{FormType, ProblemKind, ReceiptNumber};
use casefolio_network::Way;
use casefolio_practice::{Practice, PracticeSettings, Running, Script, Status};
use casefolio_uscis::{Client, Credential, Endpoint, Failure, Timing};
use chrono::{DateTime, NaiveDate, TimeDelta, TimeZone, Utc};

/// A receipt of the test script.
const KNOWN: &str = "EAC9912050331";

/// A clock that stands until it is put on.
#[derive(Clone, Default)]
struct Standing(Arc<AtomicI64>);

impl Standing {
    fn now(&self) -> DateTime<Utc> {
        let noon = Utc.with_ymd_and_hms(2026, 11, 23, 17, 0, 0).unwrap(); // a Monday, noon Eastern
        noon + TimeDelta::seconds(self.0.load(Ordering::SeqCst))
    }

    fn put_on(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

/// A practice service, a client for it, and the time of both.
struct Stage {
    running: Running,
    client: Arc<Client>,
    clock: Standing,
}

impl Stage {
    async fn with(script: Script, settings: PracticeSettings) -> Self {
        let clock = Standing::default();
        let service_clock = clock.clone();
        let running = Practice::start(script, settings, Arc::new(move || service_clock.now())).await.unwrap();
        let endpoint = Endpoint::parse(&running.token_url(), &running.api_base()).unwrap();
        let credential = Credential::new(&running.client_id(), &running.client_secret());
        let client = Arc::new(Client::new(endpoint, credential, Timing::default(), &Way::default()).unwrap());
        Self { running, client, clock }
    }

    async fn new() -> Self {
        Self::with(Script::new().case(KNOWN).at(Duration::ZERO, "Case Was Received"), PracticeSettings::default()).await
    }

    async fn fetch(&self, receipt: &str) -> Result<casefolio_uscis::Answer, Failure> {
        self.client.fetch(&number(receipt), self.clock.now()).await
    }

    /// Another client, for what never ends.
    fn hasty(&self) -> Client {
        let endpoint = Endpoint::parse(&self.running.token_url(), &self.running.api_base()).unwrap();
        let credential = Credential::new(&self.running.client_id(), &self.running.client_secret());
        Client::new(endpoint, credential, brief(), &Way::default()).unwrap()
    }

    async fn kind(&self, receipt: &str) -> ProblemKind {
        self.fetch(receipt).await.unwrap_err().kind
    }
}

fn number(text: &str) -> ReceiptNumber {
    ReceiptNumber::parse(text).unwrap()
}

/// Short enough for tests of what never ends.
fn brief() -> Timing {
    Timing { connect: Duration::from_secs(2), read: Duration::from_millis(700), total: Duration::from_secs(5) }
}

#[tokio::test]
async fn a_case_is_found_and_follows_its_script() {
    let script = Script::new()
        .case(KNOWN)
        .form("I-130")
        .before(10, "Case Was Received")
        .at(Duration::from_secs(60), Status::titled("Case Was Approved"));
    let stage = Stage::with(script, PracticeSettings::default()).await;
    let first = stage.fetch(KNOWN).await.unwrap().observation;
    assert_eq!((first.title.en.as_str(), first.title.es.as_str()), ("Case Was Received", "Caso Recibido"));
    assert_eq!(first.submitted.map(|at| at.date()), NaiveDate::from_ymd_opt(2026, 11, 13));
    assert_eq!(first.form.as_ref().map(FormType::as_str), Some("I-130"));
    stage.clock.put_on(60);
    let second = stage.fetch(KNOWN).await.unwrap();
    let seen = &second.observation;
    assert_eq!(seen.title.en, "Case Was Approved");
    assert!(
        seen.text.en.starts_with(
            "On November 23, 2026, we approved your Form I-130, Petition for Alien Relative, Receipt Number"
        )
    );
    assert!(!seen.text.en.contains('<') && !seen.text.es.contains('<'));
    let links: Vec<&str> = seen.links.iter().map(|link| link.url.as_str()).collect();
    assert_eq!(links, ["https://egov.uscis.gov/e-request/", "https://www.uscis.gov/addresschange"]);
    let steps: Vec<&str> = seen.history.iter().map(|item| item.text.en.as_str()).collect();
    assert_eq!(
        steps,
        [
            "We received your Form I-130, Petition for Alien Relative.",
            "We approved your Form I-130, Petition for Alien Relative."
        ]
    );
    assert!(second.raw.starts_with("{\"case_status\""));
}

#[tokio::test]
async fn a_script_that_began_earlier_goes_on_from_where_it_is() {
    let script =
        || Script::new().case(KNOWN).before(1, "Case Was Received").at(Duration::from_secs(60), "Case Was Approved");
    let began = Some(Standing::default().now() - TimeDelta::seconds(30));
    let stage = Stage::with(script(), PracticeSettings { began, speed: 2.0, ..Default::default() }).await;
    assert_eq!(stage.fetch(KNOWN).await.unwrap().observation.title.en, "Case Was Approved", "60 script seconds in 30");
    let stage = Stage::with(script(), PracticeSettings { began, ..Default::default() }).await;
    assert_eq!(stage.fetch(KNOWN).await.unwrap().observation.title.en, "Case Was Received");
}

#[tokio::test]
async fn an_equal_case_gives_an_equal_observation() {
    let stage = Stage::new().await;
    let first = stage.fetch(KNOWN).await.unwrap();
    stage.clock.put_on(3_600);
    assert_eq!(stage.fetch(KNOWN).await.unwrap(), first);
}

#[tokio::test]
async fn a_status_set_while_the_service_runs_is_the_next_answer() {
    let stage = Stage::new().await;
    stage.running.set(KNOWN, Status::titled("Case Was Denied").text("We denied it on {date}.", "La rechazamos."));
    stage.running.set("IOE9900000017", "Something New");
    let seen = stage.fetch(KNOWN).await.unwrap().observation;
    assert_eq!(
        (seen.title.en.as_str(), seen.text.en.as_str()),
        ("Case Was Denied", "We denied it on November 23, 2026.")
    );
    let online = stage.fetch("IOE9900000017").await.unwrap().observation;
    assert_eq!((online.title.en.as_str(), online.submitted), ("Something New", None), "an online filing has no dates");
    stage.running.remove(KNOWN);
    assert_eq!(stage.kind(KNOWN).await, ProblemKind::NotRecognised);
}

#[tokio::test]
async fn the_receipts_published_for_the_sandbox_answer_as_the_sandbox_does() {
    let stage = Stage::with(Script::new(), PracticeSettings::default()).await;
    let mut unreadable = 0;
    for receipt in casefolio_practice::sandbox_receipts() {
        match stage.fetch(&receipt).await {
            Ok(answer) => assert!(!answer.observation.title.es.is_empty()),
            Err(failure) => {
                assert_eq!(failure.kind, ProblemKind::Unreadable);
                unreadable += 1;
            }
        }
    }
    assert_eq!(unreadable, 19);
    let approved = stage.fetch("EAC9999103403").await.unwrap().observation;
    assert_eq!((approved.title.en.as_str(), approved.history.len()), ("Case Was Approved", 2));
    let affirmed = stage.fetch("EAC9999103402").await.unwrap().observation;
    assert_eq!((affirmed.title.es.as_str(), affirmed.history.len()), ("Aprobación De Caso Reafirmada", 0));
    assert_eq!(stage.running.counts().token, 1);
}

#[tokio::test]
async fn the_demonstration_is_readable_for_every_person_at_every_time() {
    let stage = Stage::with(Script::demo(), PracticeSettings::default()).await;
    let mut titles = std::collections::BTreeSet::new();
    for _ in 0..20 {
        for (receipt, _) in casefolio_practice::demo_receipts() {
            let seen = stage.fetch(&receipt).await.unwrap().observation;
            let whole = format!("{} {} {} {}", seen.title.en, seen.title.es, seen.text.en, seen.text.es);
            assert!(!whole.contains(['<', '{', '}']) && !seen.text.es.is_empty() && seen.form.is_some());
            titles.insert(seen.title.en);
        }
        stage.clock.put_on(300);
    }
    assert!(titles.len() > 15, "the demonstration shows many statuses");
}

#[tokio::test]
async fn a_stopped_service_is_no_network() {
    let stage = Stage::new().await;
    stage.fetch(KNOWN).await.unwrap();
    let Stage { running, client, clock } = stage;
    running.stop().await;
    let failure = client.fetch(&number(KNOWN), clock.now()).await.unwrap_err();
    assert_eq!((failure.kind, failure.http_status), (ProblemKind::NoNetwork, None));
    assert_eq!(client.test(clock.now()).await.unwrap_err().kind, ProblemKind::NoNetwork);
}

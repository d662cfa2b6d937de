//! The two addresses of the service.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::Body;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, State};
use axum::http::{HeaderMap, Response, StatusCode, header};
use axum::routing::{get, post};
use casefolio_domain::ReceiptNumber;
use chrono::{DateTime, Datelike, TimeDelta, Utc};

use crate::answer::{self, Stop};
use crate::counts::Counts;
use crate::fault::{Fault, Faults};
use crate::gate::Gate;
use crate::render::{self, Scene};
use crate::script::{Script, ScriptedCase};
use crate::settings::{Clock, PracticeSettings};
use crate::status::Status;
use crate::{calendar, pages, sandbox};

/// What every request sees.
pub(crate) struct Shared {
    pub(crate) settings: PracticeSettings,
    pub(crate) clock: Clock,
    pub(crate) start: DateTime<Utc>,
    pub(crate) cases: Mutex<BTreeMap<String, ScriptedCase>>,
    pub(crate) faults: Faults,
    pub(crate) counts: Mutex<Counts>,
    pub(crate) gate: Mutex<Gate>,
    pub(crate) stop: Stop,
}

type Answer = Response<Body>;

/// What a date of the service can say; the calendar's own ends leave no room for another zone.
const YEARS: std::ops::RangeInclusive<i32> = 1..=9_999;

pub(crate) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/oauth/accesstoken", post(token))
        .route("/case-status/{receipt}", get(case))
        .fallback(elsewhere)
        .with_state(shared)
}

pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn elsewhere(State(shared): State<Arc<Shared>>) -> Answer {
    locked(&shared.counts).elsewhere += 1;
    answer::json(StatusCode::NOT_FOUND, pages::GATEWAY_FAULT)
}

async fn token(
    State(shared): State<Arc<Shared>>,
    form: Result<Form<BTreeMap<String, String>>, FormRejection>,
) -> Answer {
    locked(&shared.counts).token += 1;
    let fault = shared.faults.of_token();
    shared.wait(fault.as_ref()).await;
    let Ok(Form(form)) = form else { return answer::json(StatusCode::BAD_REQUEST, pages::INVALID_GRANT) };
    let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    if field("grant_type") != "client_credentials" {
        return answer::json(StatusCode::BAD_REQUEST, pages::INVALID_GRANT);
    }
    let settings = &shared.settings;
    if field("client_id") != settings.client_id || field("client_secret") != settings.client_secret {
        return answer::json(StatusCode::UNAUTHORIZED, pages::INVALID_CLIENT);
    }
    let now = shared.now();
    let token = locked(&shared.gate).give(now, settings);
    let body = pages::token(&token, &settings.client_id, now.timestamp_millis(), settings.token_life);
    fault
        .and_then(|fault| answer::faulty(&fault, &body, &shared.stop))
        .unwrap_or_else(|| answer::json(StatusCode::OK, body))
}

async fn case(State(shared): State<Arc<Shared>>, Path(receipt): Path<String>, headers: HeaderMap) -> Answer {
    shared.count(&receipt);
    let fault = shared.faults.of_case(&receipt);
    shared.wait(fault.as_ref()).await;
    let authorization = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let answer = shared.answer(&receipt, authorization, fault.as_ref());
    *locked(&shared.counts).by_status.entry(answer.status().as_u16()).or_default() += 1;
    answer
}

impl Shared {
    pub(crate) fn of(script: Script, settings: PracticeSettings, clock: Clock, stop: Stop) -> Self {
        Self {
            start: settings.began.unwrap_or_else(|| clock()),
            clock,
            settings,
            cases: Mutex::new(script.cases.into_iter().map(|case| (case.receipt.clone(), case)).collect()),
            faults: Faults::default(),
            counts: Mutex::default(),
            gate: Mutex::new(Gate::default()),
            stop,
        }
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }

    /// Script seconds since the start.
    pub(crate) fn elapsed(&self) -> i64 {
        let real = self.now().signed_duration_since(self.start);
        scaled(real, self.settings.speed).num_seconds()
    }

    fn count(&self, receipt: &str) {
        let mut counts = locked(&self.counts);
        counts.case += 1;
        *counts.by_receipt.entry(receipt.to_owned()).or_default() += 1;
    }

    /// A delayed answer waits here, but no longer than the service runs.
    async fn wait(&self, fault: Option<&Fault>) {
        let Some(Fault::Delay(delay)) = fault else { return };
        let mut stop = self.stop.clone();
        tokio::select! {
            () = tokio::time::sleep(*delay) => {}
            _ = stop.changed() => {}
        }
    }

    /// Token first, then faults, hours, limits, form and at last the case.
    fn answer(&self, receipt: &str, authorization: Option<&str>, fault: Option<&Fault>) -> Answer {
        let now = self.now();
        if !locked(&self.gate).knows(authorization, now) {
            return answer::json(StatusCode::UNAUTHORIZED, pages::INVALID_TOKEN);
        }
        let found = self.found(receipt, fault);
        if let Some(answer) =
            fault.and_then(|fault| answer::faulty(fault, found.as_deref().unwrap_or("{}"), &self.stop))
        {
            return answer;
        }
        if self.settings.opening_hours && !calendar::is_open(now) {
            return answer::json(StatusCode::SERVICE_UNAVAILABLE, pages::CLOSED_NESTED);
        }
        if !locked(&self.gate).lets_pass(now, &self.settings) {
            return answer::json(StatusCode::TOO_MANY_REQUESTS, pages::LIMITED);
        }
        if !is_well_formed(receipt) {
            return answer::json(StatusCode::UNPROCESSABLE_ENTITY, pages::BADLY_FORMED);
        }
        found.map_or_else(
            || answer::json(StatusCode::NOT_FOUND, pages::NOT_RECOGNISED),
            |body| answer::json(StatusCode::OK, body),
        )
    }

    /// The body for a receipt: the script's case, or that of the sandbox.
    pub(crate) fn found(&self, receipt: &str, fault: Option<&Fault>) -> Option<String> {
        let cases = locked(&self.cases);
        let Some(case) = cases.get(receipt) else { return sandbox::body(receipt) };
        let mut scene = self.scene(case);
        let other = another(receipt);
        if fault == Some(&Fault::WrongReceipt) {
            scene.receipt = &other;
        }
        let untitled = Status::titled("");
        if fault == Some(&Fault::EmptyTitle)
            && let Some((_, status)) = scene.reached.last_mut()
        {
            *status = &untitled;
        }
        render::json(&scene)
    }

    fn scene<'a>(&self, case: &'a ScriptedCase) -> Scene<'a> {
        let reached = case.reached(self.elapsed()).iter();
        let reached = reached.map(|step| (calendar::eastern(self.moment(step.at)), &step.status)).collect();
        Scene { receipt: &case.receipt, form: &case.form, reached, lists_history: true }
    }

    /// When a step came, by the practice clock: script seconds run at its speed, days before the start do not. One outside the years
    /// of four digits came at the start.
    fn moment(&self, at: i64) -> DateTime<Utc> {
        let offset = TimeDelta::try_seconds(at).unwrap_or_default();
        let offset = if at > 0 { scaled(offset, 1.0 / self.settings.speed) } else { offset };
        let moment = self.start.checked_add_signed(offset);
        moment.filter(|moment| YEARS.contains(&moment.year())).unwrap_or(self.start)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "milliseconds of a demonstration; a cast from a float saturates"
)]
fn scaled(span: TimeDelta, factor: f64) -> TimeDelta {
    TimeDelta::try_milliseconds((span.num_milliseconds() as f64 * factor).round() as i64).unwrap_or_default()
}

/// The same number with another last digit.
fn another(receipt: &str) -> String {
    let mut other = receipt.to_owned();
    let digit = if other.pop() == Some('7') { '8' } else { '7' };
    other.push(digit);
    other
}

/// The pattern of the service's own description: no dashes, no blanks (research 1.3).
fn is_well_formed(receipt: &str) -> bool {
    ReceiptNumber::parse(receipt).is_ok_and(|parsed| parsed.as_str() == receipt.to_ascii_uppercase())
}

//! Answers: the right one and the faulty ones.

use std::convert::Infallible;
use std::io;

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use futures_util::{StreamExt as _, stream};
use tokio::sync::watch;

use crate::fault::Fault;
use crate::{pages, render};

/// Nine tenths of it are one long word inside the text.
const HUGE: usize = 10 * 1024 * 1024;
const PAGE: &str = "text/html; charset=UTF-8";

/// Ends when the service stops.
pub(crate) type Stop = watch::Receiver<()>;

/// A JSON answer.
pub(crate) fn json(status: StatusCode, body: impl Into<Body>) -> Response<Body> {
    typed(status, body, "application/json")
}

fn typed(status: StatusCode, body: impl Into<Body>, kind: &'static str) -> Response<Body> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

fn with(mut response: Response<Body>, name: HeaderName, value: &str) -> Response<Body> {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
    response
}

/// The answer under a fault; `right` is the body that would be sent without it. None where the right answer is sent
/// after all (after a delay, or because the right body has already been spoilt).
pub(crate) fn faulty(fault: &Fault, right: &str, stop: &Stop) -> Option<Response<Body>> {
    let answer = match fault {
        Fault::ClosedFlat => json(StatusCode::SERVICE_UNAVAILABLE, pages::CLOSED_FLAT),
        Fault::ClosedNested => json(StatusCode::SERVICE_UNAVAILABLE, pages::CLOSED_NESTED),
        Fault::ClosedPage => typed(StatusCode::SERVICE_UNAVAILABLE, pages::CLOSED_PAGE, PAGE),
        Fault::TokenExpired => json(StatusCode::UNAUTHORIZED, pages::INVALID_TOKEN),
        Fault::Limited(wait) => limited(wait.as_deref()),
        Fault::Spike => json(StatusCode::TOO_MANY_REQUESTS, pages::SPIKE),
        Fault::ChallengePage => typed(StatusCode::FORBIDDEN, pages::CHALLENGE_PAGE, PAGE),
        Fault::PortalPage => typed(StatusCode::OK, pages::PORTAL_PAGE, PAGE),
        Fault::Redirect => with(typed(StatusCode::FOUND, "", PAGE), header::LOCATION, "/elsewhere"),
        Fault::UnreadableJson => json(StatusCode::OK, render::unescaped(right)),
        Fault::CutAnswer => json(StatusCode::OK, cut(right)),
        Fault::NeverEnds => json(StatusCode::OK, endless(right, stop.clone())),
        Fault::NotRecognised => json(StatusCode::NOT_FOUND, pages::NOT_RECOGNISED),
        Fault::NotRecognisedFlat => json(StatusCode::NOT_FOUND, pages::NOT_RECOGNISED_FLAT),
        Fault::BadlyFormed => json(StatusCode::UNPROCESSABLE_ENTITY, pages::BADLY_FORMED),
        Fault::BadlyFormedFlat => json(StatusCode::UNPROCESSABLE_ENTITY, pages::BADLY_FORMED_FLAT),
        Fault::ErrorList => json(StatusCode::BAD_REQUEST, pages::ERROR_LIST),
        Fault::GatewayFault => json(StatusCode::NOT_FOUND, pages::GATEWAY_FAULT),
        Fault::HugeBody => json(StatusCode::OK, huge()),
        Fault::InternalError => typed(StatusCode::INTERNAL_SERVER_ERROR, "", "text/plain"),
        Fault::WrongReceipt | Fault::EmptyTitle | Fault::Delay(_) => return None,
    };
    Some(answer)
}

fn limited(wait: Option<&str>) -> Response<Body> {
    let answer = json(StatusCode::TOO_MANY_REQUESTS, pages::LIMITED);
    match wait {
        Some(wait) => with(answer, header::RETRY_AFTER, wait),
        None => answer,
    }
}

fn half(body: &str) -> String {
    body.chars().take(body.chars().count() / 2).collect()
}

/// Half of the body, then the connection closes.
fn cut(right: &str) -> Body {
    let end = stream::once(async {
        tokio::task::yield_now().await; // so that the first half is sent
        Err(io::Error::from(io::ErrorKind::ConnectionAborted))
    });
    Body::from_stream(stream::iter([Ok(half(right))]).chain(end))
}

/// Half of the body, then nothing until the service stops.
fn endless(right: &str, mut stop: Stop) -> Body {
    let end = stream::once(async move {
        let _ended = stop.changed().await;
        Err(io::Error::from(io::ErrorKind::ConnectionAborted))
    });
    Body::from_stream(stream::iter([Ok(half(right))]).chain(end))
}

fn huge() -> Body {
    let piece = "x".repeat(64 * 1024);
    let pieces = stream::iter(0..HUGE / piece.len()).map(move |_| piece.clone());
    let opening = stream::iter([r#"{"case_status":{"current_case_status_desc_en":""#.to_owned()]);
    Body::from_stream(opening.chain(pieces).map(Ok::<String, Infallible>))
}

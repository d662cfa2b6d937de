//! What an answer without a status means.

use casefolio_domain::ProblemKind;
use chrono::{DateTime, Utc};

use crate::body::Reply;
use crate::failure::Failure;
use crate::problem::{self, Voice};
use crate::{mask, retry_after};

/// What stands in the body of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Content {
    /// A message of the service.
    Service,
    /// A message of the gateway in front of it.
    Gateway,
    /// A web page.
    Page,
    /// Neither.
    Nothing,
}

/// What an answer of the case address means that is not a status.
pub(crate) fn of_case(reply: &Reply, now: DateTime<Utc>, secrets: &[&str]) -> Failure {
    build(reply, now, secrets, case_kind)
}

/// What an answer of the token address means that is not a token.
pub(crate) fn of_token(reply: &Reply, now: DateTime<Utc>, secrets: &[&str]) -> Failure {
    build(reply, now, secrets, token_kind)
}

fn build(reply: &Reply, now: DateTime<Utc>, secrets: &[&str], kind: fn(u16, Content) -> ProblemKind) -> Failure {
    let said = problem::read(reply.content());
    let content = match (&said, reply.is_page()) {
        (Some((Voice::Service, _)), _) => Content::Service,
        (Some((Voice::Gateway, _)), _) => Content::Gateway,
        (None, true) => Content::Page,
        (None, false) => Content::Nothing,
    };
    Failure {
        kind: kind(reply.status, content),
        message: said.and_then(|(_, words)| mask::message(&words, secrets)),
        retry_after: reply.retry_after.as_deref().and_then(|value| retry_after::read(value, now)),
        http_status: Some(reply.status),
    }
}

/// A 404 or 422 speaks of the receipt only if the service itself speaks: a wrong address, a portal or the gateway says
/// 404 as well.
fn case_kind(status: u16, content: Content) -> ProblemKind {
    match (status, content) {
        (404, Content::Service) => ProblemKind::NotRecognised,
        (400 | 422, Content::Service) | (422, Content::Nothing) => ProblemKind::BadlyFormed,
        (200..=299, Content::Service | Content::Gateway | Content::Nothing) => ProblemKind::Unreadable,
        (_, Content::Service | Content::Gateway | Content::Page | Content::Nothing) => common_kind(status, content),
    }
}

/// A refused credential is 400 or 401 (research 1.2). Whatever else is no token stops the round, so it is never a kind
/// that speaks of one receipt.
fn token_kind(status: u16, content: Content) -> ProblemKind {
    match (status, content) {
        (400, Content::Service | Content::Gateway | Content::Nothing) => ProblemKind::NotAuthorised,
        (_, Content::Service | Content::Gateway | Content::Page | Content::Nothing) => common_kind(status, content),
    }
}

fn common_kind(status: u16, content: Content) -> ProblemKind {
    match (status, content) {
        (401, _) | (403, Content::Service | Content::Gateway) => ProblemKind::NotAuthorised,
        (407, _) => ProblemKind::ProxySignIn,
        (408 | 500..=599, _) => ProblemKind::Closed,
        (429, _) => ProblemKind::Limited,
        (_, _) => ProblemKind::NotData,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::End;

    const DATA: &str = r#"{"code":1,"message":"words"}"#;
    const FAULT: &str = r#"{"fault":{"faultstring":"words"}}"#;
    const PAGE: &str = "  <!DOCTYPE html><title>Just a moment...</title>";

    fn reply(status: u16, body: &str) -> Reply {
        Reply { status, says_page: false, retry_after: None, body: body.into(), end: End::Whole }
    }

    #[test]
    fn each_status_and_form_of_the_case_address_has_its_kind() {
        let now = DateTime::UNIX_EPOCH;
        for (status, body, kind) in [
            (400, DATA, ProblemKind::BadlyFormed),
            (400, PAGE, ProblemKind::NotData),
            (401, DATA, ProblemKind::NotAuthorised),
            (401, "", ProblemKind::NotAuthorised),
            (403, DATA, ProblemKind::NotAuthorised),
            (403, FAULT, ProblemKind::NotAuthorised),
            (403, PAGE, ProblemKind::NotData),
            (403, "", ProblemKind::NotData),
            (404, DATA, ProblemKind::NotRecognised),
            (404, r#"{"message":"words"}"#, ProblemKind::NotRecognised),
            (404, FAULT, ProblemKind::NotData),
            (404, PAGE, ProblemKind::NotData),
            (404, "", ProblemKind::NotData),
            (407, PAGE, ProblemKind::ProxySignIn),
            (408, "", ProblemKind::Closed),
            (410, DATA, ProblemKind::NotData),
            (422, DATA, ProblemKind::BadlyFormed),
            (422, "", ProblemKind::BadlyFormed),
            (422, PAGE, ProblemKind::NotData),
            (429, DATA, ProblemKind::Limited),
            (429, FAULT, ProblemKind::Limited),
            (429, PAGE, ProblemKind::Limited),
            (500, "", ProblemKind::Closed),
            (502, PAGE, ProblemKind::Closed),
            (503, PAGE, ProblemKind::Closed),
            (503, " \n{\"error\":{\"code\":\"503\",\"message\":\"words\"}}", ProblemKind::Closed),
            (302, "", ProblemKind::NotData),
            (204, "", ProblemKind::Unreadable),
        ] {
            assert_eq!(of_case(&reply(status, body), now, &[]).kind, kind, "{status} {body}");
        }
    }

    #[test]
    fn a_token_problem_never_speaks_of_one_receipt() {
        for status in 200..=599 {
            for body in [DATA, FAULT, PAGE, ""] {
                let failure = of_token(&reply(status, body), DateTime::UNIX_EPOCH, &[]);
                assert!(failure.kind.concerns_the_service(), "{status} {body}");
            }
        }
        assert_eq!(of_token(&reply(400, FAULT), DateTime::UNIX_EPOCH, &[]).kind, ProblemKind::NotAuthorised);
    }
}

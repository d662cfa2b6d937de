//! What a provider gives, and the reasons for which it gives nothing.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::failure::Failure;
use crate::secret::Secret;

/// Taken where an answer does not say; an hour is what both providers give.
const USUAL_LIFE: u64 = 3_600;
const SHORTEST_LIFE: u64 = 60;
const LONGEST_LIFE: u64 = 24 * 3_600;

/// Leave to send, for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// What is shown to the mail server.
    pub access: Secret,
    /// How long it is good, counted from the answer; 1 minute to 24 hours.
    pub life: Duration,
    /// The refresh token to keep from now on, if the provider gave a new one. The old one may be dead.
    pub refresh: Option<Secret>,
}

#[derive(Deserialize)]
struct Given {
    access_token: String,
    expires_in: Option<Value>,
    refresh_token: Option<String>,
}

#[derive(Deserialize)]
struct Refused {
    error: String,
}

/// Why a token was not given, yet or at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The person has not decided.
    Pending,
    /// So, and the provider was asked too often.
    SlowDown,
    /// It will not be given.
    Final(Failure),
}

/// Reads the answer of a token address.
pub(crate) fn read(status: u16, body: &[u8]) -> Result<Grant, Refusal> {
    if status != 200 {
        return Err(refusal(status, body));
    }
    let given: Given = serde_json::from_slice(body).map_err(|_| Refusal::Final(Failure::Unreadable))?;
    let access = usable(given.access_token).ok_or(Refusal::Final(Failure::Unreadable))?;
    Ok(Grant { access, life: life(given.expires_in.as_ref()), refresh: given.refresh_token.and_then(usable) })
}

/// A token has no white space and no control characters: it goes into a line of the mail server.
fn usable(token: String) -> Option<Secret> {
    let good = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
    let token = Secret::from(token);
    good.then_some(token)
}

fn life(expires_in: Option<&Value>) -> Duration {
    let seconds = expires_in.and_then(|value| value.as_u64().or_else(|| value.as_str()?.trim().parse().ok()));
    Duration::from_secs(seconds.unwrap_or(USUAL_LIFE).clamp(SHORTEST_LIFE, LONGEST_LIFE))
}

/// The reason in an answer that is no grant (RFC 6749, 5.2; RFC 8628, 3.5; and what Microsoft says in their place).
pub(crate) fn refusal(status: u16, body: &[u8]) -> Refusal {
    let refused: Option<Refused> = serde_json::from_slice(body).ok();
    match refused.as_ref().map(|refused| refused.error.as_str()) {
        Some("authorization_pending") => Refusal::Pending,
        Some("slow_down") => Refusal::SlowDown,
        Some("access_denied" | "authorization_declined") => Refusal::Final(Failure::Declined),
        Some("expired_token" | "code_expired" | "bad_verification_code") => Refusal::Final(Failure::Expired),
        Some("invalid_grant" | "interaction_required" | "consent_required" | "login_required") => {
            Refusal::Final(Failure::SignInAgain)
        }
        Some(
            "invalid_client"
            | "unauthorized_client"
            | "invalid_scope"
            | "unsupported_grant_type"
            | "invalid_request"
            | "org_internal"
            | "admin_policy_enforced",
        ) => Refusal::Final(Failure::ClientRefused),
        Some(_) | None if status == 429 || status >= 500 => Refusal::Final(Failure::Unavailable(status)),
        Some(_) | None => Refusal::Final(Failure::Unreadable),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_is_read_and_its_life_is_held_in_bounds() {
        for (expires, seconds) in [
            ("3599", 3_599),
            ("\"120\"", 120),
            ("1", 60),
            ("1e300", 3_600),
            ("null", 3_600),
            ("99999999", 86_400),
            ("-5", 3_600),
        ] {
            let body = format!(r#"{{"access_token":"a","expires_in":{expires},"token_type":"Bearer"}}"#);
            let grant = read(200, body.as_bytes()).unwrap();
            assert_eq!((grant.life.as_secs(), grant.refresh), (seconds, None), "{expires}");
        }
    }

    #[test]
    fn a_token_that_could_say_more_than_a_token_is_unreadable() {
        for body in [
            r#"{"access_token":"a\r\nMAIL"}"#,
            r#"{"access_token":""}"#,
            r#"{"access_token":"a b"}"#,
            "{}",
            "",
            "<html>",
        ] {
            assert_eq!(read(200, body.as_bytes()), Err(Refusal::Final(Failure::Unreadable)), "{body}");
        }
    }

    #[test]
    fn every_reason_has_its_kind() {
        for (status, error, expected) in [
            (400, "authorization_pending", Refusal::Pending),
            (400, "slow_down", Refusal::SlowDown),
            (429, "slow_down", Refusal::SlowDown),
            (400, "access_denied", Refusal::Final(Failure::Declined)),
            (400, "authorization_declined", Refusal::Final(Failure::Declined)),
            (400, "expired_token", Refusal::Final(Failure::Expired)),
            (400, "invalid_grant", Refusal::Final(Failure::SignInAgain)),
            (401, "invalid_client", Refusal::Final(Failure::ClientRefused)),
            (500, "server_error", Refusal::Final(Failure::Unavailable(500))),
            (429, "quota", Refusal::Final(Failure::Unavailable(429))),
            (400, "something_else", Refusal::Final(Failure::Unreadable)),
        ] {
            let body = format!(r#"{{"error":"{error}","error_description":"seeded"}}"#);
            assert_eq!(read(status, body.as_bytes()), Err(expected), "{status} {error}");
        }
        assert_eq!(read(302, b""), Err(Refusal::Final(Failure::Unreadable)));
        assert_eq!(read(503, b"<html>"), Err(Refusal::Final(Failure::Unavailable(503))));
    }
}

//! The access token: in memory only, asked for by one caller at a time.

use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::header::HeaderValue;
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::Mutex;
use zeroize::Zeroizing;

use crate::failure::Failure;

/// What the service documents and sends (research 1.2); taken where an answer does not say.
const USUAL_LIFE: i64 = 1_799;
/// Shorter lives would mean a token for each call.
const SHORTEST_LIFE: i64 = 60;
/// Longer lives are not believed.
const LONGEST_LIFE: i64 = 3_600;
/// How far `now` may lie before the token's birth: callers take the time at slightly different moments.
const SLACK: TimeDelta = TimeDelta::minutes(5);

/// A token. Its `Authorization` header is marked sensitive, so that it never shows in `Debug`.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    /// Counts the tokens of a client, from 1.
    pub(crate) generation: u64,
    /// `Bearer …`.
    pub(crate) header: HeaderValue,
    born: DateTime<Utc>,
    renew_at: DateTime<Utc>,
}

/// A token as the service gave it.
pub(crate) struct Grant {
    header: HeaderValue,
    life: TimeDelta,
}

#[derive(Deserialize)]
struct TokenBody {
    access_token: String,
    expires_in: Option<Value>,
}

impl Grant {
    /// Reads the body of research 1.2; none if it holds no usable token.
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        let body: TokenBody = serde_json::from_slice(body).ok()?;
        let token = Zeroizing::new(body.access_token);
        if token.trim().is_empty() {
            return None;
        }
        let bearer = Zeroizing::new(format!("Bearer {}", token.trim()));
        let mut header = HeaderValue::from_str(&bearer).ok()?;
        header.set_sensitive(true);
        Some(Self { header, life: life(body.expires_in.as_ref()) })
    }

    #[cfg(feature = "testing")]
    pub(crate) fn parts(&self) -> (&HeaderValue, TimeDelta) {
        (&self.header, self.life)
    }
}

/// The life in seconds, which the service sends as text; held between a minute and an hour.
fn life(expires_in: Option<&Value>) -> TimeDelta {
    let seconds = expires_in.and_then(|value| match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    });
    let seconds = seconds.filter(|seconds: &f64| seconds.is_finite()).map_or(USUAL_LIFE, whole_seconds);
    TimeDelta::seconds(seconds.clamp(SHORTEST_LIFE, LONGEST_LIFE))
}

#[expect(clippy::cast_possible_truncation, reason = "a cast from a float saturates, and the result is clamped")]
fn whole_seconds(seconds: f64) -> i64 {
    seconds as i64
}

impl Token {
    /// Good until four fifths of its life are over.
    fn is_good(&self, now: DateTime<Utc>) -> bool {
        self.born - SLACK <= now && now < self.renew_at
    }
}

/// The one token of a client.
#[derive(Default)]
pub(crate) struct Tokens {
    state: Mutex<State>,
    /// Requests for a token that have ended, well or badly.
    attempts: AtomicU64,
}

#[derive(Default)]
struct State {
    token: Option<Token>,
    generation: u64,
    /// How the last request failed, if it did, and which token it was to replace.
    failed: Option<(Failure, Option<u64>)>,
}

impl Tokens {
    /// The current token, or a new one from `ask` if there is none, it is old, or it is the `rejected` one. Callers that
    /// waited while another asked share what that one got, the failure as well.
    pub(crate) async fn good(
        &self,
        now: DateTime<Utc>,
        rejected: Option<u64>,
        ask: impl Future<Output = Result<Grant, Failure>>,
    ) -> Result<Token, Failure> {
        let seen = self.attempts.load(Ordering::Acquire);
        let mut state = self.state.lock().await;
        if let Some(token) = state.token.as_ref()
            && token.is_good(now)
            && rejected != Some(token.generation)
        {
            return Ok(token.clone());
        }
        if let Some((failure, replaced)) = &state.failed
            && (self.attempts.load(Ordering::Acquire) != seen || (rejected.is_some() && *replaced == rejected))
        {
            return Err(failure.clone());
        }
        let result = ask.await;
        self.attempts.fetch_add(1, Ordering::AcqRel);
        state.settle(result, rejected, now)
    }

    /// A new token, whatever there is.
    pub(crate) async fn fresh(
        &self,
        now: DateTime<Utc>,
        ask: impl Future<Output = Result<Grant, Failure>>,
    ) -> Result<Token, Failure> {
        let mut state = self.state.lock().await;
        let result = ask.await;
        self.attempts.fetch_add(1, Ordering::AcqRel);
        state.settle(result, None, now)
    }
}

impl State {
    fn settle(
        &mut self,
        result: Result<Grant, Failure>,
        rejected: Option<u64>,
        now: DateTime<Utc>,
    ) -> Result<Token, Failure> {
        match result {
            Ok(grant) => {
                self.generation += 1;
                let renew_at = now + grant.life * 4 / 5;
                let token = Token { generation: self.generation, header: grant.header, born: now, renew_at };
                self.token = Some(token.clone());
                self.failed = None;
                Ok(token)
            }
            Err(failure) => {
                self.token = None;
                self.failed = Some((failure.clone(), rejected));
                Err(failure)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn life_of(expires_in: &str) -> i64 {
        let body = format!(r#"{{"developer.email":"x","access_token":"t"{expires_in}}}"#);
        Grant::read(body.as_bytes()).unwrap().life.num_seconds()
    }

    /// catalogue 82
    #[test]
    fn a_life_in_any_form_gives_a_safe_one() {
        assert_eq!(life_of(r#","expires_in":"1799""#), 1_799);
        assert_eq!(life_of(r#","expires_in":1799"#), 1_799);
        assert_eq!(life_of(""), USUAL_LIFE);
        assert_eq!(life_of(r#","expires_in":null"#), USUAL_LIFE);
        assert_eq!(life_of(r#","expires_in":"soon""#), USUAL_LIFE);
        assert_eq!(life_of(r#","expires_in":"NaN""#), USUAL_LIFE);
        assert_eq!(life_of(r#","expires_in":{}"#), USUAL_LIFE);
        assert_eq!(life_of(r#","expires_in":"0""#), SHORTEST_LIFE);
        assert_eq!(life_of(r#","expires_in":-5"#), SHORTEST_LIFE);
        assert_eq!(life_of(r#","expires_in":"315360000""#), LONGEST_LIFE);
        assert_eq!(life_of(r#","expires_in":1e300"#), LONGEST_LIFE);
    }

    #[test]
    fn a_body_without_a_usable_token_gives_none() {
        for body in [
            "",
            "{}",
            "null",
            r#"{"access_token":null}"#,
            r#"{"access_token":7}"#,
            r#"{"access_token":" "}"#,
            r#"{"access_token":"a\nb"}"#,
            r#"{"access_token":"a","access_token":"b"}"#,
            "<html>",
        ] {
            assert!(Grant::read(body.as_bytes()).is_none(), "{body}");
        }
    }

    #[test]
    fn a_token_shows_nowhere() {
        let grant = Grant::read(br#"{"access_token":"verysecret"}"#).unwrap();
        assert!(!format!("{:?}", grant.header).contains("verysecret"));
    }
}

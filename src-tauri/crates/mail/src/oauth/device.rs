//! Signing in with a code that is typed into a page on any device (RFC 8628).

use std::fmt;
use std::time::Duration;

use serde::Deserialize;

use super::failure::Failure;
use super::grant::{self, Grant, Refusal};
use super::provider::secure;
use super::web::OAuth;
use crate::secret::Secret;

const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// What a provider that does not say means (RFC 8628, 3.2), and how much slower "slow down" is (3.5).
const STEP: Duration = Duration::from_secs(5);
const LONGEST_WAIT: Duration = Duration::from_secs(60);
const LONGEST_LIFE: Duration = Duration::from_secs(1_800);

/// A code to be shown to the person, and where to type it.
pub struct DeviceCode {
    for_us: Secret,
    /// What the person types.
    pub user_code: String,
    /// The page on which it is typed; `https`.
    pub page: String,
    /// How long to wait before each question whether it was typed.
    pub interval: Duration,
    /// How long the code is good, at most half an hour.
    pub life: Duration,
}

impl fmt::Debug for DeviceCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceCode").field("interval", &self.interval).field("life", &self.life).finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct Given {
    device_code: String,
    user_code: String,
    #[serde(alias = "verification_url")]
    verification_uri: String,
    expires_in: u64,
    interval: Option<u64>,
}

impl DeviceCode {
    fn read(body: &[u8]) -> Option<Self> {
        let given: Given = serde_json::from_slice(body).ok()?;
        let shown = !given.user_code.is_empty()
            && given.user_code.len() <= 32
            && given.user_code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let page = secure(&given.verification_uri).ok()?;
        let interval = given.interval.map_or(STEP, Duration::from_secs);
        shown.then(|| Self {
            for_us: Secret::from(given.device_code),
            user_code: given.user_code,
            page: page.into(),
            interval: interval.clamp(Duration::from_secs(1), LONGEST_WAIT),
            life: Duration::from_secs(given.expires_in).min(LONGEST_LIFE),
        })
    }
}

impl OAuth {
    /// Asks for a code to be shown.
    pub async fn begin_device(&self) -> Result<DeviceCode, Failure> {
        let url = self.provider.device.as_ref().ok_or(Failure::NotOffered)?;
        let form = [("client_id", self.provider.client_id.as_str()), ("scope", self.provider.scope.as_str())];
        let (status, body) = self.post(url, &form).await?;
        if status != 200 {
            return Err(match grant::refusal(status, &body) {
                Refusal::Final(failure) => failure,
                Refusal::Pending | Refusal::SlowDown => Failure::Unreadable,
            });
        }
        DeviceCode::read(&body).ok_or(Failure::Unreadable)
    }

    /// Asks until the person has decided. `wait` is given the time to wait and does so; its sum, not a clock, ends the asking when the
    /// code is no longer good. A network or provider that is away for a moment ends nothing.
    pub async fn finish_device<W: Future<Output = ()>>(
        &self,
        code: &DeviceCode,
        wait: impl Fn(Duration) -> W,
    ) -> Result<Grant, Failure> {
        let (mut interval, mut waited) = (code.interval, Duration::ZERO);
        let form = [("grant_type", GRANT_TYPE), ("device_code", code.for_us.expose())];
        loop {
            waited += interval;
            if waited > code.life {
                return Err(Failure::Expired);
            }
            wait(interval).await;
            match self.ask_token(&form).await {
                Ok(grant) => return Ok(grant),
                Err(Refusal::Pending) => {}
                Err(
                    Refusal::SlowDown
                    | Refusal::Final(Failure::TimedOut | Failure::NoNetwork | Failure::Unavailable(_)),
                ) => {
                    interval = (interval + STEP).min(LONGEST_WAIT);
                }
                Err(Refusal::Final(failure)) => return Err(failure),
            }
        }
    }
}

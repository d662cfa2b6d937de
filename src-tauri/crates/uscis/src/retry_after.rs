//! The `Retry-After` header.

use std::time::Duration;

use chrono::{DateTime, Utc};

const SHORTEST: u64 = 1;
const LONGEST: u64 = 24 * 60 * 60;

/// The wait asked for, as seconds or as an HTTP date against `now` (never against the server's own clock), held between
/// one second and 24 hours. Anything else is ignored.
pub(crate) fn read(value: &str, now: DateTime<Utc>) -> Option<Duration> {
    let value = value.trim();
    let seconds = if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        value.parse().unwrap_or(LONGEST)
    } else {
        let until = DateTime::parse_from_rfc2822(value).ok()?;
        u64::try_from(until.signed_duration_since(now).num_seconds()).unwrap_or(0)
    };
    Some(Duration::from_secs(seconds.clamp(SHORTEST, LONGEST)))
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    /// catalogue 84
    #[test]
    fn a_wait_is_clamped_and_garbage_is_ignored() {
        let now = Utc.with_ymd_and_hms(2026, 11, 22, 12, 0, 0).unwrap();
        let read = |value| read(value, now).map(|wait| wait.as_secs());
        assert_eq!(read("5"), Some(5));
        assert_eq!(read(" 0 "), Some(1));
        assert_eq!(read("1000000000000"), Some(LONGEST));
        assert_eq!(read("99999999999999999999999999"), Some(LONGEST));
        assert_eq!(read("Sun, 22 Nov 2026 12:10:00 GMT"), Some(600));
        assert_eq!(read("Sun, 22 Nov 2020 12:10:00 GMT"), Some(1));
        assert_eq!(read("Fri, 22 Nov 2030 12:10:00 GMT"), Some(LONGEST));
        for garbage in ["-1", "1e12", "soon", "", "5s", "Sun, 99 Nov 2026 12:10:00 GMT"] {
            assert_eq!(read(garbage), None, "{garbage}");
        }
    }
}

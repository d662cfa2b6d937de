//! How a practice service behaves.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};

/// What tells the service the time.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// How a practice service behaves.
#[derive(Clone, PartialEq)]
pub struct PracticeSettings {
    /// The port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// How many script seconds pass in one second of the clock; 1 by default.
    pub speed: f64,
    /// When the script began; none begins it with the service. Pass the first start again after a restart, and the cases
    /// go on from where they are instead of going back.
    pub began: Option<DateTime<Utc>>,
    /// Life of a token in seconds; 1,799 as in the sandbox.
    pub token_life: u32,
    /// Case calls allowed in one second of the clock, or no limit.
    pub calls_per_second: Option<u32>,
    /// Case calls allowed in one Eastern day, or no limit.
    pub calls_per_day: Option<u32>,
    /// Whether the sandbox's hours hold (Monday to Friday, 7:00 to 20:00 Eastern).
    pub opening_hours: bool,
    /// The client id it knows.
    pub client_id: String,
    /// The secret it knows.
    pub client_secret: String,
}

impl Default for PracticeSettings {
    /// A free port, speed 1, no limits, always open.
    fn default() -> Self {
        Self {
            port: 0,
            speed: 1.0,
            began: None,
            token_life: 1_799,
            calls_per_second: None,
            calls_per_day: None,
            opening_hours: false,
            client_id: "practice-client".to_owned(),
            client_secret: "practice-secret".to_owned(),
        }
    }
}

impl PracticeSettings {
    /// The limits and hours of the sandbox: 5 calls a second, 1,000 a day, working hours (research 1.6).
    #[must_use]
    pub fn sandbox() -> Self {
        Self { calls_per_second: Some(5), calls_per_day: Some(1_000), opening_hours: true, ..Self::default() }
    }
}

impl fmt::Debug for PracticeSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PracticeSettings").field("port", &self.port).field("speed", &self.speed).finish_non_exhaustive()
    }
}

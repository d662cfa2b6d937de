//! The one place that reads the time.

use chrono::{DateTime, Utc};

/// Tells the time. Faked in tests.
pub trait Clock: Send + Sync {
    /// Now, by the wall clock.
    fn now(&self) -> DateTime<Utc>;
}

/// The clock of the computer.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the time")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

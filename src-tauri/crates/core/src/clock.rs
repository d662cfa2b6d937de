//! The one place that reads the time and its zone, and the one that measures it.

use std::time::Duration;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

/// Tells the time. Faked in tests.
pub trait Clock: Send + Sync {
    /// Now, by the wall clock.
    fn now(&self) -> DateTime<Utc>;
    /// The zone in which the person reads the clock on the wall.
    fn zone(&self) -> Tz;
}

/// The clock of the computer.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the time")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }

    /// The system's; UTC where it does not say, or says one that nobody knows.
    fn zone(&self) -> Tz {
        iana_time_zone::get_timezone().ok().and_then(|name| name.parse().ok()).unwrap_or(Tz::UTC)
    }
}

/// Measures how long work takes. Faked in tests.
pub trait Stopwatch: Send + Sync {
    /// Does the work once, and says how long that took.
    fn measure(&self, work: &mut dyn FnMut()) -> Duration;
}

/// The stopwatch of the computer.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemStopwatch;

impl Stopwatch for SystemStopwatch {
    #[expect(clippy::disallowed_methods, reason = "measuring a duration is no reading of the time of day")]
    fn measure(&self, work: &mut dyn FnMut()) -> Duration {
        let start = std::time::Instant::now();
        work();
        start.elapsed()
    }
}

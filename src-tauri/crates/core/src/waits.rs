//! The bounds of the time between two checks of a case, as the user wants them.

use casefolio_domain::polling::Intervals;
use casefolio_store::{Connection, Transaction, settings};
use chrono::TimeDelta;

const SHORTEST: &str = "polling.shortest_wait_hours";
const LONGEST: &str = "polling.longest_wait_days";

/// The shortest and the longest time between two checks of a case. A finished case may wait longer than the longest, and the longest gives
/// way where the day's calls do not suffice for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waits {
    shortest_hours: u8,
    longest_days: u8,
}

impl Default for Waits {
    fn default() -> Self {
        Self { shortest_hours: 1, longest_days: 30 }
    }
}

impl Waits {
    /// The most that the shortest may be, in hours.
    pub const MOST_HOURS: u8 = 24;
    /// The most that the longest may be, in days.
    pub const MOST_DAYS: u8 = 30;

    /// From 1 to 24 hours, and from 1 to 30 days; what lies outside counts as the nearest of these.
    #[must_use]
    pub fn new(shortest_hours: u8, longest_days: u8) -> Self {
        let (hours, days) = (shortest_hours.clamp(1, Self::MOST_HOURS), longest_days.clamp(1, Self::MOST_DAYS));
        Self { shortest_hours: hours, longest_days: days }
    }

    /// The shortest, in hours.
    #[must_use]
    pub fn shortest_hours(self) -> u8 {
        self.shortest_hours
    }

    /// The longest, in days.
    #[must_use]
    pub fn longest_days(self) -> u8 {
        self.longest_days
    }

    pub(crate) fn intervals(self) -> Intervals {
        let (hours, days) = (i64::from(self.shortest_hours), i64::from(self.longest_days));
        Intervals { shortest: TimeDelta::hours(hours), longest: TimeDelta::days(days) }
    }

    /// As kept; what was never set is as in [`Waits::default`].
    pub(crate) fn kept(c: &Connection) -> Result<Self, casefolio_store::Error> {
        let number = |key| -> Result<Option<u8>, casefolio_store::Error> {
            Ok(settings::text(c, key)?.and_then(|text| text.parse().ok()))
        };
        let start = Self::default();
        Ok(Self::new(number(SHORTEST)?.unwrap_or(start.shortest_hours), number(LONGEST)?.unwrap_or(start.longest_days)))
    }

    pub(crate) fn keep(self, t: &Transaction<'_>) -> Result<(), casefolio_store::Error> {
        settings::set_text(t, SHORTEST, &self.shortest_hours.to_string())?;
        settings::set_text(t, LONGEST, &self.longest_days.to_string())
    }
}

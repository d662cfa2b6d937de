//! A receipt that the service knew and does not recognise any more.
//!
//! A single "not recognised" says little: back ends have gaps. And a case may be protected from being shown (8 U.S.C. 1367), which
//! looks the same. So the last known status stays, and only what is seen again and again is called doubtful.

use chrono::{DateTime, TimeDelta, Utc};

/// Sightings of "not recognised" in a row, after a status had been found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Doubt {
    /// When the first was seen.
    pub since: DateTime<Utc>,
    /// How many there were.
    pub sightings: u32,
}

impl Doubt {
    /// From how many sightings on a case is doubtful.
    const SIGHTINGS: u32 = 3;
    /// Over how long they must have been seen.
    const SPAN: TimeDelta = TimeDelta::hours(6);

    /// What the doubt is after so many sightings more, the last of them at `at`.
    #[must_use]
    pub fn after(before: Option<Self>, at: DateTime<Utc>, sightings: u32) -> Self {
        let known = before.map_or(0, |doubt| doubt.sightings);
        Self { since: before.map_or(at, |doubt| doubt.since.min(at)), sightings: known.saturating_add(sightings) }
    }

    /// Whether the case is doubtful, by a sighting at `at`.
    #[must_use]
    pub fn is_well_founded(&self, at: DateTime<Utc>) -> bool {
        self.sightings >= Self::SIGHTINGS && at.signed_duration_since(self.since) >= Self::SPAN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::hours(hour)
    }

    /// catalogue 90
    #[test]
    fn three_sightings_over_six_hours_make_a_case_doubtful_and_less_does_not() {
        let seen = |hours: &[i64]| {
            let doubt = hours.iter().fold(None, |doubt, hour| Some(Doubt::after(doubt, at(*hour), 1)));
            doubt.is_some_and(|doubt| doubt.is_well_founded(at(hours[hours.len() - 1])))
        };
        assert!(seen(&[0, 3, 6]));
        assert!(!seen(&[0, 6]), "twice");
        assert!(!seen(&[0, 1, 2, 3, 4, 5]), "within six hours");
        assert!(seen(&[0, 1, 2, 9]));
        assert!(!seen(&[9, 2, 1]), "a clock set back proves nothing");
    }
}

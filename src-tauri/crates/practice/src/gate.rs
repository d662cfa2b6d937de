//! Who may pass: tokens and limits.

use std::collections::{BTreeMap, VecDeque};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::calendar;
use crate::settings::PracticeSettings;

/// The tokens given out and the calls of the last second and of the day.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    /// When each token ends.
    tokens: BTreeMap<String, DateTime<Utc>>,
    given: u64,
    recent: VecDeque<DateTime<Utc>>,
    day: Option<NaiveDate>,
    calls_today: u32,
}

impl Gate {
    /// Gives a token out. Older ones stay good until their end, as the service does it.
    pub(crate) fn give(&mut self, now: DateTime<Utc>, settings: &PracticeSettings) -> String {
        self.given += 1;
        let token = format!("practice-token-{}", self.given);
        self.tokens.retain(|_, end| *end > now);
        self.tokens.insert(token.clone(), now + TimeDelta::seconds(i64::from(settings.token_life)));
        token
    }

    pub(crate) fn forget(&mut self) {
        self.tokens.clear();
    }

    /// Whether the `Authorization` header holds a token that is good.
    pub(crate) fn knows(&self, authorization: Option<&str>, now: DateTime<Utc>) -> bool {
        let token = authorization.and_then(|value| value.strip_prefix("Bearer "));
        token.and_then(|token| self.tokens.get(token)).is_some_and(|end| now < *end)
    }

    /// Counts a call; false if it is over a limit. The answer does not say which (research 1.5).
    pub(crate) fn lets_pass(&mut self, now: DateTime<Utc>, settings: &PracticeSettings) -> bool {
        let today = calendar::eastern(now).date();
        if self.day != Some(today) {
            self.day = Some(today);
            self.calls_today = 0;
        }
        let second_ago = now - TimeDelta::seconds(1);
        self.recent.retain(|call| *call > second_ago && *call <= now);
        let in_second = u32::try_from(self.recent.len()).unwrap_or(u32::MAX);
        let spiked = settings.calls_per_second.is_some_and(|limit| in_second >= limit);
        let spent = settings.calls_per_day.is_some_and(|limit| self.calls_today >= limit);
        if spiked || spent {
            return false;
        }
        self.recent.push_back(now);
        self.calls_today = self.calls_today.saturating_add(1);
        true
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    #[test]
    fn a_spike_passes_after_a_second_and_a_quota_after_midnight_eastern() {
        let settings = PracticeSettings { calls_per_second: Some(2), calls_per_day: Some(3), ..Default::default() };
        let at = |seconds| Utc.with_ymd_and_hms(2026, 11, 22, 12, 0, 0).unwrap() + TimeDelta::seconds(seconds);
        let mut gate = Gate::default();
        let passes: Vec<bool> = [0, 0, 0, 1, 2].map(|second| gate.lets_pass(at(second), &settings)).into();
        assert_eq!(
            passes,
            [true, true, false, true, false],
            "the third in a second and the fourth of the day are refused"
        );
        assert!(!gate.lets_pass(at(16 * 3600), &settings), "23:00 Eastern");
        assert!(gate.lets_pass(at(17 * 3600), &settings), "midnight Eastern");
    }

    #[test]
    fn a_token_is_good_until_its_end_and_no_other_word_is() {
        let settings = PracticeSettings::default();
        let now = Utc.with_ymd_and_hms(2026, 11, 22, 12, 0, 0).unwrap();
        let mut gate = Gate::default();
        let bearer = format!("Bearer {}", gate.give(now, &settings));
        assert!(gate.knows(Some(&bearer), now + TimeDelta::seconds(1_798)));
        assert!(!gate.knows(Some(&bearer), now + TimeDelta::seconds(1_799)));
        assert!(!gate.knows(None, now) && !gate.knows(Some("Bearer x"), now) && !gate.knows(Some(&bearer[7..]), now));
        gate.forget();
        assert!(!gate.knows(Some(&bearer), now));
    }
}

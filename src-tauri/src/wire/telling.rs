//! Shapes of when a person wants to be told.

use casefolio_core::telling::TellingRules as Kept;
use casefolio_domain::telling::{Digest, QuietHours, TellingTimes as KeptTimes, Weekdays};
use chrono::{NaiveTime, Weekday};
use serde::{Deserialize, Serialize};
use specta::Type;

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "lowercase")]
pub(crate) enum DayCode {
    Mo,
    Tu,
    We,
    Th,
    Fr,
    Sa,
    Su,
}

const DAYS: [(DayCode, Weekday); 7] = [
    (DayCode::Mo, Weekday::Mon),
    (DayCode::Tu, Weekday::Tue),
    (DayCode::We, Weekday::Wed),
    (DayCode::Th, Weekday::Thu),
    (DayCode::Fr, Weekday::Fri),
    (DayCode::Sa, Weekday::Sat),
    (DayCode::Su, Weekday::Sun),
];

/// Whether changes are gathered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DigestCode {
    AsItComes,
    Daily,
    Weekly,
}

/// Quiet hours by the clock on the wall, `HH:MM`; over midnight where they end before they begin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub(crate) struct Quiet {
    from: String,
    to: String,
}

/// When one way of telling may tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TellingTimes {
    quiet_hours: Option<Quiet>,
    quiet_days: Vec<DayCode>,
    digest: DigestCode,
    /// `HH:MM`; of no account where nothing is gathered.
    digest_at: String,
    /// Of no account but for a weekly digest.
    digest_day: DayCode,
    urgent_at_once: bool,
}

/// When a person wants to be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub(crate) struct TellingRules {
    desktop: TellingTimes,
    email: TellingTimes,
}

impl From<Kept> for TellingRules {
    fn from(kept: Kept) -> Self {
        Self { desktop: kept.desktop.into(), email: kept.email.into() }
    }
}

impl From<KeptTimes> for TellingTimes {
    fn from(kept: KeptTimes) -> Self {
        let (digest, at, day) = match kept.digest {
            Digest::AsItComes => (DigestCode::AsItComes, None, Weekday::Mon),
            Digest::Daily(at) => (DigestCode::Daily, Some(at), Weekday::Mon),
            Digest::Weekly(day, at) => (DigestCode::Weekly, Some(at), day),
        };
        Self {
            quiet_hours: kept.quiet_hours.map(|hours| Quiet { from: shown(hours.from), to: shown(hours.to) }),
            quiet_days: DAYS
                .into_iter()
                .filter(|(_, day)| kept.quiet_days.contains(*day))
                .map(|(code, _)| code)
                .collect(),
            digest,
            digest_at: at.map_or_else(|| "17:00".to_owned(), shown),
            digest_day: DAYS.into_iter().find(|(_, known)| *known == day).map_or(DayCode::Mo, |(code, _)| code),
            urgent_at_once: kept.urgent_at_once,
        }
    }
}

impl TellingRules {
    /// As they are kept; none where a time is no time.
    pub(crate) fn kept(&self) -> Option<Kept> {
        Some(Kept { desktop: self.desktop.kept()?, email: self.email.kept()? })
    }
}

impl TellingTimes {
    fn kept(&self) -> Option<KeptTimes> {
        let quiet_hours = match &self.quiet_hours {
            Some(Quiet { from, to }) => Some(QuietHours { from: read(from)?, to: read(to)? }),
            None => None,
        };
        let weekday = |code: DayCode| DAYS.into_iter().find(|(known, _)| *known == code).map(|(_, day)| day);
        let days: Vec<Weekday> = self.quiet_days.iter().filter_map(|code| weekday(*code)).collect();
        let digest = match self.digest {
            DigestCode::AsItComes => Digest::AsItComes,
            DigestCode::Daily => Digest::Daily(read(&self.digest_at)?),
            DigestCode::Weekly => Digest::Weekly(weekday(self.digest_day)?, read(&self.digest_at)?),
        };
        Some(KeptTimes { quiet_hours, quiet_days: Weekdays::of(&days), digest, urgent_at_once: self.urgent_at_once })
    }
}

const TIME: &str = "%H:%M";

fn shown(time: NaiveTime) -> String {
    time.format(TIME).to_string()
}

fn read(time: &str) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(time, TIME).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_come_back_from_the_window_as_they_went() {
        let time = |hour| NaiveTime::from_hms_opt(hour, 30, 0).unwrap();
        let desktop = KeptTimes {
            quiet_hours: Some(QuietHours { from: time(22), to: time(7) }),
            quiet_days: Weekdays::of(&[Weekday::Sat, Weekday::Sun]),
            digest: Digest::Weekly(Weekday::Fri, time(16)),
            urgent_at_once: true,
        };
        for kept in [Kept::default(), Kept { desktop, email: KeptTimes { digest: Digest::Daily(time(9)), ..desktop } }]
        {
            assert_eq!(TellingRules::from(kept).kept(), Some(kept));
        }
    }

    #[test]
    fn a_time_that_is_none_is_refused() {
        let mut rules = TellingRules::from(Kept::default());
        rules.desktop.quiet_hours = Some(Quiet { from: "24:00".to_owned(), to: "7".to_owned() });
        assert_eq!(rules.kept(), None);
    }
}

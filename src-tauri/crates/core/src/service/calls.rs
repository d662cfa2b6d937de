//! The day's calls, in sight.

use casefolio_domain::polling::{Why, day_of, next_reset};
use casefolio_domain::{Case, Glance};
use casefolio_store::{budget, cases};
use chrono::{DateTime, NaiveDate, Utc};

use crate::client::ServiceSettings;
use crate::error::Error;
use crate::portfolio::Portfolio;

/// What calls of other portfolios are called among those of the day.
const ELSEWHERE: &str = "elsewhere";

/// What the day's calls went to, and what comes next.
pub struct Outlook {
    /// The calls spent today by kind: `found`, `token`, `set_aside` (under way, or lost in a crash), the code of a problem, or
    /// `elsewhere` (of other portfolios that ask by the same client id in this program).
    pub calls: Vec<(String, u32)>,
    /// When the service's day ends, and with it the count.
    pub resets_at: DateTime<Utc>,
    /// The cases that are due next, the first one first.
    pub next: Vec<Case<Glance>>,
    /// How many are overdue.
    pub overdue: u32,
}

impl Portfolio {
    /// The calls spent today, by the service's day; those set aside for a round in progress count, and those of other portfolios that ask
    /// by the same client id in this program.
    pub fn calls_today(&self) -> Result<u32, Error> {
        let day = day_of(self.clock.now(), ServiceSettings::RESET);
        let spent = self.store.read(|c| budget::spent(c, day))?;
        Ok(spent.saturating_add(self.calls_of_others(day)))
    }

    fn calls_of_others(&self, day: NaiveDate) -> u32 {
        self.service().map_or(0, |service| service.seat.pages().of_others(day))
    }

    /// What the day's calls went to, and the next `most` cases.
    pub fn outlook(&self, most: usize) -> Result<Outlook, Error> {
        let now = self.clock.now();
        let day = day_of(now, ServiceSettings::RESET);
        let (mut calls, mut next) = self.store.read(|c| Ok((budget::by_kind(c, day)?, cases::list(c)?)))?;
        calls.push((ELSEWHERE.to_owned(), self.calls_of_others(day)));
        next.retain(|case| case.due_why != Some(Why::UntilAsked));
        next.sort_by_key(|case| (case.due_at, case.id));
        let overdue = next.iter().filter(|case| case.due_at <= now).count();
        next.truncate(most);
        Ok(Outlook {
            calls: calls.into_iter().filter(|(_, calls)| *calls > 0).collect(),
            resets_at: next_reset(now, ServiceSettings::RESET),
            next,
            overdue: u32::try_from(overdue).unwrap_or(u32::MAX),
        })
    }
}

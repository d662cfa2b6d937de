//! What of that which waits may be told now.

use casefolio_domain::telling::{Digest, TellingTimes, cannot_wait};
use casefolio_store::outbox::{self, Channel, OutboxItem};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::error::Error;
use crate::portfolio::Portfolio;

/// What waits and may be told now: what was gathered, or else what comes as it comes.
pub(super) struct Waiting {
    pub(super) items: Vec<OutboxItem>,
    /// Since when each could have been told.
    pub(super) since: Vec<DateTime<Utc>>,
    /// Whether they were gathered to be told together.
    pub(super) gathered: bool,
}

impl Waiting {
    pub(super) fn of(
        portfolio: &Portfolio,
        channel: Channel,
        times: &TellingTimes,
        now: DateTime<Utc>,
    ) -> Result<Self, Error> {
        let zone = portfolio.clock.zone();
        let open = portfolio.store.read(|c| outbox::open(c, channel, now))?;
        let due = open.into_iter().map(|item| (Due::of(&item, times, now, zone), item));
        let due: Vec<(Due, OutboxItem)> = due.filter(|(due, _)| due.at <= now).collect();
        // A change that could not wait is told apart from those that were gathered, and before them.
        let gathered = due.iter().all(|(due, _)| due.gathered) && !due.is_empty();
        let chosen = due.into_iter().filter(|(due, _)| due.gathered == gathered);
        let (since, items) = chosen.map(|(due, item)| (due.at, item)).unzip();
        Ok(Self { items, since, gathered })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    pub(super) fn keep(&mut self, most: usize) {
        self.items.truncate(most);
        self.since.truncate(most);
    }
}

/// When something that waits is told.
struct Due {
    at: DateTime<Utc>,
    gathered: bool,
}

impl Due {
    fn of(item: &OutboxItem, times: &TellingTimes, now: DateTime<Utc>, zone: Tz) -> Self {
        // By a clock that was set back it was seen in the future.
        let seen = item.created_at.min(now);
        let urgent = cannot_wait(item.stage);
        let by_the_times = times.due(seen, zone, urgent);
        let gathered = times.digest != Digest::AsItComes && !(urgent && times.urgent_at_once);
        Self { at: item.snoozed_until.map_or(by_the_times, |until| by_the_times.max(until)), gathered }
    }
}

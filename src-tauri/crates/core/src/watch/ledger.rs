//! The day's calls. They are set aside before they are made, so that a kill or a restart never leads to more of them.

use casefolio_domain::polling::day_of;
use casefolio_store::{Store, budget};
use chrono::{DateTime, NaiveDate, Utc};

use crate::error::Error;
use crate::service::ServiceSettings;

/// How many calls are set aside in one commit.
const PORTION: u32 = 16;

/// Calls set aside on one day.
pub(super) struct Ledger<'a> {
    store: &'a Store,
    per_day: u32,
    day: NaiveDate,
    in_hand: u32,
    /// Calls kept for those that go out beside the cases' own: a token that is still to be asked for.
    kept: u32,
}

impl<'a> Ledger<'a> {
    /// The ledger of the day of `now`. Of its calls `kept` are not given out.
    pub(super) fn new(store: &'a Store, per_day: u32, now: DateTime<Utc>, kept: u32) -> Self {
        Self { store, per_day, day: day_of(now, ServiceSettings::RESET), in_hand: 0, kept }
    }

    /// The calls that may still be taken today.
    pub(super) fn left(&self) -> Result<u32, Error> {
        let spent = self.store.read(|c| budget::spent(c, self.day))?;
        Ok(self.per_day.saturating_sub(spent).saturating_sub(self.kept) + self.in_hand)
    }

    /// Takes one call; none is left when the day it is taken from is returned empty. A new day begins with a new ledger page.
    pub(super) fn take(&mut self, now: DateTime<Utc>) -> Result<Option<NaiveDate>, Error> {
        let today = day_of(now, ServiceSettings::RESET);
        if today != self.day {
            self.give_back()?;
            self.day = today;
        }
        if self.in_hand == 0 {
            let portion = PORTION.min(self.left()?);
            if portion == 0 {
                return Ok(None);
            }
            self.store.write(|t| budget::set_aside(t, self.day, portion))?;
            self.in_hand = portion;
        }
        self.in_hand -= 1;
        Ok(Some(self.day))
    }

    /// Books calls that went out beside those that were taken: for tokens, and those that the client repeated.
    pub(super) fn charge(&mut self, calls: u32) -> Result<(), Error> {
        self.kept = self.kept.saturating_sub(calls);
        Ok(self.store.write(|t| budget::spend(t, self.day, "token", calls))?)
    }

    /// Gives back what was set aside and not used.
    pub(super) fn give_back(&mut self) -> Result<(), Error> {
        if self.in_hand > 0 {
            self.store.write(|t| budget::give_back(t, self.day, self.in_hand))?;
            self.in_hand = 0;
        }
        Ok(())
    }
}

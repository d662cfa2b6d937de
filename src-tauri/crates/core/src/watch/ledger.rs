//! The day's calls. They are set aside before they are made, so that a kill or a restart never leads to more of them.

use std::sync::Arc;

use casefolio_domain::polling::day_of;
use chrono::{DateTime, NaiveDate, Utc};

use super::book::{Book, Booking};
use crate::error::Error;
use crate::service::ServiceSettings;
use crate::sharing::{Pages, Seat};

/// How many calls are set aside in one commit.
const PORTION: u32 = 16;

/// Calls set aside on one day.
pub(super) struct Ledger<'a> {
    book: &'a dyn Book,
    per_day: u32,
    seat: Arc<Seat>,
    day: NaiveDate,
    in_hand: u32,
    /// Calls kept for those that go out beside the cases' own: the token that may have to be asked for.
    kept: u32,
}

impl<'a> Ledger<'a> {
    /// The ledger of the day of `now`. One of its calls is kept for a token.
    pub(super) fn new(book: &'a dyn Book, (per_day, seat): (u32, Arc<Seat>), now: DateTime<Utc>) -> Self {
        Self { book, per_day, seat, day: day_of(now, ServiceSettings::RESET), in_hand: 0, kept: 1 }
    }

    /// The calls that may still be taken today, less what others took who share the client id.
    pub(super) fn left(&self) -> Result<u32, Error> {
        self.left_by(&mut self.seat.pages())
    }

    fn left_by(&self, pages: &mut Pages<'_>) -> Result<u32, Error> {
        let spent = self.book.spent(self.day)?;
        pages.say(self.day, spent);
        let spent = spent.saturating_add(pages.of_others(self.day));
        Ok(self.per_day.saturating_sub(spent).saturating_sub(self.kept) + self.in_hand)
    }

    /// Books calls of the day, and says so to the others.
    fn book(&self, pages: &mut Pages<'_>, booking: Booking) -> Result<(), Error> {
        self.book.book_calls(self.day, booking)?;
        pages.say(self.day, self.book.spent(self.day)?);
        Ok(())
    }

    /// Takes one call; none is left when the day it is taken from is returned empty. A new day begins with a new ledger page.
    pub(super) fn take(&mut self, now: DateTime<Utc>) -> Result<Option<NaiveDate>, Error> {
        let today = day_of(now, ServiceSettings::RESET);
        if today != self.day {
            self.give_back()?;
            self.day = today;
        }
        if self.in_hand == 0 {
            let seat = Arc::clone(&self.seat);
            let mut pages = seat.pages();
            let portion = PORTION.min(self.left_by(&mut pages)?);
            if portion == 0 {
                return Ok(None);
            }
            self.book(&mut pages, Booking::SetAside(portion))?;
            self.in_hand = portion;
        }
        self.in_hand -= 1;
        Ok(Some(self.day))
    }

    /// Books calls that went out beside those that were taken: for tokens, and those that the client repeated.
    pub(super) fn charge(&mut self, calls: u32) -> Result<(), Error> {
        self.kept = self.kept.saturating_sub(calls);
        self.book(&mut self.seat.pages(), Booking::Beside(calls))
    }

    /// Gives back what was set aside and not used.
    pub(super) fn give_back(&mut self) -> Result<(), Error> {
        if self.in_hand > 0 {
            self.book(&mut self.seat.pages(), Booking::GiveBack(self.in_hand))?;
            self.in_hand = 0;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use casefolio_keys::{KdfStrength, NoKeyStore, Passphrase};
    use casefolio_store::outbox::Channel;
    use chrono::TimeDelta;
    use tempfile::TempDir;

    use super::*;
    use crate::portfolio::{CreateRequest, Portfolio};
    use crate::sharing::{Asking, Sharing};
    use crate::testing::FakeClock;
    use crate::{Core, Home, Parts};

    /// 10:00 Eastern.
    fn now() -> DateTime<Utc> {
        "2026-03-02T15:00:00Z".parse().unwrap()
    }

    fn portfolio() -> (TempDir, Portfolio) {
        let folder = tempfile::tempdir().unwrap();
        let parts = Parts {
            clock: Arc::new(FakeClock::at(now())),
            key_store: Arc::new(NoKeyStore),
            strength: KdfStrength::SMALLEST_ACCEPTED,
            channel: Channel::Console,
        };
        let passphrase = Passphrase::new("eleven lanterns over the harbour".to_owned().into()).unwrap();
        let user_id = "ledger".to_owned();
        let request = CreateRequest { user_id, passphrase, computer_slot: false, watch_behind_lock: false };
        let created = Core::new(Home::at(folder.path().to_owned()), parts).create(&request).unwrap();
        (folder, created.portfolio)
    }

    fn spent(portfolio: &Portfolio, at: DateTime<Utc>) -> u32 {
        Book::spent(portfolio, day_of(at, ServiceSettings::RESET)).unwrap()
    }

    /// Of a portfolio that shares its client id with nobody.
    fn ledger(portfolio: &Portfolio, per_day: u32) -> Ledger<'_> {
        sharing(portfolio, per_day, &Sharing::default())
    }

    fn sharing<'a>(portfolio: &'a Portfolio, per_day: u32, with: &Sharing) -> Ledger<'a> {
        let asking = Asking { token_url: "https://service.example/token", client_id: "the firm's", per_second: 5 };
        let seat = with.seat(&portfolio.id, asking, (day_of(now(), ServiceSettings::RESET), spent(portfolio, now())));
        Ledger::new(portfolio, (per_day, Arc::new(seat)), now())
    }

    fn take(ledger: &mut Ledger<'_>, calls: u32) -> u32 {
        (0..calls).filter(|_| ledger.take(now()).unwrap().is_some()).count().try_into().unwrap()
    }

    #[test]
    fn no_more_calls_are_taken_than_the_day_has() {
        let (_folder, portfolio) = portfolio();
        let mut ledger = ledger(&portfolio, 41);
        assert_eq!(take(&mut ledger, 100), 40);
        assert_eq!((spent(&portfolio, now()), ledger.left().unwrap()), (40, 0));
    }

    /// catalogue 95
    #[test]
    fn calls_set_aside_when_the_program_was_killed_stay_spent() {
        let (_folder, portfolio) = portfolio();
        assert_eq!(take(&mut ledger(&portfolio, 41), 1), 1);
        assert_eq!(spent(&portfolio, now()), PORTION, "written before the first call");
        let mut after = ledger(&portfolio, 41);
        assert_eq!(take(&mut after, 100), 40 - PORTION);
    }

    #[test]
    fn what_was_not_used_is_given_back() {
        let (_folder, portfolio) = portfolio();
        let mut ledger = ledger(&portfolio, 41);
        assert_eq!(take(&mut ledger, 3), 3);
        assert_eq!(ledger.left().unwrap(), 37);
        ledger.give_back().unwrap();
        assert_eq!((spent(&portfolio, now()), ledger.left().unwrap()), (3, 37));
    }

    #[test]
    fn a_call_kept_for_a_token_is_not_taken_for_a_case() {
        let (_folder, portfolio) = portfolio();
        let mut ledger = ledger(&portfolio, 10);
        assert_eq!(take(&mut ledger, 100), 9);
        ledger.charge(1).unwrap();
        assert_eq!((spent(&portfolio, now()), ledger.left().unwrap()), (10, 0));
        assert_eq!(take(&mut ledger, 1), 0);
    }

    #[test]
    fn portfolios_of_one_client_id_take_no_more_together_than_the_day_has() {
        let ((_one, first), (_other, second)) = (portfolio(), portfolio());
        let with = Sharing::default();
        let (mut ours, mut theirs) = (sharing(&first, 42, &with), sharing(&second, 42, &with));
        assert_eq!(take(&mut ours, 20), 20);
        assert_eq!(theirs.left().unwrap(), 41 - 2 * PORTION, "what the first set aside is gone, too");
        assert_eq!(take(&mut theirs, 100), 41 - 2 * PORTION);
        assert_eq!(take(&mut ours, 100), 2 * PORTION - 20);
        assert_eq!(spent(&first, now()) + spent(&second, now()), 41);
    }

    #[test]
    fn what_was_given_back_is_there_for_the_others() {
        let ((_one, first), (_other, second)) = (portfolio(), portfolio());
        let with = Sharing::default();
        let (mut ours, mut theirs) = (sharing(&first, 20, &with), sharing(&second, 20, &with));
        assert_eq!(take(&mut ours, 3), 3);
        assert_eq!(theirs.left().unwrap(), 19 - PORTION);
        ours.give_back().unwrap();
        assert_eq!(take(&mut theirs, 100), 16);
    }

    #[test]
    fn a_day_that_begins_during_a_round_has_its_own_calls() {
        let (_folder, portfolio) = portfolio();
        let mut ledger = ledger(&portfolio, 11);
        assert_eq!(take(&mut ledger, 4), 4);
        let tomorrow = now() + TimeDelta::hours(14);
        assert_eq!(ledger.take(tomorrow).unwrap(), "2026-03-03".parse().ok());
        assert_eq!(spent(&portfolio, now()), 4, "the rest of yesterday's portion went back");
        assert_eq!(ledger.left().unwrap(), 9);
    }
}

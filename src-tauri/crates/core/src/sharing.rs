//! What portfolios that are watched side by side share where they ask one service by one client id: its pace and its calls of the day.
//!
//! The service counts by client id, whoever asks. What each portfolio spent stands in its own database; here each says it to the others, and
//! nobody sets calls aside while another does.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::NaiveDate;
use governor::{DefaultDirectRateLimiter, Quota};

type Pace = DefaultDirectRateLimiter;

/// The accounts that are in use, by service and client id. One of it for each program; cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Sharing(Arc<Mutex<Accounts>>);

/// By the address that gives tokens and the client id.
type Accounts = HashMap<(String, String), Arc<Account>>;

/// Who asks which service, and how quickly.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asking<'a> {
    /// The address that gives tokens.
    pub(crate) token_url: &'a str,
    /// The client id.
    pub(crate) client_id: &'a str,
    /// Calls a second, at most.
    pub(crate) per_second: u32,
}

/// One client id at one service.
struct Account {
    /// Calls a second, as the most cautious of those who ask now set it; and what keeps them.
    pace: Mutex<(NonZeroU32, Arc<Pace>)>,
    pages: Mutex<HashMap<String, Page>>,
}

/// What one portfolio last said. It stays when the portfolio is closed: the calls of the day were made.
#[derive(Debug, Clone, Copy, Default)]
struct Page {
    day: NaiveDate,
    spent: u32,
    cases: usize,
    /// How many clients of it there are: one takes the place of another when the settings change.
    seats: usize,
    /// Calls a second, at most.
    per_second: u32,
}

/// The place of one portfolio at an account, as long as it has a client for it.
pub(crate) struct Seat {
    account: Arc<Account>,
    portfolio: String,
}

impl Sharing {
    /// A place for `portfolio`, beside whoever asks by the same client id. `spent` calls it made on `day`.
    pub(crate) fn seat(&self, portfolio: &str, asking: Asking<'_>, (day, spent): (NaiveDate, u32)) -> Seat {
        let of = (asking.token_url.to_owned(), asking.client_id.to_owned());
        let account = Arc::clone(held(&self.0).entry(of).or_default());
        let seat = Seat { account, portfolio: portfolio.to_owned() };
        let mut pages = seat.pages();
        pages.say(day, spent);
        pages.own().seats += 1;
        pages.own().per_second = asking.per_second;
        seat.account.set_pace(&pages.pages);
        drop(pages);
        seat
    }
}

impl Default for Account {
    fn default() -> Self {
        Self { pace: Mutex::new((NonZeroU32::MIN, pace(NonZeroU32::MIN))), pages: Mutex::default() }
    }
}

impl Account {
    /// As the most cautious of those who ask wants it.
    fn set_pace(&self, pages: &HashMap<String, Page>) {
        let wanted = pages.values().filter(|page| page.seats > 0).map(|page| page.per_second).min();
        let (per_second, mut now) = (wanted.and_then(NonZeroU32::new).unwrap_or(NonZeroU32::MIN), held(&self.pace));
        if per_second != now.0 {
            *now = (per_second, pace(per_second));
        }
    }
}

/// No bursts: the service counts the gap between two calls ("spike arrest"), not the calls of a second.
fn pace(per_second: NonZeroU32) -> Arc<Pace> {
    Arc::new(Pace::direct(Quota::per_second(per_second).allow_burst(NonZeroU32::MIN)))
}

impl Seat {
    /// Waits until one more call keeps to the calls a second of all who share the account.
    pub(crate) async fn keep_pace(&self) {
        let pace = Arc::clone(&held(&self.account.pace).1);
        pace.until_ready().await;
    }

    /// The pages of all who share the account. While they are held nobody else sets calls aside.
    pub(crate) fn pages(&self) -> Pages<'_> {
        Pages { pages: held(&self.account.pages), portfolio: &self.portfolio }
    }

    /// Says how many cases are watched here, and returns which part they are of those of all who share the account, from 0 to 1.
    pub(crate) fn part(&self, cases: usize) -> f64 {
        let mut pages = self.pages();
        pages.own().cases = cases;
        let all: usize = pages.pages.values().map(|page| page.cases).sum();
        if all == 0 { 1.0 } else { real(cases) / real(all) }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut pages = held(&self.account.pages);
        if let Some(page) = pages.get_mut(&self.portfolio) {
            page.seats = page.seats.saturating_sub(1);
            page.cases = if page.seats == 0 { 0 } else { page.cases };
        }
        self.account.set_pace(&pages);
    }
}

/// See [`Seat::pages`].
pub(crate) struct Pages<'a> {
    pages: MutexGuard<'a, HashMap<String, Page>>,
    portfolio: &'a str,
}

impl Pages<'_> {
    fn own(&mut self) -> &mut Page {
        self.pages.entry(self.portfolio.to_owned()).or_default()
    }

    /// Says how many calls this portfolio has spent on a day.
    pub(crate) fn say(&mut self, day: NaiveDate, spent: u32) {
        let own = self.own();
        (own.day, own.spent) = (day, spent);
    }

    /// The calls that the others spent on that day.
    pub(crate) fn of_others(&self, day: NaiveDate) -> u32 {
        let others = self.pages.iter().filter(|(portfolio, page)| *portfolio != self.portfolio && page.day == day);
        others.fold(0, |sum, (_, page)| sum.saturating_add(page.spent))
    }
}

fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

#[expect(clippy::cast_precision_loss, reason = "numbers of cases")]
fn real(cases: usize) -> f64 {
    cases as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asking(client_id: &str, per_second: u32) -> Asking<'_> {
        Asking { token_url: "https://service.example/token", client_id, per_second }
    }

    fn pace_of(seat: &Seat) -> u32 {
        held(&seat.account.pace).0.get()
    }

    #[test]
    fn those_who_share_a_client_id_keep_the_pace_of_the_most_cautious_of_them() {
        let sharing = Sharing::default();
        let quick = sharing.seat("one", asking("firm", 10), Default::default());
        let other = sharing.seat("two", asking("employer", 2), Default::default());
        assert_eq!((pace_of(&quick), pace_of(&other)), (10, 2), "not the same client id");
        let slow = sharing.seat("three", asking("firm", 5), Default::default());
        assert_eq!(pace_of(&quick), 5);
        let changed = sharing.seat("three", asking("firm", 8), Default::default());
        drop(slow);
        assert_eq!(pace_of(&quick), 8, "the client of the settings before is gone");
        drop(changed);
        assert_eq!(pace_of(&quick), 10);
    }

    #[test]
    fn the_days_calls_are_shared_by_the_number_of_cases_that_are_watched() {
        let sharing = Sharing::default();
        let [ours, theirs] = ["one", "two"].map(|id| sharing.seat(id, asking("firm", 5), Default::default()));
        assert!((ours.part(0) - 1.0).abs() < 1e-9, "nobody watches any");
        assert!((theirs.part(30) - 1.0).abs() < 1e-9);
        assert!((ours.part(10) - 0.25).abs() < 1e-9);
        drop(theirs);
        assert!((ours.part(10) - 1.0).abs() < 1e-9, "a closed one asks about nothing");
    }

    #[test]
    fn the_calls_of_a_portfolio_that_was_closed_stay_made_on_their_day() {
        let (sharing, monday) = (Sharing::default(), NaiveDate::default());
        let ours = sharing.seat("one", asking("firm", 5), (monday, 3));
        drop(sharing.seat("two", asking("firm", 5), (monday, 40)));
        assert_eq!(ours.pages().of_others(monday), 40);
        assert_eq!(ours.pages().of_others(monday.succ_opt().unwrap()), 0);
    }
}

//! What a call costs on each day, so that the calls of the day suffice.

use chrono::{Days, NaiveDate};

use super::ahead::{Ahead, DAYS};
use super::course::{Course, Tolls};

/// The price of a call on each day of the quota, in weighted unseen changes times hours. A value to keep from one plan to the next: what was
/// found out yesterday is a good beginning for today.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Prices {
    first_day: Option<NaiveDate>,
    days: Vec<f64>,
}

impl Prices {
    /// The price on a day; none if it was never planned. Days beyond the plan have that of the week before.
    #[must_use]
    pub fn on(&self, day: NaiveDate) -> Option<f64> {
        let ahead = day.signed_duration_since(self.first_day?).num_days();
        let ahead = usize::try_from(ahead).ok()?;
        self.days.get(within(ahead, self.days.len())).copied()
    }
}

/// A day beyond the plan has the price of the last planned one of the same day of the week.
fn within(day: usize, planned: usize) -> usize {
    let weeks = (day + 7).saturating_sub(planned) / 7;
    if day < planned { day } else { day.saturating_sub(weeks * 7) }
}

/// What the calls of a plan are to fit into.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    /// Calls left on the first day.
    pub(super) today: f64,
    /// Calls of every other day.
    pub(super) per_day: f64,
}

impl Room {
    fn on(self, day: usize) -> f64 {
        if day == 0 { self.today } else { self.per_day }
    }
}

/// Prices being found.
#[derive(Debug, Clone)]
pub(super) struct Tariff {
    /// By day of the quota, the first being today.
    days: Vec<f64>,
    /// By moment.
    moments: Vec<f64>,
    /// The lowest price there is, which keeps a plan from asking where nothing is gained, and the highest: what cannot wait whatever the
    /// price, as new cases, is not to drive it up for the others.
    bounds: (f64, f64),
}

/// How much of the difference between the prices of days goes with each correction where calls are very few.
const LEVELLING: f64 = 0.15;
/// Less than so many calls a day for each case are few: then the calls of six weeks count.
const FEW: f64 = 0.5;
/// And by what power of the ratio the level of all prices moves there.
const UNHURRIED: f64 = 0.3;
/// The days with prices of their own, to reckon with.
const DAYS_AS_NUMBER: f64 = 14.0;

/// How many times the guess a price may be.
const DEAREST: f64 = 8.0;

impl Tariff {
    /// Begins with what is known, or with a guess.
    pub(super) fn new(ahead: &Ahead, known: &Prices, guess: f64, least: f64) -> Self {
        let price = |day| known.on(ahead.first_day.checked_add_days(Days::new(day))?);
        let bounds = (least, least.max(guess * DEAREST));
        let price = |day| price(day).unwrap_or(guess).clamp(bounds.0, bounds.1);
        let days = (0..u64::try_from(DAYS).unwrap_or_default()).map(price).collect();
        let mut tariff = Self { days, moments: Vec::new(), bounds };
        tariff.spread(ahead);
        tariff
    }

    pub(super) fn moments(&self) -> &[f64] {
        &self.moments
    }

    pub(super) fn kept(self, ahead: &Ahead) -> Prices {
        Prices { first_day: Some(ahead.first_day), days: self.days }
    }

    fn spread(&mut self, ahead: &Ahead) {
        self.moments = ahead.moments.iter().map(|moment| self.on(moment.day)).collect();
    }

    /// The price of a day, counted from today.
    fn on(&self, day: usize) -> f64 {
        self.days.get(within(day, self.days.len())).copied().unwrap_or(self.bounds.0)
    }

    /// Corrects the prices by the calls that they lead to; whether anything changed.
    ///
    /// All prices together go up or down by what is asked of the days in proportion to what there is, each day counting as much as its price:
    /// that is sure to lead to the right level. The price of each day moves against the others' by `step`, as a power of the ratio of what is
    /// asked of it to what is asked of all: slowly, for cases that wait for the same day tomorrow wait for the day before if its price falls.
    ///
    /// `often` is how many calls a day there are for each case, 1 at most. Where it is small, cases wait for many days and a little difference of
    /// price makes all of them wait for the same one: then the prices are kept near each other.
    pub(super) fn adjust(&mut self, ahead: &Ahead, calls: &[f64], room: Room, (step, often): (f64, f64)) -> bool {
        let before = self.days.clone();
        let step = step * often;
        let mean = (self.days.iter().map(|price| price.ln()).sum::<f64>() / DAYS_AS_NUMBER).exp();
        let ratio = |day: usize| calls.get(day).copied().unwrap_or_default().max(0.001) / room.on(day).max(0.5);
        let paid = |day: usize, price: f64| price * room.on(day).max(0.5);
        // Beyond its first days the plan has few moments a day: enough where calls are few, and only there it is looked at.
        let counted = if often < FEW { calls.len() } else { calls.len().min(DAYS) };
        let (asked, held) = (0..counted).fold((0.0, 0.0), |(asked, held), day| {
            let paid = paid(day, self.on(day));
            (asked + paid * ratio(day), held + paid)
        });
        let level: f64 = asked / held;
        for (day, price) in self.days.iter_mut().enumerate() {
            let factor = level.powf(UNHURRIED + (1.0 - UNHURRIED) * often).clamp(0.2, 5.0)
                * (ratio(day) / level).powf(step).clamp(0.5, 2.0);
            let kept = price.powf(1.0 - LEVELLING * (1.0 - often)) * mean.powf(LEVELLING * (1.0 - often));
            *price = (kept * factor).clamp(self.bounds.0, self.bounds.1);
        }
        self.spread(ahead);
        self.days != before
    }
}

/// By how much the calls of some day exceed what there is, as a part of that.
pub(super) fn excess(calls: &[f64], room: Room) -> f64 {
    let over = calls.iter().take(DAYS).enumerate().map(|(day, calls)| calls / room.on(day).max(0.5) - 1.0);
    over.fold(0.0, f64::max)
}

/// The best courses at these prices, one for each worth.
pub(super) fn courses(ahead: &Ahead, tariff: &Tariff, worths: &[f64], shortest: f64) -> Vec<Course> {
    let tolls = Tolls { prices: tariff.moments(), shortest };
    worths.iter().map(|worth| Course::new(&ahead.moments, tolls, *worth)).collect()
}

//! Where calls are few, cases take turns.
//!
//! When a case has several days to wait for its next call, what a day is worth differs little from the next, and a price for each day makes all
//! cases wait for the same one. So each day has one moment, late in its work, at which the cases are asked about that would pay the highest
//! price for it: as many as there are calls. For a case last asked about at `s`, with `r w` unseen changes for each hour of work, weighted, and
//! the work `b`, that price is
//!
//! ```text
//! r w  times the sum of (b(t) - b(u)) over the hours u from s to t
//! ```
//!
//! If work were even, waiting until this price is reached would be the best course at that price (Whittle's index, 1988).
//!
//! Over so long a wait a case may have left the stage in which it was last seen, and what follows is often quicker. So for `r` stands the mean
//! of its rate and the one after, as much of each as is to be expected, where an hour counts the more the later it is.

use super::ahead::{Ahead, FORECAST, Moment};

/// What is to be known of a case that takes turns.
#[derive(Debug, Clone, Copy)]
pub(super) struct Turner {
    /// Its last check; none if it was never asked about. The day is of no importance.
    pub(super) asked: Option<Moment>,
    /// What an hour of work brings.
    pub(super) worth: f64,
    /// The changes to expect in an hour of work.
    pub(super) rate: f64,
    /// What an hour of work brings once it has changed.
    pub(super) after: f64,
    /// How long it may wait, in hours.
    pub(super) patience: f64,
    /// The first moment at which it may be asked about.
    pub(super) soonest: usize,
}

/// The turn of a day.
#[derive(Debug, Clone, Copy)]
struct Turn {
    moment: usize,
    /// When the next one is, in hours.
    next: f64,
    /// The lowest price that was paid.
    price: f64,
}

/// The turns of the coming days.
#[derive(Debug, Clone)]
pub(super) struct Turns(Vec<Turn>);

impl Turns {
    /// Shares out the calls of each day: `today` of them on the first, `per_day` on every other.
    pub(super) fn new(ahead: &Ahead, mut cases: Vec<Turner>, (today, per_day): (usize, usize)) -> Self {
        let moments = moments(ahead);
        let mut turns = Vec::with_capacity(moments.len());
        let mut paid: Vec<(f64, usize)> = Vec::with_capacity(cases.len());
        for (day, moment) in moments.iter().enumerate() {
            let now = ahead.moments[*moment];
            let next = moments.get(day + 1).map_or(f64::INFINITY, |next| ahead.moments[*next].hours);
            let mut turn = Turn { moment: *moment, next, price: f64::INFINITY };
            let room = if now.day == 0 { today } else { per_day };
            if room > 0 {
                paid.clear();
                paid.extend(
                    cases.iter().enumerate().filter_map(|(index, case)| Some((case.pays(ahead, turn)?, index))),
                );
                turn.price = f64::MIN_POSITIVE;
                if paid.len() > room {
                    let (_, last, _) = paid.select_nth_unstable_by(room - 1, |one, other| other.0.total_cmp(&one.0));
                    turn.price = last.0;
                    paid.truncate(room);
                }
                for (_, index) in &paid {
                    cases[*index].asked = Some(now);
                }
            }
            turns.push(turn);
        }
        Self(turns)
    }

    /// The moment at which a case pays enough; the last turn if it never does.
    pub(super) fn wanted(&self, ahead: &Ahead, case: &Turner) -> usize {
        let pays = |turn: &&Turn| case.pays(ahead, **turn).is_some_and(|price| price >= turn.price);
        self.0.iter().find(pays).or(self.0.last()).map_or(0, |turn| turn.moment)
    }
}

impl Turner {
    /// What it would pay for a turn: any price where it must not wait for the next one, none where it has nothing to gain.
    fn pays(&self, ahead: &Ahead, turn: Turn) -> Option<f64> {
        let price = match self.asked {
            _ if self.soonest > turn.moment => return None,
            None => f64::INFINITY,
            Some(asked) if turn.next > asked.hours + self.patience => f64::INFINITY,
            Some(_) => self.price(ahead.moments[turn.moment]),
        };
        (price > 0.0).then_some(price)
    }

    /// What it would pay to be asked about at a moment; nothing if it is new.
    pub(super) fn price(&self, now: Moment) -> f64 {
        let Some(asked) = self.asked else { return 0.0 };
        let waits = now.work * (now.hours - asked.hours) - (now.area - asked.area);
        let stays = stays(self.rate * (now.work - asked.work));
        waits * (self.worth * stays + self.after * (1.0 - stays))
    }
}

/// For which part of a wait a case is still in its stage when so many changes are to be expected over all of it, later hours counting more.
fn stays(expected: f64) -> f64 {
    if expected < 1e-3 { 1.0 } else { 2.0 * (1.0 - (-expected).exp() * (1.0 + expected)) / (expected * expected) }
}

/// The moment of each day: the last one at which work was done since the one before; the first one of a day without work.
fn moments(ahead: &Ahead) -> Vec<usize> {
    let mut moments: Vec<usize> = Vec::with_capacity(FORECAST);
    let mut before: Option<Moment> = None;
    for (index, moment) in ahead.moments.iter().enumerate().take_while(|(_, moment)| moment.day < FORECAST) {
        let works = before.is_none_or(|before| moment.work > before.work);
        match before {
            Some(before) if before.day == moment.day => {
                if let (true, Some(last)) = (works, moments.last_mut()) {
                    *last = index;
                }
            }
            Some(_) | None => moments.push(index),
        }
        before = Some(*moment);
    }
    moments
}

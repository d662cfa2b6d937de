//! The plan: when each case is asked about next, and who is asked about now.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::ahead::{Ahead, Frame, hours};
use super::calendar::Hours;
use super::concern::Patience;
use super::course::Course;
use super::plan::{Budget, Intervals};
use super::price::{Prices, Room, Tariff, courses, excess};
use super::quota::{ResetZone, next_reset};
use super::standing::{Last, Reach, Standing, calls, reach};
use super::work::{STEP_SECONDS, WorkCalendar};
use crate::case::CaseId;

/// What the plan needs to know of a case.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Watched {
    /// Its identity.
    pub id: CaseId,
    /// When it was last asked about; absent if never.
    pub asked_at: Option<DateTime<Utc>>,
    /// What an hour of the agency's work brings: the changes to expect ([`super::Past::rate`]) times their weight
    /// ([`super::Concern::weight`]).
    pub worth: f64,
    /// How long it may wait ([`super::Concern::patience`]).
    pub patience: Patience,
    /// It is not asked about before this, because a check of it failed ([`super::backoff`]).
    pub not_before: Option<DateTime<Utc>>,
}

/// The settings of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Terms {
    /// When the agency works.
    pub calendar: WorkCalendar,
    /// When the service answers.
    pub hours: Hours,
    /// When the day of the quota begins.
    pub zone: ResetZone,
    /// Calls a day.
    pub per_day: u32,
    /// The shortest time between two checks of a case; the longest stands in each case's patience.
    pub intervals: Intervals,
    /// A number drawn once for each portfolio. It spreads the calls of cases that are alike, and of programs whose settings are alike.
    pub spread: u64,
}

/// Why a case is due when it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Why {
    /// It was never asked about.
    New,
    /// That is when a call is worth its price.
    Worth,
    /// It is not to wait longer.
    Ceiling,
    /// It is not to be asked about sooner.
    Floor,
    /// The service opens then.
    Opening,
    /// A check failed, and it was put off.
    PutOff,
}

/// When a case is due, and why then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// Not in the past: a case that is overdue is due now.
    pub at: DateTime<Utc>,
    /// The reason.
    pub why: Why,
}

/// Whom to ask about now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Round {
    /// The cases to ask about, most valuable first, within the budget.
    pub ask: Vec<(CaseId, Why)>,
    /// Cases that are due while the budget is used up: the least valuable.
    pub held_back: usize,
    /// When there is something to do next: a case becomes due, the budget begins anew for those held back. None if never.
    pub next_wake: Option<DateTime<Utc>>,
}

/// A plan for one portfolio, made at one moment from the cases as they were then. Good until [`Planner::good_until`], as long as no case is
/// added; a case that was asked about meanwhile is planned on.
#[derive(Debug, Clone)]
pub struct Planner {
    terms: Terms,
    ahead: Ahead,
    prices: Prices,
    classes: BTreeMap<i32, usize>,
    courses: Vec<Course>,
    reaches: BTreeMap<TimeDelta, usize>,
    stretch: f64,
    is_overfull: bool,
}

/// Cases whose worth differs by less than this factor are planned alike.
const CLASS: f64 = 1.2;
/// By how much the worth of cases that are alike is spread, as a power of [`CLASS`]: else all of them would be due at once.
const DITHER: f64 = 1.0;
/// What part of the calls may go to finished cases only because they wish so.
const FOR_WISHES: f64 = 0.2;
/// How often the prices are corrected, when there are none from before, and when there are.
const ROUNDS: (usize, usize) = (14, 2);
/// How far the prices of days move against each other when there are prices from before.
const KNOWN_STEP: f64 = 0.15;
/// A plan is made anew after this.
const GOOD_FOR: TimeDelta = TimeDelta::hours(3);

impl Planner {
    /// Plans at `now`. `known` are the prices of the plan before, or none.
    #[must_use]
    pub fn new(now: DateTime<Utc>, terms: Terms, cases: &[Watched], budget: Budget, known: &Prices) -> Self {
        let frame = Frame { calendar: &terms.calendar, hours: terms.hours, zone: terms.zone };
        let ahead = Ahead::new(now, frame);
        let (stretch, is_overfull) = stretch(cases, terms.per_day);
        let mut planner = Self {
            terms,
            ahead,
            prices: Prices::default(),
            classes: BTreeMap::new(),
            courses: Vec::new(),
            reaches: BTreeMap::new(),
            stretch,
            is_overfull,
        };
        planner.settle(cases, budget, known);
        planner
    }

    /// The prices, to begin the next plan with.
    #[must_use]
    pub fn prices(&self) -> &Prices {
        &self.prices
    }

    /// When the plan is to be made anew at the latest.
    #[must_use]
    pub fn good_until(&self) -> DateTime<Utc> {
        next_reset(self.ahead.begins, self.terms.zone).min(later(self.ahead.begins, GOOD_FOR))
    }

    /// Whether the calls of a day cannot hold the ceilings of all cases. Then some wait longer, and the user is to be told.
    #[must_use]
    pub fn is_overfull(&self) -> bool {
        self.is_overfull
    }

    /// By what factor the wishes of finished cases are stretched, because the calls of a day do not hold them; 1 if they do.
    #[must_use]
    pub fn stretch(&self) -> f64 {
        self.stretch
    }

    /// Who is to be asked about at `now`, within the budget.
    #[must_use]
    pub fn round(&self, now: DateTime<Utc>, cases: &[Watched], budget: Budget) -> Round {
        let mut next_wake = None;
        let mut due = Vec::new();
        for case in cases {
            match self.due(now, case) {
                Some(Due { at, why }) if at <= now => due.push((self.rank(now, case, why), case.id, why)),
                Some(Due { at, .. }) => next_wake = Some(next_wake.map_or(at, |wake: DateTime<Utc>| wake.min(at))),
                None => {}
            }
        }
        due.sort_unstable_by(|(left, left_id, _), (right, right_id, _)| {
            right.total_cmp(left).then(left_id.cmp(right_id))
        });
        let room = usize::try_from(budget.left_today).unwrap_or(usize::MAX);
        let held_back = due.len().saturating_sub(room);
        if held_back > 0 {
            let reset = self.terms.hours.next_opening(next_reset(now, self.terms.zone));
            next_wake = Some(next_wake.map_or(reset, |wake| wake.min(reset)));
        }
        Round { ask: due.into_iter().take(room).map(|(_, id, why)| (id, why)).collect(), held_back, next_wake }
    }

    /// When a case is due, as of `now`; none if only when the user says so. Never in the past, and never later than its patience allows,
    /// save that the service must be open.
    #[must_use]
    pub fn due(&self, now: DateTime<Utc>, case: &Watched) -> Option<Due> {
        let standing = self.standing(now, case)?;
        let (index, wanted) = (standing.first(&self.courses), standing.wanted(&self.courses));
        let why = match standing.last {
            _ if index > standing.latest.min(wanted) && case.not_before.is_some_and(|until| until > now) => Why::PutOff,
            Last::Never => Why::New,
            _ if index > standing.latest.min(wanted) => Why::Floor,
            _ if index < wanted => Why::Ceiling,
            Last::Before(_) | Last::At(_) => Why::Worth,
        };
        // The first moment is the one of planning: who is due then is not put off.
        let offset = if index == 0 { TimeDelta::zero() } else { self.offset(case.id) };
        let at = later(self.ahead.time(index), offset).max(now);
        let opening = self.terms.hours.next_opening(at);
        let is_open = opening <= at && (index > 0 || self.ahead.opens_at() <= now);
        Some(if is_open {
            Due { at, why }
        } else {
            Due { at: later(opening, self.offset(case.id)), why: Why::Opening }
        })
    }

    /// Where a case stands, as of `now`.
    fn standing(&self, now: DateTime<Utc>, case: &Watched) -> Option<Standing> {
        let Patience::Bounded { wish, ceiling } = case.patience else { return None };
        let patience = self.stretched(wish, ceiling);
        // A clock that was set back leaves checks in the future: they count as made now.
        let asked_at = case.asked_at.map(|asked_at| asked_at.min(now));
        let asked = asked_at.map(|asked_at| self.ahead.hours_at(asked_at));
        let last = match asked_at {
            None => Last::Never,
            Some(asked_at) if asked_at < self.ahead.begins => Last::Before(self.ahead.effort.at(asked_at)),
            Some(asked_at) => Last::At(self.ahead.first_from(self.ahead.hours_at(asked_at))),
        };
        let floor = asked.map_or(0, |asked| self.ahead.first_from(asked + hours(self.terms.intervals.shortest)));
        let put_off = case
            .not_before
            .map_or(0, |until| self.ahead.first_from(self.ahead.hours_at(until.min(later(now, ceiling)))));
        Some(Standing {
            course: self.classes.get(&self.class(case)).copied().unwrap_or(usize::MAX),
            reach: self.reaches.get(&patience).copied().unwrap_or(usize::MAX),
            last,
            soonest: floor.max(put_off),
            latest: asked.map_or(0, |asked| self.ahead.last_until(asked + hours(patience - margin(patience)))),
        })
    }

    /// In which order cases that are due are asked about: new ones, then those that must not wait, then by the unseen changes that are to be
    /// expected, weighted. That is what an hour more would cost.
    fn rank(&self, now: DateTime<Utc>, case: &Watched, why: Why) -> f64 {
        let unseen = case.asked_at.map_or(0.0, |asked_at| self.ahead.effort.between(asked_at, now).max(0.0));
        let first = match why {
            Why::New => 2e12,
            Why::Ceiling => 1e12,
            Why::Worth | Why::Floor | Why::Opening | Why::PutOff => 0.0,
        };
        first + unseen * case.worth
    }

    fn stretched(&self, wish: TimeDelta, ceiling: TimeDelta) -> TimeDelta {
        let stretched = TimeDelta::seconds(whole(hours(wish) * 3600.0 * self.stretch));
        stretched.min(ceiling)
    }

    /// The class of a case: its worth by powers of [`CLASS`], moved a little by its identity.
    fn class(&self, case: &Watched) -> i32 {
        let worth = if case.worth.is_finite() { case.worth.clamp(1e-9, 1e6) } else { 1e-9 };
        let moved = worth.ln() / CLASS.ln() + (unit(self.terms.spread ^ 0x5bd1, case.id) - 0.5) * DITHER;
        i32::try_from(whole(moved)).unwrap_or_default()
    }

    /// Where in its quarter of an hour a case is asked about.
    fn offset(&self, id: CaseId) -> TimeDelta {
        TimeDelta::seconds(whole(unit(self.terms.spread, id) * 899.0).min(STEP_SECONDS - 1))
    }

    /// Finds the prices and the courses.
    fn settle(&mut self, cases: &[Watched], budget: Budget, known: &Prices) {
        let worths = self.classify(cases);
        let reaches = self.reach(cases);
        let room = Room { today: f64::from(budget.left_today), per_day: f64::from(self.terms.per_day) };
        let standing = self.stand(cases, room);
        let shortest = hours(self.terms.intervals.shortest);
        let least = (mean_worth(cases) * 1e-3).max(1e-12);
        let guess = self.guess(cases, room);
        let often = (room.per_day / count(cases.len().max(1))).min(1.0);
        let is_known = known.on(self.ahead.first_day).is_some();
        let begin = if is_known { guess } else { least };
        let mut tariff = Tariff::new(&self.ahead, known, begin, least);
        let try_out = |tariff: &Tariff| {
            let courses = courses(&self.ahead, tariff, &worths, shortest);
            let calls = calls(&self.ahead, &courses, &reaches, &standing);
            (courses, calls)
        };
        let (mut best, mut wanted) = try_out(&tariff);
        if !is_known && excess(&wanted, room) > 0.0 {
            tariff = Tariff::new(&self.ahead, known, guess, least);
            (best, wanted) = try_out(&tariff);
        }
        for round in 0..if is_known { ROUNDS.1 } else { ROUNDS.0 } {
            let step = if is_known { KNOWN_STEP } else { 1.0 / (1.0 + count(round) / 3.0) };
            if !tariff.adjust(&self.ahead, &wanted, room, (step, often)) {
                break;
            }
            (best, wanted) = try_out(&tariff);
        }
        self.courses = best;
        self.prices = tariff.kept(&self.ahead);
    }

    /// Gives each case its class; the worth of each.
    fn classify(&mut self, cases: &[Watched]) -> Vec<f64> {
        let mut worths = Vec::new();
        for case in cases {
            let class = self.class(case);
            let next = worths.len();
            if *self.classes.entry(class).or_insert(next) == next {
                worths.push(CLASS.powi(class));
            }
        }
        worths
    }

    /// Gives each patience its reach.
    fn reach(&mut self, cases: &[Watched]) -> Vec<Reach> {
        let mut reaches = Vec::new();
        for case in cases {
            let Patience::Bounded { wish, ceiling } = case.patience else { continue };
            let patience = self.stretched(wish, ceiling);
            let next = reaches.len();
            if *self.reaches.entry(patience).or_insert(next) == next {
                reaches.push(reach(&self.ahead, hours(patience - margin(patience))));
            }
        }
        reaches
    }

    /// Where the cases stand, ordered by course and reach. More new ones than a day has calls stand in the days after.
    fn stand(&self, cases: &[Watched], room: Room) -> Vec<Standing> {
        let mut standing: Vec<Standing> =
            cases.iter().filter_map(|case| self.standing(self.ahead.begins, case)).collect();
        let new = standing.iter_mut().filter(|case| case.last == Last::Never);
        for (n, case) in new.enumerate() {
            let day = ((count(n) - room.today) / room.per_day.max(1.0) + 1.0).max(0.0);
            let first = self.ahead.moments.partition_point(|moment| count(moment.day + 1) <= day);
            case.soonest = case.soonest.max(first.min(self.ahead.moments.len().saturating_sub(1)));
        }
        standing.sort_unstable_by_key(|case| (case.course, case.reach));
        standing
    }

    /// The price at which the calls would suffice if they could be made at any time of any day and of a case in any number.
    fn guess(&self, cases: &[Watched], room: Room) -> f64 {
        let share = self.terms.calendar.hours_a_week() / 168.0;
        let roots: f64 = cases.iter().map(|case| (case.worth.max(0.0) * share / 2.0).sqrt()).sum();
        (24.0 * roots / room.per_day.max(1.0)).powi(2)
    }
}

/// By what factor wishes are stretched, and whether the ceilings alone are too much for the calls of a day.
fn stretch(cases: &[Watched], per_day: u32) -> (f64, bool) {
    let mut wishes: BTreeMap<(TimeDelta, TimeDelta), f64> = BTreeMap::new();
    for case in cases {
        if let Patience::Bounded { wish, ceiling } = case.patience {
            *wishes.entry((wish, ceiling)).or_default() += 1.0;
        }
    }
    let per_day = f64::from(per_day);
    let calls = |stretch: f64, all: bool| -> f64 {
        let bounded = wishes.iter().filter(|((wish, ceiling), _)| all || wish < ceiling);
        bounded.map(|((wish, ceiling), cases)| cases * 24.0 / (hours(*wish) * stretch).min(hours(*ceiling))).sum()
    };
    let stretch =
        (0..40).map(|power| 1.2_f64.powi(power)).find(|stretch| calls(*stretch, false) <= per_day * FOR_WISHES);
    (stretch.unwrap_or(f64::from(u16::MAX)), calls(f64::INFINITY, true) > per_day)
}

/// How long before the end of a patience a case is asked about: time enough for a day without calls to end.
fn margin(patience: TimeDelta) -> TimeDelta {
    TimeDelta::days(1).min(patience / 4)
}

fn mean_worth(cases: &[Watched]) -> f64 {
    cases.iter().map(|case| case.worth.max(0.0)).sum::<f64>() / count(cases.len().max(1))
}

/// A number from 0 to 1, the same for the same two and as good as random over many: `SplitMix64` (Steele, Lea and Flood, 2014).
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "53 bits fit, and any bits of an identity will do"
)]
fn unit(spread: u64, id: CaseId) -> f64 {
    let mut bits = spread ^ (id.0 as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits = bits.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((bits ^ (bits >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

#[expect(clippy::cast_possible_truncation, reason = "rounded numbers far below what fits; others are cut to what does")]
fn whole(number: f64) -> i64 {
    number.round() as i64
}

#[expect(clippy::cast_precision_loss, reason = "numbers of cases")]
fn count(cases: usize) -> f64 {
    cases as f64
}

fn later(at: DateTime<Utc>, by: TimeDelta) -> DateTime<Utc> {
    at.checked_add_signed(by).unwrap_or(at)
}

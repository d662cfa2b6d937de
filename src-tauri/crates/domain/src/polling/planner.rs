//! The plan: when each case is asked about next, and who is asked about now.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::ahead::{Ahead, Frame, hours};
use super::concern::Patience;
use super::course::Course;
use super::plan::Budget;
use super::price::{Prices, Room, Tariff, courses, excess};
use super::quota::next_reset;
use super::settings::{Due, Round, Terms, Watched};
use super::standing::{Last, Reach, Standing, calls, reach};
use super::turns::Turns;
use super::work::STEP_SECONDS;
use crate::case::CaseId;
use crate::why::Why;

/// A plan for one portfolio, made at one moment from the cases as they were then. Good until [`Planner::good_until`], as long as no case is
/// added; a case that was asked about meanwhile is planned on.
#[derive(Debug, Clone)]
pub struct Planner {
    pub(super) terms: Terms,
    pub(super) ahead: Ahead,
    prices: Prices,
    classes: BTreeMap<i32, usize>,
    courses: Vec<Course>,
    /// The turns of the cases, where calls are few.
    pub(super) turns: Option<Turns>,
    reaches: BTreeMap<TimeDelta, usize>,
    pub(super) stretch: f64,
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
            turns: None,
            reaches: BTreeMap::new(),
            stretch,
            is_overfull,
        };
        if planner.is_scarce(cases) {
            planner.take_turns(cases, budget);
        } else {
            planner.settle(cases, budget, known);
        }
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
        by_rank(&mut due);
        let room = usize::try_from(budget.left_today).unwrap_or(usize::MAX);
        let held_back = due.len().saturating_sub(room);
        if held_back > 0 {
            let reset = self.terms.hours.next_opening(next_reset(now, self.terms.zone));
            next_wake = Some(next_wake.map_or(reset, |wake| wake.min(reset)));
        }
        Round { ask: due.into_iter().take(room).map(|(_, id, why)| (id, why)).collect(), held_back, next_wake }
    }

    /// In which order these cases are asked about at `now`, whether they are due or not: most valuable first.
    #[must_use]
    pub fn order(&self, now: DateTime<Utc>, cases: &[Watched]) -> Vec<CaseId> {
        let why = |case: &Watched| self.due(now, case).map_or(Why::UntilAsked, |due| due.why);
        let mut ranked: Vec<_> =
            cases.iter().map(|case| (self.rank(now, case, why(case)), case.id, why(case))).collect();
        by_rank(&mut ranked);
        ranked.into_iter().map(|(_, id, _)| id).collect()
    }

    /// When it was planned.
    #[must_use]
    pub fn made_at(&self) -> DateTime<Utc> {
        self.ahead.begins
    }

    /// When a case is due, as of `now`; none if only when the user says so. Never in the past, and never later than its patience allows,
    /// save that the service must be open.
    #[must_use]
    pub fn due(&self, now: DateTime<Utc>, case: &Watched) -> Option<Due> {
        let standing = self.standing(now, case)?;
        let wanted = match &self.turns {
            Some(turns) => turns.wanted(&self.ahead, &self.turner(now, case, standing.soonest)),
            None => standing.wanted(&self.courses),
        };
        let index = standing.within(wanted);
        let why = match standing.last {
            _ if index > standing.latest.min(wanted) && case.not_before.is_some_and(|until| until > now) => Why::PutOff,
            Last::Never => Why::New,
            _ if index > standing.latest.min(wanted) => Why::Floor,
            _ if index < wanted || standing.latest == 0 => Why::Ceiling,
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
    pub(super) fn standing(&self, now: DateTime<Utc>, case: &Watched) -> Option<Standing> {
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
        let latest = |from: f64| self.ahead.last_until(from + hours(patience - margin(patience)));
        let put_off = case.not_before.map_or(0, |until| {
            // Nor is anything put off for longer than a case may wait: the clock may have been set back.
            self.ahead.first_from(self.ahead.hours_at(until)).min(latest(self.ahead.hours_at(now)))
        });
        Some(Standing {
            course: self.course(case),
            reach: self.reaches.get(&patience).copied().unwrap_or(usize::MAX),
            last,
            soonest: floor.max(put_off),
            latest: asked.map_or(0, latest),
        })
    }

    /// In which order cases that are due are asked about: new ones, then those that must not wait, then by the unseen changes that are to be
    /// expected, weighted. That is what an hour more would cost. Where cases take turns, by the price that they would pay.
    fn rank(&self, now: DateTime<Utc>, case: &Watched, why: Why) -> f64 {
        let value = if self.turns.is_some() {
            self.turner(now, case, 0).price(self.moment_at(now))
        } else {
            let unseen = case.asked_at.map_or(0.0, |asked_at| self.ahead.effort.between(asked_at, now).max(0.0));
            unseen * case.worth
        };
        let first = match why {
            Why::New => 2e12,
            Why::Ceiling => 1e12,
            Why::Worth | Why::Floor | Why::Opening | Why::PutOff | Why::UntilAsked => 0.0,
        };
        first + value
    }

    pub(super) fn stretched(&self, wish: TimeDelta, ceiling: TimeDelta) -> TimeDelta {
        let stretched = TimeDelta::seconds(whole(hours(wish) * 3600.0 * self.stretch));
        stretched.min(ceiling)
    }

    /// The class of a case: its worth by powers of [`CLASS`], moved a little by its identity.
    fn class(&self, case: &Watched) -> i32 {
        let moved = cleaned(case.worth).ln() / CLASS.ln() + (unit(self.terms.spread ^ 0x5bd1, case.id) - 0.5) * DITHER;
        i32::try_from(whole(moved)).unwrap_or_default()
    }

    /// Which course a case takes: that of its class, or of the nearest one, where its worth is another since the plan was made.
    fn course(&self, case: &Watched) -> usize {
        let class = self.class(case);
        let above = self.classes.range(class..).next();
        let below = self.classes.range(..class).next_back();
        let nearest = above.into_iter().chain(below).min_by_key(|(other, _)| other.abs_diff(class));
        nearest.map_or(usize::MAX, |(_, course)| *course)
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

/// Highest rank first; of the same rank, the case that was added first.
fn by_rank(ranked: &mut [(f64, CaseId, Why)]) {
    ranked
        .sort_unstable_by(|(left, left_id, _), (right, right_id, _)| right.total_cmp(left).then(left_id.cmp(right_id)));
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
pub(super) fn margin(patience: TimeDelta) -> TimeDelta {
    TimeDelta::days(1).min(patience / 4)
}

/// A worth or a rate within what can be reckoned with.
pub(super) fn cleaned(worth: f64) -> f64 {
    if worth.is_finite() { worth.clamp(1e-9, 1e6) } else { 1e-9 }
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
pub(super) fn count(cases: usize) -> f64 {
    cases as f64
}

fn later(at: DateTime<Utc>, by: TimeDelta) -> DateTime<Utc> {
    at.checked_add_signed(by).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use chrono::{Datelike, NaiveDate, Timelike};
    use chrono_tz::America::New_York;
    use proptest::prelude::*;

    use super::*;
    use crate::polling::calendar::Hours;
    use crate::polling::plan::Intervals;
    use crate::polling::quota::ResetZone;
    use crate::polling::work::WorkCalendar;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// A Monday, 10:00 Eastern.
    fn now() -> DateTime<Utc> {
        at("2026-03-02T15:00:00Z")
    }

    fn terms(hours: Hours, per_day: u32) -> Terms {
        Terms {
            calendar: WorkCalendar::default(),
            hours,
            zone: ResetZone::Eastern,
            per_day,
            intervals: Intervals::default(),
            spread: 1,
        }
    }

    fn bounded(wish: i64, ceiling: i64) -> Patience {
        Patience::Bounded { wish: TimeDelta::days(wish), ceiling: TimeDelta::days(ceiling) }
    }

    /// A pending case that changes once in 60 days of work, last asked about so many hours ago.
    fn case(id: i64, hours_ago: i64) -> Watched {
        let asked_at = Some(now() - TimeDelta::hours(hours_ago));
        Watched {
            id: CaseId(id),
            asked_at,
            worth: 1.0 / 780.0,
            rate: 1.0 / 780.0,
            after: 1.0 / 780.0,
            patience: bounded(30, 30),
            not_before: None,
        }
    }

    fn cases(count: i64) -> Vec<Watched> {
        (0..count).map(|id| case(id, 2 + id % 40)).collect()
    }

    fn planner(terms: Terms, cases: &[Watched]) -> Planner {
        let budget = Budget { left_today: terms.per_day };
        Planner::new(now(), terms, cases, budget, &Prices::default())
    }

    fn due(planner: &Planner, now: DateTime<Utc>, case: &Watched) -> Due {
        planner.due(now, case).unwrap()
    }

    #[test]
    fn most_calls_are_made_late_on_days_of_work() {
        let cases = cases(200);
        let planner = planner(terms(Hours::Always, 200), &cases);
        let late = |case: &&Watched| {
            let asked_at = at("2026-03-06T01:00:00Z"); // Thursday, 20:00
            let at =
                due(&planner, asked_at, &Watched { asked_at: Some(asked_at), ..**case }).at.with_timezone(&New_York);
            at.date_naive() == NaiveDate::from_ymd_opt(2026, 3, 6).unwrap() && at.hour() >= 12
        };
        assert!(cases.iter().filter(late).count() > 150);
    }

    #[test]
    fn a_new_case_comes_first_and_then_one_that_must_not_wait() {
        let mut cases = vec![case(1, 200), case(2, 29 * 24 + 1), Watched { asked_at: None, ..case(3, 0) }];
        cases[1].worth = 1e-7;
        let planner = planner(terms(Hours::Always, 1_000), &cases);
        let round = planner.round(now(), &cases, Budget { left_today: 2 });
        assert_eq!(round.ask, [(CaseId(3), Why::New), (CaseId(2), Why::Ceiling)]);
        assert_eq!(round.held_back, 1);
        assert_eq!(round.next_wake, Some(at("2026-03-03T05:00:00Z")), "the next day of the quota");
    }

    #[test]
    fn of_cases_that_are_due_those_with_more_unseen_come_first() {
        let mut cases = vec![case(1, 30), case(2, 80), case(3, 30)];
        cases[2].worth *= 9.0;
        let planner = planner(terms(Hours::Always, 1_000), &cases);
        let ask: Vec<CaseId> =
            planner.round(now(), &cases, Budget { left_today: 9 }).ask.iter().map(|ask| ask.0).collect();
        assert_eq!(ask, [CaseId(3), CaseId(2), CaseId(1)]);
    }

    #[test]
    fn a_case_worth_more_is_asked_about_at_least_as_soon() {
        let cases = cases(300);
        let planner = planner(terms(Hours::Always, 60), &cases);
        let urgent = Watched { worth: 1.0, ..cases[0] };
        assert!(due(&planner, now(), &urgent).at <= due(&planner, now(), &cases[0]).at);
    }

    #[test]
    fn in_the_sandbox_nobody_is_asked_about_at_night_or_on_weekends() {
        let saturday = at("2026-03-07T15:00:00Z");
        let cases = cases(50);
        let planner = Planner::new(
            saturday,
            terms(Hours::WeekdaysEastern, 1_000),
            &cases,
            Budget { left_today: 1_000 },
            &Prices::default(),
        );
        for case in &cases {
            let due = due(&planner, saturday, case).at;
            assert!(Hours::WeekdaysEastern.is_open(due) && due >= at("2026-03-09T11:00:00Z"), "{due}");
        }
        assert_eq!(planner.round(saturday, &cases, Budget { left_today: 1_000 }).ask, []);
    }

    /// catalogue 92
    #[test]
    fn after_a_sleep_of_eight_hours_each_case_is_asked_about_once() {
        let cases = cases(40);
        let planner = planner(terms(Hours::Always, 1_000), &cases);
        let awake = now() + TimeDelta::hours(8);
        let round = planner.round(awake, &cases, Budget { left_today: 1_000 });
        let mut asked: Vec<CaseId> = round.ask.iter().map(|ask| ask.0).collect();
        asked.sort_unstable();
        asked.dedup();
        assert_eq!((asked.len(), round.ask.len()), (40, 40));
        let again: Vec<Watched> = cases.iter().map(|case| Watched { asked_at: Some(awake), ..*case }).collect();
        assert_eq!(planner.round(awake, &again, Budget { left_today: 1_000 }).ask, []);
    }

    /// catalogue 93
    #[test]
    fn a_clock_set_ten_years_forward_and_back_leaves_no_case_waiting_longer_than_its_ceiling() {
        let ahead = Watched { asked_at: Some(now() + TimeDelta::days(3650)), ..case(1, 0) };
        let put_off = Watched { not_before: Some(now() + TimeDelta::days(3650)), ..case(2, 1) };
        let planner = planner(terms(Hours::Always, 1_000), &[ahead, put_off]);
        for case in [ahead, put_off] {
            assert!(due(&planner, now(), &case).at <= now() + TimeDelta::days(30));
        }
    }

    /// catalogue 95
    #[test]
    fn a_hundred_restarts_in_a_day_do_not_exceed_its_budget() {
        let (mut cases, mut left, mut calls) = (cases(500), 300, 0);
        for restart in 0..100 {
            let at = now() + TimeDelta::minutes(8 * restart);
            let planner =
                Planner::new(at, terms(Hours::Always, 300), &cases, Budget { left_today: left }, &Prices::default());
            for (id, _) in planner.round(at, &cases, Budget { left_today: left }).ask {
                cases[usize::try_from(id.0).unwrap()].asked_at = Some(at);
                (left, calls) = (left - 1, calls + 1);
            }
        }
        assert!(calls <= 300);
    }

    /// catalogue 96
    #[test]
    fn a_thousand_programs_with_the_same_settings_do_not_ask_at_the_same_time() {
        let mut minutes = [0; 15];
        let planner = planner(terms(Hours::Always, 1_000), &[case(1, 3)]);
        for spread in 0..1_000 {
            let one = Planner { terms: Terms { spread, ..planner.terms.clone() }, ..planner.clone() };
            minutes[usize::try_from(one.offset(CaseId(1)).num_minutes()).unwrap()] += 1;
        }
        assert!(minutes.iter().all(|count| (40..=95).contains(count)), "{minutes:?}");
    }

    /// catalogue 94
    #[test]
    fn the_days_on_which_clocks_change_and_a_leap_day_are_planned_like_others() {
        for day in ["2026-03-08T06:30:00Z", "2026-11-01T05:30:00Z", "2028-02-29T02:00:00Z"] {
            let cases = [Watched { asked_at: Some(at(day) - TimeDelta::days(3)), ..case(1, 0) }];
            let planner =
                Planner::new(at(day), terms(Hours::Always, 10), &cases, Budget { left_today: 10 }, &Prices::default());
            let due = due(&planner, at(day), &cases[0]);
            assert!(due.at >= at(day) && due.at <= at(day) + TimeDelta::days(4), "{day} {due:?}");
            assert!(planner.good_until() > at(day));
        }
    }

    #[test]
    fn what_the_day_cannot_hold_is_said() {
        let finished: Vec<Watched> =
            cases(1_000).into_iter().map(|case| Watched { patience: bounded(7, 30), ..case }).collect();
        let roomy = planner(terms(Hours::Always, 1_000), &finished);
        assert!((roomy.stretch() - 1.0).abs() < 1e-9 && !roomy.is_overfull());
        let tight = planner(terms(Hours::Always, 100), &finished);
        assert!(tight.stretch() > 1.0 && !tight.is_overfull());
        assert!(planner(terms(Hours::Always, 30), &finished).is_overfull());
    }

    #[test]
    fn a_case_that_became_livelier_since_the_plan_is_not_asked_about_without_end() {
        let cases = cases(100);
        let planner = planner(terms(Hours::Always, 20), &cases);
        let livelier = Watched { worth: 1.0 / 300.0, asked_at: Some(now()), ..cases[0] };
        assert!(due(&planner, now(), &livelier).at > now() + TimeDelta::hours(4));
    }

    #[test]
    fn a_case_that_waits_until_it_is_asked_for_is_never_due() {
        let resting = Watched { patience: Patience::UntilAsked, ..case(1, 9_000) };
        let planner = planner(terms(Hours::Always, 10), &[resting]);
        assert_eq!(planner.due(now(), &resting), None);
        assert_eq!(planner.round(now(), &[resting], Budget { left_today: 10 }), Round::default());
    }

    #[test]
    fn a_case_put_off_after_a_failure_waits_and_a_plan_without_cases_is_empty() {
        let until = now() + TimeDelta::hours(5);
        let put_off = Watched { not_before: Some(until), ..case(1, 500) };
        let planner = planner(terms(Hours::Always, 10), &[put_off]);
        let due = due(&planner, now(), &put_off);
        assert!(due.at >= until && due.why == Why::PutOff, "{due:?}");
        assert_eq!(planner.round(now(), &[], Budget { left_today: 10 }), Round::default());
    }

    #[test]
    fn the_prices_of_a_plan_are_kept_for_the_next_and_weekends_are_cheap() {
        let cases = cases(300);
        let planner = planner(terms(Hours::Always, 300), &cases);
        let price = |day: u32| planner.prices().on(NaiveDate::from_ymd_opt(2026, 3, day).unwrap()).unwrap();
        assert!(price(8) < price(6), "Sunday and Friday");
        assert_eq!(planner.prices().on(now().date_naive().with_day(1).unwrap()), None);
        let next = Planner::new(now(), terms(Hours::Always, 300), &cases, Budget { left_today: 300 }, planner.prices());
        assert!(next.prices().on(now().date_naive()).is_some());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn a_case_is_never_due_in_the_past_nor_after_its_ceiling_nor_while_the_service_is_closed(
            minutes in 0_i64..600_000, worth in 1e-7_f64..1.0, hours_ago in 0_i64..900, ceiling in 1_i64..31, open: bool, per_day in 1_u32..500,
        ) {
            let now = at("2026-01-02T00:00:00Z") + TimeDelta::minutes(minutes);
            let hours = if open { Hours::Always } else { Hours::WeekdaysEastern };
            let one = Watched { asked_at: Some(now - TimeDelta::hours(hours_ago)), worth, patience: bounded(ceiling, ceiling), ..case(1, 0) };
            let planner = Planner::new(now, terms(hours, per_day), &[one], Budget { left_today: per_day }, &Prices::default());
            let due = due(&planner, now, &one);
            prop_assert!(due.at >= now && hours.is_open(due.at));
            let latest = (now - TimeDelta::hours(hours_ago) + TimeDelta::days(ceiling)).max(now);
            prop_assert!(due.at <= latest.max(hours.next_opening(latest) + TimeDelta::minutes(15)), "{due:?} {latest}");
        }

        #[test]
        fn a_round_keeps_the_budget_forgets_nobody_and_is_the_same_again(count in 0_i64..60, left_today in 0_u32..40, per_day in 1_u32..60) {
            let cases = cases(count);
            let budget = Budget { left_today };
            let plan = || Planner::new(now(), terms(Hours::Always, per_day), &cases, budget, &Prices::default()).round(now(), &cases, budget);
            let round = plan();
            let due = round.ask.len() + round.held_back;
            prop_assert!(round.ask.len() <= usize::try_from(left_today).unwrap());
            prop_assert!(due <= cases.len() && (round.next_wake.is_some() || due == cases.len()));
            prop_assert!(round.next_wake.is_none_or(|wake| wake > now()));
            prop_assert_eq!(plan(), round);
        }
    }
}

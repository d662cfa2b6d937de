//! The least delay that any way of asking could have.
//!
//! Whoever asks makes at most `B` calls on each day. With any prices `m` of the days, all its calls cost at most the sum of `m B`. So what
//! waiting costs it, plus the price of its calls, is at least what the cheapest courses of the cases, each by itself, cost at these prices:
//! and the same without the sum of `m B` is the least that waiting can cost (the Lagrangian bound). The cases' true rates are known to it,
//! also those of stages that nobody has seen yet; no policy can know as much.
//!
//! It is computed for the same start as the policy it is compared with, and for four weeks beyond the measured ones at prices of their own.
//! What the policy's last checks leave for those weeks counts as it does for the bound, so that neither gains by the measuring's ending.

use crate::play::{Outcome, WINDOW};
use crate::policy::SHORTEST;
use crate::portfolio::TrueCourse;
use crate::time::{HOUR, Time, real};

/// How often the prices are corrected.
const ROUNDS: usize = 100;
/// By how many cases they are found; the bound itself counts every case.
const SAMPLE: usize = 1000;

/// A moment at which a call may be best.
#[derive(Debug, Clone, Copy)]
struct Moment {
    step: usize,
    hours: f64,
    day: usize,
}

/// What is the same for every case.
struct Frame<'a> {
    time: &'a Time,
    moments: Vec<Moment>,
    /// How many days there are.
    days: usize,
}

/// A line of cost over the changes expected until the last check.
#[derive(Clone, Copy)]
struct Line {
    cost: f64,
    hours: f64,
    index: usize,
}

impl Line {
    fn at(&self, expected: f64) -> f64 {
        self.cost - self.hours * expected
    }

    fn meets(&self, later: &Self) -> f64 {
        (later.cost - self.cost) / (later.hours - self.hours)
    }
}

/// One case at given prices.
struct Solved {
    /// What its best course costs from the start on.
    from_start: f64,
    /// What is left of that at the end of the measured weeks when the last check was the policy's.
    left_at_end: f64,
    /// Its calls by day.
    calls: Vec<usize>,
}

/// The least integral of changes unseen over the measured weeks, in hours, for any way of asking that starts and leaves the cases as this
/// outcome does.
#[must_use]
pub fn least_unseen(time: &Time, courses: &[TrueCourse], per_day: usize, outcome: &Outcome) -> f64 {
    let frame = Frame::new(time);
    let prices = frame.prices(courses, per_day, outcome);
    let all = 0..courses.len();
    let sum: f64 = all
        .map(|case| {
            let solved = frame.solve(&courses[case], (outcome.at_start[case], outcome.at_end[case]), &prices);
            solved.from_start - solved.left_at_end
        })
        .sum();
    let measured = time.day(WINDOW.1) - time.day(WINDOW.0);
    sum - prices.iter().take(measured).sum::<f64>() * real(per_day)
}

impl<'a> Frame<'a> {
    fn new(time: &'a Time) -> Self {
        let first = time.day(WINDOW.0);
        let mut moments = Vec::new();
        for step in WINDOW.0..=time.end() {
            // While nobody works, nothing is gained by waiting, unless a new day has begun.
            let works = time.work(real(step)) > time.work(real(step.saturating_sub(SHORTEST)));
            let begins = step == 0 || time.day(step) != time.day(step - 1);
            if works || begins || step == time.end() {
                moments.push(Moment { step, hours: real(step - WINDOW.0) / real(HOUR), day: time.day(step) - first });
            }
        }
        let days = time.day(time.end()) - first + 1;
        Self { time, moments, days }
    }

    /// Prices that make the bound high.
    fn prices(&self, courses: &[TrueCourse], per_day: usize, outcome: &Outcome) -> Vec<f64> {
        let stride = courses.len().div_ceil(SAMPLE);
        let sample: Vec<usize> = (0..courses.len()).step_by(stride).collect();
        let room = real(per_day) * real(sample.len()) / real(courses.len());
        let mut prices = vec![0.0; self.days];
        let mut best = (f64::NEG_INFINITY, prices.clone());
        let mut average = prices.clone();
        for round in 0..ROUNDS {
            if round % 20 == 10 && round > 20 {
                prices.clone_from(&average);
            }
            let mut value = -prices.iter().sum::<f64>() * room;
            let mut calls = vec![0; self.days];
            for case in &sample {
                let states = (outcome.at_start[*case], outcome.at_end[*case]);
                let solved = self.solve(&courses[*case], states, &prices);
                value += solved.from_start;
                calls.iter_mut().zip(&solved.calls).for_each(|(sum, calls)| *sum += calls);
            }
            if value > best.0 {
                best = (value, prices.clone());
            }
            let part = if round < 2 { 1.0 } else { 0.15 };
            average.iter_mut().zip(&prices).for_each(|(average, price)| *average += (price - *average) * part);
            if round == 0 {
                if calls.iter().all(|calls| real(*calls) <= room) {
                    break;
                }
                prices = vec![self.guess(courses, per_day); self.days];
                continue;
            }
            let step = 1.0 / (1.0 + real(round) / 20.0);
            let often = (real(per_day) / real(courses.len())).min(1.0);
            let paid: f64 = prices.iter().zip(&calls).map(|(price, calls)| price * real(*calls)).sum();
            let level = paid / (prices.iter().sum::<f64>() * room);
            for (price, calls) in prices.iter_mut().zip(&calls) {
                *price *=
                    level.clamp(0.25, 4.0) * (real(*calls).max(0.01) / room / level).powf(step * often).clamp(0.5, 2.0);
            }
        }
        best.1
    }

    fn guess(&self, courses: &[TrueCourse], per_day: usize) -> f64 {
        let (from, to) = (real(WINDOW.0), real(self.time.end()));
        let hours = (to - from) / real(HOUR);
        let root = |course: &TrueCourse| (course.expected(self.time, from, to) / hours / 2.0).sqrt();
        (24.0 * courses.iter().map(root).sum::<f64>() / real(per_day)).powi(2)
    }

    /// The best course of one case. `states` are its last checks at the start and at the end of the measured weeks.
    fn solve(&self, course: &TrueCourse, states: (usize, usize), prices: &[f64]) -> Solved {
        let sums = Sums::new(self, course, states);
        let count = self.moments.len();
        let (mut values, mut next) = (vec![0.0; count], vec![count - 1; count]);
        let end = self.line(&sums, count - 1, 0.0);
        let mut hull = vec![end];
        let (mut head, mut waiting) = (0, count - 1);
        for index in (0..count - 1).rev() {
            let (here, expected) = (self.moments[index], sums.expected[index]);
            while waiting > index + 1 && self.moments[waiting - 1].step >= here.step + SHORTEST {
                waiting -= 1;
                push(&mut hull, head, self.line(&sums, waiting, values[waiting] + prices[self.moments[waiting].day]));
            }
            while head + 1 < hull.len() && hull[head + 1].at(expected) <= hull[head].at(expected) {
                head += 1;
            }
            let best = hull[head];
            next[index] = best.index;
            values[index] = best.at(expected) - sums.area[index] + expected * here.hours;
        }
        let toll = |index: usize| if index == count - 1 { 0.0 } else { prices[self.moments[index].day] };
        let first = |last: usize, from: usize, unseen: f64| -> (f64, usize) {
            // From a check before: the changes unseen then wait, too.
            let begin = self.moments.partition_point(|moment| moment.step < from.max(last + SHORTEST));
            let origin = self.moments.partition_point(|moment| moment.step < from);
            let (hours, area) = (self.moments[origin].hours, sums.area[origin]);
            let base = sums.expected[origin] - unseen;
            let cost = |index: usize| {
                let waits = sums.area[index] - area - base * (self.moments[index].hours - hours);
                (waits + toll(index) + values[index], index)
            };
            (begin..count)
                .map(cost)
                .fold((f64::INFINITY, count - 1), |best, one| if one.0 < best.0 { one } else { best })
        };
        let (from_start, mut at) = first(states.0, WINDOW.0, sums.unseen_at_start);
        let (left_at_end, _) = first(states.1, WINDOW.1, sums.unseen_at_end);
        let mut calls = vec![0; self.days];
        while at < count - 1 {
            calls[self.moments[at].day] += 1;
            at = next[at];
        }
        Solved { from_start, left_at_end, calls }
    }

    fn line(&self, sums: &Sums, index: usize, cost: f64) -> Line {
        Line { cost: cost + sums.area[index], hours: self.moments[index].hours, index }
    }
}

/// Adds a line to the lower hull; lines come with ever earlier hours.
fn push(hull: &mut Vec<Line>, head: usize, line: Line) {
    while hull.len() >= head + 2 {
        let (before, last) = (hull[hull.len() - 2], hull[hull.len() - 1]);
        if line.meets(&before) < last.meets(&before) {
            break;
        }
        hull.pop();
    }
    hull.push(line);
}

/// The changes to expect of one case, added up at each moment.
struct Sums {
    expected: Vec<f64>,
    area: Vec<f64>,
    unseen_at_start: f64,
    unseen_at_end: f64,
}

impl Sums {
    fn new(frame: &Frame<'_>, course: &TrueCourse, states: (usize, usize)) -> Self {
        let time = frame.time;
        let (mut expected, mut area) =
            (Vec::with_capacity(frame.moments.len()), Vec::with_capacity(frame.moments.len()));
        let (mut sum, mut integral, mut last) = (0.0, 0.0, WINDOW.0);
        for moment in &frame.moments {
            let (from, to) = (real(last), real(moment.step));
            integral += sum * (to - from) / real(HOUR) + course.unseen(time, from, to);
            sum += course.expected(time, from, to);
            last = moment.step;
            expected.push(sum);
            area.push(integral);
        }
        Self {
            expected,
            area,
            unseen_at_start: course.expected(time, real(states.0), real(WINDOW.0)),
            unseen_at_end: course.expected(time, real(states.1), real(WINDOW.1)),
        }
    }
}

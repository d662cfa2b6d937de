//! The best times for one case, by itself, at given prices.
//!
//! A case changes `r` times for each hour of the agency's work. Between a check at `s` and the next at `v` the changes unseen at `u` are
//! `r (b(u) - b(s))`, where `b` adds up the work: what waiting costs is `r w` times the area `P(v) - P(s) - b(s) (v - s)` with `P` the
//! integral of `b` and `w` the weight of the case. With the price `m` of a call, divided by `r w`, the best course from `s` on costs
//!
//! ```text
//! V(s) = min over v of  m(v)/(r w) + P(v) - P(s) - b(s) (v - s) + V(v)
//! ```
//!
//! For one `s` these are straight lines in `b(s)` with slope `-v`. `b` never falls, so going back in time the lines come ordered by slope
//! and are asked for ordered by place: the lower hull is kept in a queue, and the whole takes a number of steps proportional to the
//! number of moments. It depends on the case through `r w` alone.

use super::ahead::Moment;

/// The best next call for every last one.
#[derive(Debug, Clone)]
pub(super) struct Course {
    /// For each moment the one of the best next call; the last one's is itself.
    next: Vec<u32>,
    /// Which call comes first, by the work counted at the last check before the plan begins: the lower hull, ordered so that less work
    /// comes later.
    first: Vec<Line>,
}

/// What a call at a moment costs, as a line over the work counted at the last check before it.
#[derive(Debug, Clone, Copy)]
struct Line {
    cost: f64,
    hours: f64,
    index: u32,
}

impl Line {
    fn at(&self, work: f64) -> f64 {
        self.cost - self.hours * work
    }

    /// The work at which this line and a later call's cost the same.
    fn meets(&self, later: &Self) -> f64 {
        (later.cost - self.cost) / (later.hours - self.hours)
    }
}

/// What holds for every call of a course.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tolls<'a> {
    /// The price of a call at each moment, in weighted unseen changes times hours.
    pub(super) prices: &'a [f64],
    /// The shortest time between two calls, in hours.
    pub(super) shortest: f64,
}

impl Course {
    /// The best course of a case whose changes for an hour of work, times its weight, are `worth`. At the last moment of all, the end of
    /// the plan, a call is free.
    pub(super) fn new(moments: &[Moment], tolls: Tolls<'_>, worth: f64) -> Self {
        let last = moments.len().saturating_sub(1);
        let mut hull = Hull::default();
        let mut next = vec![u32::try_from(last).unwrap_or(u32::MAX); moments.len()];
        let mut values = vec![0.0; moments.len()];
        // The end of the plan can be reached from anywhere; other moments wait until they are far enough away.
        let mut waiting = last;
        hull.lines.extend(moments.last().map(|end| line(*end, 0.0, last)));
        for index in (0..last).rev() {
            let here = moments[index];
            while waiting > index + 1 && moments[waiting - 1].hours >= here.hours + tolls.shortest - SLACK {
                waiting -= 1;
                hull.push(line(moments[waiting], values[waiting] + tolls.prices[waiting] / worth, waiting));
            }
            if let Some(best) = hull.best_from_here(here.work) {
                next[index] = best.index;
                values[index] = best.at(here.work) - here.area + here.work * here.hours;
            }
        }
        for index in (0..waiting).rev() {
            hull.push(line(moments[index], values[index] + tolls.prices[index] / worth, index));
        }
        Self { next, first: hull.lines.split_off(hull.head) }
    }

    /// The best next call after one at this moment.
    pub(super) fn next(&self, index: usize) -> usize {
        self.next.get(index).map_or(index, |next| usize::try_from(*next).unwrap_or(index))
    }

    /// The best first call of a case that was last checked before the plan begins, when the work stood at `work`.
    pub(super) fn first(&self, work: f64) -> usize {
        // Along the hull the lines fall up to the best one and rise after it.
        let better = |pair: &[Line]| pair[1].at(work) < pair[0].at(work);
        let (mut low, mut high) = (0, self.first.len().saturating_sub(1));
        while low < high {
            let middle = usize::midpoint(low, high);
            if better(&self.first[middle..=middle + 1]) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        self.first.get(low).map_or(0, |line| usize::try_from(line.index).unwrap_or_default())
    }
}

/// A second: what rounding may take from the shortest time.
const SLACK: f64 = 1.0 / 3600.0;

fn line(moment: Moment, cost: f64, index: usize) -> Line {
    Line { cost: cost + moment.area, hours: moment.hours, index: u32::try_from(index).unwrap_or(u32::MAX) }
}

/// The lower hull of the lines so far. New lines have smaller `hours`; the work asked for never grows.
#[derive(Debug, Default)]
struct Hull {
    lines: Vec<Line>,
    head: usize,
}

impl Hull {
    fn push(&mut self, line: Line) {
        while let [.., before, last] = &self.lines[self.head..] {
            if line.meets(before) >= last.meets(before) {
                self.lines.pop();
            } else {
                break;
            }
        }
        self.lines.push(line);
    }

    fn best_from_here(&mut self, work: f64) -> Option<Line> {
        while let [first, second, ..] = &self.lines[self.head..]
            && second.at(work) <= first.at(work)
        {
            self.head += 1;
        }
        self.lines.get(self.head).copied()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Moments with any gaps, some of them without work, and prices.
    fn moments() -> impl Strategy<Value = (Vec<Moment>, Vec<f64>)> {
        prop::collection::vec((0.25_f64..3.0, 0_u8..2, 0.01_f64..20.0), 2..40).prop_map(|steps| {
            let (mut here, mut all) = (Moment { hours: 0.0, work: 5.0, area: 0.0, day: 0 }, Vec::new());
            for (hours, share, _) in &steps {
                let work = here.work + hours * f64::from(*share);
                let area = here.area + f64::midpoint(here.work, work) * hours;
                here = Moment { hours: here.hours + hours, work, area, day: 0 };
                all.push(here);
            }
            (all, steps.iter().map(|(_, _, price)| *price).collect())
        })
    }

    /// What a course costs from one check on, by the definition.
    fn cost(course: &Course, moments: &[Moment], prices: &[f64], mut index: usize) -> f64 {
        let mut sum = 0.0;
        while index + 1 < moments.len() {
            let next = course.next(index);
            sum += step(moments, prices, index, next);
            index = next;
        }
        sum
    }

    fn step(moments: &[Moment], prices: &[f64], from: usize, to: usize) -> f64 {
        let (here, there) = (moments[from], moments[to]);
        let toll = if to + 1 == moments.len() { 0.0 } else { prices[to] };
        toll + there.area - here.area - here.work * (there.hours - here.hours)
    }

    /// The least cost by trying every next call.
    fn least(moments: &[Moment], prices: &[f64], shortest: f64) -> Vec<f64> {
        let mut values = vec![0.0; moments.len()];
        for from in (0..moments.len().saturating_sub(1)).rev() {
            values[from] = (from + 1..moments.len())
                .filter(|to| *to + 1 == moments.len() || moments[*to].hours >= moments[from].hours + shortest - SLACK)
                .map(|to| step(moments, prices, from, to) + values[to])
                .fold(f64::INFINITY, f64::min);
        }
        values
    }

    proptest! {
        #[test]
        fn a_course_costs_as_little_as_any((moments, prices) in moments(), shortest in 0.0_f64..4.0) {
            let course = Course::new(&moments, Tolls { prices: &prices, shortest }, 1.0);
            let least = least(&moments, &prices, shortest);
            for (index, least) in least.iter().enumerate() {
                prop_assert!((cost(&course, &moments, &prices, index) - least).abs() < 1e-6);
            }
        }

        #[test]
        fn the_first_call_is_the_best_for_any_time_of_the_last_check((moments, prices) in moments(), work in 0.0_f64..5.0) {
            let course = Course::new(&moments, Tolls { prices: &prices, shortest: 0.0 }, 1.0);
            let values = least(&moments, &prices, 0.0);
            let costs: Vec<f64> = (0..moments.len()).map(|index| {
                let toll = if index + 1 == moments.len() { 0.0 } else { prices[index] };
                toll + moments[index].area - work * moments[index].hours + values[index]
            }).collect();
            let best = costs.iter().copied().fold(f64::INFINITY, f64::min);
            prop_assert!((costs[course.first(work)] - best).abs() < 1e-6);
        }

        #[test]
        fn a_case_that_is_worth_more_never_pays_less((moments, prices) in moments(), worth in 0.1_f64..10.0, more in 1.0_f64..10.0) {
            let paid = |worth: f64| {
                let course = Course::new(&moments, Tolls { prices: &prices, shortest: 0.0 }, worth);
                let calls = std::iter::successors(Some(0), |index| Some(course.next(*index)));
                let calls = calls.skip(1).take_while(|index| index + 1 < moments.len());
                calls.map(|index| prices[index]).sum::<f64>()
            };
            prop_assert!(paid(worth) <= paid(worth * more) + 1e-6);
        }
    }
}

//! How often a case changes: what is supposed of its stage, corrected by its own past.

use chrono::TimeDelta;

use super::work::HOURS_OF_A_WORKDAY;
use crate::status::Stage;

/// Days of work until the next change, as supposed of a case in a stage: in its first month, in its first year, and later.
///
/// Not measured: no public record of such times exists that could be cited. The figures say what the order of things implies. A receipt is
/// soon followed by an appointment, a decision by its card, a card by its delivery; a request for evidence stands for the weeks that are
/// allowed for its answer (30 to 87 days); review, appeals and other agencies take months to years; nothing much follows a denial or a
/// closed case; and whatever has stood still for long is likely to go on standing. What they get wrong, [`Past`] corrects case by case; the
/// bench measures what a threefold error costs.
const WORKDAYS: [(Option<Stage>, [f64; 3]); 24] = [
    (None, [10.0, 60.0, 240.0]),
    (Some(Stage::Accepted), [15.0, 60.0, 120.0]),
    (Some(Stage::FeesAndService), [12.0, 40.0, 120.0]),
    (Some(Stage::Biometrics), [15.0, 60.0, 120.0]),
    (Some(Stage::EvidenceRequested), [30.0, 40.0, 90.0]),
    (Some(Stage::EvidenceResponse), [20.0, 50.0, 100.0]),
    (Some(Stage::UnderReview), [25.0, 80.0, 150.0]),
    (Some(Stage::Interview), [12.0, 40.0, 100.0]),
    (Some(Stage::Approved), [6.0, 80.0, 400.0]),
    (Some(Stage::Denied), [60.0, 200.0, 600.0]),
    (Some(Stage::CardOrDocumentProduced), [4.0, 40.0, 300.0]),
    (Some(Stage::CardOrDocumentMailed), [5.0, 120.0, 600.0]),
    (Some(Stage::MailReturned), [15.0, 60.0, 200.0]),
    (Some(Stage::CardOrDocumentDestroyed), [200.0, 400.0, 800.0]),
    (Some(Stage::Naturalization), [12.0, 40.0, 120.0]),
    (Some(Stage::Transferred), [15.0, 60.0, 120.0]),
    (Some(Stage::DepartmentOfStateOrCourt), [40.0, 100.0, 200.0]),
    (Some(Stage::AppealOrMotion), [40.0, 90.0, 150.0]),
    (Some(Stage::Revocation), [25.0, 60.0, 120.0]),
    (Some(Stage::Rejected), [100.0, 300.0, 800.0]),
    (Some(Stage::Closed), [100.0, 300.0, 800.0]),
    (Some(Stage::OnHold), [40.0, 100.0, 150.0]),
    (Some(Stage::NoticeOrDataUpdate), [20.0, 60.0, 120.0]),
    (Some(Stage::Unknown), [15.0, 60.0, 120.0]),
];

/// The days in a stage up to which each of the figures holds, save the last.
pub const BRACKETS: [i64; 2] = [30, 365];

/// The changes for each hour of the agency's work that are supposed of a case: by its stage (none while no status was ever found) and the
/// time for which that has stood.
#[must_use]
pub fn supposed_rate(stage: Option<Stage>, since_change: TimeDelta) -> f64 {
    let bracket = BRACKETS.iter().filter(|days| since_change.num_days() >= **days).count();
    let row = WORKDAYS.iter().find(|(of, _)| *of == stage).or(WORKDAYS.first());
    let workdays = row.and_then(|(_, workdays)| workdays.get(bracket)).copied().unwrap_or(60.0);
    1.0 / (workdays * HOURS_OF_A_WORKDAY)
}

/// Days of work until the change after next, as supposed of a case in a stage: those of the stages that may follow, in their first month. Not
/// measured either. Stages that are not named are followed by little.
const FOLLOWED: [(Stage, f64); 9] = [
    (Stage::Accepted, 16.0),
    (Stage::Biometrics, 21.0),
    (Stage::EvidenceRequested, 21.0),
    (Stage::EvidenceResponse, 9.0),
    (Stage::UnderReview, 9.0),
    (Stage::Interview, 8.0),
    (Stage::Approved, 4.0),
    (Stage::CardOrDocumentProduced, 5.0),
    (Stage::CardOrDocumentMailed, 5.0),
];

/// The changes for each hour of the agency's work that are supposed of a case once the next change has been made.
#[must_use]
pub fn supposed_after(stage: Option<Stage>) -> f64 {
    let workdays = match stage {
        None | Some(Stage::Transferred) => 16.0,
        Some(stage) => FOLLOWED.iter().find(|(of, _)| *of == stage).map_or(45.0, |(_, workdays)| *workdays),
    };
    1.0 / (workdays * HOURS_OF_A_WORKDAY)
}

/// How firmly the supposed rates are held: as if this many changes had been seen in as much time as they are supposed to take. Cases of one
/// stage differ by about 0.7 of their mean then (a gamma distribution of this shape).
const FIRMNESS: f64 = 2.0;

/// What earlier stages say of the present one: as much as seven tenths of the evidence.
const CARRIED: f64 = 0.7;

/// What was seen of one case.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Past {
    /// Changes seen. Fractions come of earlier stages, which count in part.
    seen: f64,
    /// Changes that were to be supposed over the time of its checks.
    supposed: f64,
}

impl Past {
    /// What was kept of one: its two figures. What is no finite number from 0 up counts as 0.
    #[must_use]
    pub fn of(seen: f64, supposed: f64) -> Self {
        let cleaned = |figure: f64| if figure.is_finite() { figure.max(0.0) } else { 0.0 };
        Self { seen: cleaned(seen), supposed: cleaned(supposed) }
    }

    /// Changes seen, and changes that were to be supposed: to be kept.
    #[must_use]
    pub fn figures(self) -> (f64, f64) {
        (self.seen, self.supposed)
    }

    /// A check found the case unchanged after so many hours of work since the check before, while `rate` ([`supposed_rate`]) was supposed.
    #[must_use]
    pub fn unchanged(self, hours: f64, rate: f64) -> Self {
        Self { supposed: self.supposed + (hours * rate).max(0.0), ..self }
    }

    /// A check found a change. It lies somewhere between the two checks: the time that counts is the mean of that until it. What was known so
    /// far is of an earlier stage now.
    #[must_use]
    pub fn changed(self, hours: f64, rate: f64) -> Self {
        let past = Self { seen: self.seen + 1.0, supposed: self.supposed + until_change((hours * rate).max(0.0)) };
        past.carried()
    }

    fn carried(self) -> Self {
        Self { seen: self.seen * CARRIED, supposed: self.supposed * CARRIED }
    }

    /// By how much the case is faster (above 1) or slower than was supposed: the mean of what may be, given what was seen.
    ///
    /// The mean and nothing else, because what waiting costs is proportional to the rate: the best times for an unsure rate are those for its
    /// mean.
    #[must_use]
    pub fn pace(self) -> f64 {
        (FIRMNESS + self.seen.max(0.0)) / (FIRMNESS + self.supposed.max(0.0))
    }

    /// The changes to expect of the case for each hour of the agency's work, where `supposed` is the rate of its stage.
    #[must_use]
    pub fn rate(self, supposed: f64) -> f64 {
        supposed * self.pace()
    }

    /// The same once the next change has been made, where `supposed` is the rate of what follows ([`supposed_after`]).
    #[must_use]
    pub fn rate_after(self, supposed: f64) -> f64 {
        supposed * self.carried().pace()
    }
}

/// Of a time in which `expected` changes were to be supposed and at least one was made: how many until the first, in the mean.
fn until_change(expected: f64) -> f64 {
    if expected < 1e-6 { expected / 2.0 } else { 1.0 - expected / expected.exp_m1() }
}

/// What was seen of all cases together, stage by stage: it corrects what is supposed of a stage.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Experience {
    /// Changes seen and changes that were to be supposed, by stage.
    stages: [(f64, f64); Stage::ALL.len()],
}

/// How firmly what is supposed of a stage as a whole is held, in changes.
const FIRMNESS_OF_A_STAGE: f64 = 10.0;

impl Experience {
    /// A check of a case in this stage, so many hours of work after the one before, while `rate` ([`supposed_rate`]) was supposed.
    pub fn add(&mut self, stage: Stage, hours: f64, rate: f64, changed: bool) {
        let index = Stage::ALL.iter().position(|other| *other == stage);
        if let Some((seen, supposed)) = index.and_then(|index| self.stages.get_mut(index)) {
            *seen += if changed { 1.0 } else { 0.0 };
            let expected = (hours * rate).max(0.0);
            *supposed += if changed { until_change(expected) } else { expected };
        }
    }

    /// The changes seen and those that were to be supposed, by stage, of stages of which anything was seen: to be kept.
    pub fn figures(&self) -> impl Iterator<Item = (Stage, f64, f64)> {
        let of = Stage::ALL.into_iter().zip(self.stages);
        of.filter(|(_, figures)| *figures != (0.0, 0.0)).map(|(stage, (seen, supposed))| (stage, seen, supposed))
    }

    /// What was kept of one. What is no finite number from 0 up counts as 0.
    #[must_use]
    pub fn of(figures: impl IntoIterator<Item = (Stage, f64, f64)>) -> Self {
        let mut experience = Self::default();
        for (stage, seen, supposed) in figures {
            let index = Stage::ALL.iter().position(|other| *other == stage);
            if let Some(kept) = index.and_then(|index| experience.stages.get_mut(index)) {
                *kept = Past::of(seen, supposed).figures();
            }
        }
        experience
    }

    /// By what factor the changes of cases in this stage come faster than was supposed.
    #[must_use]
    pub fn factor(&self, stage: Stage) -> f64 {
        let index = Stage::ALL.iter().position(|other| *other == stage);
        let (seen, supposed) = index.and_then(|index| self.stages.get(index)).copied().unwrap_or_default();
        (FIRMNESS_OF_A_STAGE + seen) / (FIRMNESS_OF_A_STAGE + supposed)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_stage_has_its_figures_once_and_what_stands_long_slows_down() {
        for stage in Stage::ALL {
            assert_eq!(WORKDAYS.iter().filter(|(of, _)| *of == Some(stage)).count(), 1, "{stage:?}");
            let rates = [1, 100, 1000].map(|days| supposed_rate(Some(stage), TimeDelta::days(days)));
            assert!(rates.is_sorted_by(|early, late| early >= late), "{stage:?}");
        }
        assert!(supposed_rate(None, TimeDelta::days(1)) > supposed_rate(Some(Stage::UnderReview), TimeDelta::days(1)));
    }

    #[test]
    fn a_produced_card_is_expected_to_move_within_days_and_a_closed_case_is_not() {
        let week = TimeDelta::days(7);
        let card = supposed_rate(Some(Stage::CardOrDocumentProduced), week);
        assert!(card > 20.0 * supposed_rate(Some(Stage::Closed), week));
    }

    #[test]
    fn nothing_seen_leaves_what_was_supposed() {
        assert!((Past::default().rate(0.01) - 0.01).abs() < 1e-12);
    }

    #[test]
    fn a_case_that_keeps_moving_is_expected_to_move_on() {
        let (mut lively, mut still) = (Past::default(), Past::default());
        for _ in 0..5 {
            lively = lively.changed(13.0, 0.01);
            still = still.unchanged(130.0, 0.01);
        }
        assert!(lively.pace() > 1.2 && still.pace() < 0.3, "{lively:?} {still:?}");
    }

    #[test]
    fn a_stage_that_moves_faster_than_supposed_is_found_out_and_the_others_are_left_alone() {
        let mut experience = Experience::default();
        for check in 0..300 {
            experience.add(Stage::UnderReview, 20.0, 0.001, check % 5 == 0);
        }
        assert!(experience.factor(Stage::UnderReview) > 3.0);
        assert!((experience.factor(Stage::Accepted) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn what_is_kept_of_an_experience_is_the_same_experience() {
        let mut experience = Experience::default();
        experience.add(Stage::Approved, 20.0, 0.001, true);
        experience.add(Stage::Denied, 1.0 / 3.0, 0.1, false);
        assert_eq!(Experience::of(experience.figures()), experience);
        assert_eq!(Experience::of([(Stage::Denied, f64::NAN, -1.0)]), Experience::default());
    }

    proptest! {
        #[test]
        fn the_longer_nothing_happens_the_less_is_expected(a in 0.0_f64..1000.0, b in 0.0_f64..1000.0, rate in 0.0001_f64..0.1) {
            let shorter = Past::default().unchanged(a, rate);
            let longer = shorter.unchanged(b, rate);
            prop_assert!(longer.pace() <= shorter.pace());
            prop_assert!(longer.pace() > 0.0 && longer.pace().is_finite());
            prop_assert!(shorter.changed(b, rate).pace() >= longer.pace());
        }
    }
}

//! How much a case matters to the user, and how long it may wait at most.

use chrono::TimeDelta;

use super::plan::Intervals;
use crate::status::Stage;

/// What is known of a case beside the rate of its changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Concern {
    /// The stage of its last status; absent while none was ever found.
    pub stage: Option<Stage>,
    /// The time since its status last changed, or since it was added.
    pub since_change: TimeDelta,
    /// Whether the user has starred it.
    pub starred: bool,
    /// Whether a deadline of it is being watched.
    pub deadline: bool,
}

/// How long a case may wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patience {
    /// It is to be asked about after `wish` at the latest; where the calls of a day cannot hold the wishes of all cases, later, but
    /// never after more than `ceiling`.
    Bounded {
        /// The longest wait that is aimed at.
        wish: TimeDelta,
        /// The longest wait there is.
        ceiling: TimeDelta,
    },
    /// It is asked about only when the user says so.
    UntilAsked,
}

/// For how long a finished case is asked about weekly.
const WEEKLY: TimeDelta = TimeDelta::days(90);
/// For how long it is then asked about monthly.
const MONTHLY: TimeDelta = TimeDelta::days(730);

impl Concern {
    /// How much an hour of an unseen change weighs; 1 is usual. An open request for evidence, a watched deadline and a star weigh more,
    /// a finished case less.
    #[must_use]
    pub fn weight(&self) -> f64 {
        let stage = match self.stage {
            Some(Stage::EvidenceRequested | Stage::Revocation) => 4.0,
            Some(Stage::Interview | Stage::Biometrics | Stage::MailReturned) => 2.0,
            _ if self.is_finished() => 0.5,
            _ => 1.0,
        };
        let star = if self.starred { 3.0 } else { 1.0 };
        let deadline = if self.deadline { 3.0 } else { 1.0 };
        stage * star * deadline
    }

    /// How long the case may wait: a finished one a week, then a month, then until somebody asks; any other as long as the settings say.
    /// A star or a deadline keeps a finished case from being given up.
    #[must_use]
    pub fn patience(&self, intervals: &Intervals) -> Patience {
        let ceiling = intervals.longest.max(intervals.shortest).max(TimeDelta::minutes(15));
        let wish = if !self.is_finished() {
            ceiling
        } else if self.since_change < WEEKLY {
            TimeDelta::days(7)
        } else if self.since_change < MONTHLY || self.starred || self.deadline {
            TimeDelta::days(30)
        } else {
            return Patience::UntilAsked;
        };
        Patience::Bounded { wish: wish.min(ceiling), ceiling }
    }

    /// Whether nothing more is to be expected. An approved case may still bring a card for half a year.
    fn is_finished(&self) -> bool {
        match self.stage {
            Some(
                Stage::Denied
                | Stage::Rejected
                | Stage::Closed
                | Stage::CardOrDocumentMailed
                | Stage::CardOrDocumentDestroyed,
            ) => true,
            Some(Stage::Approved) => self.since_change >= TimeDelta::days(180),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn concern(stage: Stage, days: i64) -> Concern {
        Concern { stage: Some(stage), since_change: TimeDelta::days(days), starred: false, deadline: false }
    }

    fn wish(concern: Concern) -> Option<i64> {
        match concern.patience(&Intervals::default()) {
            Patience::Bounded { wish, ceiling } => {
                assert!(wish <= ceiling);
                Some(wish.num_days())
            }
            Patience::UntilAsked => None,
        }
    }

    #[test]
    fn a_finished_case_is_asked_about_weekly_then_monthly_then_only_when_wanted() {
        assert_eq!(
            [1, 89, 90, 729, 730].map(|days| wish(concern(Stage::Denied, days))),
            [Some(7), Some(7), Some(30), Some(30), None]
        );
        assert_eq!(wish(Concern { starred: true, ..concern(Stage::Denied, 2000) }), Some(30));
        assert_eq!(wish(concern(Stage::UnderReview, 2000)), Some(30));
    }

    #[test]
    fn evidence_deadlines_and_stars_weigh_more_and_finished_cases_less() {
        let usual = concern(Stage::UnderReview, 10).weight();
        assert!(concern(Stage::EvidenceRequested, 10).weight() > usual);
        assert!(Concern { starred: true, ..concern(Stage::UnderReview, 10) }.weight() > usual);
        assert!(Concern { deadline: true, ..concern(Stage::UnderReview, 10) }.weight() > usual);
        assert!(concern(Stage::Closed, 10).weight() < usual);
    }

    #[test]
    fn the_settings_bound_the_wait_of_every_case() {
        let intervals = Intervals { shortest: TimeDelta::hours(1), longest: TimeDelta::days(2) };
        let two_days = Patience::Bounded { wish: TimeDelta::days(2), ceiling: TimeDelta::days(2) };
        assert_eq!(concern(Stage::Denied, 1).patience(&intervals), two_days);
        assert_eq!(concern(Stage::UnderReview, 1).patience(&intervals), two_days);
    }
}

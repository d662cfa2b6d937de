//! What the watcher did and decided lately, to be read. In memory alone: it begins anew with each opening.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use casefolio_domain::ProblemKind;
use chrono::{DateTime, TimeDelta, Utc};

use crate::events::{PortfolioEvent, RoundReport};

/// How many deeds are remembered.
const MOST: usize = 200;
/// Rounds that brought nothing new become one deed, up to this long.
const TOGETHER: TimeDelta = TimeDelta::hours(1);

/// Something that the watcher did or decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deed {
    /// When it began; of a deed of a moment, when that was.
    pub from: DateTime<Utc>,
    /// When it ended.
    pub at: DateTime<Utc>,
    /// What it was.
    pub what: What,
}

/// What the watcher did or decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// It asked.
    Asked {
        /// About so many cases that have a status now.
        checked: u32,
        /// So many of them had changed.
        changed: u32,
        /// So many checks brought no status.
        failed: u32,
        /// It took so many calls.
        calls: u32,
    },
    /// It stopped a round because of the service, and leaves that alone for a while.
    Paused {
        /// Why.
        by: ProblemKind,
        /// So many cases were due and not asked about.
        held_back: u32,
        /// Until then; none where the next look tries again.
        until: Option<DateTime<Utc>>,
    },
    /// The portfolio itself failed: the code of a [`crate::Problem`].
    Failed(&'static str),
    /// Cases are due, and the service is closed until then by its hours.
    Closed(DateTime<Utc>),
    /// It told of so many changes.
    Told(u32),
    /// The computer woke up, and what had failed on the way to the service may be tried again.
    Woke,
}

/// What was done lately, shared between the watcher and whoever reads it.
#[derive(Debug, Clone, Default)]
pub(super) struct Activity(Arc<Mutex<Remembered>>);

#[derive(Debug, Default)]
struct Remembered {
    deeds: VecDeque<Deed>,
    round_began: Option<DateTime<Utc>>,
    /// Until when the round that ends now has the service left alone.
    pause: Option<DateTime<Utc>>,
    /// How the portfolio failed in the round that ends now.
    error: Option<&'static str>,
}

impl Activity {
    /// The deeds, the latest first.
    pub(super) fn deeds(&self) -> Vec<Deed> {
        self.lock().deeds.iter().rev().copied().collect()
    }

    /// What the end of the round in progress means: told before that is heard.
    pub(super) fn judge(&self, pause: Option<DateTime<Utc>>, error: Option<&'static str>) {
        let mut remembered = self.lock();
        (remembered.pause, remembered.error) = (pause, error);
    }

    pub(super) fn hear(&self, event: &PortfolioEvent, now: DateTime<Utc>) {
        match event {
            PortfolioEvent::RoundStarted { .. } => self.lock().round_began = Some(now),
            PortfolioEvent::RoundEnded(report) => self.lock().end(report, now),
            PortfolioEvent::Notified { changes, at, .. } => self.note(*at, What::Told(*changes)),
            PortfolioEvent::Checked { .. }
            | PortfolioEvent::Failed { .. }
            | PortfolioEvent::CasesEdited
            | PortfolioEvent::SettingsEdited
            | PortfolioEvent::BackupsChanged
            | PortfolioEvent::HealthChanged => {}
        }
    }

    pub(super) fn note(&self, at: DateTime<Utc>, what: What) {
        self.lock().add(Deed { from: at, at, what });
    }

    /// Cases are due while the service is closed. Remembered once for each time that it is.
    pub(super) fn closed(&self, now: DateTime<Utc>, until: DateTime<Utc>) {
        let mut remembered = self.lock();
        let said = remembered.deeds.iter().any(|deed| deed.what == What::Closed(until));
        if !said {
            remembered.add(Deed { from: now, at: now, what: What::Closed(until) });
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Remembered> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Remembered {
    fn end(&mut self, report: &RoundReport, at: DateTime<Utc>) {
        let from = self.round_began.take().unwrap_or(at);
        let RoundReport { checked, changed, failed, calls, held_back, stopped_by, .. } = *report;
        if checked + failed + calls > 0 {
            self.add(Deed { from, at, what: What::Asked { checked, changed, failed, calls } });
        }
        if let Some(by) = stopped_by {
            let until = self.pause.filter(|until| *until > at);
            self.add(Deed { from: at, at, what: What::Paused { by, held_back, until } });
        }
        if let Some(code) = self.error.take() {
            self.add(Deed { from: at, at, what: What::Failed(code) });
        }
        self.pause = None;
    }

    fn add(&mut self, deed: Deed) {
        if let Some(last) = self.deeds.back_mut()
            && let Some(one) = together(last, &deed)
        {
            *last = one;
            return;
        }
        if self.deeds.len() == MOST {
            self.deeds.pop_front();
        }
        self.deeds.push_back(deed);
    }
}

/// Two deeds as one, where nothing is lost by that.
fn together(one: &Deed, next: &Deed) -> Option<Deed> {
    if next.at - one.from > TOGETHER || next.from < one.at {
        return None;
    }
    let what = match (one.what, next.what) {
        (
            What::Asked { checked, changed: 0, failed: 0, calls },
            What::Asked { checked: more, changed: 0, failed: 0, calls: further },
        ) => What::Asked { checked: checked + more, changed: 0, failed: 0, calls: calls + further },
        (What::Failed(code), What::Failed(again)) if code == again => one.what,
        (What::Told(changes), What::Told(more)) => What::Told(changes + more),
        _ => return None,
    };
    Some(Deed { from: one.from, at: next.at, what })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minute(minutes: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes)
    }

    fn round(activity: &Activity, at: i64, report: RoundReport) {
        activity.hear(&PortfolioEvent::RoundStarted { total: 1 }, minute(at));
        activity.hear(&PortfolioEvent::RoundEnded(report), minute(at + 1));
    }

    fn well(checked: u32, changed: u32) -> RoundReport {
        RoundReport { checked, changed, calls: checked, ..RoundReport::default() }
    }

    fn whats(activity: &Activity) -> Vec<What> {
        activity.deeds().iter().map(|deed| deed.what).collect()
    }

    #[test]
    fn rounds_of_an_hour_that_brought_nothing_new_are_one_deed_and_a_change_stands_alone() {
        let activity = Activity::default();
        (0..30).for_each(|turn| round(&activity, turn * 2, well(2, 0)));
        round(&activity, 60, well(1, 1));
        round(&activity, 62, well(1, 0));
        let asked = |checked, changed| What::Asked { checked, changed, failed: 0, calls: checked };
        assert_eq!(whats(&activity), [asked(1, 0), asked(1, 1), asked(60, 0)]);
        let first = activity.deeds()[2];
        assert_eq!((first.from, first.at), (minute(0), minute(59)));
    }

    #[test]
    fn a_round_that_was_stopped_says_by_what_and_until_when() {
        let activity = Activity::default();
        activity.judge(Some(minute(40)), None);
        let report = RoundReport { held_back: 7, stopped_by: Some(ProblemKind::Limited), ..RoundReport::default() };
        round(&activity, 3, report);
        round(&activity, 50, report);
        let paused = |until| What::Paused { by: ProblemKind::Limited, held_back: 7, until };
        assert_eq!(whats(&activity), [paused(None), paused(Some(minute(40)))]);
    }

    #[test]
    fn a_failing_portfolio_and_closed_hours_are_said_once() {
        let activity = Activity::default();
        for turn in 0..3 {
            activity.judge(None, Some("disk_full"));
            round(&activity, turn * 5, RoundReport::default());
            activity.closed(minute(turn * 5 + 2), minute(600));
        }
        let failed = whats(&activity).iter().filter(|what| **what == What::Failed("disk_full")).count();
        assert_eq!((failed, whats(&activity).len()), (2, 3), "{:?}", activity.deeds());
    }

    #[test]
    fn old_deeds_are_forgotten() {
        let activity = Activity::default();
        (0..1000).for_each(|turn| activity.note(minute(turn), What::Woke));
        let deeds = activity.deeds();
        assert_eq!((deeds.len(), deeds[0].at), (MOST, minute(999)));
    }
}

//! What the watcher is doing, for whoever shows it.

use casefolio_domain::ProblemKind;
use chrono::{DateTime, Utc};

use crate::events::{PortfolioEvent, RoundReport};

/// The state of the watcher.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WatchState {
    /// Whether it runs at all.
    pub running: bool,
    /// How many cases the round in progress has asked for so far, and of how many; none between rounds.
    pub round: Option<(usize, usize)>,
    /// When the next case is due, or the service is tried again; none when there is nothing to ask.
    pub next_round_at: Option<DateTime<Utc>>,
    /// What the service as a whole did wrong when it was last asked: what kept the last round from its end, or what was met in one
    /// that brought no answer.
    pub problem: Option<ProblemKind>,
    /// Why the last round failed by the portfolio itself (a full disk, say): the code of its [`crate::Problem`]. Cleared by the next
    /// round that ends well, and by new settings.
    pub error: Option<&'static str>,
}

/// The state, with what has to be remembered of a round until it ends.
#[derive(Debug, Default)]
pub(super) struct Shown {
    pub(super) state: WatchState,
    /// The last failure of the service as a whole in the round in progress.
    failure: Option<ProblemKind>,
}

impl Shown {
    pub(super) fn running() -> Self {
        Self { state: WatchState { running: true, ..WatchState::default() }, failure: None }
    }

    pub(super) fn hear(&mut self, event: &PortfolioEvent) {
        match event {
            PortfolioEvent::RoundStarted { total } => {
                self.failure = None;
                self.state.round = Some((0, *total));
            }
            PortfolioEvent::Checked { .. } => self.count(),
            PortfolioEvent::Failed { kind, .. } => {
                self.count();
                self.failure = kind.concerns_the_service().then_some(*kind).or(self.failure);
            }
            PortfolioEvent::RoundEnded(report) => {
                self.state.round = None;
                self.state.problem = self.problem_after(report);
            }
            PortfolioEvent::SettingsEdited => self.state.error = None,
            PortfolioEvent::Notified { .. }
            | PortfolioEvent::CasesEdited
            | PortfolioEvent::BackupsChanged
            | PortfolioEvent::HealthChanged => {}
        }
    }

    fn count(&mut self) {
        if let Some((done, _)) = &mut self.state.round {
            *done += 1;
        }
    }

    /// Only an answer proves the service well, or that there was nobody to ask about.
    fn problem_after(&self, report: &RoundReport) -> Option<ProblemKind> {
        let nobody_asked = report.failed == 0 && self.state.error.is_none();
        match report.stopped_by {
            Some(kind) => Some(kind),
            None if report.checked > 0 || nobody_asked => None,
            None => self.failure.or(self.state.problem),
        }
    }
}

#[cfg(test)]
mod tests {
    use casefolio_domain::{CaseId, ReceiptNumber};

    use super::*;

    fn failed(kind: ProblemKind) -> PortfolioEvent {
        let receipt = ReceiptNumber::parse("IOE0911223301").unwrap();
        PortfolioEvent::Failed { case: CaseId(1), receipt, kind, message: None, at: DateTime::UNIX_EPOCH }
    }

    fn ended(checked: u32, failed: u32) -> PortfolioEvent {
        PortfolioEvent::RoundEnded(RoundReport { checked, failed, ..RoundReport::default() })
    }

    fn problem_after(shown: &mut Shown, kinds: &[ProblemKind], end: &PortfolioEvent) -> Option<ProblemKind> {
        shown.hear(&PortfolioEvent::RoundStarted { total: kinds.len() });
        for kind in kinds {
            shown.hear(&failed(*kind));
        }
        shown.hear(end);
        shown.state.problem
    }

    #[test]
    fn an_order_in_which_every_check_failed_does_not_call_the_service_well() {
        let mut shown = Shown::running();
        let closed = Some(ProblemKind::Closed);
        assert_eq!(problem_after(&mut shown, &[ProblemKind::Closed, ProblemKind::Unreadable], &ended(0, 2)), closed);
        assert_eq!(problem_after(&mut shown, &[ProblemKind::Unreadable], &ended(0, 1)), closed, "kept");
        assert_eq!(problem_after(&mut shown, &[ProblemKind::NoNetwork], &ended(0, 1)), Some(ProblemKind::NoNetwork));
        assert_eq!(problem_after(&mut shown, &[ProblemKind::NoNetwork], &ended(1, 1)), None, "an answer clears it");
    }

    #[test]
    fn a_round_without_cases_clears_the_problem_and_one_that_failed_by_itself_does_not() {
        let mut shown = Shown::running();
        problem_after(&mut shown, &[ProblemKind::Closed], &ended(0, 1));
        shown.state.error = Some("disk_full");
        assert_eq!(problem_after(&mut shown, &[], &ended(0, 0)), Some(ProblemKind::Closed));
        shown.hear(&PortfolioEvent::SettingsEdited);
        assert_eq!((shown.state.error, problem_after(&mut shown, &[], &ended(0, 0))), (None, None));
    }
}

//! What a person is told, and how.

use chrono::{DateTime, TimeDelta, Utc};

use crate::change::{Change, ChangeKind};
use crate::status::Stage;

/// How much a notice says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Detail {
    /// No name, no receipt, no status words.
    Generic,
    /// The words of the change.
    Detailed,
}

impl Detail {
    /// The stable code used in the settings.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Generic => "generic",
            Self::Detailed => "detailed",
        }
    }

    /// The detail with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Generic, Self::Detailed].into_iter().find(|detail| detail.code() == code)
    }
}

/// What a person wants to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preferences {
    /// Whether notices are wanted at all.
    pub enabled: bool,
    /// How much they say.
    pub detail: Detail,
    /// Whether silent updates are told: dates that move and a history that grows while the status stays the same.
    pub silent_told: bool,
}

impl Default for Preferences {
    fn default() -> Self {
        Self { enabled: true, detail: Detail::Generic, silent_told: false }
    }
}

impl Preferences {
    /// Whether a change of this kind is told.
    #[must_use]
    pub fn tells(&self, kind: ChangeKind) -> bool {
        self.enabled
            && match kind {
                ChangeKind::Title | ChangeKind::Text | ChangeKind::Reappeared | ChangeKind::Disappeared => true,
                ChangeKind::DatesOnly | ChangeKind::HistoryGrew => self.silent_told,
            }
    }

    /// The one change of an answer that is told: one notice a case and answer. The others are recorded with it.
    /// The title of the status, known or not, plays no part in this.
    #[must_use]
    pub fn headline<'a>(&self, changes: &'a [Change]) -> Option<&'a Change> {
        changes.iter().filter(|change| self.tells(change.kind())).min_by_key(|change| change.kind())
    }
}

/// Whether a stage asks a person to act, or tells of a loss: evidence, appointments, denial, rejection, revocation, returned mail.
#[must_use]
pub fn is_urgent(stage: Stage) -> bool {
    match stage {
        Stage::EvidenceRequested
        | Stage::Biometrics
        | Stage::Interview
        | Stage::Denied
        | Stage::Rejected
        | Stage::Revocation
        | Stage::MailReturned => true,
        Stage::Accepted
        | Stage::FeesAndService
        | Stage::EvidenceResponse
        | Stage::UnderReview
        | Stage::Approved
        | Stage::CardOrDocumentProduced
        | Stage::CardOrDocumentMailed
        | Stage::CardOrDocumentDestroyed
        | Stage::Naturalization
        | Stage::Transferred
        | Stage::DepartmentOfStateOrCourt
        | Stage::AppealOrMotion
        | Stage::Closed
        | Stage::OnHold
        | Stage::NoticeOrDataUpdate
        | Stage::Unknown => false,
    }
}

/// How a batch of notices is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Batch {
    /// One notice for each.
    Each,
    /// One notice for all.
    Summary,
    /// One notice for all, worded as "while you were away".
    WhileAway,
}

/// The most single notices a minute.
pub const NOTICES_A_MINUTE: u32 = 3;

/// Plans the delivery of what is pending: `pending` holds when each change was seen, `told_in_last_minute` counts the single notices
/// already shown. Something older than 24 hours makes the batch a "while you were away" summary; more than three a minute a summary.
#[must_use]
pub fn plan_batch(pending: &[DateTime<Utc>], now: DateTime<Utc>, told_in_last_minute: u32) -> Batch {
    let away = pending.iter().any(|seen| now.signed_duration_since(*seen) > TimeDelta::hours(24));
    let count = u32::try_from(pending.len()).unwrap_or(u32::MAX);
    if away {
        Batch::WhileAway
    } else if count > 0 && count.saturating_add(told_in_last_minute) > NOTICES_A_MINUTE {
        Batch::Summary
    } else {
        Batch::Each
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observation::Bilingual;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn every_kind_but_silent_updates_is_told_by_default() {
        let preferences = Preferences::default();
        for kind in ChangeKind::ALL {
            let silent = matches!(kind, ChangeKind::DatesOnly | ChangeKind::HistoryGrew);
            assert_eq!(preferences.tells(kind), !silent, "{kind:?}");
            assert!(Preferences { silent_told: true, ..preferences }.tells(kind));
            assert!(!Preferences { enabled: false, ..preferences }.tells(kind));
        }
        assert_eq!(preferences.detail, Detail::Generic);
    }

    #[test]
    fn a_title_nobody_has_seen_before_is_told_all_the_same() {
        let change = Change::Title {
            before: Bilingual::new("Case Was Received", ""),
            after: Bilingual::new("Brand New Title", ""),
        };
        assert_eq!(Stage::of("Brand New Title", ""), Stage::Unknown);
        assert_eq!(Preferences::default().headline(std::slice::from_ref(&change)), Some(&change));
    }

    #[test]
    fn one_answer_gives_one_headline() {
        let changes = [Change::Reappeared, Change::HistoryGrew { added: Vec::new() }, Change::DatesOnly];
        let all = Preferences { silent_told: true, ..Preferences::default() };
        assert_eq!(all.headline(&changes).map(Change::kind), Some(ChangeKind::DatesOnly));
        assert_eq!(Preferences::default().headline(&changes).map(Change::kind), Some(ChangeKind::Reappeared));
        assert_eq!(Preferences::default().headline(&[Change::DatesOnly]), None);
    }

    #[test]
    fn requests_and_losses_are_urgent_and_good_news_is_not() {
        assert!(is_urgent(Stage::EvidenceRequested) && is_urgent(Stage::Denied) && is_urgent(Stage::Interview));
        assert!(!is_urgent(Stage::Approved) && !is_urgent(Stage::UnderReview) && !is_urgent(Stage::Unknown));
    }

    #[test]
    fn more_than_three_a_minute_become_one() {
        let now = at("2026-01-05T15:00:00Z");
        assert_eq!(plan_batch(&[], now, 3), Batch::Each);
        assert_eq!(plan_batch(&[now; 3], now, 0), Batch::Each);
        assert_eq!(plan_batch(&[now; 4], now, 0), Batch::Summary);
        assert_eq!(plan_batch(&[now; 1], now, 2), Batch::Each);
        assert_eq!(plan_batch(&[now; 1], now, 3), Batch::Summary);
        assert_eq!(plan_batch(&[now; 50], now, 0), Batch::Summary);
        assert_eq!(plan_batch(&[now], now, u32::MAX), Batch::Summary);
    }

    #[test]
    fn what_waited_for_more_than_a_day_is_told_as_one_return() {
        let now = at("2026-01-05T15:00:00Z");
        assert_eq!(plan_batch(&[at("2026-01-04T14:59:59Z")], now, 0), Batch::WhileAway);
        assert_eq!(plan_batch(&[at("2026-01-04T15:00:00Z")], now, 0), Batch::Each);
        assert_eq!(plan_batch(&[at("2026-01-09T15:00:00Z")], now, 0), Batch::Each, "a clock set back is no absence");
    }
}

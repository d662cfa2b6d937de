//! A case: one receipt number being watched.

use chrono::{DateTime, TimeDelta, Utc};

use crate::form::FormType;
use crate::observation::{Bilingual, Observation};
use crate::outcome::ProblemKind;
use crate::receipt::ReceiptNumber;
use crate::status::Stage;
use crate::why::Why;

/// The identity of a case inside one portfolio.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CaseId(pub i64);

/// What was last known of a case when a new answer came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastKnown {
    /// The last status found.
    pub observation: Observation,
    /// Whether the case has become doubtful since that status was found ([`crate::Doubt`]).
    pub doubtful: bool,
}

/// What a list shows of a status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glance {
    /// The form, where the service named one.
    pub form: Option<FormType>,
    /// The status title.
    pub title: Bilingual,
    /// The English status text, by which the stage is told where the title leaves a doubt.
    pub text_en: String,
}

impl Glance {
    /// The stage of the status.
    #[must_use]
    pub fn stage(&self) -> Stage {
        Stage::of(&self.title.en, &self.text_en)
    }
}

impl From<&Observation> for Glance {
    fn from(seen: &Observation) -> Self {
        Self { form: seen.form.clone(), title: seen.title.clone(), text_en: seen.text.en.clone() }
    }
}

/// One watched receipt with what is known of it; in lists with a [`Glance`] at its status alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case<Status = Observation> {
    /// Its identity.
    pub id: CaseId,
    /// Its receipt number.
    pub receipt: ReceiptNumber,
    /// Whom the case is about, as the user wrote it; empty where unknown.
    pub person: String,
    /// A label of the user's; may be empty.
    pub label: String,
    /// When it was added.
    pub added_at: DateTime<Utc>,
    /// The last status found, if there was one.
    pub last: Option<Status>,
    /// When the status last changed (not the first sight).
    pub changed_at: Option<DateTime<Utc>>,
    /// When it was last attempted.
    pub checked_at: Option<DateTime<Utc>>,
    /// When a status was last found.
    pub answered_at: Option<DateTime<Utc>>,
    /// The problem of the last attempt, if it failed.
    pub problem: Option<ProblemKind>,
    /// When it is due next.
    pub due_at: DateTime<Utc>,
    /// Why then; absent while it was not planned yet.
    pub due_why: Option<Why>,
    /// Failures in a row that concern this receipt alone.
    pub failures: u32,
    /// Whether a change has not been read yet.
    pub unread: bool,
    /// Since when the service has not recognised the receipt, once that makes the last status doubtful ([`crate::Doubt`]).
    pub doubtful_since: Option<DateTime<Utc>>,
    /// What the user wants of it.
    pub wishes: Wishes,
}

/// What the user wants of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wishes {
    /// Nothing of it is told; what changes is still recorded and marked as unread.
    pub muted: bool,
    /// Nothing of it is told before this.
    pub snoozed_until: Option<DateTime<Utc>>,
    /// It is asked about more often than others.
    pub starred: bool,
}

impl Case {
    /// The case as it stands in a list.
    #[must_use]
    pub fn at_a_glance(&self) -> Case<Glance> {
        Case {
            id: self.id,
            receipt: self.receipt.clone(),
            person: self.person.clone(),
            label: self.label.clone(),
            added_at: self.added_at,
            last: self.last.as_ref().map(Glance::from),
            changed_at: self.changed_at,
            checked_at: self.checked_at,
            answered_at: self.answered_at,
            problem: self.problem,
            due_at: self.due_at,
            due_why: self.due_why,
            failures: self.failures,
            unread: self.unread,
            doubtful_since: self.doubtful_since,
            wishes: self.wishes,
        }
    }
}

/// How much later than it was to be answered about a case may be before its status is stale.
const GRACE: TimeDelta = TimeDelta::days(1);

impl<Status> Case<Status> {
    /// From when on its last known status is stale: a day after a check was due that was not made, or, where the last check failed, a
    /// day after the last answer. None where there is no status yet, and where none is expected any more.
    #[must_use]
    pub fn stale_from(&self) -> Option<DateTime<Utc>> {
        let answered = self.answered_at.filter(|_| self.due_why != Some(Why::UntilAsked))?;
        let expected = if self.problem.is_some() { self.due_at.min(answered) } else { self.due_at };
        expected.checked_add_signed(GRACE)
    }
}

impl Case<Glance> {
    /// The stage of the case: that of its last known status, unknown before the first answer.
    #[must_use]
    pub fn stage(&self) -> Stage {
        self.last.as_ref().map_or(Stage::Unknown, Glance::stage)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// Answered on the 2nd, due again on the 20th.
    fn case() -> Case {
        Case {
            id: CaseId(1),
            receipt: ReceiptNumber::parse("IOE0911223301").unwrap(),
            person: String::new(),
            label: String::new(),
            added_at: at("2026-03-01T15:00:00Z"),
            last: None,
            changed_at: None,
            checked_at: Some(at("2026-03-02T15:00:00Z")),
            answered_at: Some(at("2026-03-02T15:00:00Z")),
            problem: None,
            due_at: at("2026-03-20T15:00:00Z"),
            due_why: Some(Why::Worth),
            failures: 0,
            unread: false,
            doubtful_since: None,
            wishes: Wishes::default(),
        }
    }

    #[test]
    fn a_status_is_stale_a_day_after_a_check_that_was_not_made() {
        assert_eq!(case().stale_from(), Some(at("2026-03-21T15:00:00Z")));
    }

    #[test]
    fn where_the_last_check_failed_a_status_is_stale_a_day_after_the_last_answer() {
        let failed = Case { problem: Some(ProblemKind::NoNetwork), ..case() };
        assert_eq!(failed.stale_from(), Some(at("2026-03-03T15:00:00Z")));
    }

    #[test]
    fn a_case_without_a_status_and_one_that_is_done_with_are_never_stale() {
        assert_eq!(Case { answered_at: None, ..case() }.stale_from(), None);
        assert_eq!(Case { due_why: Some(Why::UntilAsked), ..case() }.stale_from(), None);
    }
}

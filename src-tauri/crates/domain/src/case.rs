//! A case: one receipt number being watched.

use chrono::{DateTime, Utc};

use crate::form::FormType;
use crate::observation::{Bilingual, Observation};
use crate::outcome::ProblemKind;
use crate::polling::Why;
use crate::receipt::ReceiptNumber;
use crate::status::Stage;

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

impl Case<Glance> {
    /// The stage of the case: that of its last known status, unknown before the first answer.
    #[must_use]
    pub fn stage(&self) -> Stage {
        self.last.as_ref().map_or(Stage::Unknown, Glance::stage)
    }
}

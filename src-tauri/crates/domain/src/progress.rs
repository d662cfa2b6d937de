//! How far a case has come, as a picture of six steps.

use chrono::NaiveDate;

use crate::observation::HistoryItem;
use crate::status::Stage;

/// A step of the picture, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// The case was received.
    Received,
    /// Fingerprints and photograph.
    Biometrics,
    /// Evidence was asked for.
    Evidence,
    /// Interview.
    Interview,
    /// Decision.
    Decision,
    /// Card, document or certificate.
    Document,
}

impl Step {
    /// Every step in order.
    pub const ALL: [Self; 6] =
        [Self::Received, Self::Biometrics, Self::Evidence, Self::Interview, Self::Decision, Self::Document];

    /// The stable code used in JSON and in the locale keys.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Biometrics => "biometrics",
            Self::Evidence => "evidence",
            Self::Interview => "interview",
            Self::Decision => "decision",
            Self::Document => "document",
        }
    }
}

/// What is known of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StepState {
    /// The service reported it, or it follows from what it reported.
    Done,
    /// The case stands at this step.
    Now,
    /// Nothing was reported; it may have happened, been skipped, or not be needed.
    Unknown,
    /// Not reported and, if it is needed at all, still to come.
    Ahead,
}

impl StepState {
    /// The stable code used in JSON and in the locale keys.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Now => "now",
            Self::Unknown => "unknown",
            Self::Ahead => "ahead",
        }
    }
}

/// One step of the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProgressStep {
    /// Which step.
    pub step: Step,
    /// What is known of it.
    pub state: StepState,
    /// The day the history gives for it.
    pub on: Option<NaiveDate>,
}

/// The picture of a case at `stage` with the sentences of its history (read in English).
///
/// A step is [`StepState::Done`] only where the service said so or where a later report implies it (a card is made of an approved case).
/// What the service did not report is [`StepState::Unknown`], never "not done"; [`StepState::Ahead`] is said only of steps behind the
/// one the case stands at.
#[must_use]
pub fn progress(stage: Stage, history: &[HistoryItem]) -> [ProgressStep; 6] {
    let told = states(stage);
    let mut steps = Step::ALL.map(|step| ProgressStep { step, state: StepState::Unknown, on: None });
    for (step, state) in steps.iter_mut().zip(told) {
        step.state = state;
        let Some(item) = history.iter().rev().find(|item| reports(step.step, &item.text.en)) else { continue };
        step.on = item.date;
        if state != StepState::Now {
            step.state = StepState::Done;
        }
    }
    steps
}

/// What a stage alone tells of the six steps.
fn states(stage: Stage) -> [StepState; 6] {
    use StepState::{Ahead, Done, Now, Unknown};
    match stage {
        Stage::Accepted => [Now, Ahead, Ahead, Ahead, Ahead, Ahead],
        Stage::Biometrics => [Done, Now, Ahead, Ahead, Ahead, Ahead],
        Stage::EvidenceRequested => [Done, Unknown, Now, Ahead, Ahead, Ahead],
        Stage::EvidenceResponse => [Done, Unknown, Done, Ahead, Ahead, Ahead],
        Stage::UnderReview => [Done, Unknown, Unknown, Unknown, Ahead, Ahead],
        Stage::Interview => [Done, Unknown, Unknown, Now, Ahead, Ahead],
        Stage::Approved => [Done, Unknown, Unknown, Unknown, Now, Ahead],
        Stage::Denied => [Done, Unknown, Unknown, Unknown, Now, Unknown],
        Stage::CardOrDocumentProduced | Stage::CardOrDocumentMailed | Stage::Naturalization => {
            [Done, Unknown, Unknown, Unknown, Done, Now]
        }
        // Mail that came back may be a notice, and a destroyed document may be an older one: neither tells of the decision.
        Stage::MailReturned
        | Stage::CardOrDocumentDestroyed
        | Stage::FeesAndService
        | Stage::Transferred
        | Stage::DepartmentOfStateOrCourt
        | Stage::AppealOrMotion
        | Stage::Revocation
        | Stage::Closed
        | Stage::OnHold
        | Stage::NoticeOrDataUpdate
        | Stage::Unknown => [Done, Unknown, Unknown, Unknown, Unknown, Unknown],
        // A rejected case was sent back: it does not count as received.
        Stage::Rejected => [Unknown; 6],
    }
}

/// Whether a sentence of the history reports a step as taken. Appointments that are only planned, moved or cancelled are not.
fn reports(step: Step, sentence: &str) -> bool {
    let sentence = sentence.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| sentence.contains(word));
    if has(&["expedite", "fee waiver", "premium processing", "appeal", "motion", "g-28", "duplicate"]) {
        return false;
    }
    match step {
        Step::Received => {
            has(&["we received your form", "we received your case", "we accepted your form", "we accepted your case"])
        }
        Step::Biometrics => {
            has(&["biometric", "fingerprint"])
                && has(&["taken", "took", "completed", "collected", "captured", "reuse", "attended"])
        }
        Step::Evidence => has(&["evidence"]) && has(&["request"]) && !has(&["cancel"]),
        Step::Interview => has(&["interview"]) && has(&["completed", "interviewed you", "conducted", "attended"]),
        Step::Decision => has(&[
            "we approved your form",
            "we approved your case",
            "approved your application",
            "approved your petition",
            "we denied your form",
            "denied your case",
            "denied your application",
            "denied your petition",
        ]),
        Step::Document => {
            has(&["card", "document", "permit", "certificate"])
                && has(&["we mailed", "produced", "delivered", "picked up", "issued"])
                && !has(&["returned", "undeliverable", "notice", "embassy", "consulate", "department of state"])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observation::Bilingual;

    fn item(date: &str, en: &str) -> HistoryItem {
        HistoryItem { date: date.parse().ok(), text: Bilingual::new(en, "") }
    }

    fn picture(stage: Stage, history: &[HistoryItem]) -> [&'static str; 6] {
        progress(stage, history).map(|step| step.state.code())
    }

    #[test]
    fn what_is_not_reported_is_unknown_and_never_said_to_be_skipped() {
        assert_eq!(picture(Stage::Accepted, &[]), ["now", "ahead", "ahead", "ahead", "ahead", "ahead"]);
        assert_eq!(picture(Stage::UnderReview, &[]), ["done", "unknown", "unknown", "unknown", "ahead", "ahead"]);
        assert_eq!(
            picture(Stage::CardOrDocumentProduced, &[]),
            ["done", "unknown", "unknown", "unknown", "done", "now"]
        );
        assert_eq!(picture(Stage::Denied, &[]), ["done", "unknown", "unknown", "unknown", "now", "unknown"]);
        assert_eq!(picture(Stage::Rejected, &[]), ["unknown"; 6]);
        assert_eq!(picture(Stage::Unknown, &[]), ["done", "unknown", "unknown", "unknown", "unknown", "unknown"]);
    }

    #[test]
    fn the_history_fills_in_what_was_reported_with_its_day() {
        let history = [
            item("2024-01-02", "We received your Form I-485, Application to Adjust Status."),
            item("2024-02-03", "We took your fingerprints and photograph."),
            item("2024-03-04", "We sent you a request for evidence."),
            item("2024-06-07", "We approved your Form I-485."),
        ];
        let steps = progress(Stage::CardOrDocumentMailed, &history);
        assert_eq!(steps.map(|step| step.state.code()), ["done", "done", "done", "unknown", "done", "now"]);
        assert_eq!(steps[1].on, "2024-02-03".parse().ok());
        assert_eq!(steps[4].on, "2024-06-07".parse().ok());
        assert_eq!(steps[3].on, None);
    }

    #[test]
    fn plans_and_side_requests_are_not_steps() {
        let history = [
            item("2024-01-02", "We scheduled your interview."),
            item("2024-01-03", "We cancelled your interview."),
            item("2024-01-04", "We scheduled your biometrics appointment."),
            item("2024-01-05", "We approved your request to expedite your case."),
            item("2024-01-06", "We denied your request for a fee waiver."),
            item("2024-01-07", "We mailed your document to a U.S. Embassy, or Consulate."),
        ];
        assert_eq!(picture(Stage::OnHold, &history), ["done", "unknown", "unknown", "unknown", "unknown", "unknown"]);
    }

    #[test]
    fn no_stage_has_two_steps_at_which_the_case_stands() {
        for stage in Stage::ALL {
            let now = picture(stage, &[]).iter().filter(|state| **state == "now").count();
            assert!(now <= 1, "{stage:?}");
        }
    }
}

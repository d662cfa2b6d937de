//! Stages of titles that are not in the table, by careful keywords. In doubt the answer is "unknown": a wrong stage is worse than none.

use super::Stage;

/// A stage is meant when each group has one of its words in the title and none of the excluding words is there.
struct Rule {
    stage: Stage,
    groups: &'static [&'static [&'static str]],
    none: &'static [&'static str],
}

const fn rule(stage: Stage, groups: &'static [&'static [&'static str]], none: &'static [&'static str]) -> Rule {
    Rule { stage, groups, none }
}

/// What is approved, denied or rejected must be the case itself, so the word before is part of the phrase:
/// an expedite request, a fee waiver, a duplicate card or a lawyer's G-28 may be refused or granted without touching the case.
const BESIDE_THE_CASE: &[&str] =
    &["not ", "appeal", "motion", "revo", "rescind", "expedite", "duplicate", "fee ", "intent", "g 28", "court"];

const PAPERS: &[&str] = &["card", "document", "permit", "parole", "certificate"];

/// The first rule that fits counts.
const RULES: [Rule; 25] = [
    rule(
        Stage::Rejected,
        &[&["case was rejected", "case rejected", "petition was rejected", "application was rejected"]],
        &["g 28", "not "],
    ),
    rule(
        Stage::Approved,
        &[&[
            "case was approved",
            "case approved",
            "case has been approved",
            "petition was approved",
            "application was approved",
        ]],
        BESIDE_THE_CASE,
    ),
    rule(
        Stage::Denied,
        &[&["case was denied", "case denied", "case has been denied", "petition was denied", "application was denied"]],
        BESIDE_THE_CASE,
    ),
    rule(Stage::EvidenceRequested, &[&["intent to deny"]], &["appeal", "withdr", "cancel"]),
    rule(
        Stage::EvidenceRequested,
        &[&["request for", "requested"], &["evidence"], &["sent", "mailed", "emailed", "issued", "requested"]],
        &["response", "received", "cancel"],
    ),
    rule(Stage::EvidenceResponse, &[&["evidence"], &["response", "received", "cancel"]], &[]),
    rule(Stage::FeesAndService, &[&["expedite", "premium processing", "fee ", "fees ", "refund"]], &[]),
    rule(Stage::NoticeOrDataUpdate, &[&["g 28"]], &[]),
    rule(Stage::AppealOrMotion, &[&["appeal", "motion", "reopen", "reconsider"]], &[]),
    rule(Stage::Revocation, &[&["revoke", "revocation", "rescind", "rescission"]], &[]),
    rule(Stage::Transferred, &[&["transferred", "relocated", "new office has jurisdiction"]], &[]),
    rule(
        Stage::DepartmentOfStateOrCourt,
        &[&[
            "department of state",
            "consulate",
            "embassy",
            "national visa center",
            "immigration review",
            "immigration court",
        ]],
        &[],
    ),
    rule(Stage::Naturalization, &[&["oath", "certificate of naturalization", "certificate of citizenship"]], &[]),
    rule(Stage::Interview, &[&["interview"]], &[]),
    rule(Stage::Biometrics, &[&["biometric", "fingerprint"]], &[]),
    rule(Stage::CardOrDocumentDestroyed, &[PAPERS, &["destroyed"]], &[]),
    rule(
        Stage::MailReturned,
        &[&["undeliverable", "returned to uscis", "being returned", "could not deliver"]],
        &["case "],
    ),
    rule(Stage::CardOrDocumentMailed, &[PAPERS, &["mailed", "picked up", "delivered"]], &["notice", "not "]),
    rule(Stage::CardOrDocumentProduced, &[PAPERS, &["produced"]], &["not "]),
    rule(Stage::OnHold, &[&["on hold", "litigation"]], &[]),
    rule(Stage::Closed, &[&["terminat", "withdraw", "closed", "closure", "abandon"]], &["not "]),
    rule(Stage::NoticeOrDataUpdate, &[&["updated", "corrected"], &["name", "date of birth", "address"]], &[]),
    rule(Stage::NoticeOrDataUpdate, &[&["duplicate notice", "amended notice"]], &[]),
    rule(
        Stage::UnderReview,
        &[&["being reviewed", "actively review", "under review", "being processed", "processing", "pending"]],
        &[],
    ),
    rule(
        Stage::Accepted,
        &[&["case", "form", "application", "petition"], &["was received", "received", "accepted"]],
        &["not ", "no longer", "response", "letter", "request"],
    ),
];

/// The stage the keywords of a normalised title point to.
pub(super) fn stage(normalised_title: &str) -> Option<Stage> {
    let words: String =
        normalised_title.chars().map(|letter| if letter.is_alphanumeric() { letter } else { ' ' }).collect();
    let padded = format!(" {} ", words.split_whitespace().collect::<Vec<_>>().join(" "));
    let has = |needle: &&str| padded.contains(&format!(" {needle}"));
    RULES
        .iter()
        .find(|rule| rule.groups.iter().all(|group| group.iter().any(has)) && !rule.none.iter().any(has))
        .map(|rule| rule.stage)
}

#[cfg(test)]
mod tests {
    use super::super::Stage;

    #[test]
    fn words_that_mislead_do_not_decide_the_case() {
        for (title, stage) in [
            ("Expedite Request Was Denied", Stage::FeesAndService),
            ("Fee Waiver Request Was Approved", Stage::FeesAndService),
            ("Fee Waiver Was Denied", Stage::FeesAndService),
            ("Request For A Replacement Card Was Approved", Stage::Unknown),
            ("Form G-28 Was Rejected Because It Was Not Signed", Stage::NoticeOrDataUpdate),
            ("My Appeal Was Approved", Stage::AppealOrMotion),
            ("Motion To Reopen Was Denied", Stage::AppealOrMotion),
            ("Case Was Denied And An Appeal Was Filed", Stage::AppealOrMotion),
            ("Case Was Not Approved", Stage::Unknown),
            ("Case Approval Was Revoked Again", Stage::Revocation),
            ("Notice of Intent to Deny Was Mailed", Stage::EvidenceRequested),
            ("Request Denied", Stage::Unknown),
            ("Something Entirely New", Stage::Unknown),
            ("", Stage::Unknown),
        ] {
            assert_eq!(Stage::of(title, ""), stage, "{title}");
        }
    }

    #[test]
    fn new_titles_with_clear_words_find_their_stage() {
        for (title, stage) in [
            ("Case Was Rejected For A Missing Page", Stage::Rejected),
            ("Case Has Been Approved Today", Stage::Approved),
            ("Case Was Denied After Review", Stage::Denied),
            ("Request for Further Evidence Was Emailed", Stage::EvidenceRequested),
            ("Response To Request For Further Evidence Was Received", Stage::EvidenceResponse),
            ("Interview Was Moved", Stage::Interview),
            ("Biometrics Were Reused", Stage::Biometrics),
            ("Case Was Transferred To A New Center", Stage::Transferred),
            ("Case Was Sent To The U.S. Embassy", Stage::DepartmentOfStateOrCourt),
            ("Oath Ceremony Was Cancelled", Stage::Naturalization),
            ("Reentry Permit Was Mailed", Stage::CardOrDocumentMailed),
            ("Reentry Permit Was Destroyed", Stage::CardOrDocumentDestroyed),
            ("Replacement Card Was Produced", Stage::CardOrDocumentProduced),
            ("Permit Was Returned To USCIS", Stage::MailReturned),
            ("Case Was Withdrawn", Stage::Closed),
            ("Mailing Address Was Updated", Stage::NoticeOrDataUpdate),
            ("Your Case Is Being Processed", Stage::UnderReview),
            ("Form Was Received Online", Stage::Accepted),
        ] {
            assert_eq!(Stage::of(title, ""), stage, "{title}");
        }
    }
}

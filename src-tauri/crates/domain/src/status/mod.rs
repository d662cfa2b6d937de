//! Status titles and the stages they belong to.

mod denied;
mod keywords;
mod table;
mod title;

pub use denied::denied_in_text;
pub use table::{KnownTitle, TITLES};
pub use title::normalise_title;

/// A group of status titles that mean the same to a person. The grouping is Casefolio's, not USCIS's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stage {
    /// The case was received.
    Accepted,
    /// Fees, premium processing, expedite requests.
    FeesAndService,
    /// Fingerprints and photograph.
    Biometrics,
    /// USCIS asks for evidence, or announces that it means to deny.
    EvidenceRequested,
    /// An answer to such a request arrived, or the request was cancelled.
    EvidenceResponse,
    /// The case is being worked on.
    UnderReview,
    /// An interview is planned, moved, cancelled or done.
    Interview,
    /// Approved.
    Approved,
    /// Denied.
    Denied,
    /// A card or document is made.
    CardOrDocumentProduced,
    /// A card or document is on its way or delivered.
    CardOrDocumentMailed,
    /// Mail came back to USCIS.
    MailReturned,
    /// A card or document was destroyed.
    CardOrDocumentDestroyed,
    /// Oath ceremony and certificate.
    Naturalization,
    /// Another office has the case.
    Transferred,
    /// The Department of State or the immigration court is concerned.
    DepartmentOfStateOrCourt,
    /// An appeal, a motion or a reopening.
    AppealOrMotion,
    /// An approval is, or may be, revoked.
    Revocation,
    /// Sent back without being accepted.
    Rejected,
    /// Withdrawn, terminated or closed.
    Closed,
    /// On hold, or about litigation.
    OnHold,
    /// A notice was repeated, or data were corrected.
    NoticeOrDataUpdate,
    /// A title Casefolio has never seen; normal, and told all the same.
    Unknown,
}

impl Stage {
    /// Every stage, [`Stage::Unknown`] last.
    pub const ALL: [Self; 23] = [
        Self::Accepted,
        Self::FeesAndService,
        Self::Biometrics,
        Self::EvidenceRequested,
        Self::EvidenceResponse,
        Self::UnderReview,
        Self::Interview,
        Self::Approved,
        Self::Denied,
        Self::CardOrDocumentProduced,
        Self::CardOrDocumentMailed,
        Self::MailReturned,
        Self::CardOrDocumentDestroyed,
        Self::Naturalization,
        Self::Transferred,
        Self::DepartmentOfStateOrCourt,
        Self::AppealOrMotion,
        Self::Revocation,
        Self::Rejected,
        Self::Closed,
        Self::OnHold,
        Self::NoticeOrDataUpdate,
        Self::Unknown,
    ];

    /// The stable code used in the database, in JSON and in the locale keys.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::FeesAndService => "fees_and_service",
            Self::Biometrics => "biometrics",
            Self::EvidenceRequested => "evidence_requested",
            Self::EvidenceResponse => "evidence_response",
            Self::UnderReview => "under_review",
            Self::Interview => "interview",
            Self::Approved => "approved",
            Self::Denied => "denied",
            Self::CardOrDocumentProduced => "card_or_document_produced",
            Self::CardOrDocumentMailed => "card_or_document_mailed",
            Self::MailReturned => "mail_returned",
            Self::CardOrDocumentDestroyed => "card_or_document_destroyed",
            Self::Naturalization => "naturalization",
            Self::Transferred => "transferred",
            Self::DepartmentOfStateOrCourt => "department_of_state_or_court",
            Self::AppealOrMotion => "appeal_or_motion",
            Self::Revocation => "revocation",
            Self::Rejected => "rejected",
            Self::Closed => "closed",
            Self::OnHold => "on_hold",
            Self::NoticeOrDataUpdate => "notice_or_data_update",
            Self::Unknown => "unknown",
        }
    }

    /// The stage with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.code() == code)
    }

    /// The stage of an answer: by the table of known titles first, by careful keywords in the title second, else [`Stage::Unknown`].
    /// Where the title speaks of a termination and the text of a denial, the text is right ([`denied_in_text`]).
    #[must_use]
    pub fn of(title_en: &str, text_en: &str) -> Self {
        if denied_in_text(title_en, text_en) {
            return Self::Denied;
        }
        let wanted = normalise_title(title_en);
        find_known(&wanted).map(|known| known.stage).or_else(|| keywords::stage(&wanted)).unwrap_or(Self::Unknown)
    }
}

/// USCIS's own Spanish title for an English one, where a confirmed one is known.
#[must_use]
pub fn spanish_title(english: &str) -> Option<&'static str> {
    let known = find_known(&normalise_title(english))?;
    (!known.spanish.is_empty()).then_some(known.spanish)
}

/// The row of the table for a title that is already normalised.
fn find_known(wanted: &str) -> Option<&'static KnownTitle> {
    let at = TITLES.binary_search_by(|known| title::folded(known.english).cmp(wanted.chars())).ok()?;
    TITLES.get(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_by_the_normalised_title() {
        for pair in TITLES.windows(2) {
            assert!(normalise_title(pair[0].english) <= normalise_title(pair[1].english), "{}", pair[1].english);
        }
    }

    #[test]
    fn every_known_title_maps_to_its_stage_however_it_is_written() {
        for known in &TITLES {
            let shouted = format!("  {}. ", known.english.to_uppercase().replace(' ', "  "));
            let entity = known.english.replace('\'', "&#039;").replace(' ', "\u{a0}");
            for title in [known.english, &shouted, &entity] {
                assert_eq!(Stage::of(title, ""), known.stage, "{title}");
            }
        }
    }

    #[test]
    fn every_stage_but_unknown_has_titles_and_every_code_reads_back() {
        for stage in Stage::ALL {
            assert_eq!(Stage::from_code(stage.code()), Some(stage));
            assert_eq!(TITLES.iter().any(|known| known.stage == stage), stage != Stage::Unknown, "{stage:?}");
        }
    }

    #[test]
    fn a_known_title_has_the_spanish_one_of_the_service() {
        assert_eq!(spanish_title("case was  APPROVED"), Some("Caso Fue Aprobado"));
        assert_eq!(spanish_title("Fees Were Waived"), None);
        assert_eq!(spanish_title("Never Seen"), None);
    }

    #[test]
    fn a_termination_whose_text_says_denied_is_a_denial() {
        let text = "On September 4, 2024, we completed our review of your Form I-765, and denied your case.";
        assert_eq!(Stage::of("Termination Notice Sent", text), Stage::Denied);
        assert_eq!(Stage::of("Termination Notice Sent", "We sent you a notice."), Stage::Closed);
    }
}

//! Shapes of adding receipts.

use casefolio_core::cases::Verdict as Judged;
use serde::{Deserialize, Serialize};
use specta::Type;

use super::mask::Mask;

/// Receipts to add.
#[derive(Deserialize, Type)]
pub(crate) struct AddCasesRequest {
    pub(crate) text: String,
    pub(crate) person: String,
    pub(crate) label: String,
}

/// Whom a case is about and how it is labelled.
#[derive(Deserialize, Type)]
pub(crate) struct DescribeCaseRequest {
    pub(crate) id: u32,
    pub(crate) person: String,
    pub(crate) label: String,
}

/// A line and what became of it.
#[derive(Clone, Serialize, Type)]
#[expect(clippy::struct_field_names, reason = "the field is called as on the command line")]
pub(crate) struct Verdict {
    line: u32,
    input: String,
    receipt: Option<String>,
    verdict: VerdictCode,
    /// The key of the words that say why, or what is remarkable.
    reason: Option<String>,
    /// What may have been meant.
    proposal: Option<String>,
}

#[derive(Debug, Clone, Copy, Serialize, Type)]
#[serde(rename_all = "lowercase")]
enum VerdictCode {
    New,
    Added,
    Duplicate,
    Refused,
}

impl Verdict {
    pub(crate) fn of(judged: &Judged, mask: Mask) -> Self {
        use casefolio_core::cases::Judgement;
        Self {
            line: u32::try_from(judged.line).unwrap_or(u32::MAX),
            input: mask.number(&judged.input),
            receipt: judged.receipt.as_ref().map(|receipt| mask.receipt(receipt)),
            verdict: match judged.judgement {
                Judgement::New => VerdictCode::New,
                Judgement::Added => VerdictCode::Added,
                Judgement::Duplicate => VerdictCode::Duplicate,
                Judgement::Refused(_) => VerdictCode::Refused,
            },
            reason: judged
                .reason()
                .map(|code| format!("receipt.{}.{code}", if judged.receipt.is_some() { "remark" } else { "refused" })),
            // A proposal is taken as it stands, so it is not made where it cannot be shown.
            proposal: judged.proposal().filter(|_| !mask.is_on()).map(|receipt| receipt.as_str().to_owned()),
        }
    }
}

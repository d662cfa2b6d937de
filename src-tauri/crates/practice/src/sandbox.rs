//! The receipts published for the sandbox, answering as it does.

use chrono::{NaiveDate, NaiveDateTime};

use crate::render::{self, Scene};
use crate::status::Status;

/// What one receipt of the sandbox answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// With completed steps.
    WithHistory,
    /// Without.
    WithoutHistory,
    /// Without, and the quotes of its links are not escaped.
    Unreadable,
}

/// Numbers of one prefix and how they answer: with history; without, readable; without, unreadable. Which ones are
/// unreadable is not published: of the 50, 19 (38 %) are here, always the same.
struct Batch {
    prefix: &'static str,
    form: &'static str,
    with_history: &'static [u32],
    readable: &'static [u32],
    unreadable: &'static [u32],
}

const BATCHES: [Batch; 3] = [
    Batch {
        prefix: "EAC9999",
        form: "I-130",
        with_history: &[103_403, 103_404, 103_405, 103_410, 103_411, 103_416, 103_419],
        readable: &[103_400, 103_402, 103_406],
        unreadable: &[
            103_407, 103_408, 103_409, 103_412, 103_413, 103_414, 103_415, 103_420, 103_421, 103_424, 103_425, 103_426,
            103_428, 103_429, 103_431, 103_432,
        ],
    },
    Batch {
        prefix: "LIN9999",
        form: "I-140",
        with_history: &[106_498, 106_499, 106_504, 106_505, 106_506],
        readable: &[106_501],
        unreadable: &[106_507],
    },
    Batch {
        prefix: "SRC9999",
        form: "I-765",
        with_history: &[
            102_777, 102_778, 102_779, 102_780, 102_781, 102_782, 102_783, 102_784, 102_785, 102_786, 102_787, 132_710,
            132_719,
        ],
        readable: &[132_694, 132_706],
        unreadable: &[132_695, 132_707],
    },
];

/// The titles of the receipts whose title is not published, one after the other.
const TITLES: [&str; 6] = [
    "Case Was Received",
    "Case Is Being Actively Reviewed By USCIS",
    "Response To USCIS' Request For Evidence Was Received",
    "Case Was Updated To Show Fingerprints Were Taken",
    "Card Was Produced",
    "Interview Was Scheduled",
];

/// The receipt numbers which the service publishes for its sandbox (research 1.7); every practice service knows them.
#[must_use]
pub fn sandbox_receipts() -> Vec<String> {
    BATCHES.iter().flat_map(|batch| batch.receipts().map(|(receipt, _)| receipt)).collect()
}

/// The body for a receipt of the sandbox; none for any other.
pub(crate) fn body(receipt: &str) -> Option<String> {
    let batch = BATCHES.iter().find(|batch| receipt.starts_with(batch.prefix))?;
    let (place, (_, form)) = batch.receipts().enumerate().find(|(_, (known, _))| known == receipt)?;
    let statuses = statuses(receipt, place);
    let at = stamp()?;
    let scene = Scene {
        receipt,
        form: batch.form,
        reached: statuses.iter().map(|status| (at, status)).collect(),
        lists_history: form == Form::WithHistory,
    };
    let json = render::json(&scene)?;
    Some(if form == Form::Unreadable { render::unescaped(&json) } else { json })
}

impl Batch {
    fn receipts(&self) -> impl Iterator<Item = (String, Form)> + '_ {
        let of = |numbers: &'static [u32], form| {
            numbers.iter().map(move |number| (format!("{}{number}", self.prefix), form))
        };
        of(self.with_history, Form::WithHistory)
            .chain(of(self.readable, Form::WithoutHistory))
            .chain(of(self.unreadable, Form::Unreadable))
    }
}

/// The first two are captured answers; the others are plausible.
fn statuses(receipt: &str, place: usize) -> Vec<Status> {
    match receipt {
        "EAC9999103402" => vec![Status::titled("Case Approval Was Affirmed")],
        "EAC9999103403" => {
            let mailed = Status::titled("Case Was Approved").history(
                "We mailed your document to a USCIS International Office, U.S. Embassy, or Consulate.",
                "Enviamos su documento a una Oficina Internacional de USCIS, Embajada o Consulado de EE. UU.",
            );
            vec![mailed, Status::titled("Case Was Approved")]
        }
        _ => {
            let title = TITLES.get(place % TITLES.len()).copied().unwrap_or_default();
            vec![Status::titled("Case Was Received"), Status::titled(title)]
        }
    }
}

/// The two dates of the captured answers.
fn stamp() -> Option<NaiveDateTime> {
    NaiveDate::from_ymd_opt(2023, 9, 5)?.and_hms_opt(14, 28, 46)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn value(receipt: &str) -> Option<Value> {
        serde_json::from_str(&body(receipt).unwrap()).ok()
    }

    #[test]
    fn the_two_captured_answers_are_given() {
        let affirmed = value("EAC9999103402").unwrap();
        assert_eq!(affirmed["case_status"]["current_case_status_text_en"], "Case Approval Was Affirmed");
        assert_eq!(affirmed["case_status"]["hist_case_status"], Value::Null);
        assert_eq!(affirmed["message"], "Query was successful for payload {'receipt_number': 'EAC9999103402'}");
        let approved = value("EAC9999103403").unwrap();
        assert_eq!(approved["case_status"]["current_case_status_text_es"], "Caso Fue Aprobado");
        assert_eq!(approved["case_status"]["modifiedDate"], "09-05-2023 14:28:46");
        let history = approved["case_status"]["hist_case_status"].as_array().unwrap();
        assert_eq!(history.len(), 2);
        assert_eq!(history[0]["completed_text_en"], "We approved your Form I-130, Petition for Alien Relative.");
    }

    #[test]
    fn nineteen_of_the_fifty_are_unreadable_and_half_have_a_history() {
        let all = sandbox_receipts();
        assert_eq!(all.len(), 50);
        assert_eq!(all.iter().filter(|receipt| value(receipt).is_none()).count(), 19);
        let listed =
            |receipt: &&String| value(receipt).is_some_and(|body| body["case_status"]["hist_case_status"].is_array());
        assert_eq!(all.iter().filter(listed).count(), 25);
        assert_eq!(body("EAC9999103401"), None);
        assert_eq!(body("IOE9900412617"), None);
    }
}

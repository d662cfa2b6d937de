//! The body of a found status (research 1.4).

use chrono::{Days, NaiveDateTime};
use serde::Serialize;

use crate::status::Status;
use crate::{calendar, forms, words};

/// A case at one moment: the statuses it has come to, with the service's local times.
pub(crate) struct Scene<'a> {
    pub(crate) receipt: &'a str,
    pub(crate) form: &'a str,
    pub(crate) reached: Vec<(NaiveDateTime, &'a Status)>,
    /// Whether the answer lists the completed steps.
    pub(crate) lists_history: bool,
}

#[derive(Serialize)]
struct Envelope {
    case_status: CaseBody,
    message: String,
}

/// In the order of a captured answer.
#[derive(Serialize)]
struct CaseBody {
    #[serde(rename = "receiptNumber")]
    receipt: String,
    #[serde(rename = "formType")]
    form: String,
    #[serde(rename = "submittedDate", skip_serializing_if = "Option::is_none")]
    submitted: Option<String>,
    #[serde(rename = "modifiedDate", skip_serializing_if = "Option::is_none")]
    modified: Option<String>,
    #[serde(rename = "current_case_status_text_en")]
    title_en: String,
    #[serde(rename = "current_case_status_desc_en")]
    text_en: String,
    #[serde(rename = "current_case_status_text_es")]
    title_es: String,
    #[serde(rename = "current_case_status_desc_es")]
    text_es: String,
    #[serde(rename = "hist_case_status")]
    history: Option<Vec<HistoryBody>>,
}

#[derive(Serialize)]
struct HistoryBody {
    date: String,
    completed_text_en: String,
    completed_text_es: String,
}

/// The JSON of a found status; none if the case has come to no status at all.
pub(crate) fn json(scene: &Scene<'_>) -> Option<String> {
    let (current_at, current) = scene.reached.last()?;
    let (first_at, _) = scene.reached.first()?;
    let filled = words::complete(current);
    let fill = Fill::new(scene, *current_at);
    let closing = if filled.closing { CLOSING } else { ("", "") };
    let online = scene.receipt.starts_with("IOE"); // answers for online filings have no dates (research 1.4 C)
    let stamp = |at: &NaiveDateTime| (!online).then(|| at.format("%m-%d-%Y %H:%M:%S").to_string());
    let case_status = CaseBody {
        receipt: scene.receipt.to_owned(),
        form: scene.form.to_owned(),
        submitted: stamp(first_at),
        modified: stamp(current_at),
        title_en: filled.title_en,
        text_en: links(scene.receipt, &format!("{}{}", fill.english(&filled.text.0), closing.0)),
        title_es: filled.title_es,
        text_es: links(scene.receipt, &format!("{}{}", fill.spanish(&filled.text.1), closing.1)),
        history: history(scene),
    };
    let message = format!("Query was successful for payload {{'receipt_number': '{}'}}", scene.receipt);
    serde_json::to_string(&Envelope { case_status, message }).ok()
}

/// The defect of the sandbox: quotes inside texts are not escaped, so that the body is not JSON (research 1.4 D).
pub(crate) fn unescaped(json: &str) -> String {
    let broken = json.replace("\\\"", "\"");
    if broken == json { json.trim_end_matches('}').to_owned() } else { broken }
}

fn history(scene: &Scene<'_>) -> Option<Vec<HistoryBody>> {
    let item = |(at, status): &(NaiveDateTime, &Status)| {
        let (en, es) = words::complete(status).history?;
        let fill = Fill::new(scene, *at);
        Some(HistoryBody {
            date: at.format("%Y-%m-%d").to_string(),
            completed_text_en: fill.english(&en),
            completed_text_es: fill.spanish(&es),
        })
    };
    let items: Vec<HistoryBody> = scene.reached.iter().rev().filter_map(item).collect();
    (scene.lists_history && !items.is_empty()).then_some(items)
}

const CLOSING: (&str, &str) = (
    " If you move, go to <a href=\"https://www.uscis.gov/addresschange\" target=\"_blank\">www.uscis.gov/addresschange</a> \
     to give us your new mailing address.",
    " Si se muda, visite <a href=\"https://www.uscis.gov/addresschange\" target=\"_blank\">www.uscis.gov/addresschange</a> \
     para darnos su nueva dirección postal.",
);

/// The service writes links with and without quotes; here every odd receipt has them without.
fn links(receipt: &str, text: &str) -> String {
    let odd = receipt.bytes().last().is_some_and(|digit| digit % 2 == 1);
    if odd { text.replace("href=\"", "href=").replace("\" target=", " target=") } else { text.to_owned() }
}

/// What stands in for the placeholders.
struct Fill {
    receipt: String,
    form: (String, String),
    date: (String, String),
    by: (String, String),
}

impl Fill {
    fn new(scene: &Scene<'_>, at: NaiveDateTime) -> Self {
        let day = at.date();
        let by = day.checked_add_days(Days::new(30)).unwrap_or(day);
        let both = |day| (calendar::english(day), calendar::spanish(day));
        Self { receipt: scene.receipt.to_owned(), form: forms::phrase(scene.form), date: both(day), by: both(by) }
    }

    fn english(&self, text: &str) -> String {
        self.put(text, &self.form.0, &self.date.0, &self.by.0)
    }

    fn spanish(&self, text: &str) -> String {
        self.put(text, &self.form.1, &self.date.1, &self.by.1)
    }

    fn put(&self, text: &str, form: &str, date: &str, by: &str) -> String {
        text.replace("{date}", date).replace("{by}", by).replace("{form}", form).replace("{receipt}", &self.receipt)
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use serde_json::Value;

    use super::*;

    fn value(receipt: &str, statuses: &[Status]) -> Value {
        let at = |day| NaiveDate::from_ymd_opt(2026, 3, day).unwrap().and_hms_opt(9, 5, 7).unwrap();
        let reached = (1..).zip(statuses).map(|(day, status)| (at(day), status)).collect();
        let scene = Scene { receipt, form: "I-130", reached, lists_history: true };
        serde_json::from_str(&json(&scene).unwrap()).unwrap()
    }

    #[test]
    fn a_status_has_its_words_its_dates_and_its_history() {
        let body = value("EAC9912050332", &["Case Was Received".into(), "Case Was Approved".into()]);
        let case = &body["case_status"];
        assert_eq!(case["submittedDate"], "03-01-2026 09:05:07");
        assert_eq!(case["modifiedDate"], "03-02-2026 09:05:07");
        assert_eq!(case["current_case_status_text_es"], "Caso Fue Aprobado");
        let text = case["current_case_status_desc_en"].as_str().unwrap();
        assert!(text.starts_with(
            "On March 2, 2026, we approved your Form I-130, Petition for Alien Relative, Receipt Number EAC9912050332."
        ));
        assert!(text.contains("by April 1, 2026"));
        assert!(
            case["current_case_status_desc_es"]
                .as_str()
                .unwrap()
                .starts_with("El 02 de Marzo de 2026, aprobamos su Formulario I-130")
        );
        assert_eq!(
            case["hist_case_status"][0]["completed_text_en"],
            "We approved your Form I-130, Petition for Alien Relative."
        );
        assert_eq!(case["hist_case_status"][1]["date"], "2026-03-01");
    }

    #[test]
    fn an_online_filing_has_no_dates() {
        let body = value("IOE9900000017", &["Case Was Received".into()]);
        assert!(
            body["case_status"].get("submittedDate").is_none() && body["case_status"].get("modifiedDate").is_none()
        );
    }

    #[test]
    fn links_come_with_and_without_quotes() {
        let text = |receipt| {
            value(receipt, &["Case Was Approved".into()])["case_status"]["current_case_status_desc_en"].to_string()
        };
        assert!(text("EAC9912050332").contains("<a href=\\\"https://egov"));
        assert!(text("EAC9912050331").contains("<a href=https://egov.uscis.gov/e-request/ target"));
    }

    #[test]
    fn an_unknown_title_gets_plain_sentences_and_unescaped_quotes_break_the_json() {
        let status = Status::titled("Something New");
        let at = NaiveDate::from_ymd_opt(2026, 3, 1).unwrap().and_hms_opt(9, 0, 0).unwrap();
        let scene =
            Scene { receipt: "EAC9912050331", form: "I-999", reached: vec![(at, &status)], lists_history: true };
        let body = json(&scene).unwrap();
        assert!(body.contains("we updated the status of your Form I-999, Receipt Number EAC9912050331."));
        assert!(serde_json::from_str::<Value>(&unescaped(&body)).is_err());
        assert!(serde_json::from_str::<Value>(&unescaped("{\"a\":1}")).is_err());
    }
}

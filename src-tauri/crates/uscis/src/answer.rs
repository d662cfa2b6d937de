//! A status that was found.

use casefolio_domain::{Bilingual, FormType, HistoryItem, Link, Observation, ProblemKind, ReceiptNumber};
use serde::Deserialize;

use crate::{dates, plain};

/// A status that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What the service said, reduced to plain text.
    pub observation: Observation,
    /// The body as it came, at most 256 KiB. It holds the receipt number and untrusted markup.
    pub raw: String,
}

/// The body of research 1.4. Unknown keys are ignored; a key given twice, a wrong type or a missing title refuses it.
#[derive(Deserialize)]
struct Envelope {
    case_status: CaseStatus,
}

#[derive(Deserialize)]
struct CaseStatus {
    #[serde(rename = "receiptNumber")]
    receipt: String,
    #[serde(rename = "formType")]
    form: Option<String>,
    #[serde(rename = "submittedDate")]
    submitted: Option<String>,
    #[serde(rename = "modifiedDate")]
    modified: Option<String>,
    #[serde(rename = "current_case_status_text_en")]
    title_en: String,
    #[serde(rename = "current_case_status_text_es")]
    title_es: Option<String>,
    #[serde(rename = "current_case_status_desc_en")]
    text_en: Option<String>,
    #[serde(rename = "current_case_status_desc_es")]
    text_es: Option<String>,
    #[serde(rename = "hist_case_status")]
    history: Option<Vec<Step>>,
}

#[derive(Deserialize)]
struct Step {
    date: Option<String>,
    #[serde(rename = "completed_text_en")]
    en: Option<String>,
    #[serde(rename = "completed_text_es")]
    es: Option<String>,
}

/// Reads the body of a 200 answer about `asked`.
pub(crate) fn read(asked: &ReceiptNumber, body: &[u8]) -> Result<Answer, ProblemKind> {
    let raw = std::str::from_utf8(body).map_err(|_| ProblemKind::Unreadable)?;
    let envelope: Envelope = serde_json::from_str(raw).map_err(|_| ProblemKind::Unreadable)?;
    let status = envelope.case_status;
    check_echo(asked, &status.receipt)?;
    let observation = observe(asked, status);
    if observation.title.en.is_empty() {
        return Err(ProblemKind::Unreadable);
    }
    Ok(Answer { observation, raw: raw.to_owned() })
}

/// Under load the service has answered for another receipt (research 2.3).
fn check_echo(asked: &ReceiptNumber, echo: &str) -> Result<(), ProblemKind> {
    let echo: String = echo.chars().filter(|letter| letter.is_ascii_alphanumeric() || *letter == '*').collect();
    if echo.is_empty() {
        Err(ProblemKind::Unreadable)
    } else if echo.eq_ignore_ascii_case(asked.as_str()) {
        Ok(())
    } else {
        Err(ProblemKind::WrongReceipt)
    }
}

fn observe(asked: &ReceiptNumber, status: CaseStatus) -> Observation {
    let english = plain::text(status.text_en.as_deref().unwrap_or_default());
    let spanish = plain::text(status.text_es.as_deref().unwrap_or_default());
    Observation {
        receipt: asked.clone(),
        form: status.form.as_deref().and_then(FormType::parse),
        submitted: status.submitted.as_deref().and_then(dates::stamp),
        modified: status.modified.as_deref().and_then(dates::stamp),
        title: lines(Some(&status.title_en), status.title_es.as_deref()),
        text: Bilingual::new(english.text, spanish.text),
        links: join(english.links, spanish.links),
        history: history(status.history.unwrap_or_default()),
    }
}

fn lines(en: Option<&str>, es: Option<&str>) -> Bilingual {
    Bilingual::new(plain::line(en.unwrap_or_default()), plain::line(es.unwrap_or_default()))
}

/// The links of the English text, then those only the Spanish one has.
fn join(mut links: Vec<Link>, others: Vec<Link>) -> Vec<Link> {
    for other in others {
        if links.iter().all(|link| link.url != other.url) {
            links.push(other);
        }
    }
    links
}

/// The steps, oldest first; steps of one day stay in the order they came.
fn history(steps: Vec<Step>) -> Vec<HistoryItem> {
    let item = |step: Step| HistoryItem {
        date: step.date.as_deref().and_then(dates::day),
        text: lines(step.en.as_deref(), step.es.as_deref()),
    };
    let mut items: Vec<HistoryItem> =
        steps.into_iter().map(item).filter(|item| !item.text.en.is_empty() || !item.text.es.is_empty()).collect();
    items.sort_by_key(|item| item.date);
    items
}

#[cfg(test)]
mod tests {
    use casefolio_domain::Language;
    use chrono::NaiveDate;

    use super::*;

    const PLAIN: &str = include_str!("../../../../tests/fixtures/uscis/found_without_history.json");
    const HISTORY: &str = include_str!("../../../../tests/fixtures/uscis/found_with_history.json");
    const ONLINE: &str = include_str!("../../../../tests/fixtures/uscis/found_online.json");
    const UNESCAPED: &str = include_str!("../../../../tests/fixtures/uscis/unescaped_quotes.txt");

    fn receipt(text: &str) -> ReceiptNumber {
        ReceiptNumber::parse(text).unwrap()
    }

    fn read_as(text: &str, body: &str) -> Result<Observation, ProblemKind> {
        read(&receipt(text), body.as_bytes()).map(|answer| answer.observation)
    }

    /// A body of the case with `fields` after the receipt.
    fn body(fields: &str) -> String {
        format!(r#"{{"case_status":{{"receiptNumber":"EAC9999103402"{fields}}},"message":"Query was successful"}}"#)
    }

    fn of(fields: &str) -> Result<Observation, ProblemKind> {
        read_as("EAC9999103402", &body(fields))
    }

    #[test]
    fn an_answer_without_history_is_read() {
        let seen = read_as("EAC9999103402", PLAIN).unwrap();
        assert_eq!(seen.title, Bilingual::new("Case Approval Was Affirmed", "Aprobación De Caso Reafirmada"));
        assert_eq!(seen.form.as_ref().map(FormType::as_str), Some("I-130"));
        let stamp = NaiveDate::from_ymd_opt(2023, 9, 5).and_then(|day| day.and_hms_opt(14, 28, 46));
        assert_eq!((seen.submitted, seen.modified), (stamp, stamp));
        assert!(seen.history.is_empty());
        assert!(!seen.text.en.contains('<') && !seen.text.es.contains('<'));
        assert_eq!(seen.links.first().map(|link| link.url.as_str()), Some("https://www.uscis.gov/addresschange"));
        assert!(seen.title.in_language(Language::Spanish).starts_with("Aprobación"));
    }

    #[test]
    fn an_answer_with_history_is_read_oldest_first() {
        let seen = read_as("EAC9999103403", HISTORY).unwrap();
        let days: Vec<_> = seen.history.iter().map(|item| item.date).collect();
        assert_eq!(
            days,
            [
                NaiveDate::from_ymd_opt(2023, 8, 1),
                NaiveDate::from_ymd_opt(2023, 9, 5),
                NaiveDate::from_ymd_opt(2023, 9, 5)
            ]
        );
        assert_eq!(seen.history[1].text.en, "We approved your Form I-130, Petition for Alien Relative.");
        assert!(seen.history[2].text.es.starts_with("Enviamos su documento"));
    }

    #[test]
    fn an_online_filing_has_no_dates() {
        let seen = read_as("IOE9912345678", ONLINE).unwrap();
        assert_eq!((seen.submitted, seen.modified), (None, None));
        assert_eq!(seen.form.as_ref().map(FormType::as_str), Some("N-400"), "the form stands without its dash");
        assert_eq!(seen.text.en.lines().count(), 2);
    }

    #[test]
    fn history_may_be_null_absent_or_empty() {
        for history in
            ["", r#","hist_case_status":null"#, r#","hist_case_status":[]"#, r#","hist_case_status":[{"date":null}]"#]
        {
            let seen = of(&format!(r#","current_case_status_text_en":"Case Was Received"{history}"#)).unwrap();
            assert_eq!(seen.history, [], "{history}");
        }
    }

    #[test]
    fn what_may_be_missing_is_left_out() {
        let seen = of(r#","current_case_status_text_en":" Case Was  Received ","formType":null,"submittedDate":"soon","current_case_status_text_es":null"#).unwrap();
        assert_eq!(seen.title, Bilingual::new("Case Was Received", ""));
        assert_eq!((seen.form, seen.submitted, seen.text), (None, None, Bilingual::default()));
    }

    #[test]
    fn a_title_is_plain_text() {
        let seen = of(r#","current_case_status_text_en":"Response To USCIS&#039; <b>Request</b>\u202e Was Received""#)
            .unwrap();
        assert_eq!(seen.title.en, "Response To USCIS' Request Was Received");
    }

    /// catalogue 89
    #[test]
    fn what_is_no_status_is_unreadable() {
        let title = r#","current_case_status_text_en":"Case Was Received""#;
        for fields in [
            "",
            r#","current_case_status_text_en":null"#,
            r#","current_case_status_text_en":"""#,
            r#","current_case_status_text_en":" <br> ""#,
            r#","current_case_status_text_en":7"#,
            r#","current_case_status_text_en":["Case Was Received"]"#,
            &format!("{title}{title}"),
            &format!(r#"{title},"receiptNumber":"EAC9999103402""#),
            &format!(r#"{title},"hist_case_status":"none""#),
            &format!(r#"{title},"hist_case_status":[7]"#),
            &format!(r#"{title},"formType":130"#),
            &format!(r#"{title},"current_case_status_desc_en":{{}}"#),
        ] {
            assert_eq!(of(fields), Err(ProblemKind::Unreadable), "{fields}");
        }
        let nested = "[".repeat(10_000);
        for whole in [
            "",
            "null",
            "[]",
            "{}",
            "7",
            r#"{"case_status":null}"#,
            r#"{"case_status":[]}"#,
            r#"{"message":"x"}"#,
            &nested,
        ] {
            assert_eq!(read_as("EAC9999103402", whole), Err(ProblemKind::Unreadable), "{whole:.40}");
        }
        let missing = r#"{"case_status":{"current_case_status_text_en":"Case Was Received"}}"#;
        assert_eq!(read_as("EAC9999103402", missing), Err(ProblemKind::Unreadable));
        assert!(read(&receipt("EAC9999103402"), b"\xff\xfe").is_err());
    }

    /// catalogue 89
    #[test]
    fn a_status_cut_anywhere_is_unreadable() {
        for end in 0..PLAIN.trim_end().len() {
            let cut = PLAIN.as_bytes().get(..end).unwrap_or_default();
            assert_eq!(read(&receipt("EAC9999103402"), cut), Err(ProblemKind::Unreadable), "cut at {end}");
        }
    }

    #[test]
    fn the_sandbox_defect_is_unreadable() {
        assert_eq!(read_as("EAC9999103404", UNESCAPED), Err(ProblemKind::Unreadable));
    }

    /// catalogue 88
    #[test]
    fn the_status_of_another_receipt_is_refused() {
        assert_eq!(read_as("EAC9999103403", PLAIN), Err(ProblemKind::WrongReceipt));
        assert_eq!(read_as("EAC*999103402", PLAIN), Err(ProblemKind::WrongReceipt));
        assert!(read_as("EAC9999103402", &PLAIN.replace("\"EAC9999103402\"", "\" eac-99-991-03402 \"")).is_ok());
    }
}

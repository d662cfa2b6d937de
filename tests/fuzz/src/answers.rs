//! What the status service answers: only a readable status of the receipt asked for is one, its texts are plain, its links lead to two
//! hosts; and of everything else a kind is left, and a message without what must not be shown.
//!
//! An input is an answer as a person writes it down: a line `case 200` or `token 401 page`, perhaps a line `Retry-After: 5`, an empty
//! line, the body.

use casefolio_core::testing::store_of;
use casefolio_domain::status::spanish_title;
use casefolio_domain::{
    ChangeKind, Language, LastKnown, Link, Observation, ProblemKind, ReceiptNumber, Stage, compare,
};
use casefolio_network::Way;
use casefolio_store::cases::{self, NewCase};
use casefolio_store::observations;
use casefolio_uscis::testing::Heard;
use casefolio_uscis::{Answer, Client, Credential, Endpoint, Failure, Timing};
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use reqwest::Url;
use serde_json::Value;

use crate::Check;
use crate::portfolio::OpenPortfolio;

/// The receipt that is asked about; that of the fixtures.
const ASKED: &str = "EAC9999103402";
const CLIENT_ID: &str = "fuzz-client-7d19";
const SECRET: &str = "fuzz-secret-c40b";
/// Longer bodies are no answers.
const BODY_CAP: usize = 256 * 1024;
/// A text is cut at 32 KiB; an entity of a few bytes may stand for a few more.
const TEXT_CAP: usize = 64 * 1024;
/// Twenty of each language.
const LINK_CAP: usize = 40;
const HOSTS: [&str; 2] = ["uscis.gov", "usps.com"];

pub(crate) fn start() -> Check {
    let endpoint = Endpoint::parse("http://127.0.0.1:9/token", "http://127.0.0.1:9/case").unwrap();
    let client = Client::new(endpoint, Credential::new(CLIENT_ID, SECRET), Timing::default(), &Way::default()).unwrap();
    let asked = ReceiptNumber::parse(ASKED).unwrap();
    let portfolio = OpenPortfolio::make();
    let now = DateTime::from_timestamp(1_795_388_303, 0).unwrap();
    Box::new(move |bytes| {
        let (token, heard) = heard(bytes);
        if token {
            hear_token(&client, &heard, now);
        } else {
            let heard = (heard, now);
            if let Some(answer) = hear_case(&client, &asked, &heard) {
                // One in four, so that the rest goes fast.
                if answer.raw.len().is_multiple_of(4) {
                    kept(&portfolio, &answer, now);
                }
            }
        }
    })
}

/// Whether it is the token address that answers, and what. Whatever is not said is usual.
fn heard(bytes: &[u8]) -> (bool, Heard<'_>) {
    let end = bytes.windows(2).position(|window| window == b"\n\n");
    let (head, body) = end.map_or((&bytes[..0], bytes), |end| (&bytes[..end], &bytes[end + 2..]));
    let mut lines = std::str::from_utf8(head).unwrap_or_default().lines();
    let first: Vec<&str> = lines.next().unwrap_or_default().split(' ').collect();
    let status = first.get(1).and_then(|word| word.parse().ok()).filter(|status| (100..600).contains(status));
    let retry_after = lines.find_map(|line| line.strip_prefix("Retry-After: "));
    let says_page = first.get(2) == Some(&"page");
    (first.first() == Some(&"token"), Heard { status: status.unwrap_or(200), says_page, retry_after, body })
}

fn hear_token(client: &Client, heard: &Heard<'_>, now: DateTime<Utc>) {
    match client.hear_token(heard, now) {
        Ok(token) => {
            assert_eq!(heard.status, 200);
            assert!((TimeDelta::minutes(1)..=TimeDelta::hours(1)).contains(&token.life), "{}", token.life);
            assert_eq!(token.shown, "Sensitive");
        }
        Err(failure) => {
            assert!(failure.kind.concerns_the_service(), "{failure}");
            failed(&failure, heard);
        }
    }
}

fn hear_case(client: &Client, asked: &ReceiptNumber, (heard, now): &(Heard<'_>, DateTime<Utc>)) -> Option<Answer> {
    match client.hear_case(asked, heard, *now) {
        Ok(answer) => {
            assert_eq!(heard.status, 200);
            found(&answer, asked, heard);
            let again = Heard { body: answer.raw.as_bytes(), ..*heard };
            assert_eq!(
                client.hear_case(asked, &again, *now).as_ref(),
                Ok(&answer),
                "the body that is kept reads equal"
            );
            Some(answer)
        }
        Err(failure) => {
            failed(&failure, heard);
            None
        }
    }
}

/// What is kept of an answer reads back equal.
fn kept(portfolio: &OpenPortfolio, answer: &Answer, now: DateTime<Utc>) {
    let seen = &answer.observation;
    let (person, label) = (String::new(), String::new());
    let undone = store_of(&portfolio.portfolio).write(|t| {
        let new = NewCase { receipt: seen.receipt.clone(), person, label, added_at: now };
        let case = cases::insert(t, &new)?.unwrap();
        observations::record(t, case, seen, &answer.raw, now)?;
        assert_eq!(cases::by_id(t, case)?.unwrap().last.as_ref(), Some(seen));
        Err::<(), _>(casefolio_store::Error::NoSuchCase)
    });
    assert!(matches!(undone, Err(casefolio_store::Error::NoSuchCase)), "{undone:?}");
}

fn failed(failure: &Failure, heard: &Heard<'_>) {
    assert_eq!(failure.http_status, Some(heard.status));
    assert!(!matches!(failure.kind, ProblemKind::BudgetSpent | ProblemKind::TimedOut));
    let text = format!("the check brought no status: {} (HTTP {})", failure.kind.code(), heard.status);
    assert_eq!(failure.to_string(), text);
    if let Some(wait) = failure.retry_after {
        assert!(heard.retry_after.is_some() && (1..=86_400).contains(&wait.as_secs()), "{wait:?}");
    }
    if let Some(message) = &failure.message {
        assert!(!message.is_empty() && message.chars().count() <= 300);
        assert_plain(message, false);
        assert!(!message.to_uppercase().contains(ASKED), "the receipt is shown");
        assert!(!message.contains(CLIENT_ID) && !message.contains(SECRET), "the credential is shown");
    }
}

fn found(answer: &Answer, asked: &ReceiptNumber, heard: &Heard<'_>) {
    let seen = &answer.observation;
    assert_eq!(&seen.receipt, asked);
    assert!(heard.body.len() <= BODY_CAP && answer.raw.len() <= heard.body.len());
    assert!(!seen.title.en.is_empty());
    for line in [&seen.title.en, &seen.title.es]
        .into_iter()
        .chain(seen.history.iter().flat_map(|step| [&step.text.en, &step.text.es]))
    {
        assert_plain(line, false);
    }
    for text in [&seen.text.en, &seen.text.es] {
        assert_plain(text, true);
    }
    let shown = format!("{seen:?}").to_lowercase();
    assert!(
        !shown.contains("<script") || can_spell_a_bracket(&serde_json::from_str(&answer.raw).unwrap()),
        "markup is left"
    );
    for day in [seen.submitted, seen.modified].into_iter().flatten() {
        assert!((1900..=2199).contains(&day.year()));
    }
    assert!(seen.history.iter().all(|step| step.date.is_none_or(|day| (1900..=2199).contains(&day.year()))));
    assert!(seen.history.is_sorted_by_key(|step| step.date));
    links(&seen.links);
    compared(seen);
}

/// Whether some text may spell `<script` without being that: by an entity, or behind markup whose content is text.
fn can_spell_a_bracket(value: &Value) -> bool {
    const WAYS: [&str; 10] =
        ["&", "<xmp", "<plaintext", "<noembed", "<noframes", "<title", "<textarea", "<!", "<?", "<<"];
    match value {
        Value::String(text) => {
            let seen: String = text.to_lowercase().chars().filter(char::is_ascii_graphic).collect();
            WAYS.iter().any(|way| seen.contains(way))
        }
        Value::Array(values) => values.iter().any(can_spell_a_bracket),
        Value::Object(fields) => fields.values().any(can_spell_a_bracket),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Words with single blanks between, on one line or on lines that are not empty; nothing that a reader does not see.
fn assert_plain(text: &str, lines: bool) {
    assert!(text.len() <= TEXT_CAP, "{} bytes", text.len());
    assert!(lines || !text.contains('\n'));
    for line in text.split('\n').filter(|_| !text.is_empty()) {
        assert_eq!(line.split_whitespace().collect::<Vec<_>>().join(" "), line, "white space");
        assert!(!line.is_empty(), "an empty line");
        let unseen = |sign: char| {
            sign.is_control()
                || matches!(sign, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
        };
        assert!(!line.contains(unseen), "a character that nobody sees");
    }
}

fn links(links: &[Link]) {
    assert!(links.len() <= LINK_CAP);
    for (at, link) in links.iter().enumerate() {
        let url = Url::parse(&link.url).unwrap();
        let host = url.host_str().unwrap();
        assert!(HOSTS.iter().any(|known| host == *known || host.ends_with(&format!(".{known}"))), "{host}");
        assert_eq!((url.scheme(), url.username(), url.password(), url.port()), ("https", "", None, None));
        assert_eq!(url.as_str(), link.url);
        assert!(!link.label.is_empty());
        assert_plain(&link.label, false);
        assert!(links[..at].iter().all(|other| other.url != link.url), "a link twice");
    }
}

/// An answer is no change from itself; from another one it is in each of its changes once, in their order.
fn compared(seen: &Observation) {
    let known = |observation: &Observation, doubtful| LastKnown { observation: observation.clone(), doubtful };
    assert_eq!(compare(&known(seen, false), seen), []);
    let other = Observation {
        title: casefolio_domain::Bilingual::new("Case Was Received", "Caso Recibido"),
        history: Vec::new(),
        ..seen.clone()
    };
    for (before, after) in [(&other, seen), (seen, &other)] {
        let kinds: Vec<ChangeKind> =
            compare(&known(before, true), after).iter().map(casefolio_domain::Change::kind).collect();
        assert!(kinds.is_sorted_by_key(|kind| ChangeKind::ALL.iter().position(|one| one == kind)), "{kinds:?}");
    }
    let stage = Stage::of(&seen.title.en, &seen.text.en);
    assert_eq!(Stage::from_code(stage.code()), Some(stage));
    assert!(spanish_title(&seen.title.en).is_none_or(|title| !title.is_empty()));
    if let Some(form) = &seen.form {
        assert!(form.as_str().len() <= 16, "{}", form.as_str());
        assert!(form.name(Language::English).is_some() || form.name(Language::Spanish).is_none());
    }
}

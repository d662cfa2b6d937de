//! The words of a letter.

use casefolio_domain::notice::Detail;
use casefolio_domain::{Case, ChangeKind, Language};
use casefolio_mail::Page;
use casefolio_store::changes::RecordedChange;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::telling::Mail;

/// Gives the words under a key of the locales.
pub type Words = fn(key: &str, language: Language) -> String;

/// Subject and page of a letter.
pub(super) struct Said {
    pub(super) subject: String,
    pub(super) page: Page,
}

/// What is said of changes. A generic letter names nobody, no receipt and no status.
pub(super) fn of_changes(mail: &Mail, words: Words, zone: Tz) -> Said {
    let language = mail.recipient.language;
    let say = |key: &str| words(key, language);
    let count = mail.changes.len();
    let counted = |one: &str, other: &str| match count {
        1 => say(one),
        _ => say(other).replace("%{count}", &count.to_string()),
    };
    let is_detailed = mail.recipient.detail == Detail::Detailed;
    let subject = match mail.changes.as_slice() {
        [(case, change)] if is_detailed => format!("{}: {}", about(case), status(case, change, language, words)),
        _ => counted("mail.letter.subject.one", "mail.letter.subject.other"),
    };
    let page =
        Page::new(language, &subject).paragraph(&counted("mail.letter.changed.one", "mail.letter.changed.other"));
    let page = if is_detailed {
        mail.changes.iter().fold(page, |page, (case, change)| with_case(page, (case, change), language, words, zone))
    } else {
        page.paragraph(&say("mail.letter.generic"))
    };
    Said { subject, page: page.paragraph(&say("mail.letter.closing")) }
}

/// What a test says.
pub(super) fn of_test(language: Language, words: Words) -> Said {
    let subject = words("mail.letter.test.subject", language);
    let page = Page::new(language, &subject)
        .paragraph(&words("mail.letter.test.body", language))
        .paragraph(&words("mail.letter.closing", language));
    Said { subject, page }
}

fn with_case(page: Page, (case, change): (&Case, &RecordedChange), language: Language, words: Words, zone: Tz) -> Page {
    let say = |key: &str| words(key, language);
    let form = case.last.as_ref().and_then(|last| last.form.as_ref()).map_or("", |form| form.as_str());
    let status = status(case, change, language, words);
    let before = change.before.as_ref().map_or("", |title| title.in_language(language));
    let seen = day(change.at, zone, language);
    let rows = [
        (say("mail.letter.row.receipt"), case.receipt.as_str()),
        (say("mail.letter.row.label"), case.label.as_str()),
        (say("mail.letter.row.form"), form),
        (say("mail.letter.row.status"), status.as_str()),
        (say("mail.letter.row.before"), before),
        (say("mail.letter.row.seen"), seen.as_str()),
    ];
    let rows: Vec<(&str, &str)> =
        rows.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name.as_str(), *value)).collect();
    page.heading(about(case)).table(&rows)
}

/// What a case is called: the person, or else the receipt number.
fn about(case: &Case) -> &str {
    if case.person.is_empty() { case.receipt.as_str() } else { &case.person }
}

/// What is new: the title, or that the service no longer recognises the receipt.
fn status(case: &Case, change: &RecordedChange, language: Language, words: Words) -> String {
    if change.kind == ChangeKind::Disappeared {
        return words("change.disappeared", language);
    }
    let title = change.after.as_ref().or(case.last.as_ref().map(|last| &last.title));
    title.map(|title| title.in_language(language).to_owned()).unwrap_or_default()
}

/// The day in the zone of whoever keeps the portfolio, in digits that both languages read alike.
fn day(at: DateTime<Utc>, zone: Tz, language: Language) -> String {
    let local = at.with_timezone(&zone);
    match language {
        Language::English => local.format("%m/%d/%Y %H:%M %Z").to_string(),
        Language::Spanish => local.format("%d/%m/%Y %H:%M %Z").to_string(),
    }
}

//! The shapes of the JSON that is printed. They are a contract with scripts: fields are added, never renamed.

use casefolio_core::cases::{CaseRecord, Judgement, Verdict};
use casefolio_core::parts::{RecordedChange, Seen};
use casefolio_domain::polling::Why;
use casefolio_domain::{
    Bilingual, Case, FormType, Glance, HistoryItem, Language, Link, Observation, ProblemKind, ReceiptNumber, Stage,
};
use chrono::{DateTime, NaiveDateTime, SecondsFormat, Utc};
use serde::Serialize;

/// A time: RFC 3339, UTC, with milliseconds.
pub(crate) fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// A local time of the service, whose zone is not documented: without zone.
fn local(at: NaiveDateTime) -> String {
    at.format("%Y-%m-%dT%H:%M:%S").to_string()
}

/// Words, or none where there are none.
fn some(words: &str) -> Option<String> {
    (!words.is_empty()).then(|| words.to_owned())
}

/// One sentence of a history.
#[derive(Serialize)]
pub(crate) struct HistoryWire {
    date: Option<String>,
    text: String,
    text_es: Option<String>,
}

impl HistoryWire {
    fn of(item: &HistoryItem) -> Self {
        let date = item.date.map(|day| day.format("%Y-%m-%d").to_string());
        Self { date, text: item.text.en.clone(), text_es: some(&item.text.es) }
    }
}

/// A link of a text.
#[derive(Serialize)]
pub(crate) struct LinkWire {
    label: String,
    url: String,
}

impl LinkWire {
    fn of(link: &Link) -> Self {
        Self { label: link.label.clone(), url: link.url.clone() }
    }
}

/// What an answer says.
#[derive(Serialize, Default)]
pub(crate) struct StatusWire {
    form: Option<String>,
    form_name: Option<&'static str>,
    stage: &'static str,
    title: Option<String>,
    title_es: Option<String>,
    text: Option<String>,
    text_es: Option<String>,
    submitted: Option<String>,
    modified: Option<String>,
    history: Vec<HistoryWire>,
    links: Vec<LinkWire>,
}

impl StatusWire {
    /// The status of an answer.
    pub(crate) fn of(observation: &Observation, language: Language) -> Self {
        let form = observation.form.as_ref();
        Self {
            form: form.map(|form| form.as_str().to_owned()),
            form_name: form.and_then(|form| form_name(form, language)),
            stage: Stage::of(&observation.title.en, &observation.text.en).code(),
            title: some(&observation.title.en),
            title_es: some(&observation.title.es),
            text: some(&observation.text.en),
            text_es: some(&observation.text.es),
            submitted: observation.submitted.map(local),
            modified: observation.modified.map(local),
            history: observation.history.iter().map(HistoryWire::of).collect(),
            links: observation.links.iter().map(LinkWire::of).collect(),
        }
    }

    /// No status.
    pub(crate) fn none() -> Self {
        Self { stage: Stage::Unknown.code(), ..Self::default() }
    }
}

/// The name of a form in this language, else in English.
pub(crate) fn form_name(form: &FormType, language: Language) -> Option<&'static str> {
    form.name(language).or_else(|| form.name(Language::English))
}

/// A receipt that was asked for: its status, or the problem.
#[derive(Serialize)]
pub(crate) struct CheckWire {
    pub(crate) receipt: String,
    #[serde(flatten)]
    pub(crate) status: StatusWire,
    pub(crate) problem: Option<&'static str>,
    pub(crate) message: Option<String>,
}

/// A receipt that was refused.
#[derive(Serialize)]
pub(crate) struct RefusedWire<'a> {
    pub(crate) input: &'a str,
    pub(crate) receipt: Option<()>,
    pub(crate) verdict: &'static str,
    pub(crate) reason: &'static str,
    pub(crate) message: String,
    pub(crate) proposal: Option<&'a str>,
}

/// What became of a line.
#[derive(Serialize)]
pub(crate) struct VerdictWire<'a> {
    line: u64,
    input: &'a str,
    receipt: Option<&'a str>,
    verdict: &'static str,
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    proposal: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    dry_run: bool,
}

impl<'a> VerdictWire<'a> {
    /// A verdict with its reason in words. What a dry run would add is called added, and the line says that it was a dry run.
    pub(crate) fn of(verdict: &'a Verdict, message: Option<String>, dry_run: bool) -> Self {
        Self {
            line: verdict.line,
            input: &verdict.input,
            receipt: verdict.receipt.as_ref().map(ReceiptNumber::as_str),
            verdict: match verdict.judgement {
                Judgement::New | Judgement::Added => "added",
                Judgement::Duplicate => "duplicate",
                Judgement::Refused(_) => "refused",
            },
            reason: verdict.reason(),
            proposal: verdict.proposal().map(ReceiptNumber::as_str),
            message,
            dry_run,
        }
    }
}

/// A case of the list.
#[derive(Serialize)]
pub(crate) struct CaseWire<'a> {
    receipt: &'a str,
    form: Option<&'a str>,
    stage: &'static str,
    title: Option<&'a str>,
    title_es: Option<&'a str>,
    person: &'a str,
    changed_at: Option<String>,
    checked_at: Option<String>,
    answered_at: Option<String>,
    unread: bool,
    problem: Option<&'static str>,
}

impl<'a> CaseWire<'a> {
    /// A case.
    pub(crate) fn of(case: &'a Case<Glance>) -> Self {
        let last = case.last.as_ref();
        Self {
            receipt: case.receipt.as_str(),
            form: last.and_then(|last| last.form.as_ref()).map(FormType::as_str),
            stage: case.stage().code(),
            title: last.map(|last| last.title.en.as_str()),
            title_es: last.map(|last| last.title.es.as_str()).filter(|title| !title.is_empty()),
            person: &case.person,
            changed_at: case.changed_at.map(time),
            checked_at: case.checked_at.map(time),
            answered_at: case.answered_at.map(time),
            unread: case.unread,
            problem: case.problem.map(ProblemKind::contract_code),
        }
    }
}

/// A distinct answer with the time in which it was the current one.
#[derive(Serialize)]
struct SeenWire {
    first_seen: String,
    last_seen: String,
    times_seen: u32,
    #[serde(flatten)]
    status: StatusWire,
}

impl SeenWire {
    fn of(seen: &Seen, language: Language) -> Self {
        Self {
            first_seen: time(seen.first_seen),
            last_seen: time(seen.last_seen),
            times_seen: seen.times_seen,
            status: StatusWire::of(&seen.observation, language),
        }
    }
}

/// A change as it was recorded.
#[derive(Serialize)]
struct ChangeWire {
    at: String,
    kind: &'static str,
    before: Option<String>,
    before_es: Option<String>,
    after: Option<String>,
    after_es: Option<String>,
    added: Vec<HistoryWire>,
}

impl ChangeWire {
    fn of(change: &RecordedChange) -> Self {
        let words = |title: &Option<Bilingual>, pick: fn(&Bilingual) -> &String| {
            title.as_ref().map(pick).and_then(|text| some(text))
        };
        Self {
            at: time(change.at),
            kind: change.kind.code(),
            before: words(&change.before, |title| &title.en),
            before_es: words(&change.before, |title| &title.es),
            after: words(&change.after, |title| &title.en),
            after_es: words(&change.after, |title| &title.es),
            added: change.added.iter().map(HistoryWire::of).collect(),
        }
    }
}

/// A case with all that was seen of it.
#[derive(Serialize)]
pub(crate) struct RecordWire {
    receipt: String,
    #[serde(flatten)]
    status: StatusWire,
    person: String,
    label: String,
    added_at: String,
    changed_at: Option<String>,
    checked_at: Option<String>,
    answered_at: Option<String>,
    due_at: String,
    due_why: Option<&'static str>,
    stale_from: Option<String>,
    unread: bool,
    problem: Option<&'static str>,
    observations: Vec<SeenWire>,
    changes: Vec<ChangeWire>,
}

impl RecordWire {
    /// A case and its record.
    pub(crate) fn of(record: &CaseRecord, language: Language) -> Self {
        let case = &record.case;
        Self {
            receipt: case.receipt.as_str().to_owned(),
            status: case.last.as_ref().map_or_else(StatusWire::none, |last| StatusWire::of(last, language)),
            person: case.person.clone(),
            label: case.label.clone(),
            added_at: time(case.added_at),
            changed_at: case.changed_at.map(time),
            checked_at: case.checked_at.map(time),
            answered_at: case.answered_at.map(time),
            due_at: time(case.due_at),
            due_why: case.due_why.map(Why::code),
            stale_from: case.stale_from().map(time),
            unread: case.unread,
            problem: case.problem.map(ProblemKind::contract_code),
            observations: record.observations.iter().map(|seen| SeenWire::of(seen, language)).collect(),
            changes: record.changes.iter().map(ChangeWire::of).collect(),
        }
    }
}

//! Shapes of a case: a row of the list, and all of it.

use casefolio_core::cases::{CaseRecord, stage_of};
use casefolio_core::parts::{Failure, RecordedChange};
use casefolio_domain::progress::{self, Step, StepState};
use casefolio_domain::status::denied_in_text;
use casefolio_domain::{Bilingual, Case, FormType, HistoryItem, Language, Observation, ReceiptNumber, Stage};
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use specta::Type;

/// Words in two languages; the Spanish ones may be empty.
#[derive(Clone, Serialize, Type)]
pub(crate) struct Words {
    en: String,
    es: String,
}

impl From<&Bilingual> for Words {
    fn from(words: &Bilingual) -> Self {
        Self { en: words.en.clone(), es: words.es.clone() }
    }
}

/// A title of the service. Where it gave no Spanish one, the confirmed translation stands in, if there is one.
fn title_of(observation: &Observation) -> Words {
    let mut words = Words::from(&observation.title);
    if words.es.is_empty() {
        words.es = casefolio_domain::status::spanish_title(&words.en).unwrap_or_default().to_owned();
    }
    words
}

pub(crate) fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// One row of the case list.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CaseRow {
    id: u32,
    receipt: String,
    person: String,
    label: String,
    form: Option<String>,
    /// A stage's code, `unknown`, or `none` before the first answer.
    stage: String,
    title: Option<Words>,
    changed_at: Option<String>,
    checked_at: Option<String>,
    answered_at: Option<String>,
    problem: Option<String>,
    unread: bool,
    denied_in_text: bool,
}

impl From<&Case> for CaseRow {
    fn from(case: &Case) -> Self {
        let last = case.last.as_ref();
        Self {
            id: u32::try_from(case.id.0).unwrap_or_default(),
            receipt: case.receipt.as_str().to_owned(),
            person: case.person.clone(),
            label: case.label.clone(),
            form: last.and_then(|last| last.form.as_ref()).map(|form| form.as_str().to_owned()),
            stage: last.map_or("none", |_| stage_of(case).code()).to_owned(),
            title: last.map(title_of),
            changed_at: case.changed_at.map(time),
            checked_at: case.checked_at.map(time),
            answered_at: case.answered_at.map(time),
            problem: case.problem.map(|kind| kind.code().to_owned()),
            unread: case.unread,
            denied_in_text: last.is_some_and(|last| denied_in_text(&last.title.en, &last.text.en)),
        }
    }
}

/// One of the six steps of the progress picture.
#[derive(Debug, Clone, Copy, Serialize, Type)]
#[serde(rename_all = "lowercase")]
enum StepCode {
    Received,
    Biometrics,
    Evidence,
    Interview,
    Decision,
    Document,
}

/// Where the case stands with a step; `unknown` is not reported by the service, and is not "not done".
#[derive(Debug, Clone, Copy, Serialize, Type)]
#[serde(rename_all = "lowercase")]
enum StepStateCode {
    Done,
    Now,
    Unknown,
    Ahead,
}

/// A step and where the case stands with it.
#[derive(Debug, Clone, Copy, Serialize, Type)]
pub(crate) struct ProgressStep {
    code: StepCode,
    state: StepStateCode,
}

impl From<&progress::ProgressStep> for ProgressStep {
    fn from(step: &progress::ProgressStep) -> Self {
        let code = match step.step {
            Step::Received => StepCode::Received,
            Step::Biometrics => StepCode::Biometrics,
            Step::Evidence => StepCode::Evidence,
            Step::Interview => StepCode::Interview,
            Step::Decision => StepCode::Decision,
            Step::Document => StepCode::Document,
        };
        let state = match step.state {
            StepState::Done => StepStateCode::Done,
            StepState::Now => StepStateCode::Now,
            StepState::Unknown => StepStateCode::Unknown,
            StepState::Ahead => StepStateCode::Ahead,
        };
        Self { code, state }
    }
}

fn steps(stage: Stage, history: &[HistoryItem]) -> Vec<ProgressStep> {
    progress::progress(stage, history).iter().map(ProgressStep::from).collect()
}

/// Who says it: the service in its history, or Casefolio, which saw the status.
#[derive(Debug, Clone, Copy, Serialize, Type)]
#[serde(rename_all = "lowercase")]
enum Source {
    Service,
    Seen,
}

/// Something that happened to a case.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HistoryEntry {
    /// A date or a time; empty where the service gave none.
    at: String,
    date_only: bool,
    source: Source,
    text: Words,
}

fn of_service(item: &HistoryItem) -> HistoryEntry {
    let at = item.date.map(|date| date.to_string()).unwrap_or_default();
    HistoryEntry { at, date_only: true, source: Source::Service, text: Words::from(&item.text) }
}

/// A recorded change.
#[derive(Clone, Serialize, Type)]
pub(crate) struct ChangeEntry {
    at: String,
    kind: String,
    before: Option<Words>,
    after: Option<Words>,
    added: Vec<Words>,
}

impl From<&RecordedChange> for ChangeEntry {
    fn from(change: &RecordedChange) -> Self {
        Self {
            at: time(change.at),
            kind: change.kind.code().to_owned(),
            before: change.before.as_ref().map(Words::from),
            after: change.after.as_ref().map(Words::from),
            added: change.added.iter().map(|item| Words::from(&item.text)).collect(),
        }
    }
}

/// A trusted link of a status text.
#[derive(Clone, Serialize, Type)]
pub(crate) struct Link {
    label: String,
    url: String,
}

/// Everything about one case.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CaseDetail {
    #[serde(flatten)]
    row: CaseRow,
    office: Option<String>,
    fiscal_year: Option<u16>,
    /// The key of the words for what is remarkable about the receipt.
    remark: Option<String>,
    form_name: Option<Words>,
    text: Option<Words>,
    links: Vec<Link>,
    submitted: Option<String>,
    modified: Option<String>,
    progress: Vec<ProgressStep>,
    history: Vec<HistoryEntry>,
    changes: Vec<ChangeEntry>,
    due_at: Option<String>,
    times_seen: u32,
}

fn form_name(form: &FormType) -> Option<Words> {
    let en = form.name(Language::English)?;
    Some(Words { en: en.to_owned(), es: form.name(Language::Spanish).unwrap_or_default().to_owned() })
}

fn office(receipt: &ReceiptNumber) -> Option<String> {
    receipt.office().and_then(|office| office.name).map(str::to_owned)
}

impl From<&CaseRecord> for CaseDetail {
    fn from(record: &CaseRecord) -> Self {
        let case = &record.case;
        let last = case.last.as_ref();
        let history = last.map(|last| last.history.as_slice()).unwrap_or_default();
        let local = |at: chrono::NaiveDateTime| at.format("%Y-%m-%dT%H:%M:%S").to_string();
        Self {
            row: CaseRow::from(case),
            office: office(&case.receipt),
            fiscal_year: case.receipt.fiscal_year(),
            remark: case.receipt.remark().map(|remark| format!("receipt.remark.{}", remark.code())),
            form_name: last.and_then(|last| last.form.as_ref()).and_then(form_name),
            text: last.map(|last| Words::from(&last.text)),
            links: last
                .map(|last| {
                    last.links.iter().map(|link| Link { label: link.label.clone(), url: link.url.clone() }).collect()
                })
                .unwrap_or_default(),
            submitted: last.and_then(|last| last.submitted).map(local),
            modified: last.and_then(|last| last.modified).map(local),
            progress: last.map(|_| steps(stage_of(case), history)).unwrap_or_default(),
            history: history_of(record, history),
            changes: record.changes.iter().rev().map(ChangeEntry::from).collect(),
            due_at: Some(time(case.due_at)),
            times_seen: record.observations.last().map(|seen| seen.times_seen).unwrap_or_default(),
        }
    }
}

/// What the service tells of the past and the titles Casefolio saw itself, newest first.
fn history_of(record: &CaseRecord, told: &[HistoryItem]) -> Vec<HistoryEntry> {
    let seen = record.observations.iter().map(|seen| HistoryEntry {
        at: time(seen.first_seen),
        date_only: false,
        source: Source::Seen,
        text: title_of(&seen.observation),
    });
    let mut entries: Vec<HistoryEntry> = told.iter().map(of_service).chain(seen).collect();
    entries.sort_by(|a, b| b.at.cmp(&a.at));
    entries
}

/// The answer to a quick check.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct QuickCheck {
    receipt: String,
    form: Option<String>,
    form_name: Option<Words>,
    stage: String,
    title: Option<Words>,
    text: Option<Words>,
    history: Vec<HistoryEntry>,
    progress: Vec<ProgressStep>,
    problem: Option<String>,
    message: Option<String>,
    checked_at: String,
}

impl QuickCheck {
    pub(crate) fn of(receipt: &ReceiptNumber, answer: &Result<Observation, Failure>, at: DateTime<Utc>) -> Self {
        let found = answer.as_ref().ok();
        let failure = answer.as_ref().err();
        let stage = found.map_or(Stage::Unknown, |found| Stage::of(&found.title.en, &found.text.en));
        Self {
            receipt: receipt.as_str().to_owned(),
            form: found.and_then(|found| found.form.as_ref()).map(|form| form.as_str().to_owned()),
            form_name: found.and_then(|found| found.form.as_ref()).and_then(form_name),
            stage: found.map_or("none", |_| stage.code()).to_owned(),
            title: found.map(title_of),
            text: found.map(|found| Words::from(&found.text)),
            history: found.map(|found| found.history.iter().rev().map(of_service).collect()).unwrap_or_default(),
            progress: found.map(|found| steps(stage, &found.history)).unwrap_or_default(),
            problem: failure.map(|failure| failure.kind.code().to_owned()),
            message: failure.and_then(|failure| failure.message.clone()),
            checked_at: time(at),
        }
    }
}

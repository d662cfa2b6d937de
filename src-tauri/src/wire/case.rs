//! Shapes of a case: a row of the list, and all of it.

use casefolio_core::cases::{CaseRecord, Group, Muted};
use casefolio_core::parts::{Failure, RecordedChange};
use casefolio_domain::polling::Why;
use casefolio_domain::progress::{self, Step, StepState};
use casefolio_domain::status::denied_in_text;
use casefolio_domain::{Bilingual, Case, FormType, Glance, HistoryItem, Language, Observation, ReceiptNumber, Stage};
use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::mask::Mask;

/// Words in two languages; the Spanish ones may be empty.
#[derive(Clone, Serialize, Type)]
pub(crate) struct Words {
    en: String,
    es: String,
}

impl Words {
    fn of(words: &Bilingual, mask: Mask) -> Self {
        Self { en: mask.text(&words.en), es: mask.text(&words.es) }
    }
}

/// A title of the service. Where it gave no Spanish one, the confirmed translation stands in, if there is one.
fn title_of(title: &Bilingual, mask: Mask) -> Words {
    let mut words = Words::of(title, mask);
    if words.es.is_empty() {
        words.es = casefolio_domain::status::spanish_title(&words.en).unwrap_or_default().to_owned();
    }
    words
}

pub(crate) fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// One row of the case list.
#[expect(clippy::struct_excessive_bools, reason = "each is a mark of its own in the list")]
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
    /// Since when the service has not recognised the receipt; none while its last status is not in doubt.
    doubtful_since: Option<String>,
    /// From when on the last known status is stale.
    stale_from: Option<String>,
    /// Whether nothing is told of it: by itself, by its person or by its matter.
    muted: bool,
    /// When it is told of again.
    snoozed_until: Option<String>,
    starred: bool,
}

impl CaseRow {
    pub(crate) fn of(case: &Case<Glance>, muted: &Muted, mask: Mask) -> Self {
        let last = case.last.as_ref();
        Self {
            id: u32::try_from(case.id.0).unwrap_or_default(),
            receipt: mask.receipt(&case.receipt),
            person: mask.name(&case.person),
            label: mask.name(&case.label),
            form: last.and_then(|last| last.form.as_ref()).map(|form| form.as_str().to_owned()),
            stage: last.map_or("none", |last| last.stage().code()).to_owned(),
            title: last.map(|last| title_of(&last.title, mask)),
            changed_at: case.changed_at.map(time),
            checked_at: case.checked_at.map(time),
            answered_at: case.answered_at.map(time),
            problem: case.problem.map(|kind| kind.code().to_owned()),
            unread: case.unread,
            denied_in_text: last.is_some_and(|last| denied_in_text(&last.title.en, &last.text_en)),
            doubtful_since: case.doubtful_since.map(time),
            stale_from: case.stale_from().map(time),
            muted: muted.mutes(case),
            snoozed_until: case.wishes.snoozed_until.map(time),
            starred: case.wishes.starred,
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

fn of_service(item: &HistoryItem, mask: Mask) -> HistoryEntry {
    let at = item.date.map(|date| date.to_string()).unwrap_or_default();
    HistoryEntry { at, date_only: true, source: Source::Service, text: Words::of(&item.text, mask) }
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

impl ChangeEntry {
    fn of(change: &RecordedChange, mask: Mask) -> Self {
        Self {
            at: time(change.at),
            kind: change.kind.code().to_owned(),
            before: change.before.as_ref().map(|words| Words::of(words, mask)),
            after: change.after.as_ref().map(|words| Words::of(words, mask)),
            added: change.added.iter().map(|item| Words::of(&item.text, mask)).collect(),
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
    /// The code of why it is due then.
    due_why: Option<String>,
    times_seen: u32,
    mutes: Mutes,
}

/// Why nothing is told of a case.
#[derive(Debug, Clone, Copy, Serialize, Type)]
struct Mutes {
    /// By itself.
    case: bool,
    /// By the person it is about.
    person: bool,
    /// By its matter.
    matter: bool,
}

/// What several cases may have in common.
#[derive(Debug, Clone, Copy, Deserialize, Type)]
#[serde(rename_all = "lowercase")]
pub(crate) enum GroupCode {
    Person,
    Matter,
}

impl From<GroupCode> for Group {
    fn from(code: GroupCode) -> Self {
        match code {
            GroupCode::Person => Self::Person,
            GroupCode::Matter => Self::Matter,
        }
    }
}

fn form_name(form: &FormType) -> Option<Words> {
    let en = form.name(Language::English)?;
    Some(Words { en: en.to_owned(), es: form.name(Language::Spanish).unwrap_or_default().to_owned() })
}

fn office(receipt: &ReceiptNumber) -> Option<String> {
    receipt.office().and_then(|office| office.name).map(str::to_owned)
}

impl CaseDetail {
    pub(crate) fn of(record: &CaseRecord, muted: &Muted, mask: Mask) -> Self {
        let (case, listed) = (&record.case, record.case.at_a_glance());
        let last = case.last.as_ref();
        let history = last.map(|last| last.history.as_slice()).unwrap_or_default();
        let local = |at: chrono::NaiveDateTime| at.format("%Y-%m-%dT%H:%M:%S").to_string();
        Self {
            row: CaseRow::of(&listed, muted, mask),
            office: office(&case.receipt),
            fiscal_year: case.receipt.fiscal_year(),
            remark: case.receipt.remark().map(|remark| format!("receipt.remark.{}", remark.code())),
            form_name: last.and_then(|last| last.form.as_ref()).and_then(form_name),
            text: last.map(|last| Words::of(&last.text, mask)),
            links: last.map(|last| links_of(last, mask)).unwrap_or_default(),
            submitted: last.and_then(|last| last.submitted).map(local),
            modified: last.and_then(|last| last.modified).map(local),
            progress: last.map(|_| steps(listed.stage(), history)).unwrap_or_default(),
            history: history_of(record, history, mask),
            changes: record.changes.iter().rev().map(|change| ChangeEntry::of(change, mask)).collect(),
            due_at: (case.due_why != Some(Why::UntilAsked)).then(|| time(case.due_at)),
            due_why: case.due_why.map(|why| why.code().to_owned()),
            times_seen: record.observations.last().map(|seen| seen.times_seen).unwrap_or_default(),
            mutes: Mutes {
                case: case.wishes.muted,
                person: muted.holds(case, Group::Person),
                matter: muted.holds(case, Group::Matter),
            },
        }
    }
}

/// The links of a status text; one that names a number is not handed out while numbers are masked.
fn links_of(last: &Observation, mask: Mask) -> Vec<Link> {
    let shown = last.links.iter().filter(|link| mask.text(&link.url) == link.url);
    shown.map(|link| Link { label: mask.text(&link.label), url: link.url.clone() }).collect()
}

/// What the service tells of the past and the titles Casefolio saw itself, newest first.
fn history_of(record: &CaseRecord, told: &[HistoryItem], mask: Mask) -> Vec<HistoryEntry> {
    let seen = record.observations.iter().map(|seen| HistoryEntry {
        at: time(seen.first_seen),
        date_only: false,
        source: Source::Seen,
        text: title_of(&seen.observation.title, mask),
    });
    let mut entries: Vec<HistoryEntry> = told.iter().map(|item| of_service(item, mask)).chain(seen).collect();
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
    pub(crate) fn of(
        receipt: &ReceiptNumber,
        answer: &Result<Observation, Failure>,
        at: DateTime<Utc>,
        mask: Mask,
    ) -> Self {
        let found = answer.as_ref().ok();
        let failure = answer.as_ref().err();
        let stage = found.map_or(Stage::Unknown, |found| Stage::of(&found.title.en, &found.text.en));
        Self {
            receipt: mask.receipt(receipt),
            form: found.and_then(|found| found.form.as_ref()).map(|form| form.as_str().to_owned()),
            form_name: found.and_then(|found| found.form.as_ref()).and_then(form_name),
            stage: found.map_or("none", |_| stage.code()).to_owned(),
            title: found.map(|found| title_of(&found.title, mask)),
            text: found.map(|found| Words::of(&found.text, mask)),
            history: found
                .map(|found| found.history.iter().rev().map(|item| of_service(item, mask)).collect())
                .unwrap_or_default(),
            progress: found.map(|found| steps(stage, &found.history)).unwrap_or_default(),
            problem: failure.map(|failure| failure.kind.code().to_owned()),
            message: failure.and_then(|failure| failure.message.as_deref()).map(|message| mask.text(message)),
            checked_at: time(at),
        }
    }
}

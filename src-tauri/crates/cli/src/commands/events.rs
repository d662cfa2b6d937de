//! The lines of `watch`: one for each thing that happened, after it was committed.

use std::sync::{Arc, Mutex, PoisonError};

use casefolio_core::PortfolioEvent;
use casefolio_core::events::RoundReport;
use casefolio_core::parts::RecordedChange;
use casefolio_core::telling::{Notice, Notifier, NotifyProblem};
use casefolio_domain::{Bilingual, Case, ChangeKind, ProblemKind, ReceiptNumber, Stage};
use chrono::{DateTime, Utc};
use serde::Serialize;
use tokio::sync::Notify;

use super::readable;
use crate::error::{Error, Exit};
use crate::language::Words;
use crate::output::Output;
use crate::wire::time;

/// One line of the stream.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum EventWire<'a> {
    /// A status was found and committed.
    Checked { receipt: &'a str, changes: Vec<&'static str>, at: String },
    /// A change is being told; printed once for each change.
    Changed {
        receipt: &'a str,
        kind: &'static str,
        title: Option<&'a str>,
        title_es: Option<&'a str>,
        before: Option<&'a str>,
        before_es: Option<&'a str>,
        stage: &'static str,
        at: String,
    },
    /// That a change was told is committed.
    Notified { receipt: Option<&'a str>, changes: u32, at: String },
    /// That changes seen behind the lock were told.
    #[serde(rename = "notified")]
    NotifiedBehindLock { behind_lock: bool, changes: u32 },
    /// A check failed, or without a receipt: the round did not ask for every case.
    Problem {
        receipt: Option<&'a str>,
        kind: &'static str,
        message: Option<&'a str>,
        /// What went wrong and what to do, in the user's language.
        words: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        held_back: Option<u32>,
        #[serde(skip_serializing_if = "Option::is_none")]
        at: Option<String>,
    },
    /// A round ended.
    Round { checked: u32, changed: u32, failed: u32, calls: u32, held_back: u32 },
}

/// What the exit code and the end of the watch depend on.
#[derive(Default)]
struct Account {
    /// Something was asked and an answer about a receipt came.
    answered: bool,
    /// The service as a whole failed.
    service_failed: bool,
    /// Why nothing can be printed any more.
    broken: Option<Error>,
}

/// Prints what happens.
pub(super) struct Lines {
    output: Arc<Output>,
    words: Words,
    account: Mutex<Account>,
    closed: Notify,
}

impl Lines {
    /// Lines to this output.
    pub(super) fn new(output: Arc<Output>, words: Words) -> Self {
        Self { output, words, account: Mutex::default(), closed: Notify::new() }
    }

    /// Returns when standard output was closed.
    pub(super) async fn closed(&self) {
        self.closed.notified().await;
    }

    /// The exit code: the service failed and gave no answer about any receipt, or done. An output that was closed is an error.
    pub(super) fn outcome(&self) -> Result<Exit, Error> {
        let mut account = self.account.lock().unwrap_or_else(PoisonError::into_inner);
        match account.broken.take() {
            Some(error) => Err(error),
            None if account.service_failed && !account.answered => Ok(Exit::Service),
            None => Ok(Exit::Done),
        }
    }

    /// Prints an event of the portfolio, save the end of a round.
    pub(super) fn event(&self, event: &PortfolioEvent) {
        match event {
            PortfolioEvent::Checked { receipt, changes, at, .. } => self.checked(receipt, changes, *at),
            PortfolioEvent::Failed { receipt, kind, message, at, .. } => {
                self.failed(receipt, *kind, message.as_deref(), *at);
            }
            PortfolioEvent::Notified { receipt, changes, at } => self.notified(receipt.as_ref(), *changes, *at),
            PortfolioEvent::RoundStarted { .. }
            | PortfolioEvent::RoundEnded(_)
            | PortfolioEvent::CasesEdited
            | PortfolioEvent::SettingsEdited
            | PortfolioEvent::BackupsChanged
            | PortfolioEvent::HealthChanged => {}
        }
    }

    /// Prints what may be said while the portfolio is locked: that something was told, and the end of a round.
    pub(super) fn event_behind_lock(&self, event: &PortfolioEvent) {
        match event {
            PortfolioEvent::Notified { changes, .. } => {
                let changes = *changes;
                self.print(&EventWire::NotifiedBehindLock { behind_lock: true, changes }, |words| {
                    words.fill("cli.watch.behind_lock", &[("count", &changes.to_string())])
                });
            }
            PortfolioEvent::Checked { .. } => self.note(|account| account.answered = true),
            PortfolioEvent::Failed { kind, .. } => {
                self.note(|account| account.service_failed |= kind.concerns_the_service());
            }
            PortfolioEvent::RoundEnded(report) => self.end(report),
            PortfolioEvent::RoundStarted { .. }
            | PortfolioEvent::CasesEdited
            | PortfolioEvent::SettingsEdited
            | PortfolioEvent::BackupsChanged
            | PortfolioEvent::HealthChanged => {}
        }
    }

    /// Prints the end of a round, and first why it did not ask for every case.
    pub(super) fn round(&self, report: &RoundReport) {
        if let Some(kind) = report.stopped_by {
            self.note(|account| account.service_failed |= kind != ProblemKind::BudgetSpent);
            let held_back = Some(report.held_back);
            let count = report.held_back.to_string();
            let said = readable::failure(kind, None, self.words);
            let said = format!("{said} {}", self.words.fill("cli.watch.held_back", &[("count", &count)]));
            let wire = EventWire::Problem {
                receipt: None,
                kind: kind.contract_code(),
                message: None,
                words: &said,
                held_back,
                at: None,
            };
            self.print(&wire, |_| said.clone());
        }
        self.end(report);
    }

    fn end(&self, report: &RoundReport) {
        let RoundReport { checked, changed, failed, calls, held_back, .. } = *report;
        self.print(&EventWire::Round { checked, changed, failed, calls, held_back }, |words| {
            round_words(report, words)
        });
    }

    fn checked(&self, receipt: &ReceiptNumber, changes: &[ChangeKind], at: DateTime<Utc>) {
        self.note(|account| account.answered = true);
        let receipt = receipt.as_str();
        let changes = changes.iter().map(|kind| kind.code()).collect();
        let values = [("receipt", receipt)];
        self.print(&EventWire::Checked { receipt, changes, at: time(at) }, |words| {
            words.fill("cli.watch.checked", &values)
        });
    }

    fn failed(&self, receipt: &ReceiptNumber, kind: ProblemKind, message: Option<&str>, at: DateTime<Utc>) {
        self.note(|account| {
            account.answered |= !kind.concerns_the_service();
            account.service_failed |= kind.concerns_the_service();
        });
        let receipt = receipt.as_str();
        let said = readable::failure(kind, None, self.words);
        let wire = EventWire::Problem {
            receipt: Some(receipt),
            kind: kind.contract_code(),
            message,
            words: &said,
            held_back: None,
            at: Some(time(at)),
        };
        self.print(&wire, |words| format!("{receipt}: {}", readable::failure(kind, message, words)));
    }

    fn notified(&self, receipt: Option<&ReceiptNumber>, changes: u32, at: DateTime<Utc>) {
        let receipt = receipt.map(ReceiptNumber::as_str);
        let values = [("receipt", receipt.unwrap_or("-"))];
        self.print(&EventWire::Notified { receipt, changes, at: time(at) }, |words| {
            words.fill("cli.watch.notified", &values)
        });
    }

    fn changed(&self, case: &Case, change: &RecordedChange) -> bool {
        let last = case.last.as_ref();
        let title = change.after.as_ref().or_else(|| last.map(|last| &last.title));
        let before = change.before.as_ref();
        let (receipt, kind) = (case.receipt.as_str(), change.kind.code());
        let wire = EventWire::Changed {
            receipt,
            kind,
            title: title.map(|title| title.en.as_str()),
            title_es: title.and_then(spanish),
            before: before.map(|title| title.en.as_str()),
            before_es: before.and_then(spanish),
            stage: stage(case, change).code(),
            at: time(change.at),
        };
        self.print(&wire, |words| {
            let what = words.say(&format!("change.{kind}"));
            let titles: Vec<&str> =
                [before, title].into_iter().flatten().map(|title| readable::in_language(title, words)).collect();
            words.fill("cli.watch.changed", &[("receipt", receipt), ("what", &what), ("titles", &titles.join(" → "))])
        })
    }

    /// Prints a line; whether it was printed.
    fn print(&self, wire: &EventWire<'_>, words: impl FnOnce(Words) -> String) -> bool {
        let Err(error) = self.output.print(wire, || words(self.words)) else { return true };
        self.note(|account| {
            account.broken.get_or_insert(error);
        });
        self.closed.notify_one();
        false
    }

    fn note(&self, note: impl FnOnce(&mut Account)) {
        note(&mut self.account.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Notifier for Lines {
    fn notify(&self, notice: &Notice) -> Result<(), NotifyProblem> {
        let printed = match notice {
            Notice::Change { case, change, .. } => self.changed(case, change),
            Notice::BehindLock { .. } => true, // its line follows, once it is noted
            Notice::Summary { .. } => false,   // the console is told of each change by itself
        };
        if printed { Ok(()) } else { Err(NotifyProblem::Refused) }
    }
}

fn spanish(title: &Bilingual) -> Option<&str> {
    (!title.es.is_empty()).then_some(title.es.as_str())
}

/// The stage the change led to. By the time it is told the case may have moved on; then the title of the change decides.
fn stage(case: &Case, change: &RecordedChange) -> Stage {
    match (&change.after, &case.last) {
        (Some(after), Some(last)) if *after == last.title => Stage::of(&last.title.en, &last.text.en),
        (Some(after), _) => Stage::of(&after.en, ""),
        (None, Some(last)) => Stage::of(&last.title.en, &last.text.en),
        (None, None) => Stage::Unknown,
    }
}

fn round_words(report: &RoundReport, words: Words) -> String {
    let [checked, changed, failed, calls] =
        [report.checked, report.changed, report.failed, report.calls].map(|count| count.to_string());
    let values = [("checked", checked.as_str()), ("changed", &changed), ("failed", &failed), ("calls", &calls)];
    words.fill("cli.watch.round", &values)
}

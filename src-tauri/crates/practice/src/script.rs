//! Scripts: cases that move through their stages.

use std::time::Duration;

use crate::status::Status;

/// The cases a practice service knows, and how they move.
///
/// ```
/// # use std::time::Duration;
/// # use casefolio_practice::{Script, Status};
/// let script = Script::new()
///     .case("IOE9900000017")
///     .form("I-485")
///     .before(40, "Case Was Received")
///     .at(Duration::from_secs(60), Status::titled("Case Was Approved").history("We approved it.", "Lo aprobamos."))
///     .case("EAC9912050331")
///     .at(Duration::ZERO, "Case Was Received");
/// ```
#[derive(Debug, Clone, Default)]
pub struct Script {
    pub(crate) cases: Vec<ScriptedCase>,
}

/// One case and the statuses it comes to.
#[derive(Debug, Clone)]
pub(crate) struct ScriptedCase {
    pub(crate) receipt: String,
    pub(crate) form: String,
    /// In the order of their times.
    pub(crate) steps: Vec<Step>,
}

/// A status and when the case comes to it.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    /// Script seconds after the start; below zero, seconds of the calendar before it.
    pub(crate) at: i64,
    pub(crate) status: Status,
}

const SECONDS_A_DAY: i64 = 86_400;
const USUAL_FORM: &str = "I-130";

impl Script {
    /// A script without cases. The receipts published for the sandbox are known all the same.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Begins a case (form I-130 unless said otherwise); what follows belongs to it.
    #[must_use]
    pub fn case(mut self, receipt: &str) -> Self {
        let receipt = receipt.to_owned();
        self.cases.push(ScriptedCase { receipt, form: USUAL_FORM.to_owned(), steps: Vec::new() });
        self
    }

    /// Sets the form of the case just begun, as sent (`I-485`, or `N400` as some answers have it).
    #[must_use]
    pub fn form(mut self, form: &str) -> Self {
        if let Some(case) = self.cases.last_mut() {
            form.clone_into(&mut case.form);
        }
        self
    }

    /// Adds a status to the case just begun, which it comes to `offset` after the start (in script time). The earliest one
    /// holds from the beginning.
    #[must_use]
    pub fn at(self, offset: Duration, status: impl Into<Status>) -> Self {
        let seconds = i64::try_from(offset.as_secs()).unwrap_or(i64::MAX);
        self.step(seconds, status.into())
    }

    /// Adds a status which the case came to `days` before the start.
    #[must_use]
    pub fn before(self, days: u32, status: impl Into<Status>) -> Self {
        self.step(-i64::from(days) * SECONDS_A_DAY, status.into())
    }

    pub(crate) fn step(mut self, at: i64, status: Status) -> Self {
        if let Some(case) = self.cases.last_mut() {
            case.add(Step { at, status });
        }
        self
    }

    /// How many cases there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.cases.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cases.is_empty()
    }
}

impl ScriptedCase {
    fn add(&mut self, step: Step) {
        let place = self.steps.partition_point(|known| known.at <= step.at);
        self.steps.insert(place, step);
    }

    /// The steps the case has come to, `elapsed` script seconds after the start; the first one at least.
    pub(crate) fn reached(&self, elapsed: i64) -> &[Step] {
        let count = self.steps.partition_point(|step| step.at <= elapsed);
        self.steps.get(..count.max(1)).unwrap_or_default()
    }

    /// Puts the case to a status now; what its script had in store is dropped.
    pub(crate) fn put(&mut self, now: i64, status: Status) {
        self.steps.retain(|step| step.at <= now);
        self.add(Step { at: now, status });
    }

    pub(crate) fn without_steps(receipt: &str) -> Self {
        Self { receipt: receipt.to_owned(), form: USUAL_FORM.to_owned(), steps: Vec::new() }
    }
}

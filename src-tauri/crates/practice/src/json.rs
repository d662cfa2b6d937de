//! Scripts as JSON.

use std::collections::BTreeSet;

use casefolio_domain::ReceiptNumber;
use serde::Deserialize;

use crate::script::Script;
use crate::status::Status;

/// What is wrong with a script. Cases and steps are counted from 1.
#[derive(Debug, thiserror::Error)]
pub enum ScriptProblem {
    /// It is no JSON of the documented form.
    #[error("the script is not JSON of the expected form (line {line}, column {column})")]
    Form {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// What is wrong there.
        #[source]
        source: serde_json::Error,
    },
    /// A receipt number is not one.
    #[error("case {case} of the script has no well-formed receipt number")]
    Receipt {
        /// Which case.
        case: usize,
    },
    /// A receipt number stands twice.
    #[error("case {case} of the script repeats a receipt number")]
    Twice {
        /// Which case.
        case: usize,
    },
    /// A case has no steps.
    #[error("case {case} of the script has no steps")]
    NoSteps {
        /// Which case.
        case: usize,
    },
    /// A step has an empty title.
    #[error("step {step} of case {case} of the script has no title")]
    NoTitle {
        /// Which case.
        case: usize,
        /// Which step.
        step: usize,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScriptFile {
    cases: Vec<CaseEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseEntry {
    receipt: String,
    form: Option<String>,
    steps: Vec<StepEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StepEntry {
    at: i64,
    title: String,
    title_es: Option<String>,
    text: Option<Both>,
    history: Option<Both>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Both {
    en: String,
    es: String,
}

impl Script {
    /// Reads a script from JSON: `{"cases":[{"receipt":"IOE9900000017","form":"I-485","steps":[{"at":0,
    /// "title":"Case Was Received"},{"at":60,"title":"Case Was Approved","title_es":"…","text":{"en":"…","es":"…"},
    /// "history":{"en":"…","es":"…"}}]}]}`. `at` is in seconds from the start (below zero: before it); `form`, `title_es`,
    /// `text` and `history` may be left out.
    pub fn from_json(text: &str) -> Result<Self, ScriptProblem> {
        let file: ScriptFile = serde_json::from_str(text).map_err(|source| ScriptProblem::Form {
            line: source.line(),
            column: source.column(),
            source,
        })?;
        let mut seen = BTreeSet::new();
        file.cases.into_iter().enumerate().try_fold(Self::new(), |script, (index, entry)| {
            let case = index + 1;
            let receipt = ReceiptNumber::parse(&entry.receipt).map_err(|_| ScriptProblem::Receipt { case })?;
            if !seen.insert(receipt.clone()) {
                return Err(ScriptProblem::Twice { case });
            }
            add(script.case(receipt.as_str()), entry, case)
        })
    }
}

fn add(script: Script, entry: CaseEntry, case: usize) -> Result<Script, ScriptProblem> {
    if entry.steps.is_empty() {
        return Err(ScriptProblem::NoSteps { case });
    }
    let script = entry.form.iter().fold(script, |script, form| script.form(form));
    entry.steps.into_iter().enumerate().try_fold(script, |script, (index, step)| {
        if step.title.trim().is_empty() {
            return Err(ScriptProblem::NoTitle { case, step: index + 1 });
        }
        Ok(script.step(step.at, status(step)))
    })
}

fn status(step: StepEntry) -> Status {
    let pair = |both: Both| (both.en, both.es);
    Status { title_en: step.title, title_es: step.title_es, text: step.text.map(pair), history: step.history.map(pair) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> String {
        Script::from_json(text).map(|_| ()).unwrap_err().to_string()
    }

    #[test]
    fn a_script_is_read() {
        let script = Script::from_json(
            r#"{"cases":[{"receipt":"ioe-99-000-00017","form":"I-485","steps":[
                {"at":60,"title":"Case Was Approved","title_es":"x","text":{"en":"a","es":"b"},"history":{"en":"c","es":"d"}},
                {"at":-86400,"title":"Case Was Received"}]}]}"#,
        )
        .unwrap();
        let case = &script.cases[0];
        assert_eq!((case.receipt.as_str(), case.form.as_str()), ("IOE9900000017", "I-485"));
        let times: Vec<i64> = case.steps.iter().map(|step| step.at).collect();
        assert_eq!(times, [-86_400, 60], "in the order of their times");
    }

    #[test]
    fn each_mistake_is_named_by_its_place_and_never_by_what_was_written() {
        assert_eq!(problem("{"), "the script is not JSON of the expected form (line 1, column 1)");
        let case = |receipt: &str, steps: &str| format!(r#"{{"receipt":"{receipt}","steps":[{steps}]}}"#);
        let step = r#"{"at":0,"title":"Case Was Received"}"#;
        let good = case("IOE9900000017", step);
        let file = |cases: &str| format!(r#"{{"cases":[{cases}]}}"#);
        assert_eq!(
            problem(&file(&format!("{good},{}", case("IOE99", step)))),
            "case 2 of the script has no well-formed receipt number"
        );
        assert_eq!(problem(&file(&format!("{good},{good}"))), "case 2 of the script repeats a receipt number");
        assert_eq!(problem(&file(&case("IOE9900000017", ""))), "case 1 of the script has no steps");
        assert_eq!(
            problem(&file(&case("IOE9900000017", &format!(r#"{step},{{"at":1,"title":" "}}"#)))),
            "step 2 of case 1 of the script has no title"
        );
        assert!(problem(&file(&case("IOE9900000017", r#"{"at":"soon","title":"x"}"#))).contains("line 1"));
        assert!(problem(&file(&case("IOE9900000017", r#"{"at":0,"titel":"x"}"#))).contains("line 1"));
    }
}

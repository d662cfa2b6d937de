//! What went wrong, as a code and its parameters.

use std::collections::BTreeMap;

use casefolio_core::Error;
use casefolio_core::problem::Nature;
use casefolio_domain::ReceiptProblem;
use serde::Serialize;
use specta::Type;

use super::mask::Mask;

/// What went wrong; its words stand in the locales under `problem`.
#[derive(Debug, Clone, Serialize, Type)]
pub(crate) struct Problem {
    /// The code.
    code: String,
    /// What is put into the words.
    params: BTreeMap<String, String>,
    /// Whether a file is damaged: then the gate names the damage and offers what can be done.
    #[serde(skip)]
    #[specta(skip)]
    damage: bool,
}

impl Problem {
    pub(crate) fn of_code(code: &str) -> Self {
        Self { code: code.to_owned(), params: BTreeMap::new(), damage: false }
    }

    /// A problem of a file that is damaged.
    pub(crate) fn of_damage(code: &str) -> Self {
        Self { damage: true, ..Self::of_code(code) }
    }

    pub(crate) fn is_damage(&self) -> bool {
        self.damage
    }

    /// Whether a newer version of the program is what is missing.
    pub(crate) fn is_of_newer(&self) -> bool {
        self.code == "portfolio_newer"
    }
}

impl Problem {
    /// A receipt that was refused: `reason` is its code under `receipt.refused`.
    pub(crate) fn of_receipt(problem: &ReceiptProblem, mask: Mask) -> Self {
        let mut params = BTreeMap::from([("reason".to_owned(), problem.code().to_owned())]);
        if let Some(proposal) = problem.proposal().filter(|_| !mask.is_on()) {
            params.insert("proposal".to_owned(), proposal.as_str().to_owned());
        }
        Self { code: "receipt_refused".to_owned(), params, damage: false }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let problem = casefolio_core::Problem::of(&error);
        let params = problem.params.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Self { code: problem.code.to_owned(), params, damage: problem.nature == Nature::Damaged }
    }
}

/// What a command answers.
pub(crate) type Answer<T> = Result<T, Problem>;

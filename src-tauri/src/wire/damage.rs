//! Shapes of a damaged portfolio and of what can be done about it.

use casefolio_core::health::{Diagnosis, SalvageReport as Report};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::backups::OpenerRequest;
use super::gate::Created;
use super::problem::Problem;
use super::typed::Typed;

/// A damaged portfolio: what is wrong, and what can be done. To delete it is never among that.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DamageView {
    pub(crate) user_id: String,
    /// Why it did not open.
    pub(crate) problem: Problem,
    /// What was found: the words stand in the locales under `finding`.
    pub(crate) findings: Vec<String>,
    /// Whether the copy of the key file can take its place.
    pub(crate) keys_can_be_repaired: bool,
    /// Whether there may be something to save into a new portfolio.
    pub(crate) can_be_salvaged: bool,
    /// Whether a backup may take its place. Not where a newer program is all that is missing.
    pub(crate) can_be_restored: bool,
}

impl DamageView {
    pub(crate) fn of(user_id: String, problem: Problem, diagnosis: &Diagnosis) -> Self {
        let findings: Vec<String> = diagnosis.findings.iter().map(|finding| finding.code().to_owned()).collect();
        let newer = problem.is_of_newer() || findings.iter().any(|finding| finding == "newer_version");
        Self {
            user_id,
            problem,
            findings,
            keys_can_be_repaired: diagnosis.keys_can_be_repaired(),
            can_be_salvaged: diagnosis.can_be_salvaged() && !newer,
            can_be_restored: !newer,
        }
    }
}

/// A new portfolio for what is whole in a damaged one.
#[derive(Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SalvageRequest {
    /// The user ID of the damaged one.
    pub(crate) damaged: String,
    /// What opens the damaged one.
    pub(crate) opener: OpenerRequest,
    /// The user ID of the new one.
    pub(crate) user_id: String,
    pub(crate) passphrase: Typed,
    pub(crate) computer_slot: bool,
    /// Whether cases are checked behind the lock where the computer holds no key.
    pub(crate) watch_behind_lock: bool,
}

/// What was saved. It is opened once its recovery code was typed again.
#[derive(Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Salvaged {
    pub(crate) created: Created,
    pub(crate) report: SalvageReport,
}

/// What was saved and what is lost.
#[derive(Debug, Clone, Copy, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SalvageReport {
    pub(crate) cases: u32,
    /// Those of `cases` of which only the receipt number was left.
    pub(crate) cases_anew: u32,
    pub(crate) cases_lost: u32,
    pub(crate) observations: u32,
    pub(crate) observations_lost: u32,
    pub(crate) changes: u32,
    pub(crate) changes_lost: u32,
}

impl From<Report> for SalvageReport {
    fn from(report: Report) -> Self {
        let count = |many: u64| u32::try_from(many).unwrap_or(u32::MAX);
        Self {
            cases: count(report.cases + report.cases_anew),
            cases_anew: count(report.cases_anew),
            cases_lost: count(report.cases_lost),
            observations: count(report.observations),
            observations_lost: count(report.observations_lost),
            changes: count(report.changes),
            changes_lost: count(report.changes_lost),
        }
    }
}

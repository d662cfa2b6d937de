//! Showing one case with all that was ever seen of it.

use casefolio_domain::{Case, CaseId, ReceiptNumber};
use casefolio_store::cases;
use casefolio_store::changes::{self, RecordedChange};
use casefolio_store::observations::{self, Seen};

use crate::error::Error;
use crate::portfolio::Portfolio;

/// A case with its record, in order of time.
#[derive(Debug, Clone)]
pub struct CaseRecord {
    /// The case.
    pub case: Case,
    /// Its distinct answers, oldest first.
    pub observations: Vec<Seen>,
    /// Its changes, oldest first.
    pub changes: Vec<RecordedChange>,
}

impl Portfolio {
    /// The case with this receipt number and its record. Needs no network.
    pub fn record(&self, receipt: &ReceiptNumber) -> Result<CaseRecord, Error> {
        let case = self.store.read(|c| cases::by_receipt(c, receipt))?.ok_or(Error::NoSuchCase)?;
        self.with_record(case)
    }

    /// The case with this identity and its record.
    pub fn record_of(&self, id: CaseId) -> Result<CaseRecord, Error> {
        let case = self.store.read(|c| cases::by_id(c, id))?.ok_or(Error::NoSuchCase)?;
        self.with_record(case)
    }

    fn with_record(&self, case: Case) -> Result<CaseRecord, Error> {
        let id = case.id;
        let (observations, changes) = self.store.read(|c| Ok((observations::list(c, id)?, changes::list(c, id)?)))?;
        Ok(CaseRecord { case, observations, changes })
    }
}

//! Listing cases.

use casefolio_domain::{Case, Glance, Stage};
use casefolio_store::cases;

use crate::error::Error;
use crate::portfolio::Portfolio;

/// Which cases to list; the default lists all.
#[derive(Debug, Clone, Default)]
pub struct CaseFilter {
    /// Only those in this stage.
    pub stage: Option<Stage>,
    /// Only those about this person; case and white space at the ends do not matter.
    pub person: Option<String>,
    /// Only those with a change that was not read.
    pub unread: bool,
}

impl CaseFilter {
    fn admits(&self, case: &Case<Glance>) -> bool {
        let person = |wanted: &String| case.person.to_lowercase().contains(wanted.trim().to_lowercase().as_str());
        self.stage.is_none_or(|stage| case.stage() == stage)
            && self.person.as_ref().is_none_or(person)
            && (!self.unread || case.unread)
    }
}

impl Portfolio {
    /// The cases the filter admits, in the order they were added. Needs no network.
    pub fn cases(&self, filter: &CaseFilter) -> Result<Vec<Case<Glance>>, Error> {
        let mut cases = self.store.read(cases::list)?;
        cases.retain(|case| filter.admits(case));
        Ok(cases)
    }

    /// How many cases there are.
    pub fn case_count(&self) -> Result<u64, Error> {
        Ok(self.store.read(cases::count)?)
    }

    /// The cases with a change that was not read, the latest first: so many at most.
    pub fn latest_unread(&self, most: usize) -> Result<Vec<Case<Glance>>, Error> {
        Ok(self.store.read(|c| cases::latest_unread(c, most))?)
    }

    /// How many cases have a change that was not read.
    pub fn unread_count(&self) -> Result<u64, Error> {
        Ok(self.store.read(cases::unread)?)
    }
}

//! Describing, reading and removing cases.

use casefolio_domain::CaseId;
use casefolio_store::cases;

use crate::error::Error;
use crate::events::PortfolioEvent;
use crate::portfolio::Portfolio;

impl Portfolio {
    /// Says whom a case is about and how it is labelled.
    pub fn describe(&self, id: CaseId, person: &str, label: &str) -> Result<(), Error> {
        self.known(id)?;
        self.store.write(|t| cases::rename(t, id, person.trim(), label.trim()))?;
        self.tell(&PortfolioEvent::CasesEdited);
        Ok(())
    }

    /// Marks the changes of a case as read.
    pub fn mark_read(&self, id: CaseId) -> Result<(), Error> {
        self.known(id)?;
        self.store.write(|t| cases::mark_read(t, id))?;
        self.tell(&PortfolioEvent::CasesEdited);
        Ok(())
    }

    /// Marks every change as read.
    pub fn mark_all_read(&self) -> Result<(), Error> {
        self.store.write(cases::mark_all_read)?;
        self.tell(&PortfolioEvent::CasesEdited);
        Ok(())
    }

    /// Removes a case with its whole record.
    pub fn remove(&self, id: CaseId) -> Result<(), Error> {
        self.known(id)?;
        self.store.write(|t| cases::remove(t, id))?;
        self.tell(&PortfolioEvent::CasesEdited);
        Ok(())
    }

    fn known(&self, id: CaseId) -> Result<(), Error> {
        self.store.read(|c| cases::by_id(c, id))?.map(|_| ()).ok_or(Error::NoSuchCase)
    }
}

//! Describing, reading and removing cases.

use casefolio_domain::telling::morning;
use casefolio_domain::{CaseId, Wishes};
use casefolio_store::cases;
use chrono::{NaiveDate, TimeDelta};

use crate::error::Error;
use crate::events::PortfolioEvent;
use crate::portfolio::Portfolio;

/// The longest time for which nothing of a case is told.
const LONGEST_SNOOZE: TimeDelta = TimeDelta::days(3_660);

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

    /// Whether nothing of a case is told. What changes is still recorded and marked as unread.
    pub fn mute(&self, id: CaseId, muted: bool) -> Result<(), Error> {
        self.wish(id, |wishes| Wishes { muted, ..wishes })
    }

    /// Nothing of a case is told before the morning of this day; with none it is told at once again. At most ten years ahead.
    pub fn snooze(&self, id: CaseId, until: Option<NaiveDate>) -> Result<(), Error> {
        let (now, zone) = (self.clock.now(), self.clock.zone());
        let wakes = until.map(|day| morning(day, zone));
        let snoozed_until = wakes.filter(|wakes| *wakes > now).map(|wakes| wakes.min(now + LONGEST_SNOOZE));
        self.wish(id, |wishes| Wishes { snoozed_until, ..wishes })
    }

    /// Whether a case is asked about more often than others.
    pub fn star(&self, id: CaseId, starred: bool) -> Result<(), Error> {
        self.wish(id, |wishes| Wishes { starred, ..wishes })
    }

    fn wish(&self, id: CaseId, change: impl FnOnce(Wishes) -> Wishes) -> Result<(), Error> {
        let case = self.store.read(|c| cases::by_id(c, id))?.ok_or(Error::NoSuchCase)?;
        self.store.write(|t| cases::set_wishes(t, id, &change(case.wishes)))?;
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

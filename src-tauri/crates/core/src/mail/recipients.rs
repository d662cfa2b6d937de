//! Those who are written to.

use casefolio_mail::{Address, DisplayName};
use casefolio_store::recipients::{self, Recipient, RecipientId};

use crate::error::{Error, MailProblem};
use crate::events::PortfolioEvent;
use crate::portfolio::Portfolio;

impl Portfolio {
    /// Those who are written to, in the order in which they were added.
    pub fn recipients(&self) -> Result<Vec<(RecipientId, Recipient)>, Error> {
        Ok(self.store.read(recipients::list)?)
    }

    /// Adds somebody, who is written to from the next change on.
    pub fn add_recipient(&self, new: &Recipient) -> Result<RecipientId, Error> {
        if self.mail_settings()?.is_none() {
            return Err(MailProblem::NotSet.into());
        }
        let new = checked(new)?;
        let id = self.store.write(|t| recipients::insert(t, &new))?.ok_or(MailProblem::Taken)?;
        self.tell(&PortfolioEvent::SettingsEdited);
        Ok(id)
    }

    /// Replaces what is known of somebody.
    pub fn change_recipient(&self, id: RecipientId, new: &Recipient) -> Result<(), Error> {
        let new = checked(new)?;
        let (known, changed) = self.store.write(|t| {
            let known = recipients::by_id(t, id)?.is_some();
            Ok((known, recipients::update(t, id, &new)?))
        })?;
        if !known {
            return Err(MailProblem::NoSuchRecipient.into());
        }
        if !changed {
            return Err(MailProblem::Taken.into());
        }
        self.tell(&PortfolioEvent::SettingsEdited);
        Ok(())
    }

    /// Writes to somebody no more; what was still to be sent to them is dropped.
    pub fn remove_recipient(&self, id: RecipientId) -> Result<(), Error> {
        self.store.write(|t| recipients::remove(t, id))?;
        self.tell(&PortfolioEvent::SettingsEdited);
        Ok(())
    }
}

/// The same with an address and a name as they can be sent.
fn checked(new: &Recipient) -> Result<Recipient, MailProblem> {
    let address = Address::parse(&new.address).map_err(MailProblem::Address)?;
    let name = new.name.trim();
    if !name.is_empty() {
        DisplayName::parse(name).map_err(MailProblem::Name)?;
    }
    Ok(Recipient { address: address.as_str().to_owned(), name: name.to_owned(), ..new.clone() })
}

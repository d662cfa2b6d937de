//! Creating a portfolio.

use std::path::Path;

use casefolio_keys::{KeyFile, NewKeys, Passphrase, PortfolioKey, RecoveryCode, leaving_no_trace};
use casefolio_store::{DatabaseKey, Store, settings};
use casefolio_system::private;
use zeroize::Zeroizing;

use super::Portfolio;
use super::mode::WATCHES;
use crate::core::{Core, new_portfolio_id, remove_unfinished};
use crate::error::Error;

/// The longest user ID, in characters.
const LONGEST_USER_ID: usize = 64;

/// What a new portfolio is made from.
pub struct CreateRequest {
    /// The user ID: 1 to 64 characters, no control characters.
    pub user_id: String,
    /// The passphrase.
    pub passphrase: Passphrase,
    /// Whether this computer's key store may open the portfolio, so that checks go on after a restart.
    pub computer_slot: bool,
    /// Whether cases are checked while the portfolio is locked, where the computer has no slot (strict mode): receipt numbers then stand in
    /// a small file that this computer's key store opens.
    pub watch_behind_lock: bool,
}

/// A portfolio that was just made.
pub struct Created {
    /// The portfolio, open.
    pub portfolio: Portfolio,
    /// Its recovery code: shown once, kept nowhere.
    pub recovery_code: RecoveryCode,
    /// Whether the computer slot was made; false where no key store answers, which is no reason to refuse.
    pub computer_slot: bool,
}

impl Core {
    /// Makes a portfolio and opens it. It is made under a name that is no portfolio's and renamed when it is whole, so that
    /// one cut off halfway is never met as a damaged one.
    pub fn create(&self, request: &CreateRequest) -> Result<Created, Error> {
        Ok(self.create_filled(request, |_| Ok(()))?.0)
    }

    /// The same, with what `fill` puts into it before it is a portfolio; where that fails nothing was made.
    pub(crate) fn create_filled<T>(
        &self,
        request: &CreateRequest,
        fill: impl FnOnce(&Store) -> Result<T, Error>,
    ) -> Result<(Created, T), Error> {
        let user_id = valid_user_id(&request.user_id)?;
        if self.portfolios()?.iter().any(|entry| entry.problem.is_none() && entry.user_id == user_id) {
            return Err(Error::UserIdTaken);
        }
        leaving_no_trace(|| self.make_and_open(user_id, request, fill))
    }

    fn make_and_open<T>(
        &self,
        user_id: &str,
        request: &CreateRequest,
        fill: impl FnOnce(&Store) -> Result<T, Error>,
    ) -> Result<(Created, T), Error> {
        let portfolios = self.home().portfolios();
        private::create_folder(&portfolios).map_err(Error::Home)?;
        remove_unfinished(&portfolios).map_err(Error::Home)?;
        let id = new_portfolio_id()?;
        let unfinished = portfolios.join(format!(".new-{id}"));
        private::create_folder(&unfinished).map_err(Error::Home)?;
        let made = self.make(&unfinished, &id, user_id, request)?;
        let filled = fill(&made.store)?;
        let Made { key, recovery_code, computer_slot, store } = made;
        drop(store);
        let folder = portfolios.join(&id);
        private::rename(&unfinished, &folder).map_err(Error::Home)?;
        let keys = KeyFile::load(&folder)?;
        let portfolio = Portfolio::open(self, &folder, &keys, &key)?;
        Ok((Created { portfolio, recovery_code, computer_slot }, filled))
    }

    fn make(&self, folder: &Path, id: &str, user_id: &str, request: &CreateRequest) -> Result<Made, Error> {
        let created_at = self.parts.clock.now().timestamp();
        let new = NewKeys { portfolio_id: id.to_owned(), user_id: user_id.to_owned(), created_at };
        let (mut file, key, recovery_code) = KeyFile::create(folder, &new, &request.passphrase, self.strength())?;
        let computer_slot =
            request.computer_slot && file.add_computer_slot(&key, self.parts.key_store.as_ref()).is_ok();
        let store = Store::create(folder, &DatabaseKey::new(*key.expose()), id)?;
        if !request.watch_behind_lock {
            store.write(|t| settings::set_text(t, WATCHES, "no"))?;
        }
        Ok(Made { key, recovery_code, computer_slot, store })
    }
}

/// A portfolio under the name of an unfinished one.
struct Made {
    key: PortfolioKey,
    recovery_code: RecoveryCode,
    computer_slot: bool,
    store: Store,
}

fn valid_user_id(typed: &str) -> Result<&str, Error> {
    let trimmed = typed.trim();
    let length = trimmed.chars().count();
    if length == 0 || length > LONGEST_USER_ID || trimmed.chars().any(char::is_control) {
        return Err(Error::UserIdInvalid);
    }
    Ok(trimmed)
}

/// A passphrase nobody has to type: 32 random bytes as hexadecimal digits. For portfolios that live as long as the program.
pub fn random_passphrase() -> Result<Zeroizing<String>, Error> {
    Ok(Zeroizing::new(format!("{}{}", new_portfolio_id()?, new_portfolio_id()?)))
}

//! What an open portfolio keeps ready for its watch behind the lock: the keys, and the watch store, brought to the state of the portfolio.

use std::collections::HashMap;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use casefolio_domain::polling::day_of;
use casefolio_domain::{CaseId, ReceiptNumber, gist};
use casefolio_keys::{FingerprintKey, InboxKey, InboxPlace, KeyStore, KeyStoreProblem, PortfolioKey};
use casefolio_store::watch_store::{Letter, MISSING, Standing, WatchStore, Watched, list, standings};
use casefolio_store::{DatabaseKey, Error as StoreError, Store, budget, cases, settings};
use chrono::{DateTime, Utc};
use zeroize::Zeroizing;

use crate::client::ServiceSettings;
use crate::error::Error;
use crate::network::NETWORK;

/// What becomes of the key when the portfolio is locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The computer's key store holds a key: locking closes the views, and checks go on.
    Computer,
    /// Locking wipes the key; only the watch store is asked about meanwhile.
    Strict,
}

impl Mode {
    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Computer => "computer",
            Self::Strict => "strict",
        }
    }

    /// The mode with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Computer, Self::Strict].into_iter().find(|mode| mode.code() == code)
    }

    /// The slot file decides.
    #[must_use]
    pub(crate) fn of(computer_slot: bool) -> Self {
        if computer_slot { Self::Computer } else { Self::Strict }
    }
}

/// Of the settings of the watch store: what seals.
pub(crate) const LID: &str = "inbox.lid";
/// Of the settings of the watch store: by what answers are compared.
pub(crate) const FINGERPRINTS: &str = "inbox.fingerprints";
/// Of both settings: whether the operating system's notifications are raised.
pub(crate) const NOTIFICATIONS: &str = "preferences.notifications";
const SERVICE: &str = "service.";
const LABEL: &str = "casefolio watch store";
/// How long opening waits for the key store to take the watch key; a hanging one is not waited for.
const PATIENCE: Duration = Duration::from_secs(1);

/// The name of the watch key in the key store.
pub(crate) fn watch_account(portfolio_id: &str) -> String {
    format!("watch {portfolio_id}")
}

/// The keys of a portfolio's watch store. All are derived from the portfolio's own, and wiped when dropped.
pub(crate) struct WatchKeys {
    pub(crate) portfolio_id: String,
    database: Zeroizing<[u8; 32]>,
    inbox: InboxKey,
    fingerprints: FingerprintKey,
}

impl WatchKeys {
    pub(crate) fn of(key: &PortfolioKey, portfolio_id: &str) -> Self {
        Self {
            portfolio_id: portfolio_id.to_owned(),
            database: key.derive(LABEL),
            inbox: InboxKey::of(key),
            fingerprints: FingerprintKey::of(key),
        }
    }

    pub(crate) fn database(&self) -> DatabaseKey {
        DatabaseKey::new(*self.database)
    }

    /// What an item holds; none where it cannot be opened or read.
    pub(crate) fn letter(&self, item: i64, sealed: &[u8]) -> Option<Letter> {
        let place = InboxPlace { portfolio_id: &self.portfolio_id, item };
        Letter::from_bytes(&self.inbox.open(sealed, &place).ok()?).ok()
    }

    /// Sees to it that the key store holds the watch key. Whatever goes wrong there is no reason to fail: then it does not.
    pub(crate) fn keep_in(&self, store: &Arc<dyn KeyStore>) -> bool {
        let (store, account, key) = (Arc::clone(store), watch_account(&self.portfolio_id), self.database.clone());
        let (answer, wait) = mpsc::channel();
        let keep = move || {
            let held = || store.read(&account).map(|held| held.as_slice() == key.as_slice());
            let kept = match held() {
                Ok(true) => true,
                Ok(false) | Err(KeyStoreProblem::NoEntry | KeyStoreProblem::Unusable) => {
                    store.write(&account, key.as_slice()).is_ok() && held() == Ok(true)
                }
                Err(KeyStoreProblem::Unavailable | KeyStoreProblem::Refused) => false,
            };
            // Nobody waits any more for an answer that came too late.
            let _late = answer.send(kept);
        };
        let begun = std::thread::Builder::new().name("watch-key".into()).spawn(keep);
        begun.is_ok() && wait.recv_timeout(PATIENCE).unwrap_or(false)
    }
}

/// How an open portfolio stands to its lock.
pub(crate) struct Strict {
    pub(crate) keys: WatchKeys,
    pub(crate) mode: Mode,
    /// The watch store, where there is to be one and it can be used.
    pub(crate) watch: Option<WatchStore>,
    /// Whether the key store holds its key.
    pub(crate) key_kept: bool,
    /// The portfolio's generation when the watch store was last brought to its state.
    refreshed: Option<u64>,
}

impl Strict {
    pub(crate) fn new(keys: WatchKeys, mode: Mode) -> Self {
        Self { keys, mode, watch: None, key_kept: false, refreshed: None }
    }

    /// Closes the watch store.
    pub(crate) fn close(&mut self) {
        (self.watch, self.key_kept, self.refreshed) = (None, false, None);
    }

    /// Brings the watch store to the state of the portfolio. Nothing is written, and next to nothing read, where nothing changed.
    pub(crate) fn refresh(&mut self, portfolio: &Store, now: DateTime<Utc>) -> Result<(), Error> {
        let generation = portfolio.generation();
        let Some(watch) = self.watch.as_ref().filter(|_| self.refreshed != Some(generation)) else { return Ok(()) };
        let known = watch.read(list)?.into_iter().map(|case| (case.receipt.clone(), case)).collect();
        let (standings, said) = portfolio.read(|c| {
            let mut service = settings::beginning_with(c, SERVICE)?;
            service.append(&mut settings::beginning_with(c, NETWORK)?);
            let said = (service, settings::text(c, NOTIFICATIONS)?);
            Ok((standings(c)?, said))
        })?;
        let watched = self.watched(portfolio, standings, &known)?;
        watch.bring_to(&watched, &self.settings(said))?;
        let day = day_of(now, ServiceSettings::RESET);
        watch.keep_calls(day, portfolio.read(|c| budget::spent(c, day))?)?;
        self.refreshed = Some(generation);
        Ok(())
    }

    /// The settings of the watch store, in the order of their keys.
    fn settings(&self, (service, notifications): (Vec<(String, String)>, Option<String>)) -> Vec<(String, String)> {
        let own = [
            (FINGERPRINTS.to_owned(), self.keys.fingerprints.to_text()),
            (LID.to_owned(), self.keys.inbox.lid().to_text()),
        ];
        let notifications = notifications.map(|value| (NOTIFICATIONS.to_owned(), value));
        let mut all: Vec<_> = own.into_iter().chain(notifications).chain(service).collect();
        all.sort();
        all
    }

    fn watched(
        &self,
        portfolio: &Store,
        standings: Vec<Standing>,
        known: &HashMap<ReceiptNumber, Watched>,
    ) -> Result<Vec<Watched>, Error> {
        let watched = |standing: Standing| {
            let known = known.get(&standing.receipt);
            let mark = |print: [u8; 32]| if print == MISSING { MISSING } else { self.keys.fingerprints.mark(&print) };
            let fingerprint = standing.fingerprint.map(mark);
            let same = known.filter(|known| known.fingerprint == fingerprint);
            Ok(Watched {
                id: known.map_or_else(random_case, |known| Ok(known.id))?,
                gist: same.map_or_else(|| self.gist(portfolio, &standing.receipt), |same| Ok(same.gist))?,
                receipt: standing.receipt,
                fingerprint,
                due_at: standing.due_at,
                failures: standing.failures,
            })
        };
        standings.into_iter().map(watched).collect()
    }

    fn gist(&self, portfolio: &Store, receipt: &ReceiptNumber) -> Result<Option<[u8; 32]>, Error> {
        let case = portfolio.read(|c| cases::by_receipt(c, receipt))?;
        let last = case.and_then(|case| case.last);
        Ok(last.map(|last| self.keys.fingerprints.mark(gist(&last).as_bytes())))
    }
}

/// A random identity of a case in the watch store.
fn random_case() -> Result<CaseId, Error> {
    let bits = getrandom::u64().map_err(|_| Error::Randomness)?;
    Ok(CaseId(i64::try_from(bits >> 1).unwrap_or(i64::MAX)))
}

/// Whether a watch store can be used no more: it is set aside then. What may pass (a full disk, a file that cannot be read now) is
/// no reason.
pub(crate) fn is_unusable(error: &StoreError) -> bool {
    match error {
        StoreError::Empty
        | StoreError::NotOurs
        | StoreError::WrongKey
        | StoreError::ForeignJournal
        | StoreError::Damaged
        | StoreError::Truncated
        | StoreError::Newer { .. }
        | StoreError::Unreadable(_) => true,
        StoreError::Missing
        | StoreError::AlreadyThere
        | StoreError::Busy
        | StoreError::DiskFull
        | StoreError::DiskFailed
        | StoreError::EngineTooOld
        | StoreError::SettingRefused(_)
        | StoreError::NoSuchCase
        | StoreError::Io(_)
        | StoreError::Sql(_) => false,
    }
}

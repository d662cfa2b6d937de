//! Asking about some of the cases while the portfolio is locked in strict mode, and telling that something changed.

use std::sync::{Arc, Mutex};

use casefolio_core::Error;
use casefolio_core::core::PortfolioEntry;
use casefolio_core::telling::Dispatcher;
use casefolio_core::watch::behind_lock::LockedWatch;
use casefolio_core::watch::{Book, Order, run_round};
use casefolio_keys::{Error as KeysError, KeyFile, KeyStore};
use casefolio_practice::Running;
use casefolio_store::watch_store::WatchStore;
use casefolio_store::{DatabaseKey, settings};
use tokio::runtime::Runtime;

use super::round::{Says, numbered};
use super::{ASKED, Life, TOLD_BEHIND_LOCK, Teller, heard, say};
use crate::key_store::FolderKeyStore;

impl Life {
    /// What changes of the first cases is told at once; of the others it waits for the unlocking.
    pub(super) fn behind_lock(&mut self) -> Result<(), Error> {
        let entry = self.entry()?;
        let (runtime, service) = self.service(Says::BehindLock)?;
        self.lead_to(&entry, &service)?;
        let watch = self.core.watch_behind_lock(&entry)?.ok_or(Error::Locked)?;
        watch.listen(Box::new(heard));
        let dispatcher = Dispatcher::start_behind_lock(&watch, Arc::new(Teller(Mutex::new(()))))?;
        let asked = ask(&runtime, &watch, &dispatcher);
        // The dispatcher holds the watch no longer, and a second try can open it.
        dispatcher.flush();
        asked?;
        say("did behind-lock");
        Ok(())
    }

    /// Puts the address of this program's service in the place of that of an earlier program's, which listened at another port.
    fn lead_to(&self, entry: &PortfolioEntry, service: &Running) -> Result<(), Error> {
        let id = KeyFile::load(&entry.folder)?.portfolio_id().to_owned();
        let key =
            FolderKeyStore::at(self.folder.join("key-store")).read(&format!("watch {id}")).map_err(KeysError::from)?;
        let key = <[u8; 32]>::try_from(key.as_slice()).map_err(|_| Error::Locked)?;
        let watch = WatchStore::open(&entry.folder, &DatabaseKey::new(key), &id)?;
        let said = watch.read(|c| settings::beginning_with(c, "service."))?;
        let earlier = said.iter().find(|(key, _)| key == "service.token_url").and_then(|(_, address)| port(address));
        let Some(earlier) = earlier else { return Err(Error::ServiceNotSet) };
        Ok(watch.write(|t| {
            let here = format!(":{}", service.port());
            said.iter().try_for_each(|(key, value)| settings::set_text(t, key, &value.replace(earlier, &here)))
        })?)
    }
}

fn ask(runtime: &Runtime, watch: &Arc<LockedWatch>, dispatcher: &Dispatcher) -> Result<(), Error> {
    for numbers in [0..TOLD_BEHIND_LOCK, TOLD_BEHIND_LOCK..ASKED] {
        let order = Order::These(numbered(watch.as_ref(), numbers)?);
        runtime.block_on(run_round(watch, &order))?;
        // After one notice there is none for a while.
        dispatcher.flush();
    }
    Ok(())
}

/// The port of an address, with its colon.
fn port(address: &str) -> Option<&str> {
    let from = address.rfind(':')?;
    let rest = &address[from..];
    Some(rest.split('/').next().unwrap_or(rest))
}

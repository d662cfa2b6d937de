//! The generation of a portfolio kept in the key store of the computer: an older copy of the whole folder brings an older file with it,
//! and no older key store.

use std::sync::{Arc, mpsc};
use std::time::Duration;

use casefolio_keys::KeyStore;
use casefolio_store::SEALED;

/// How long the key store is waited for; a hanging one is not.
const PATIENCE: Duration = Duration::from_secs(1);

/// The name under which the key store keeps the generation of a portfolio.
pub(crate) fn account(portfolio_id: &str) -> String {
    format!("generation {portfolio_id}")
}

/// What the key store holds, sealed; none where it holds nothing or does not answer soon.
pub(crate) fn kept(key_store: &Arc<dyn KeyStore>, portfolio_id: &str) -> Option<Vec<u8>> {
    let account = account(portfolio_id);
    within_a_moment(key_store, move |key_store| key_store.read(&account).ok().map(|sealed| sealed.to_vec())).flatten()
}

/// Has the key store hold a sealed generation in the place of the one before. Where it is not taken, the next one is.
pub(crate) fn keep(key_store: &Arc<dyn KeyStore>, portfolio_id: &str, sealed: [u8; SEALED]) {
    let account = account(portfolio_id);
    let _later = within_a_moment(key_store, move |key_store| key_store.write(&account, &sealed).is_ok());
}

fn within_a_moment<T: Send + 'static>(
    key_store: &Arc<dyn KeyStore>,
    work: impl FnOnce(&dyn KeyStore) -> T + Send + 'static,
) -> Option<T> {
    let key_store = Arc::clone(key_store);
    let (answer, wait) = mpsc::channel();
    let ask = move || {
        // Nobody waits any more for an answer that came too late.
        let _late = answer.send(work(key_store.as_ref()));
    };
    std::thread::Builder::new().name("generation".into()).spawn(ask).ok()?;
    wait.recv_timeout(PATIENCE).ok()
}

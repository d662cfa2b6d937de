//! The key store of the operating system, asked on a thread of its own and for ten seconds at most.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use data_encoding::BASE64;
use zeroize::Zeroizing;

use crate::key_store::{KeyStore, KeyStoreProblem};
use crate::platform;

/// How long the system may take for one answer. A store that wants a person to type first takes longer.
const DEADLINE: Duration = Duration::from_secs(10);

/// The key store of the operating system: Secret Service, Windows Credential Manager or the macOS keychain. Secrets are
/// kept as base64 text, for KDE's store takes only text. In Linux no call asks the person anything: a locked store is
/// [`KeyStoreProblem::Unavailable`] (docs/decisions/0003). macOS may ask on its own.
#[derive(Debug)]
pub struct SystemKeyStore {
    calls: Calls,
}

impl SystemKeyStore {
    /// Nothing is asked of the system yet.
    #[must_use]
    pub fn new() -> Self {
        Self { calls: Calls::within(DEADLINE) }
    }
}

impl Default for SystemKeyStore {
    fn default() -> Self {
        Self::new()
    }
}

impl KeyStore for SystemKeyStore {
    fn read(&self, account: &str) -> Result<Zeroizing<Vec<u8>>, KeyStoreProblem> {
        let account = account.to_owned();
        let text = self.calls.make(move || platform::read(&account))?;
        BASE64.decode(&text).map(Zeroizing::new).map_err(|_| KeyStoreProblem::Unusable)
    }

    fn write(&self, account: &str, secret: &[u8]) -> Result<(), KeyStoreProblem> {
        let account = account.to_owned();
        let text = Zeroizing::new(BASE64.encode(secret));
        self.calls.make(move || platform::write(&account, &text))
    }

    fn delete(&self, account: &str) -> Result<(), KeyStoreProblem> {
        let account = account.to_owned();
        self.calls.make(move || platform::delete(&account))
    }
}

/// One call at a time, each with a deadline. While one that missed it still hangs no other is made, so that hanging
/// threads do not pile up.
#[derive(Debug)]
struct Calls {
    deadline: Duration,
    turn: Mutex<()>,
    running: Arc<AtomicBool>,
}

impl Calls {
    fn within(deadline: Duration) -> Self {
        Self { deadline, turn: Mutex::new(()), running: Arc::new(AtomicBool::new(false)) }
    }

    fn make<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, KeyStoreProblem> + Send + 'static,
    ) -> Result<T, KeyStoreProblem> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        if self.running.load(Ordering::Acquire) {
            return Err(KeyStoreProblem::Unavailable);
        }
        self.running.store(true, Ordering::Release);
        let done = Done(Arc::clone(&self.running));
        let (answer, answers) = mpsc::channel();
        let call = move || {
            let outcome = work();
            drop(done);
            // Nobody listens any more after the deadline.
            let _ = answer.send(outcome);
        };
        // Dropping the closure, when no thread could be had, clears the mark as well.
        std::thread::Builder::new().name("key-store".into()).spawn(call).map_err(|_| KeyStoreProblem::Unavailable)?;
        answers.recv_timeout(self.deadline).unwrap_or(Err(KeyStoreProblem::Unavailable))
    }
}

/// Clears the mark of a running call, also when the call panics.
struct Done(Arc<AtomicBool>);

impl Drop for Done {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// catalogue 51, 54
    #[test]
    fn a_store_that_hangs_is_unavailable_and_is_not_asked_twice_at_once() {
        let calls = Calls::within(Duration::ZERO);
        let (release, released) = mpsc::channel::<()>();
        let hanging = calls.make(move || {
            let _ = released.recv();
            Ok(())
        });
        assert_eq!(hanging, Err(KeyStoreProblem::Unavailable));
        let asked = Arc::new(AtomicBool::new(false));
        let mark = Arc::clone(&asked);
        let second = calls.make(move || {
            mark.store(true, Ordering::SeqCst);
            Ok(())
        });
        assert_eq!(second, Err(KeyStoreProblem::Unavailable));
        assert!(!asked.load(Ordering::SeqCst), "a second call was made beside the hanging one");

        drop(release);
        while calls.running.load(Ordering::Acquire) {
            std::thread::yield_now();
        }
        let patient = Calls { deadline: DEADLINE, ..calls };
        assert_eq!(patient.make(|| Ok(7)), Ok(7));
    }

    #[test]
    fn a_call_that_panics_is_unavailable_and_does_not_block_the_next() {
        let calls = Calls::within(DEADLINE);
        let panicking = calls.make(|| -> Result<(), KeyStoreProblem> { std::panic::resume_unwind(Box::new(())) });
        assert_eq!(panicking, Err(KeyStoreProblem::Unavailable));
        assert_eq!(calls.make(|| Err::<(), _>(KeyStoreProblem::Refused)), Err(KeyStoreProblem::Refused));
    }

    /// catalogue 57
    #[test]
    fn every_byte_survives_the_text_form() {
        let secret: Vec<u8> = (0..=255).collect();
        let text = BASE64.encode(&secret);
        assert!(text.is_ascii());
        assert_eq!(BASE64.decode(text.as_bytes()).unwrap(), secret);
    }
}

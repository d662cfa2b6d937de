//! The system's key store for real. Ignored, for each needs a session of its own around it (docs/decisions/0003 has the
//! commands): run in one's own session they would lock its key store.

use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use casefolio_keys::{KeyStore, KeyStoreProblem, SystemKeyStore};
use secret_service::EncryptionType;
use secret_service::blocking::SecretService;

const ACCOUNT: &str = "portfolio of a test";
const SECRET: &[u8] = b"\x00thirty-two bytes and no text\xff";

/// gnome-keyring with its login collection open; killed when dropped.
struct Daemon(Child);

impl Daemon {
    fn unlocked() -> Self {
        let mut child = Command::new("gnome-keyring-daemon")
            .args(["--foreground", "--replace", "--unlock", "--components=secrets"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(b"session").unwrap();
        let daemon = Self(child);
        let up = (0..20_000).any(|_| locked().is_ok_and(|locked| !locked));
        assert!(up, "gnome-keyring did not come up");
        daemon
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn locked() -> Result<bool, secret_service::Error> {
    let service = SecretService::connect(EncryptionType::Plain)?;
    service.get_default_collection()?.is_locked()
}

fn lock() {
    let service = SecretService::connect(EncryptionType::Plain).unwrap();
    service.get_default_collection().unwrap().lock().unwrap();
    assert!(locked().unwrap());
}

/// What `call` answers, within a second.
fn soon<T: Send + 'static>(call: impl FnOnce() -> T + Send + 'static) -> T {
    let (answer, answers) = mpsc::channel();
    std::thread::spawn(move || answer.send(call()));
    answers.recv_timeout(Duration::from_secs(1)).map_err(|_| "no answer within a second").unwrap()
}

fn all_three() -> [Result<(), KeyStoreProblem>; 3] {
    soon(|| {
        let store = SystemKeyStore::new();
        [store.read(ACCOUNT).map(drop), store.write(ACCOUNT, SECRET), store.delete(ACCOUNT)]
    })
}

const UNAVAILABLE: [Result<(), KeyStoreProblem>; 3] = [Err(KeyStoreProblem::Unavailable); 3];

/// catalogue 51, 52, 53, 57
#[test]
#[ignore = "needs a private bus without service files"]
fn whatever_becomes_of_the_service_it_is_never_prompted_and_works_again_later() {
    let store = SystemKeyStore::new();
    assert_eq!(all_three(), UNAVAILABLE, "no service yet");

    let first = Daemon::unlocked();
    assert_eq!(store.read(ACCOUNT).unwrap_err(), KeyStoreProblem::NoEntry);
    store.write(ACCOUNT, b"an earlier one").unwrap();
    store.write(ACCOUNT, SECRET).unwrap();
    assert_eq!(store.read(ACCOUNT).unwrap()[..], *SECRET);

    lock();
    assert_eq!(all_three(), UNAVAILABLE, "locked");
    assert!(locked().unwrap());

    drop(first);
    assert_eq!(all_three(), UNAVAILABLE, "the service has gone");

    let second = Daemon::unlocked();
    assert_eq!(store.read(ACCOUNT).unwrap()[..], *SECRET, "a new service after the first");
    store.delete(ACCOUNT).unwrap();
    assert_eq!(store.delete(ACCOUNT).unwrap_err(), KeyStoreProblem::NoEntry);
    lock();
    assert_eq!(all_three(), UNAVAILABLE, "an entry that may not be there, in a locked collection");
    drop(second);
}

/// catalogue 53
#[test]
#[ignore = "needs an environment without a bus"]
fn without_a_bus_nothing_is_reachable_and_nothing_hangs() {
    assert_eq!(all_three(), UNAVAILABLE);
    assert_eq!(all_three(), UNAVAILABLE);
}

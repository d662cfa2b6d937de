//! What happens to the session of the person at this computer: sleep and the screen lock.

#[cfg(all(unix, not(target_os = "macos")))]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::time::Duration;

#[cfg(all(unix, not(target_os = "macos")))]
use linux as here;
#[cfg(target_os = "macos")]
use macos as here;
#[cfg(windows)]
use windows as here;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// The computer is about to sleep. It waits for the [`Hold`] that comes with this, as far as the system allows.
    Suspending,
    /// The computer woke up.
    Resumed,
    /// The screen was locked, or the desktop was told to lock it.
    ScreenLocked,
    /// The screen was unlocked.
    ScreenUnlocked,
}

/// Why nothing can be heard.
#[derive(Debug, thiserror::Error)]
pub enum Unheard {
    /// No part of this system tells of sleep or of the screen lock: on Linux neither logind nor a screen saver answers.
    #[error("nothing on this system tells of sleep or of the screen lock")]
    NoSource,
    /// The system did not let this program listen.
    #[error("the system does not let this program listen for sleep and the screen lock")]
    Refused(#[from] std::io::Error),
}

/// The longest that sleep is held up. Linux allows 5 s as a rule (`InhibitDelayMaxSec`), Windows 2 s, macOS 30 s.
const LONGEST: Duration = Duration::from_secs(3);

/// Holds what the moment is about until it is dropped, at most three seconds: sleep, at [`Moment::Suspending`]; at any other moment
/// nothing. On Linux sleep is held only between [`Listening::hold_sleep`] with `true` and with `false`.
pub struct Hold {
    /// Nothing is sent: what waits hears that this is gone.
    _dropped: SyncSender<()>,
}

impl Hold {
    /// A hold, and what hears that it was dropped.
    fn new() -> (Self, Receiver<()>) {
        let (dropped, waiting) = mpsc::sync_channel(0);
        (Self { _dropped: dropped }, waiting)
    }
}

impl std::fmt::Debug for Hold {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hold")
    }
}

/// Who is told.
type Tell = Arc<dyn Fn(Moment, Hold) + Send + Sync>;

/// Tells of a moment. Before sleep this returns when the hold was dropped, or after `longest`.
fn tell_in(tell: &Tell, moment: Moment, longest: Duration) {
    let (hold, dropped) = Hold::new();
    tell(moment, hold);
    if moment == Moment::Suspending {
        // Nobody sends: it ends because nobody is left who could, or because it took too long.
        let (Ok(()) | Err(RecvTimeoutError::Disconnected | RecvTimeoutError::Timeout)) = dropped.recv_timeout(longest);
    }
}

fn tell_of(tell: &Tell, moment: Moment) {
    tell_in(tell, moment, LONGEST);
}

/// Listens until dropped. After that nothing is told any more.
pub struct Listening {
    ears: here::Ears,
}

impl std::fmt::Debug for Listening {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Listening")
    }
}

impl Listening {
    /// Whether the computer is to wait before it sleeps until the hold of [`Moment::Suspending`] was dropped. Linux has to be asked
    /// for that beforehand; this asks it, for up to five seconds, and again after each sleep. The other systems wait by themselves.
    pub fn hold_sleep(&self, wanted: bool) {
        here::hold_sleep(&self.ears, wanted);
    }
}

/// Listens until what is returned is dropped. `tell` is called on a thread of the listener's own (on macOS on the main thread, whose
/// run loop must be running, and which waits there for the hold before sleep) and must be quick: what takes longer keeps the
/// hold and goes elsewhere. Two parts of the system may tell of the same moment: it comes twice then.
pub fn listen(tell: impl Fn(Moment, Hold) + Send + Sync + 'static) -> Result<Listening, Unheard> {
    let tell: Tell = Arc::new(tell);
    here::listen(&tell).map(|ears| Listening { ears })
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn what_listens_can_be_kept_by_any_thread() {
        fn kept<T: Send + Sync>() {}
        kept::<Listening>();
    }

    #[test]
    fn sleep_waits_for_the_hold_and_nothing_else_does() {
        let kept = Arc::new(Mutex::new(Vec::new()));
        let keeping = Arc::clone(&kept);
        let tell: Tell = Arc::new(move |moment, hold| keeping.lock().unwrap().push((moment, hold)));
        // Held for ever: returns all the same.
        tell_in(&tell, Moment::ScreenLocked, Duration::MAX);
        tell_in(&tell, Moment::Suspending, Duration::ZERO);
        assert_eq!(kept.lock().unwrap().len(), 2);
        let lets_go: Tell = Arc::new(|_, hold| drop(hold));
        tell_in(&lets_go, Moment::Suspending, Duration::MAX);
    }

    #[test]
    fn a_hold_is_heard_when_it_is_dropped_and_not_before() {
        let (hold, dropped) = Hold::new();
        assert_eq!(dropped.try_recv(), Err(mpsc::TryRecvError::Empty));
        drop(hold);
        assert_eq!(dropped.try_recv(), Err(mpsc::TryRecvError::Disconnected));
    }
}

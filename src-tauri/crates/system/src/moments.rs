//! What happens to the session of the person at this computer: sleep and the screen lock.

#[cfg(all(unix, not(target_os = "macos")))]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

use std::sync::Arc;

#[cfg(all(unix, not(target_os = "macos")))]
use linux as here;
#[cfg(target_os = "macos")]
use macos as here;
#[cfg(windows)]
use windows as here;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// The computer is about to sleep. Nothing waits for the listener yet.
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

/// Who is told.
type Tell = Arc<dyn Fn(Moment) + Send + Sync>;

/// Listens until dropped. After that nothing is told any more.
pub struct Listening {
    _ears: here::Ears,
}

impl std::fmt::Debug for Listening {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Listening")
    }
}

/// Listens until what is returned is dropped. `tell` is called on a thread of the listener's own (on macOS on the main
/// thread, whose run loop must be running) and must be quick. Two parts of the system may tell of the same moment: it
/// comes twice then.
pub fn listen(tell: impl Fn(Moment) + Send + Sync + 'static) -> Result<Listening, Unheard> {
    let tell: Tell = Arc::new(tell);
    here::listen(&tell).map(|ears| Listening { _ears: ears })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_listens_can_be_kept_by_any_thread() {
        fn kept<T: Send + Sync>() {}
        kept::<Listening>();
    }
}

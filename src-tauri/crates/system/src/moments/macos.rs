//! macOS: the workspace tells of sleep, and waits up to 30 s for whom it tells; the lock is told by distributed notifications.
//! Sources: Apple, `NSWorkspaceWillSleepNotification` and `NSWorkspaceDidWakeNotification`. The names
//! `com.apple.screenIsLocked` and `com.apple.screenIsUnlocked` are not documented; programs have relied on them since
//! macOS 10.5.

use std::ptr::NonNull;

use block2::RcBlock;
use objc2::Message;
use objc2::rc::Retained;
use objc2::runtime::{NSObjectProtocol, ProtocolObject};
use objc2_app_kit::{NSWorkspace, NSWorkspaceDidWakeNotification, NSWorkspaceWillSleepNotification};
use objc2_foundation::{
    NSDistributedNotificationCenter, NSNotification, NSNotificationCenter, NSNotificationName, NSString,
};

use super::{Moment, Tell, Unheard, tell_of};

/// One observer for each notification.
pub(super) type Ears = Vec<Observer>;

#[expect(unsafe_code, reason = "the names are statics of the system's frameworks")]
#[expect(clippy::unnecessary_wraps, reason = "the same signature as elsewhere; here nothing can refuse")]
pub(super) fn listen(tell: &Tell) -> Result<Ears, Unheard> {
    let workspace = NSWorkspace::sharedWorkspace().notificationCenter();
    let distributed = NSDistributedNotificationCenter::defaultCenter().into_super();
    // SAFETY: constants of AppKit, set before any program runs.
    let (sleep, wake) = unsafe { (NSWorkspaceWillSleepNotification, NSWorkspaceDidWakeNotification) };
    let (locked, unlocked) =
        (NSString::from_str("com.apple.screenIsLocked"), NSString::from_str("com.apple.screenIsUnlocked"));
    Ok(vec![
        Observer::of(&workspace, sleep, Moment::Suspending, tell),
        Observer::of(&workspace, wake, Moment::Resumed, tell),
        Observer::of(&distributed, &locked, Moment::ScreenLocked, tell),
        Observer::of(&distributed, &unlocked, Moment::ScreenUnlocked, tell),
    ])
}

/// The workspace waits until each observer of the sleep has returned, by itself.
pub(super) fn hold_sleep(_ears: &Ears, _wanted: bool) {}

/// Observes until dropped.
pub(super) struct Observer {
    center: Retained<NSNotificationCenter>,
    token: Retained<ProtocolObject<dyn NSObjectProtocol>>,
}

// SAFETY: notification centers may be used from every thread (Apple, "Thread Safety Summary"), and the token is only
// kept and handed back.
#[expect(unsafe_code, reason = "the bindings do not know which of the system's classes are safe on every thread")]
unsafe impl Send for Observer {}
// SAFETY: as above; there is nothing to be called through a shared reference.
#[expect(unsafe_code, reason = "the bindings do not know which of the system's classes are safe on every thread")]
unsafe impl Sync for Observer {}

impl Observer {
    #[expect(unsafe_code, reason = "observers are added by a call of the system's")]
    fn of(center: &NSNotificationCenter, name: &NSNotificationName, moment: Moment, tell: &Tell) -> Self {
        let tell = Tell::clone(tell);
        let block = RcBlock::new(move |_: NonNull<NSNotification>| tell_of(&tell, moment));
        // SAFETY: no object and no queue are named, and what the block holds is `Send` and `Sync`.
        let token = unsafe { center.addObserverForName_object_queue_usingBlock(Some(name), None, None, &block) };
        Self { center: center.retain(), token }
    }
}

impl Drop for Observer {
    #[expect(unsafe_code, reason = "observers are removed by a call of the system's")]
    fn drop(&mut self) {
        // SAFETY: the token is the one this center gave out.
        unsafe { self.center.removeObserver(self.token.as_ref()) };
    }
}

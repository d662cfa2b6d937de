//! logind: sleep, and the lock of this session.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use zbus::blocking::Connection;
use zbus::blocking::fdo::DBusProxy;
use zbus::zvariant::{OwnedFd, OwnedObjectPath, OwnedValue};
use zbus::{MatchRule, Message};

use crate::moments::Moment;

const NAME: &str = "org.freedesktop.login1";
const PATH: &str = "/org/freedesktop/login1";
const MANAGER: &str = "org.freedesktop.login1.Manager";
const SESSION: &str = "org.freedesktop.login1.Session";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";

/// Whether logind runs.
pub(super) fn is_there(bus: &Connection) -> zbus::Result<bool> {
    Ok(DBusProxy::new(bus)?.name_has_owner(NAME.try_into()?)?)
}

/// What is listened to.
pub(super) struct Logind {
    /// The session of the person at this computer; none where this program was started outside of every session.
    session: Option<OwnedObjectPath>,
}

/// `auto`: the session of this process, else the one in which its user has a display.
fn session(bus: &Connection) -> zbus::Result<OwnedObjectPath> {
    let reply = bus.call_method(Some(NAME), PATH, Some(MANAGER), "GetSession", &("auto"))?;
    reply.body().deserialize()
}

impl Logind {
    /// Asks for the signals: first for that of sleep, which needs no answer of logind's.
    pub(super) fn subscribe(bus: &Connection) -> zbus::Result<Self> {
        let dbus = DBusProxy::new(bus)?;
        let sleep = MatchRule::builder().sender(NAME)?.interface(MANAGER)?.member("PrepareForSleep")?.build();
        dbus.add_match_rule(sleep)?;
        let logind = Self { session: session(bus).ok() };
        if let Some(session) = &logind.session {
            for interface in [SESSION, PROPERTIES] {
                let rule = MatchRule::builder().sender(NAME)?.path(session.as_str())?.interface(interface)?.build();
                dbus.add_match_rule(rule)?;
            }
        }
        Ok(logind)
    }

    /// What a message tells, if anything.
    pub(super) fn moment(&self, message: &Message) -> Option<Moment> {
        let header = message.header();
        let (interface, member) = (header.interface()?.as_str(), header.member()?.as_str());
        let session = self.session.as_deref();
        let of_the_session = session.is_some() && session == header.path();
        match (interface, member) {
            (MANAGER, "PrepareForSleep") => {
                let begins: bool = message.body().deserialize().ok()?;
                Some(if begins { Moment::Suspending } else { Moment::Resumed })
            }
            (SESSION, "Lock") if of_the_session => Some(Moment::ScreenLocked),
            (SESSION, "Unlock") if of_the_session => Some(Moment::ScreenUnlocked),
            (PROPERTIES, "PropertiesChanged") if of_the_session => locked_hint(message),
            _ => None,
        }
    }
}

/// The hold on sleep: a file of logind's, until the closing of which logind waits before it lets the computer sleep.
pub(super) struct Inhibitor {
    bus: Connection,
    state: Mutex<State>,
    /// One asks at a time: of two that ask, the second answer would give up the first.
    asking: Mutex<()>,
}

#[derive(Default)]
struct State {
    wanted: bool,
    held: Option<OwnedFd>,
}

impl Inhibitor {
    pub(super) fn of(bus: &Connection) -> Self {
        Self { bus: bus.clone(), state: Mutex::default(), asking: Mutex::default() }
    }

    /// Takes the hold, or gives it up.
    pub(super) fn want(&self, wanted: bool) {
        self.state().wanted = wanted;
        if wanted {
            self.take_again();
        } else {
            self.let_go();
        }
    }

    /// Lets the computer sleep now.
    pub(super) fn let_go(&self) {
        self.state().held = None;
    }

    /// Takes the hold if it is wanted and not had. Where logind gives none, the computer does not wait.
    pub(super) fn take_again(&self) {
        let _asking = self.asking.lock().unwrap_or_else(PoisonError::into_inner);
        if self.lacks_one() {
            // Asked without the lock of what is had: an answer may take a while, and letting go does not wait for it.
            let held = inhibit(&self.bus).ok();
            let mut state = self.state();
            state.held = held.filter(|_| state.wanted);
        }
    }

    fn lacks_one(&self) -> bool {
        let state = self.state();
        state.wanted && state.held.is_none()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The words are shown by `systemd-inhibit --list` alone.
fn inhibit(bus: &Connection) -> zbus::Result<OwnedFd> {
    let words = ("sleep", "Casefolio", "An open portfolio is locked before sleep", "delay");
    bus.call_method(Some(NAME), PATH, Some(MANAGER), "Inhibit", &words)?.body().deserialize()
}

/// The desktop says of itself that it is locked.
fn locked_hint(message: &Message) -> Option<Moment> {
    let body = message.body();
    let (interface, changed, _): (String, HashMap<String, OwnedValue>, Vec<String>) = body.deserialize().ok()?;
    if interface != SESSION {
        return None;
    }
    let locked = bool::try_from(changed.get("LockedHint")?).ok()?;
    Some(if locked { Moment::ScreenLocked } else { Moment::ScreenUnlocked })
}

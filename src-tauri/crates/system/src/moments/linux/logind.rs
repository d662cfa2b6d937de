//! logind: sleep, and the lock of this session. A lock that delays sleep would be taken here too.

use std::collections::HashMap;

use zbus::blocking::Connection;
use zbus::blocking::fdo::DBusProxy;
use zbus::zvariant::{OwnedObjectPath, OwnedValue};
use zbus::{MatchRule, Message};

use crate::moments::Moment;

const NAME: &str = "org.freedesktop.login1";
const PATH: &str = "/org/freedesktop/login1";
const MANAGER: &str = "org.freedesktop.login1.Manager";
const SESSION: &str = "org.freedesktop.login1.Session";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";

/// What is listened to.
pub(super) struct Logind {
    /// The session of the person at this computer; none where this program was started outside of every session.
    session: Option<OwnedObjectPath>,
}

/// Asks for the signals. None where logind does not answer.
pub(super) fn subscribe(bus: &Connection) -> zbus::Result<Option<Logind>> {
    let dbus = DBusProxy::new(bus)?;
    if !dbus.name_has_owner(NAME.try_into()?)? {
        return Ok(None);
    }
    let sleep = MatchRule::builder().sender(NAME)?.interface(MANAGER)?.member("PrepareForSleep")?.build();
    dbus.add_match_rule(sleep)?;
    let logind = Logind { session: session(bus).ok() };
    if let Some(session) = &logind.session {
        for interface in [SESSION, PROPERTIES] {
            let rule = MatchRule::builder().sender(NAME)?.path(session.as_str())?.interface(interface)?.build();
            dbus.add_match_rule(rule)?;
        }
    }
    Ok(Some(logind))
}

/// `auto`: the session of this process, else the one in which its user has a display.
fn session(bus: &Connection) -> zbus::Result<OwnedObjectPath> {
    let reply = bus.call_method(Some(NAME), PATH, Some(MANAGER), "GetSession", &("auto"))?;
    reply.body().deserialize()
}

impl Logind {
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

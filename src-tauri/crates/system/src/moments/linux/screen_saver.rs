//! The desktop's own screen saver.

use zbus::blocking::Connection;
use zbus::blocking::fdo::DBusProxy;
use zbus::{MatchRule, Message};

use crate::moments::Moment;

/// Names of services and, in each case, of the interface that has the signal.
const NAMES: [&str; 4] =
    ["org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver", "org.cinnamon.ScreenSaver", "org.mate.ScreenSaver"];
const SIGNAL: &str = "ActiveChanged";

/// Asks for the signal of every screen saver, also of one that comes later. False where none of them runs now.
pub(super) fn subscribe(bus: &Connection) -> zbus::Result<bool> {
    let dbus = DBusProxy::new(bus)?;
    let mut any = false;
    for name in NAMES {
        any |= dbus.name_has_owner(name.try_into()?)?;
        dbus.add_match_rule(MatchRule::builder().sender(name)?.interface(name)?.member(SIGNAL)?.build())?;
    }
    Ok(any)
}

/// What a message tells, if anything.
pub(super) fn moment(message: &Message) -> Option<Moment> {
    let header = message.header();
    let known = header.interface().is_some_and(|interface| NAMES.contains(&interface.as_str()));
    if !known || header.member()?.as_str() != SIGNAL {
        return None;
    }
    let locked: bool = message.body().deserialize().ok()?;
    Some(if locked { Moment::ScreenLocked } else { Moment::ScreenUnlocked })
}

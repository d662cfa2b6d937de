//! Moments for real, from services that the test plays. Ignored, for it needs a bus of its own, which stands for both the
//! system's and the session's.

use std::collections::HashMap;
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use casefolio_system::moments::{Moment, Unheard, listen};
use zbus::blocking::Connection;
use zbus::blocking::connection::Builder;
use zbus::zvariant::{ObjectPath, OwnedObjectPath, Value};

const SESSION: &str = "/org/freedesktop/login1/session/_31";
const LOGIND: &str = "org.freedesktop.login1";
const SAVER: &str = "org.freedesktop.ScreenSaver";

/// As much of logind as is asked.
struct Logind;

#[zbus::interface(name = "org.freedesktop.login1.Manager")]
impl Logind {
    #[expect(clippy::unused_self, reason = "the shape the macro wants")]
    fn get_session(&self, id: &str) -> OwnedObjectPath {
        assert_eq!(id, "auto");
        ObjectPath::try_from(SESSION).unwrap().into()
    }
}

fn logind() -> Connection {
    let builder = Builder::session().unwrap().name(LOGIND).unwrap();
    builder.serve_at("/org/freedesktop/login1", Logind).unwrap().build().unwrap()
}

fn sleeps(logind: &Connection, begins: bool) {
    logind
        .emit_signal(
            None::<&str>,
            "/org/freedesktop/login1",
            "org.freedesktop.login1.Manager",
            "PrepareForSleep",
            &begins,
        )
        .unwrap();
}

fn asks(logind: &Connection, session: &str, member: &str) {
    logind.emit_signal(None::<&str>, session, "org.freedesktop.login1.Session", member, &()).unwrap();
}

fn hints(logind: &Connection, locked: bool) {
    let changed = HashMap::from([("IdleHint", Value::from(true)), ("LockedHint", Value::from(locked))]);
    let body = ("org.freedesktop.login1.Session", changed, Vec::<String>::new());
    let interface = "org.freedesktop.DBus.Properties";
    logind.emit_signal(None::<&str>, SESSION, interface, "PropertiesChanged", &body).unwrap();
}

fn saves(saver: &Connection, active: bool) {
    saver.emit_signal(None::<&str>, "/ScreenSaver", SAVER, "ActiveChanged", &active).unwrap();
}

fn next(told: &Receiver<Moment>) -> Moment {
    told.recv_timeout(Duration::from_secs(5)).unwrap()
}

#[test]
#[ignore = "needs a private bus without service files"]
fn sleep_and_the_screen_lock_are_told_by_whoever_knows_of_them() {
    assert!(matches!(listen(|_| {}), Err(Unheard::NoSource)), "nobody is there yet");

    let logind = logind();
    let saver = Builder::session().unwrap().name(SAVER).unwrap().build().unwrap();
    let (tell, told) = mpsc::channel();
    let listening = listen(move |moment| tell.send(moment).unwrap()).unwrap();

    sleeps(&logind, true);
    assert_eq!(next(&told), Moment::Suspending);
    sleeps(&logind, false);
    assert_eq!(next(&told), Moment::Resumed);
    asks(&logind, SESSION, "Lock");
    assert_eq!(next(&told), Moment::ScreenLocked);
    asks(&logind, "/org/freedesktop/login1/session/other", "Lock");
    asks(&logind, SESSION, "PauseDevice");
    asks(&logind, SESSION, "Unlock");
    assert_eq!(next(&told), Moment::ScreenUnlocked, "another person's session is not ours");
    hints(&logind, true);
    assert_eq!(next(&told), Moment::ScreenLocked);
    hints(&logind, false);
    assert_eq!(next(&told), Moment::ScreenUnlocked);
    saves(&saver, true);
    assert_eq!(next(&told), Moment::ScreenLocked);
    saves(&saver, false);
    assert_eq!(next(&told), Moment::ScreenUnlocked);

    drop(listening);
    sleeps(&logind, true);
    assert!(told.recv().is_err(), "nothing is told after the end, and nobody is left who could");

    drop(logind);
    drop(listen(|_| {}).unwrap());
    drop(saver);
    assert!(matches!(listen(|_| {}), Err(Unheard::NoSource)), "both have gone");
}

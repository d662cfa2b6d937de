//! Moments for real, from services that the test plays. Ignored, for it needs a bus of its own, which stands for both the
//! system's and the session's.

use std::collections::HashMap;
use std::io::{PipeReader, Read};
use std::os::fd::OwnedFd;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::Duration;

use casefolio_system::moments::{Hold, Moment, Unheard, listen};
use zbus::blocking::Connection;
use zbus::blocking::connection::Builder;
use zbus::zvariant::{ObjectPath, OwnedObjectPath, Value};

const SESSION: &str = "/org/freedesktop/login1/session/_31";
const LOGIND: &str = "org.freedesktop.login1";
const SAVER: &str = "org.freedesktop.ScreenSaver";

/// As much of logind as is asked.
struct Logind {
    /// Where the other end of each hold on sleep goes.
    holds: Sender<PipeReader>,
    /// Whether it says which session is ours; otherwise it never answers.
    answers: bool,
}

#[zbus::interface(name = "org.freedesktop.login1.Manager")]
impl Logind {
    async fn get_session(&self, id: &str) -> OwnedObjectPath {
        assert_eq!(id, "auto");
        if !self.answers {
            std::future::pending::<()>().await;
        }
        ObjectPath::try_from(SESSION).unwrap().into()
    }

    fn inhibit(&self, what: &str, who: &str, why: &str, mode: &str) -> zbus::zvariant::OwnedFd {
        assert_eq!((what, who, mode), ("sleep", "Casefolio", "delay"));
        assert!(!why.is_empty());
        let (other_end, hold) = std::io::pipe().unwrap();
        self.holds.send(other_end).unwrap();
        OwnedFd::from(hold).into()
    }
}

fn logind(answers: bool) -> (Connection, Receiver<PipeReader>) {
    let (holds, held) = mpsc::channel();
    let builder = Builder::session().unwrap().name(LOGIND).unwrap();
    let logind = builder.serve_at("/org/freedesktop/login1", Logind { holds, answers }).unwrap().build().unwrap();
    (logind, held)
}

fn saver() -> Connection {
    Builder::session().unwrap().name(SAVER).unwrap().build().unwrap()
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

fn next<T>(told: &Receiver<T>) -> T {
    told.recv_timeout(Duration::from_secs(5)).unwrap()
}

/// Returns when the listener has asked for its signals: the first that comes through is taken.
fn until_heard(logind: &Connection, told: &Receiver<Moment>) {
    while told.recv_timeout(Duration::from_millis(20)).is_err() {
        asks(logind, SESSION, "Unlock");
    }
    while told.recv_timeout(Duration::from_millis(200)).is_ok() {}
}

#[test]
#[ignore = "needs a private bus without service files"]
fn sleep_and_the_screen_lock_are_told_by_whoever_knows_of_them() {
    assert!(matches!(listen(|_, _| {}), Err(Unheard::NoSource)), "nobody is there yet");

    let (logind, _) = logind(true);
    let saver = saver();
    let (tell, told) = mpsc::channel();
    let listening = listen(move |moment, _| tell.send(moment).unwrap()).unwrap();
    until_heard(&logind, &told);

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

    // A name that is given back is gone at once; the bus may notice the end of a connection later.
    assert!(logind.release_name(LOGIND).unwrap());
    drop(listen(|_, _| {}).unwrap());
    assert!(saver.release_name(SAVER).unwrap());
    assert!(matches!(listen(|_, _| {}), Err(Unheard::NoSource)), "both have gone");
}

/// What happens on the way into sleep.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    Told,
    Locked,
    Released,
}

/// Notes it when logind's end of a hold finds the other one closed.
fn note_release(mut hold: PipeReader, steps: Sender<Step>) {
    thread::spawn(move || {
        assert_eq!(hold.read(&mut [0]).unwrap(), 0, "nothing is ever written");
        steps.send(Step::Released).unwrap();
    });
}

/// catalogue 18
#[test]
#[ignore = "needs a private bus without service files"]
fn sleep_is_let_go_when_the_views_are_locked_or_when_that_takes_too_long_and_held_again_after_it() {
    let (logind, holds) = logind(true);
    let (tell, told) = mpsc::channel::<(Moment, Hold)>();
    let listening = listen(move |moment, hold| tell.send((moment, hold)).unwrap()).unwrap();
    while told.recv_timeout(Duration::from_millis(20)).is_err() {
        sleeps(&logind, false);
    }
    assert!(holds.try_recv().is_err(), "nothing is open: nothing is held");

    listening.hold_sleep(true);
    let (step, steps) = mpsc::channel();
    note_release(next(&holds), step.clone());
    sleeps(&logind, true);
    let hold = loop {
        // What is left of the beginning comes first.
        if let (Moment::Suspending, hold) = next(&told) {
            break hold;
        }
    };
    step.send(Step::Told).unwrap();
    // A way over the bus and back: whatever was let go at once would be seen.
    assert!(listen(|_, _| {}).is_ok());
    step.send(Step::Locked).unwrap();
    drop(hold);
    assert_eq!([next(&steps), next(&steps), next(&steps)], [Step::Told, Step::Locked, Step::Released]);

    sleeps(&logind, false);
    assert_eq!(next(&told).0, Moment::Resumed);
    note_release(next(&holds), step.clone());
    sleeps(&logind, true);
    let (_, never_dropped) = next(&told);
    assert_eq!(next(&steps), Step::Released, "the computer sleeps all the same");
    drop(never_dropped);

    sleeps(&logind, false);
    assert_eq!(next(&told).0, Moment::Resumed);
    note_release(next(&holds), step);
    listening.hold_sleep(false);
    assert_eq!(next(&steps), Step::Released, "nothing is open any more");
    sleeps(&logind, true);
    sleeps(&logind, false);
    assert_eq!(next(&told).0, Moment::Suspending);
    assert_eq!(next(&told).0, Moment::Resumed);
    assert!(holds.try_recv().is_err());
}

#[test]
#[ignore = "needs a private bus without service files"]
fn a_logind_that_never_answers_keeps_nobody_from_hearing_the_screen_saver_and_of_sleep() {
    let (logind, _) = logind(false);
    let saver = saver();
    let (tell, told) = mpsc::channel();
    let _listening = listen(move |moment, _| tell.send(moment).unwrap()).unwrap();
    saves(&saver, true);
    assert_eq!(next(&told), Moment::ScreenLocked);
    // What was asked of logind is given up after a while, and sleep is told from then on.
    while told.recv_timeout(Duration::from_millis(100)).is_err() {
        sleeps(&logind, false);
    }
}

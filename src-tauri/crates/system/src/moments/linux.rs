//! Linux and the BSDs: logind on the system bus, and the desktop's screen saver on the session bus, for not every
//! desktop tells logind of its lock.
//! Sources: the manual page org.freedesktop.login1(5); systemd.io, "Inhibitor Locks"; freedesktop.org, "Idle Inhibition Service
//! Draft" (the screen saver); GNOME, Cinnamon and MATE have the same signal under names of their own.

mod logind;
mod screen_saver;

use std::io;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use zbus::Message;
use zbus::blocking::connection::Builder;
use zbus::blocking::{Connection, MessageIterator};

use self::logind::{Inhibitor, Logind};
use super::{Moment, Tell, Unheard, tell_of};

/// How long the bus and logind may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// One bus at least.
pub(super) struct Ears {
    inhibitor: Option<Arc<Inhibitor>>,
    _buses: Vec<Bus>,
}

pub(super) fn listen(tell: &Tell) -> Result<Ears, Unheard> {
    // A bus or a service that is not there is an answer as well: this system tells nothing by it.
    let (saver, runs) = match connect(Builder::session()).and_then(|bus| Ok((screen_saver::subscribe(&bus)?, bus))) {
        Ok((runs, bus)) => (Some(hear_the_screen_saver(bus, tell)?), runs),
        Err(_) => (None, false),
    };
    let logind = connect(Builder::system()).ok().filter(|bus| logind::is_there(bus).unwrap_or(false));
    // Beside logind the session bus is heard in any case: at sign-in a screen saver may come after this program.
    let Some(system) = logind else {
        let buses = saver.filter(|_| runs).into_iter().collect::<Vec<_>>();
        return if buses.is_empty() { Err(Unheard::NoSource) } else { Ok(Ears { inhibitor: None, _buses: buses }) };
    };
    let inhibitor = Arc::new(Inhibitor::of(&system));
    let buses = [Some(hear_logind(system, tell, Arc::clone(&inhibitor))?), saver];
    Ok(Ears { inhibitor: Some(inhibitor), _buses: buses.into_iter().flatten().collect() })
}

pub(super) fn hold_sleep(ears: &Ears, wanted: bool) {
    if let Some(inhibitor) = &ears.inhibitor {
        inhibitor.want(wanted);
    }
}

fn connect(builder: zbus::Result<Builder<'_>>) -> zbus::Result<Connection> {
    builder?.method_timeout(PATIENCE).build()
}

fn hear_the_screen_saver(bus: Connection, tell: &Tell) -> io::Result<Bus> {
    let tell = Tell::clone(tell);
    Bus::hear(bus, move |messages, _| {
        for moment in messages.filter_map(|message| screen_saver::moment(&message)) {
            tell_of(&tell, moment);
        }
    })
}

fn hear_logind(bus: Connection, tell: &Tell, inhibitor: Arc<Inhibitor>) -> io::Result<Bus> {
    let tell = Tell::clone(tell);
    Bus::hear(bus, move |messages, bus| {
        // Here, on a thread of its own: a logind that does not answer holds nobody up.
        let Ok(logind) = Logind::subscribe(bus) else { return };
        for moment in messages.filter_map(|message| logind.moment(&message)) {
            tell_of(&tell, moment);
            match moment {
                Moment::Suspending => inhibitor.let_go(),
                Moment::Resumed => inhibitor.take_again(),
                Moment::ScreenLocked | Moment::ScreenUnlocked => {}
            }
        }
    })
}

/// A connection that is listened to on a thread of its own.
struct Bus {
    connection: Option<Connection>,
    thread: Option<JoinHandle<()>>,
}

impl Bus {
    /// `hears` is given every message from now on; they end when the connection is closed, by us or by the bus.
    fn hear(
        connection: Connection,
        hears: impl FnOnce(&mut dyn Iterator<Item = Message>, &Connection) + Send + 'static,
    ) -> io::Result<Self> {
        let messages = MessageIterator::from(&connection);
        let bus = connection.clone();
        let thread = thread::Builder::new().name("moments".into()).spawn(move || {
            hears(&mut messages.map_while(Result::ok), &bus);
        })?;
        Ok(Self { connection: Some(connection), thread: Some(thread) })
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            // Already closed by the bus: the same to us.
            let _ = connection.close();
        }
        // Dropped by what it tells, it cannot wait for itself.
        if let Some(thread) = self.thread.take().filter(|thread| thread.thread().id() != thread::current().id()) {
            // A listener that panicked has said so on its own.
            let _ = thread.join();
        }
    }
}

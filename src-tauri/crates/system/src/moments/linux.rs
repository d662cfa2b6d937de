//! Linux and the BSDs: logind on the system bus, and the desktop's screen saver on the session bus, for not every
//! desktop tells logind of its lock.
//! Sources: the manual page org.freedesktop.login1(5); freedesktop.org, "Idle Inhibition Service Draft" (the screen
//! saver); GNOME, Cinnamon and MATE have the same signal under names of their own.

mod logind;
mod screen_saver;

use std::io;
use std::thread::{self, JoinHandle};

use zbus::Message;
use zbus::blocking::{Connection, MessageIterator};

use super::{Moment, Tell, Unheard};

/// One bus at least.
pub(super) type Ears = Vec<Bus>;

pub(super) fn listen(tell: &Tell) -> Result<Ears, Unheard> {
    let mut ears = Vec::new();
    // A bus or a service that is not there is an answer as well: this system tells nothing by it.
    if let Ok(system) = Connection::system()
        && let Ok(Some(logind)) = logind::subscribe(&system)
    {
        ears.push(Bus::hear(system, Tell::clone(tell), move |message| logind.moment(message))?);
    }
    // Beside logind the session bus is heard in any case: at sign-in a screen saver may come after this program.
    if let Ok(session) = Connection::session()
        && let Ok(runs) = screen_saver::subscribe(&session)
        && (runs || !ears.is_empty())
    {
        ears.push(Bus::hear(session, Tell::clone(tell), screen_saver::moment)?);
    }
    if ears.is_empty() { Err(Unheard::NoSource) } else { Ok(ears) }
}

/// A connection that is listened to on a thread of its own.
pub(super) struct Bus {
    connection: Option<Connection>,
    thread: Option<JoinHandle<()>>,
}

impl Bus {
    fn hear(
        connection: Connection,
        tell: Tell,
        moment: impl Fn(&Message) -> Option<Moment> + Send + 'static,
    ) -> io::Result<Self> {
        let messages = MessageIterator::from(&connection);
        let thread = thread::Builder::new().name("moments".into()).spawn(move || {
            // Ends when the connection is closed, by us or by the bus.
            for moment in messages.map_while(Result::ok).filter_map(|message| moment(&message)) {
                tell(moment);
            }
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

//! A notification service that behaves as GNOME's: it takes the notes of a program off the screen when the program's connection ends.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use zbus::blocking::Connection;
use zbus::blocking::connection::Builder;
use zbus::blocking::fdo::DBusProxy;
use zbus::message::Header;
use zbus::zvariant::OwnedValue;

use crate::{Session, until};

/// A note on the screen.
#[derive(Debug)]
struct Shown {
    sender: String,
    summary: String,
    since: Instant,
}

type Screen = Arc<Mutex<Vec<Shown>>>;

struct Server {
    screen: Screen,
}

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Server {
    #[expect(
        clippy::too_many_arguments,
        clippy::needless_pass_by_value,
        reason = "so many the specification has, and as the macro hands them over"
    )]
    #[expect(clippy::disallowed_methods, reason = "a measurement of time")]
    fn notify(
        &self,
        app: &str,
        replaces: u32,
        icon: &str,
        summary: &str,
        body: &str,
        actions: Vec<String>,
        hints: HashMap<String, OwnedValue>,
        timeout: i32,
        #[zbus(header)] header: Header<'_>,
    ) -> u32 {
        let _ = (app, replaces, icon, body, actions, hints, timeout);
        let sender = header.sender().map(ToString::to_string).unwrap_or_default();
        let mut screen = locked(&self.screen);
        screen.push(Shown { sender, summary: summary.to_owned(), since: Instant::now() });
        u32::try_from(screen.len()).unwrap_or_default()
    }

    #[expect(clippy::unused_self, reason = "the shape the macro wants")]
    fn get_capabilities(&self) -> Vec<String> {
        ["actions", "body", "body-markup", "persistence"].map(str::to_owned).to_vec()
    }

    #[expect(clippy::unused_self, reason = "the shape the macro wants")]
    fn get_server_information(&self) -> (&str, &str, &str, &str) {
        ("gnome-shell", "GNOME", "43.9", "1.2")
    }
}

/// The service, until it is dropped.
#[derive(Debug)]
pub struct Gnome {
    screen: Screen,
    _connection: Connection,
}

impl Gnome {
    /// Takes the place of the session's notification service.
    pub async fn start(session: &Session) -> Result<Self> {
        session.kill("dunst")?;
        let screen = Screen::default();
        let server = Server { screen: Arc::clone(&screen) };
        let connection = Builder::address(session.bus_address()?)?;
        let connection = connection.serve_at("/org/freedesktop/Notifications", server)?.build()?;
        // The bus gives the name away when it has noticed the end of dunst, later than the process is gone.
        until("dunst's name on the bus", 20, async || {
            Ok(Some(connection.request_name("org.freedesktop.Notifications")?))
        })
        .await?;
        let (ends, seen) = (DBusProxy::new(&connection)?.receive_name_owner_changed()?, Arc::clone(&screen));
        std::thread::spawn(move || {
            for end in ends {
                if let Some(gone) = end.args().ok().filter(|change| change.new_owner().is_none()) {
                    locked(&seen).retain(|note| note.sender != gone.name().as_str());
                }
            }
        });
        let gnome = Self { screen, _connection: connection };
        gnome.forgets_who_leaves(session).await.context("it should drop the notes of a program that ended")?;
        Ok(gnome)
    }

    async fn forgets_who_leaves(&self, session: &Session) -> Result<()> {
        let leaves = Builder::address(session.bus_address()?)?.build()?;
        let nothing = (Vec::<String>::new(), HashMap::<String, OwnedValue>::new(), -1);
        let note = ("somebody", 0_u32, "", "gone soon", "", nothing.0, nothing.1, nothing.2);
        let to = Some("org.freedesktop.Notifications");
        leaves.call_method(to, "/org/freedesktop/Notifications", to, "Notify", &note)?;
        ensure!(self.shown() == 1, "the note did not come");
        leaves.close()?;
        until("an empty screen", 20, async || Ok((self.shown() == 0).then_some(()))).await
    }

    /// Waits until a note has stood for so long.
    pub async fn still_shows(&self, summary: &str, long: Duration) -> Result<()> {
        until(format!("a note that stays: {summary}"), 2 * long.as_secs() + 20, async || {
            let screen = locked(&self.screen);
            let note = screen.iter().find(|note| note.summary == summary).context("no such note is on the screen")?;
            Ok((note.since.elapsed() >= long).then_some(()))
        })
        .await
    }

    /// How many notes are on the screen.
    #[must_use]
    pub fn shown(&self) -> usize {
        locked(&self.screen).len()
    }
}

fn locked(screen: &Screen) -> MutexGuard<'_, Vec<Shown>> {
    screen.lock().unwrap_or_else(PoisonError::into_inner)
}

//! The computer of a session, as far as Casefolio hears of it: logind, played on the session's bus.

use std::io::PipeReader;
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use zbus::blocking::Connection;
use zbus::blocking::connection::Builder;
use zbus::zvariant::{ObjectPath, OwnedObjectPath};

use crate::{Session, until};

const PATH: &str = "/org/freedesktop/login1";
const MANAGER: &str = "org.freedesktop.login1.Manager";

type Holds = Arc<Mutex<Vec<PipeReader>>>;

struct Logind {
    holds: Holds,
}

#[zbus::interface(name = "org.freedesktop.login1.Manager")]
impl Logind {
    #[expect(clippy::unused_self, reason = "the shape the macro wants")]
    fn get_session(&self, id: &str) -> OwnedObjectPath {
        let _ = id;
        ObjectPath::from_static_str_unchecked("/org/freedesktop/login1/session/_31").into()
    }

    fn inhibit(&self, what: &str, who: &str, why: &str, mode: &str) -> zbus::fdo::Result<zbus::zvariant::OwnedFd> {
        let _ = (what, who, why, mode);
        let (ours, theirs) = std::io::pipe().map_err(|error| zbus::fdo::Error::IOError(error.to_string()))?;
        self.holds.lock().unwrap_or_else(PoisonError::into_inner).push(ours);
        Ok(OwnedFd::from(theirs).into())
    }
}

/// A computer that can be sent to sleep.
#[derive(Debug)]
pub struct Computer {
    logind: Connection,
    holds: Holds,
}

impl Computer {
    /// Begins to run on the session's bus. Casefolio looks for it at its start.
    pub fn start(session: &Session) -> Result<Self> {
        let holds = Holds::default();
        let logind = Builder::address(session.bus_address()?)?.name("org.freedesktop.login1")?;
        let logind = logind.serve_at(PATH, Logind { holds: Arc::clone(&holds) })?.build()?;
        Ok(Self { logind, holds })
    }

    /// Waits until a program holds sleep up.
    pub async fn is_held(&self) -> Result<()> {
        until("a hold on sleep", 20, async || Ok((!self.held().is_empty()).then_some(()))).await
    }

    /// Is about to sleep, and returns when the program lets it.
    pub fn goes_to_sleep(&self) -> Result<()> {
        self.tells_of_sleep(true)?;
        let held = std::mem::take(&mut *self.held());
        for mut hold in held {
            // The program wrote nothing: the end comes when it lets go.
            std::io::copy(&mut hold, &mut std::io::sink())?;
        }
        Ok(())
    }

    /// Wakes up.
    pub fn wakes_up(&self) -> Result<()> {
        self.tells_of_sleep(false)
    }

    fn tells_of_sleep(&self, begins: bool) -> Result<()> {
        Ok(self.logind.emit_signal(None::<&str>, PATH, MANAGER, "PrepareForSleep", &begins)?)
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Vec<PipeReader>> {
        self.holds.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A program that stands in the place of the first window and ends as soon as a second start tells of itself.
#[derive(Debug)]
pub struct Ending(Connection);

struct Place;

#[zbus::interface(name = "org.SingleInstance.DBus")]
impl Place {
    async fn execute_callback(
        &self,
        words: Vec<String>,
        folder: String,
        #[zbus(connection)] own: &zbus::Connection,
    ) -> zbus::fdo::Result<()> {
        let _ = (words, folder);
        own.release_name(FIRST).await?;
        Err(zbus::fdo::Error::NoReply("it ends".to_owned()))
    }
}

const FIRST: &str = "org.casefolio.Casefolio.SingleInstance";

impl Ending {
    /// Takes the place of the first window on the session's bus.
    pub fn start(session: &Session) -> Result<Self> {
        let place = Builder::address(session.bus_address()?)?.name(FIRST)?;
        Ok(Self(place.serve_at("/org/casefolio/Casefolio/SingleInstance", Place)?.build()?))
    }

    /// Whether it still has the place.
    pub fn is_first(&self) -> Result<bool> {
        let owners = zbus::blocking::fdo::DBusProxy::new(&self.0)?;
        let owner = owners.get_name_owner(zbus::names::BusName::try_from(FIRST)?);
        Ok(owner.is_ok_and(|owner| self.0.unique_name().is_some_and(|own| **own == *owner)))
    }
}

//! A running service.

use std::fmt;
use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::counts::Counts;
use crate::fault::Faults;
use crate::script::{Script, ScriptedCase};
use crate::server::{self, Shared, locked};
use crate::settings::{Clock, PracticeSettings};
use crate::status::Status;

/// Why a practice service could not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The port could not be taken.
    #[error("the practice service could not take its port")]
    Port(#[source] io::Error),
    /// The speed is zero, negative or no number.
    #[error("the speed of the practice service must be above zero")]
    Speed,
}

/// The practice service.
#[derive(Debug, Clone, Copy)]
pub struct Practice;

impl Practice {
    /// Starts a service on 127.0.0.1. It stops when the [`Running`] is stopped or dropped. Needs a Tokio runtime with
    /// network and time.
    pub async fn start(script: Script, settings: PracticeSettings, clock: Clock) -> Result<Running, Error> {
        if !settings.speed.is_finite() || settings.speed <= 0.0 {
            return Err(Error::Speed);
        }
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, settings.port)).await.map_err(Error::Port)?;
        let port = listener.local_addr().map_err(Error::Port)?.port();
        let (stop, stopped) = watch::channel(());
        let shared = Arc::new(Shared::of(script, settings, clock, stopped.clone()));
        let task = tokio::spawn(serve(listener, Arc::clone(&shared), stopped));
        Ok(Running { shared, port, stop, task })
    }
}

async fn serve(listener: TcpListener, shared: Arc<Shared>, mut stopped: watch::Receiver<()>) {
    let end = async move {
        let _ended = stopped.changed().await; // an error: the sender is gone, which is the sign
    };
    // It ends by the sign alone; a listener on loopback gives no error that could be handled.
    let _ended = axum::serve(listener, server::router(shared)).with_graceful_shutdown(end).await;
}

/// A service that runs until this is stopped or dropped.
pub struct Running {
    shared: Arc<Shared>,
    port: u16,
    stop: watch::Sender<()>,
    task: JoinHandle<()>,
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Running").field("port", &self.port).finish_non_exhaustive()
    }
}

impl Running {
    /// The token address.
    #[must_use]
    pub fn token_url(&self) -> String {
        format!("http://127.0.0.1:{}/oauth/accesstoken", self.port)
    }

    /// The API base.
    #[must_use]
    pub fn api_base(&self) -> String {
        format!("http://127.0.0.1:{}/case-status", self.port)
    }

    /// The client id it knows.
    #[must_use]
    pub fn client_id(&self) -> String {
        self.shared.settings.client_id.clone()
    }

    /// The secret it knows.
    #[must_use]
    pub fn client_secret(&self) -> String {
        self.shared.settings.client_secret.clone()
    }

    /// The port it listens on.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The faults, to be switched while it runs.
    #[must_use]
    pub fn faults(&self) -> &Faults {
        &self.shared.faults
    }

    /// What was asked so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        locked(&self.shared.counts).clone()
    }

    /// Gives a case a status from now on, instead of what its script has in store; adds the case if it is not known.
    pub fn set(&self, receipt: &str, status: impl Into<Status>) {
        let now = self.shared.elapsed();
        let mut cases = locked(&self.shared.cases);
        let case = cases.entry(receipt.to_owned()).or_insert_with(|| ScriptedCase::without_steps(receipt));
        case.put(now, status.into());
    }

    /// Takes a case away: it is not recognised any more.
    pub fn remove(&self, receipt: &str) {
        locked(&self.shared.cases).remove(receipt);
    }

    /// Forgets every token it gave, so that the next call with one is refused.
    pub fn expire_tokens(&self) {
        locked(&self.shared.gate).forget();
    }

    /// Stops the service and waits until every connection is closed.
    pub async fn stop(self) {
        drop(self.stop);
        let _ended = self.task.await; // a task that panicked has stopped as well
    }
}

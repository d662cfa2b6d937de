//! A host that nobody must ask for anything.

use std::io::Read;
use std::net::TcpListener;
use std::time::Duration;

use anyhow::{Context, Result};

/// A listener on this computer that stands for any host elsewhere.
#[derive(Debug)]
pub struct Elsewhere {
    listener: TcpListener,
}

impl Elsewhere {
    /// Begins to listen.
    pub fn listen() -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).context("no free port")?;
        listener.set_nonblocking(true)?;
        Ok(Self { listener })
    }

    /// Its address, with a slash at the end.
    pub fn address(&self) -> Result<String> {
        Ok(format!("http://127.0.0.1:{}/", self.listener.local_addr()?.port()))
    }

    /// The first line of everything that was asked until now; of a connection without a question, an empty one.
    #[must_use]
    pub fn asked(&self) -> Vec<String> {
        let mut asked = Vec::new();
        while let Ok((mut connection, _)) = self.listener.accept() {
            let mut heard = [0; 512];
            // One that asks nothing is a connection all the same.
            let _ = connection.set_read_timeout(Some(Duration::from_millis(200)));
            let length = connection.read(&mut heard).unwrap_or_default();
            let text = String::from_utf8_lossy(&heard[..length]).into_owned();
            asked.push(text.lines().next().unwrap_or_default().to_owned());
        }
        asked
    }
}

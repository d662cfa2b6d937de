//! A proxy that makes tunnels (`CONNECT`).

use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Whom it lets through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// Everybody.
    Open,
    /// Whoever sends this `Proxy-Authorization`: `Basic …`.
    SignIn(String),
    /// Nobody.
    Closed,
}

/// A running proxy. It takes every name for the same port of this computer. It ends with the test.
#[derive(Debug)]
pub struct Relay {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Relay {
    /// Starts one that leads everybody to this port.
    pub async fn to(port: u16, rule: Rule) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let own = listener.local_addr().unwrap().port();
        let asked = Arc::default();
        let noted = Arc::clone(&asked);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(relay(stream, port, rule.clone(), Arc::clone(&noted)));
            }
        });
        Self { port: own, asked, task }
    }

    /// Where it is, as a user would type it.
    #[must_use]
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// For which hosts and ports it was asked.
    #[must_use]
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn relay(stream: TcpStream, port: u16, rule: Rule, asked: Arc<Mutex<Vec<String>>>) {
    let mut stream = BufReader::new(stream);
    let (mut first, mut signed_in) = (String::new(), None);
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
            return;
        }
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(": ")
            && name.eq_ignore_ascii_case("proxy-authorization")
        {
            signed_in = Some(value.to_owned());
        }
        if first.is_empty() {
            line.clone_into(&mut first);
        }
    }
    let host = first.split(' ').nth(1).unwrap_or_default().to_owned();
    asked.lock().unwrap_or_else(PoisonError::into_inner).push(host);
    let answer = match rule {
        Rule::Closed => "403 Forbidden\r\nContent-Length: 0",
        Rule::SignIn(wanted) if signed_in != Some(wanted.clone()) => {
            "407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"office\"\r\nContent-Length: 0"
        }
        Rule::Open | Rule::SignIn(_) => "200 Connection established",
    };
    let _ = stream.write_all(format!("HTTP/1.1 {answer}\r\n\r\n").as_bytes()).await;
    if answer.starts_with("200")
        && let Ok(mut service) = TcpStream::connect(("127.0.0.1", port)).await
    {
        let _ = copy_bidirectional(&mut stream, &mut service).await;
    }
}

//! A mail server that does as it is told, and writes down all that it hears.

use std::sync::{Arc, Mutex};

use casefolio_mail::{Client, Security, Server, Settings, Timing};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use crate::written::sender;
use casefolio_network::testing::{Authority, Identity};

/// What the server does when a message has come whole.
#[derive(Clone, Copy)]
pub(crate) enum End {
    /// It answers.
    Says(&'static str),
    /// The connection breaks off.
    Dies,
    /// It says nothing, for ever.
    Silent,
}

/// What it says.
#[derive(Clone)]
pub(crate) struct Script {
    pub(crate) security: Security,
    pub(crate) greeting: &'static str,
    /// The answer to EHLO before encryption.
    pub(crate) plain_hello: &'static str,
    /// The answer to STARTTLS.
    pub(crate) starttls: &'static str,
    /// The answer to EHLO under encryption.
    pub(crate) hello: &'static str,
    /// The answers to AUTH and to the lines after a 334.
    pub(crate) auth: &'static [&'static str],
    pub(crate) mail: &'static str,
    pub(crate) rcpt: &'static str,
    pub(crate) data: &'static str,
    pub(crate) end: End,
    /// Whether any line end at all ends the message, as old servers had it.
    pub(crate) lax: bool,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            security: Security::Tls,
            greeting: "220 mail.test\r\n",
            plain_hello: "250-mail.test\r\n250 STARTTLS\r\n",
            starttls: "220 go\r\n",
            hello: "250-mail.test\r\n250-   \r\n250-SIZE 1000\r\n250 AUTH LOGIN PLAIN XOAUTH2\r\n",
            auth: &["235 2.7.0 in\r\n"],
            mail: "250 2.1.0 OK\r\n",
            rcpt: "250 2.1.5 OK\r\n",
            data: "354 go on\r\n",
            end: End::Says("250 2.0.0 taken\r\n"),
            lax: false,
        }
    }
}

/// What it heard.
#[derive(Default, Clone)]
pub(crate) struct Heard {
    /// Every line but those of messages; `TLS` where encryption began.
    pub(crate) lines: Vec<String>,
    /// Messages as they came, with doubled dots.
    pub(crate) messages: Vec<String>,
}

/// A running server. It ends with the test.
pub(crate) struct Scripted {
    pub(crate) port: u16,
    heard: Arc<Mutex<Heard>>,
    task: JoinHandle<()>,
    authority: Authority,
    security: Security,
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Scripted {
    pub(crate) async fn start(script: Script) -> Self {
        let authority = Authority::invent();
        let identity = authority.identity("localhost");
        Self::with(script, authority, &identity).await
    }

    /// A server that shows this identity; the client trusts the authority.
    pub(crate) async fn with(script: Script, authority: Authority, identity: &Identity) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(Mutex::new(Heard::default()));
        let (security, acceptor, book) = (script.security, acceptor(identity), Arc::clone(&heard));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let talk = Talk { script: script.clone(), heard: Arc::clone(&book) };
                tokio::spawn(talk.whole(stream, acceptor.clone()));
            }
        });
        Self { port, heard, task, authority, security }
    }

    pub(crate) fn client(&self) -> Client {
        self.client_with(Timing::default())
    }

    pub(crate) fn client_with(&self, timing: Timing) -> Client {
        Client::new(self.settings(), timing).unwrap()
    }

    pub(crate) fn settings(&self) -> Settings {
        let server = Server::parse("localhost", self.port, self.security).unwrap();
        Settings { server, sender: sender(), extra_root: Some(self.authority.root()) }
    }

    pub(crate) fn heard(&self) -> Heard {
        self.heard.lock().unwrap().clone()
    }
}

pub(crate) fn acceptor(identity: &Identity) -> TlsAcceptor {
    let certificate = CertificateDer::from_pem_slice(identity.certificate.as_bytes()).unwrap();
    let key = PrivateKeyDer::from_pem_slice(identity.key.as_bytes()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

/// One connection. An error means that the client has gone.
struct Talk {
    script: Script,
    heard: Arc<Mutex<Heard>>,
}

impl Talk {
    async fn whole(self, mut stream: TcpStream, acceptor: TlsAcceptor) -> std::io::Result<()> {
        if self.script.security == Security::StartTls {
            stream.write_all(self.script.greeting.as_bytes()).await?;
            if !self.until_tls(&mut stream).await? {
                return Ok(());
            }
        }
        let mut stream = acceptor.accept(stream).await?;
        self.note("TLS");
        if self.script.security == Security::Tls {
            stream.write_all(self.script.greeting.as_bytes()).await?;
        }
        self.converse(stream).await
    }

    fn note(&self, line: &str) {
        self.heard.lock().unwrap().lines.push(line.to_owned());
    }

    /// Before encryption. Whether it is to begin.
    async fn until_tls(&self, stream: &mut TcpStream) -> std::io::Result<bool> {
        let mut held = Vec::new();
        loop {
            let Some(line) = read_until(stream, &mut held, &[b"\r\n"]).await? else { return Ok(false) };
            self.note(&line);
            match line.as_str() {
                "STARTTLS" => {
                    stream.write_all(self.script.starttls.as_bytes()).await?;
                    return Ok(self.script.starttls.starts_with("220"));
                }
                _ => stream.write_all(self.script.plain_hello.as_bytes()).await?,
            }
        }
    }

    async fn converse(&self, mut stream: impl AsyncRead + AsyncWrite + Unpin) -> std::io::Result<()> {
        let mut held = Vec::new();
        let mut auth = self.script.auth.iter();
        let mut asked = false;
        while let Some(line) = read_until(&mut stream, &mut held, &[b"\r\n"]).await? {
            self.note(&line);
            let word = line.split([' ', ':']).next().unwrap_or_default().to_owned();
            let answer = match word.as_str() {
                "EHLO" => self.script.hello,
                "AUTH" => auth.next().copied().unwrap_or("503 again?\r\n"),
                _ if asked => auth.next().copied().unwrap_or("503 again?\r\n"),
                "MAIL" => self.script.mail,
                "RCPT" => self.script.rcpt,
                "DATA" => self.script.data,
                "QUIT" => "221 bye\r\n",
                _ => "500 what?\r\n",
            };
            asked = answer.starts_with("334");
            stream.write_all(answer.as_bytes()).await?;
            if answer.starts_with("354") && !self.take(&mut stream, &mut held).await? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Takes a message. Whether the conversation goes on.
    async fn take(
        &self,
        stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
        held: &mut Vec<u8>,
    ) -> std::io::Result<bool> {
        let lax: &[&[u8]] = &[b"\n.\n", b"\r.\r", b"\n.\r", b"\r.\n", b"\n.\x00"];
        let ends: &[&[u8]] = if self.script.lax { lax } else { &[b"\r\n.\r\n"] };
        let Some(message) = read_until(stream, held, ends).await? else { return Ok(false) };
        if held.starts_with(b"\n") {
            held.remove(0); // the rest of a proper end that the lax server saw early
        }
        self.heard.lock().unwrap().messages.push(message);
        match self.script.end {
            End::Says(answer) => stream.write_all(answer.as_bytes()).await.map(|()| true),
            End::Dies => Ok(false),
            End::Silent => std::future::pending().await,
        }
    }
}

/// What comes before the first of these ends; nothing if the client has gone.
async fn read_until(
    stream: &mut (impl AsyncRead + Unpin),
    held: &mut Vec<u8>,
    ends: &[&[u8]],
) -> std::io::Result<Option<String>> {
    loop {
        let found = ends
            .iter()
            .filter_map(|end| held.windows(end.len()).position(|window| window == *end).map(|at| (at, end.len())));
        if let Some((at, length)) = found.min() {
            let words = String::from_utf8_lossy(&held[..at]).into_owned();
            held.drain(..at + length);
            return Ok(Some(words));
        }
        if stream.read_buf(held).await? == 0 {
            return Ok(None);
        }
    }
}

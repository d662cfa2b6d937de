//! Sending.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rustls::pki_types::ServerName;
use rustls::{CertificateError, ClientConfig};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::failure::{CertificateProblem, Failure};
use crate::letter::Letter;
use crate::session::Session;
use crate::settings::{Security, Settings, Timing};
use crate::sign_in::SignIn;
use crate::wire::Wire;

/// The message was taken already; a server that does not say goodbye is not waited for.
const GOODBYE: Duration = Duration::from_secs(2);

/// Why a client could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SetupProblem {
    /// TLS or the trust store of the system could not be set up.
    #[error("the connection to the mail server could not be set up")]
    Tls(#[source] rustls::Error),
    /// The host became one that no certificate can be for.
    #[error("the mail server's name is not a host name")]
    Host,
}

/// Hands messages to one mail server, a connection each.
pub struct Client {
    settings: Settings,
    timing: Timing,
    rules: Arc<ClientConfig>,
    name: ServerName<'static>,
}

type Secure = Session<TlsStream<TcpStream>>;

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("timing", &self.timing).finish_non_exhaustive()
    }
}

impl Client {
    /// Makes a client; the system's roots are read, nothing is sent.
    pub fn new(settings: Settings, timing: Timing) -> Result<Self, SetupProblem> {
        let rules = casefolio_network::rules(settings.extra_root.as_ref()).map_err(SetupProblem::Tls)?;
        let name = ServerName::try_from(settings.server.host().to_owned()).map_err(|_| SetupProblem::Host)?;
        Ok(Self { settings, timing, rules, name })
    }

    /// Sends one letter. `Ok` means that the server took it upon itself to deliver it.
    pub async fn send(&self, letter: &Letter, sign_in: &SignIn) -> Result<(), Failure> {
        let bytes = letter.bytes(&self.settings.sender).map_err(Failure::Letter)?;
        let in_doubt = AtomicBool::new(false);
        let deliver = async {
            let mut session = self.open(sign_in).await?;
            session.envelope(&self.settings.sender.address, &letter.to).await?;
            session.message(&bytes, &in_doubt).await?;
            Ok(session)
        };
        let late = || if in_doubt.load(Ordering::SeqCst) { Failure::Uncertain } else { Failure::TimedOut };
        let mut session = timeout(self.timing.total, deliver).await.unwrap_or_else(|_| Err(late()))?;
        let _ = timeout(GOODBYE, session.leave()).await;
        Ok(())
    }

    /// Connects and signs in, and sends nothing: tries the settings.
    pub async fn test(&self, sign_in: &SignIn) -> Result<(), Failure> {
        let mut session = timeout(self.timing.total, self.open(sign_in)).await.map_err(|_| Failure::TimedOut)??;
        let _ = timeout(GOODBYE, session.leave()).await;
        Ok(())
    }

    /// An encrypted connection on which one has signed in.
    async fn open(&self, sign_in: &SignIn) -> Result<Secure, Failure> {
        let mut session = match self.settings.server.security() {
            Security::Tls => {
                let mut session = self.encrypt(self.connect().await?).await?;
                session.greeting().await?;
                session
            }
            Security::StartTls => self.encrypt(self.ask_for_tls().await?).await?,
        };
        let offers = session.hello().await?;
        session.sign_in(&offers, sign_in).await?;
        Ok(session)
    }

    async fn ask_for_tls(&self) -> Result<TcpStream, Failure> {
        let mut session = Session::on(Wire::new(self.connect().await?, self.timing.read));
        session.greeting().await?;
        let offers = session.hello().await?;
        session.starttls(&offers).await
    }

    /// The first of the host's addresses that answers.
    async fn connect(&self) -> Result<TcpStream, Failure> {
        let server = &self.settings.server;
        let lookup = timeout(self.timing.connect, lookup_host((server.host(), server.port()))).await;
        let addresses: Vec<SocketAddr> =
            lookup.map_err(|_| Failure::TimedOut)?.map_err(|_| Failure::HostNotFound)?.collect();
        let mut last = Failure::HostNotFound;
        for address in addresses {
            match timeout(self.timing.connect, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => return Ok(stream),
                Ok(Err(_)) => last = Failure::NoNetwork,
                Err(_) => last = Failure::TimedOut,
            }
        }
        Err(last)
    }

    async fn encrypt(&self, stream: TcpStream) -> Result<Secure, Failure> {
        let handshake = TlsConnector::from(Arc::clone(&self.rules)).connect(self.name.clone(), stream);
        let stream = timeout(self.timing.read, handshake).await.map_err(|_| Failure::TimedOut)?;
        Ok(Session::on(Wire::new(stream.map_err(|error| why_not(&error))?, self.timing.read)))
    }
}

/// Why there is no encryption. The error itself is dropped: its text holds the host.
fn why_not(error: &io::Error) -> Failure {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        Some(rustls::Error::InvalidCertificate(reason)) => Failure::Certificate(certificate_problem(reason)),
        Some(_) | None => Failure::TlsFailed,
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "rustls may name more reasons")]
fn certificate_problem(reason: &CertificateError) -> CertificateProblem {
    match reason {
        CertificateError::UnknownIssuer | CertificateError::BadSignature => CertificateProblem::Untrusted,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            CertificateProblem::WrongName
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => CertificateProblem::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => CertificateProblem::NotYetValid,
        CertificateError::Revoked => CertificateProblem::Revoked,
        _ => CertificateProblem::Broken,
    }
}

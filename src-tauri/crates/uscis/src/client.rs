//! The client: one connection pool, one token, every answer classified.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use casefolio_domain::{ProblemKind, ReceiptNumber};
use casefolio_network::{Proxy, RootRefused, Way};
use chrono::{DateTime, Utc};
use reqwest::header::{ACCEPT, AUTHORIZATION};
use reqwest::{RequestBuilder, Url, redirect, retry, tls};

use crate::answer::{self, Answer};
use crate::body::{self, End, Reply};
use crate::credential::Credential;
use crate::endpoint::Endpoint;
use crate::failure::Failure;
use crate::resolver::{self, Guard, Lookup};
use crate::token::{Grant, Token, Tokens};
use crate::{mask, problem, verdict};

const IDLE: Duration = Duration::from_secs(30);
const JSON: &str = "application/json";
const USER_AGENT: &str = concat!("Casefolio/", env!("CARGO_PKG_VERSION"));

/// How long a call may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// To connect.
    pub connect: Duration,
    /// Between two pieces of the answer.
    pub read: Duration,
    /// For the whole call.
    pub total: Duration,
}

impl Default for Timing {
    /// 10, 20 and 30 seconds.
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), read: Duration::from_secs(20), total: Duration::from_secs(30) }
    }
}

/// Calls sent since a client was made; retries count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Calls {
    /// Calls for a case.
    pub case: u64,
    /// Calls for a token.
    pub token: u64,
}

/// Why a client could not be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// TLS or the trust store of the system could not be set up.
    #[error("the connection to the status service could not be set up")]
    Setup(#[source] reqwest::Error),
    /// The proxy or the company's certificate cannot be used.
    #[error("the connection to the status service could not be set up")]
    Way(#[from] RootRefused),
}

/// The one client of the status service. Share it in an `Arc`; its token lives in memory only.
pub struct Client {
    http: reqwest::Client,
    endpoint: Endpoint,
    credential: Credential,
    tokens: Tokens,
    case_calls: AtomicU64,
    token_calls: AtomicU64,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("calls", &self.calls_made()).finish_non_exhaustive()
    }
}

impl Client {
    /// Makes a client that goes out this way; nothing is sent. A service on this computer is reached without a proxy.
    pub fn new(endpoint: Endpoint, credential: Credential, timing: Timing, way: &Way) -> Result<Self, Error> {
        Self::looking_up(endpoint, credential, timing, (way, resolver::system))
    }

    pub(crate) fn looking_up(
        endpoint: Endpoint,
        credential: Credential,
        timing: Timing,
        (way, lookup): (&Way, Lookup),
    ) -> Result<Self, Error> {
        let http = connection(&endpoint, timing, (way, lookup))?;
        let tokens = Tokens::default();
        Ok(Self { http, endpoint, credential, tokens, case_calls: AtomicU64::new(0), token_calls: AtomicU64::new(0) })
    }

    /// Asks for the status of one receipt. `now` decides whether the token is still good. A refused token is replaced once
    /// and the call repeated once; after that the failure is [`ProblemKind::NotAuthorised`].
    pub async fn fetch(&self, receipt: &ReceiptNumber, now: DateTime<Utc>) -> Result<Answer, Failure> {
        let url = self.endpoint.case_url(receipt.as_str()).ok_or(Failure::of(ProblemKind::BadlyFormed))?;
        let token = self.token(now, None).await?;
        let mut reply = self.ask_case(&url, &token).await?;
        if reply.status == 401 {
            let token = self.token(now, Some(token.generation)).await?;
            reply = self.ask_case(&url, &token).await?;
        }
        self.read_case(receipt, &reply, now)
    }

    /// Asks for a token only, and so tries the credential. Always one call.
    pub async fn test(&self, now: DateTime<Utc>) -> Result<(), Failure> {
        self.tokens.fresh(now, self.ask_token(now)).await.map(|_| ())
    }

    /// The calls sent since the client was made.
    #[must_use]
    pub fn calls_made(&self) -> Calls {
        Calls { case: self.case_calls.load(Ordering::Relaxed), token: self.token_calls.load(Ordering::Relaxed) }
    }

    /// Where it asks.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    async fn token(&self, now: DateTime<Utc>, rejected: Option<u64>) -> Result<Token, Failure> {
        self.tokens.good(now, rejected, self.ask_token(now)).await
    }

    async fn ask_token(&self, now: DateTime<Utc>) -> Result<Grant, Failure> {
        self.token_calls.fetch_add(1, Ordering::Relaxed);
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", self.credential.client_id.as_str()),
            ("client_secret", self.credential.secret.as_str()),
        ];
        let reply = send(self.http.post(self.endpoint.token_url()).form(&form)).await?;
        self.read_token(&reply, now)
    }

    async fn ask_case(&self, url: &Url, token: &Token) -> Result<Reply, Failure> {
        self.case_calls.fetch_add(1, Ordering::Relaxed);
        send(self.http.get(url.clone()).header(AUTHORIZATION, token.header.clone())).await
    }

    pub(crate) fn read_token(&self, reply: &Reply, now: DateTime<Utc>) -> Result<Grant, Failure> {
        match (reply.status, reply.end) {
            (200, End::Whole) => {
                Grant::read(reply.content()).ok_or_else(|| verdict::of_token(reply, now, &self.secrets()))
            }
            (200, End::Broken(ProblemKind::TimedOut)) => Err(Failure::with_status(ProblemKind::TimedOut, 200)),
            (200, End::Broken(_)) => Err(Failure::with_status(ProblemKind::NoNetwork, 200)),
            (_, End::Whole | End::TooLong | End::Broken(_)) => Err(verdict::of_token(reply, now, &self.secrets())),
        }
    }

    pub(crate) fn read_case(
        &self,
        receipt: &ReceiptNumber,
        reply: &Reply,
        now: DateTime<Utc>,
    ) -> Result<Answer, Failure> {
        match (reply.status, reply.end) {
            (200, End::Broken(kind)) => Err(Failure::with_status(kind, 200)),
            (200, End::Whole) if !reply.is_page() => {
                answer::read(receipt, reply.content()).map_err(|kind| self.unread(kind, reply))
            }
            (_, End::Whole | End::TooLong | End::Broken(_)) => Err(verdict::of_case(reply, now, &self.secrets())),
        }
    }

    /// A 200 answer that is no status of the receipt. Its message is kept only where the answer is nothing but a message:
    /// beside a status it repeats the receipt and says nothing (research 1.4).
    fn unread(&self, kind: ProblemKind, reply: &Reply) -> Failure {
        let said = if kind == ProblemKind::Unreadable { problem::read(reply.content()) } else { None };
        let message = said.and_then(|(_, words)| mask::message(&words, &self.secrets()));
        Failure { message, ..Failure::with_status(kind, 200) }
    }

    /// What must not appear in a message.
    fn secrets(&self) -> [&str; 2] {
        [self.credential.secret.as_str(), self.credential.client_id.as_str()]
    }
}

/// One call, within its bounds. The network's own error is dropped, since its text holds the address.
async fn send(request: RequestBuilder) -> Result<Reply, Failure> {
    let response = request.header(ACCEPT, JSON).send().await.map_err(|error| Failure::of(body::network(&error)))?;
    Ok(Reply::read(response).await)
}

fn connection(endpoint: &Endpoint, timing: Timing, (way, lookup): (&Way, Lookup)) -> Result<reqwest::Client, Error> {
    let mut builder = reqwest::Client::builder()
        .user_agent(USER_AGENT)
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false)
        .connect_timeout(timing.connect)
        .read_timeout(timing.read)
        .timeout(timing.total)
        .pool_idle_timeout(IDLE)
        .tls_version_min(tls::Version::TLS_1_2);
    if endpoint.is_loopback() {
        // A proxy would look for the practice service on its own machine.
        builder = Way { proxy: Proxy::Direct, root: way.root.clone() }.led(builder)?;
    } else {
        let guard = Guard { names: endpoint.names(), lookup };
        builder = way.led(builder.https_only(true).dns_resolver(Arc::new(guard)))?;
    }
    if endpoint.is_plain() {
        builder = builder.tls_certs_only([]); // nothing to trust, and no trust store to read
    }
    builder.build().map_err(|error| Error::Setup(error.without_url()))
}

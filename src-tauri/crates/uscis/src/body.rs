//! An answer as it came over the network, within bounds.

use casefolio_domain::ProblemKind;
use casefolio_network::Trouble;
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use reqwest::{Error, Response};

/// A body is read up to here, counted after decompression.
pub(crate) const BODY_CAP: usize = 256 * 1024;

/// How the body ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// It is whole.
    Whole,
    /// It is longer than the cap; the rest was not read.
    TooLong,
    /// It broke off.
    Broken(ProblemKind),
}

/// An answer of the service.
#[derive(Debug)]
pub(crate) struct Reply {
    /// The HTTP status.
    pub(crate) status: u16,
    /// Whether the content type is that of a web page.
    pub(crate) says_page: bool,
    /// The `Retry-After` header as sent.
    pub(crate) retry_after: Option<String>,
    /// What came of the body.
    pub(crate) body: Vec<u8>,
    /// How it ended.
    pub(crate) end: End,
}

impl Reply {
    /// Reads the answer whole, or up to the cap.
    pub(crate) async fn read(mut response: Response) -> Self {
        let status = response.status().as_u16();
        let says_page = header(response.headers(), CONTENT_TYPE.as_str())
            .is_some_and(|value| value.to_ascii_lowercase().contains("html"));
        let retry_after = header(response.headers(), RETRY_AFTER.as_str());
        let mut body = Vec::new();
        let end = loop {
            match response.chunk().await {
                Ok(None) => break End::Whole,
                Ok(Some(chunk)) if body.len() + chunk.len() > BODY_CAP => break End::TooLong,
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Err(error) => break End::Broken(network(&error)),
            }
        };
        Self { status, says_page, retry_after, body, end }
    }

    /// The body without white space and byte order mark in front: the service's closed answer begins with blanks.
    pub(crate) fn content(&self) -> &[u8] {
        let body = self.body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&self.body);
        body.trim_ascii()
    }

    /// Whether it is a web page in place of data.
    pub(crate) fn is_page(&self) -> bool {
        match self.content().first() {
            Some(b'<') => true,
            Some(b'{' | b'[') => false,
            Some(_) | None => self.says_page,
        }
    }
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// What kind of problem an error of the network is. The error itself is dropped: its text holds the address.
pub(crate) fn network(error: &Error) -> ProblemKind {
    match Trouble::of(error) {
        Trouble::TimedOut => ProblemKind::TimedOut,
        Trouble::NotTrusted => ProblemKind::NotTrusted,
        Trouble::ProxyUnreachable => ProblemKind::ProxyUnreachable,
        Trouble::ProxySignIn => ProblemKind::ProxySignIn,
        Trouble::ProxyRefused => ProblemKind::ProxyRefused,
        Trouble::Garbled => ProblemKind::Unreadable,
        Trouble::NoNetwork => ProblemKind::NoNetwork,
    }
}

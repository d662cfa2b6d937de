//! Where mail is handed in, and in whose name.

use std::fmt;
use std::time::Duration;

use casefolio_network::ExtraRoot;
use rustls::pki_types::ServerName;

use crate::address::Address;
use crate::text::DisplayName;

/// How the connection is encrypted. There is no way without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Security {
    /// TLS from the first byte, usually port 465.
    Tls,
    /// A plain greeting, then TLS before anything else is said, usually port 587. A server that does not offer it gets nothing.
    StartTls,
}

impl Security {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Tls, Self::StartTls];

    /// The stable code used in the settings.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Tls => "tls",
            Self::StartTls => "starttls",
        }
    }

    /// The security with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|security| security.code() == code)
    }

    /// The port that is usual for it.
    #[must_use]
    pub fn usual_port(self) -> u16 {
        match self {
            Self::Tls => 465,
            Self::StartTls => 587,
        }
    }
}

/// A mail server that takes messages.
#[derive(Clone, PartialEq, Eq)]
pub struct Server {
    host: String,
    port: u16,
    security: Security,
}

/// Why a mail server's name was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum ServerProblem {
    /// The host is no name of a computer and no IP address.
    #[error("the mail server's name is not a host name")]
    BadHost,
    /// The port is 0.
    #[error("the mail server's port is 0")]
    BadPort,
}

impl ServerProblem {
    /// The stable code used in locale keys.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::BadHost => "bad_host",
            Self::BadPort => "bad_port",
        }
    }
}

impl Server {
    /// Reads a host (a name or an IP address, without a port) and takes a port. Spaces around the host are dropped.
    pub fn parse(host: &str, port: u16, security: Security) -> Result<Self, ServerProblem> {
        let host = host.trim().to_ascii_lowercase();
        if host.is_empty() || host.ends_with('.') || ServerName::try_from(host.as_str()).is_err() {
            return Err(ServerProblem::BadHost);
        }
        if port == 0 { Err(ServerProblem::BadPort) } else { Ok(Self { host, port, security }) }
    }

    /// Microsoft 365 and Outlook.com.
    #[must_use]
    pub fn microsoft_365() -> Self {
        Self { host: "smtp.office365.com".to_owned(), port: 587, security: Security::StartTls }
    }

    /// Gmail and Google Workspace.
    #[must_use]
    pub fn google() -> Self {
        Self { host: "smtp.gmail.com".to_owned(), port: 465, security: Security::Tls }
    }

    /// The host.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// How the connection is encrypted.
    #[must_use]
    pub fn security(&self) -> Security {
        self.security
    }

    /// Host and port in one text: store it beside a secret, and refuse the secret to a server for which it differs.
    #[must_use]
    pub fn authority(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("security", &self.security).finish_non_exhaustive()
    }
}

/// In whose name messages go out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The address, which the mail server must allow.
    pub address: Address,
    /// The name beside it.
    pub name: Option<DisplayName>,
}

/// Everything about the mail server but the sign-in.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The server.
    pub server: Server,
    /// The sender.
    pub sender: Sender,
    /// A root certificate to trust beside those of the system.
    pub extra_root: Option<ExtraRoot>,
}

/// How long sending may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// To connect.
    pub connect: Duration,
    /// For each answer of the server, and for each handing over.
    pub read: Duration,
    /// For the whole message.
    pub total: Duration,
}

impl Default for Timing {
    /// 10, 30 and 60 seconds.
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), read: Duration::from_secs(30), total: Duration::from_secs(60) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_or_a_number_and_nothing_more() {
        for host in ["smtp.example.com", " SMTP.Example.com ", "mail", "127.0.0.1", "::1"] {
            let server = Server::parse(host, 465, Security::Tls).unwrap();
            assert_eq!(server.host(), host.trim().to_lowercase());
        }
        for host in [
            "",
            " ",
            "a b",
            "a.example:465",
            "smtp://a.example",
            "a.example.",
            "a.example\r\n.b",
            "ñ.example",
            "a/b",
            "a@b",
        ] {
            assert_eq!(Server::parse(host, 465, Security::Tls), Err(ServerProblem::BadHost), "{host:?}");
        }
        assert_eq!(Server::parse("a.example", 0, Security::Tls), Err(ServerProblem::BadPort));
    }

    #[test]
    fn a_secret_is_bound_to_host_and_port() {
        assert_eq!(Server::microsoft_365().authority(), "smtp.office365.com:587");
        assert_eq!(Server::google().authority(), "smtp.gmail.com:465");
        assert_eq!(Server::google().security().usual_port(), 465);
    }

    #[test]
    fn every_security_has_a_code_and_none_is_plain() {
        for security in Security::ALL {
            assert_eq!(Security::from_code(security.code()), Some(security));
        }
        assert_eq!(Security::from_code("none"), None);
    }
}

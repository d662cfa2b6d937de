//! The proxy between this computer and the network.

use std::fmt;

use reqwest::Url;
use zeroize::Zeroizing;

/// By which proxy calls go out. Services on this computer itself are never looked for behind one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Proxy {
    /// The one that the system names, if it names one: the settings of Windows and macOS, `HTTPS_PROXY` and `NO_PROXY` on every system.
    /// Scripts that name a proxy (PAC) are not run.
    #[default]
    System,
    /// None, whatever the system says.
    Direct,
    /// This one.
    Manual(ManualProxy),
}

/// A proxy that was typed in.
#[derive(Clone, PartialEq, Eq)]
pub struct ManualProxy {
    address: Url,
    user: String,
    password: Zeroizing<String>,
}

impl fmt::Debug for ManualProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ManualProxy").finish_non_exhaustive()
    }
}

/// Why a proxy was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum ProxyProblem {
    /// It is no host with a port.
    #[error("the address of the proxy is not a host and a port")]
    Address,
    /// It is of a kind that is not spoken: SOCKS.
    #[error("the proxy is of a kind that is not spoken")]
    Kind,
    /// The address holds a user name or a password: they have fields of their own.
    #[error("the address of the proxy holds a user name or a password")]
    UserInfo,
    /// The user name holds a colon or a control character, or there is a password without one.
    #[error("the user name for the proxy cannot be one")]
    User,
}

impl ProxyProblem {
    /// Every problem.
    pub const ALL: [Self; 4] = [Self::Address, Self::Kind, Self::UserInfo, Self::User];

    /// The stable code used in locale keys.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Address => "proxy_address",
            Self::Kind => "proxy_kind",
            Self::UserInfo => "proxy_user_info",
            Self::User => "proxy_user",
        }
    }
}

impl ManualProxy {
    /// Reads `host:port`, `http://host:port` or `https://host:port`; the latter speaks TLS with the proxy itself. An empty user name signs in
    /// with none.
    pub fn parse(address: &str, user: &str, password: Zeroizing<String>) -> Result<Self, ProxyProblem> {
        let address = read(address.trim())?;
        let user = user.trim().to_owned();
        let strange = user.contains(':') || user.chars().chain(password.chars()).any(char::is_control);
        if strange || (user.is_empty() && !password.is_empty()) {
            return Err(ProxyProblem::User);
        }
        Ok(Self { address, user, password })
    }

    /// The address, normalised: its scheme, host and port.
    #[must_use]
    pub fn address(&self) -> &str {
        self.address.as_str().trim_end_matches('/')
    }

    /// The user name; empty without a sign-in.
    #[must_use]
    pub fn user(&self) -> &str {
        &self.user
    }

    pub(crate) fn made(&self) -> reqwest::Result<reqwest::Proxy> {
        let proxy = reqwest::Proxy::all(self.address.clone())?;
        Ok(if self.user.is_empty() { proxy } else { proxy.basic_auth(&self.user, &self.password) })
    }
}

fn read(text: &str) -> Result<Url, ProxyProblem> {
    let with_scheme = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    let url = Url::parse(&with_scheme).map_err(|_| ProxyProblem::Address)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(ProxyProblem::Kind);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(ProxyProblem::UserInfo);
    }
    let names_a_port =
        with_scheme.trim_end_matches('/').rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let has_host = url.host_str().is_some_and(|host| !host.is_empty());
    if has_host && names_a_port && bare { Ok(url) } else { Err(ProxyProblem::Address) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(address: &str) -> Result<ManualProxy, ProxyProblem> {
        ManualProxy::parse(address, "", Zeroizing::default())
    }

    #[test]
    fn a_host_with_a_port_is_a_proxy() {
        for (typed, kept) in [
            ("proxy.example.com:3128", "http://proxy.example.com:3128"),
            (" http://proxy.example.com:80/ ", "http://proxy.example.com"),
            ("https://proxy.example.com:8443", "https://proxy.example.com:8443"),
            ("10.0.0.7:8080", "http://10.0.0.7:8080"),
            ("[fd00::7]:8080", "http://[fd00::7]:8080"),
        ] {
            assert_eq!(parse(typed).unwrap().address(), kept, "{typed}");
        }
    }

    #[test]
    fn what_is_none_is_refused_with_its_reason() {
        for (typed, problem) in [
            ("", ProxyProblem::Address),
            ("proxy.example.com", ProxyProblem::Address),
            ("http://proxy.example.com", ProxyProblem::Address),
            ("proxy.example.com:80a", ProxyProblem::Address),
            ("proxy.example.com:99999", ProxyProblem::Address),
            ("proxy.example.com:80/wpad.dat", ProxyProblem::Address),
            ("http://proxy.example.com:80?x", ProxyProblem::Address),
            ("socks5://proxy.example.com:1080", ProxyProblem::Kind),
            ("http://ana:secret@proxy.example.com:80", ProxyProblem::UserInfo),
        ] {
            assert_eq!(parse(typed).unwrap_err(), problem, "{typed}");
        }
    }

    #[test]
    fn a_user_name_that_would_become_another_is_refused() {
        for (user, password) in [("ana:b", "x"), ("ana\r\nHost: evil", "x"), ("ana", "x\ny"), ("", "x")] {
            let made = ManualProxy::parse("proxy.example.com:80", user, Zeroizing::new(password.to_owned()));
            assert_eq!(made.unwrap_err(), ProxyProblem::User, "{user:?}");
        }
    }

    #[test]
    fn neither_address_nor_sign_in_is_shown_to_a_log() {
        let made = ManualProxy::parse("proxy.example.com:80", "ana", Zeroizing::new("secret".to_owned())).unwrap();
        let shown = format!("{:?}", Proxy::Manual(made));
        assert!(!["example", "ana", "secret"].iter().any(|word| shown.contains(word)), "{shown}");
    }
}

//! Where the service is.

use std::net::IpAddr;

use reqwest::Url;

/// The two addresses of the service. Both are settings: production addresses come in a letter (research 1.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    token_url: Url,
    api_base: Url,
}

/// Why an address of the service was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum EndpointProblem {
    /// It is no absolute address.
    #[error("the address is not a web address")]
    NotAnAddress,
    /// It is not `https` (plain `http` is for this computer only).
    #[error("the address does not begin with https")]
    NotSecure,
    /// It carries a user name or password.
    #[error("the address carries a user name or password")]
    UserInfo,
    /// It has a query (`?`) or a fragment (`#`).
    #[error("the address has a query or a fragment")]
    QueryOrFragment,
    /// Its host is a bare IP address other than this computer's.
    #[error("the address names its host by number")]
    NumericHost,
    /// Its host is empty, has no dot, or ends with a dot.
    #[error("the host of the address is not a full name")]
    BadHost,
}

impl EndpointProblem {
    /// Every problem.
    pub const ALL: [Self; 6] =
        [Self::NotAnAddress, Self::NotSecure, Self::UserInfo, Self::QueryOrFragment, Self::NumericHost, Self::BadHost];

    /// The stable code used in locale keys.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NotAnAddress => "not_an_address",
            Self::NotSecure => "not_secure",
            Self::UserInfo => "user_info",
            Self::QueryOrFragment => "query_or_fragment",
            Self::NumericHost => "numeric_host",
            Self::BadHost => "bad_host",
        }
    }
}

impl Endpoint {
    /// Reads the token URL and the API base. `https` only, save `http` on loopback; a slash at the end does not matter.
    pub fn parse(token_url: &str, api_base: &str) -> Result<Self, EndpointProblem> {
        let endpoint = Self { token_url: address(token_url)?, api_base: address(api_base)? };
        let plain = [&endpoint.token_url, &endpoint.api_base].into_iter().filter(|url| url.scheme() == "http").count();
        // One half in the clear on this computer and the other one elsewhere is a slip or a trap, never a setting.
        if plain > 0 && !endpoint.is_loopback() { Err(EndpointProblem::NotSecure) } else { Ok(endpoint) }
    }

    /// The token URL, normalised.
    #[must_use]
    pub fn token_url(&self) -> &str {
        self.token_url.as_str()
    }

    /// The API base, normalised, without a slash at the end.
    #[must_use]
    pub fn api_base(&self) -> &str {
        self.api_base.as_str().trim_end_matches('/')
    }

    /// The host (and port, where it is not the usual one) to which the secret is sent.
    #[must_use]
    pub fn host(&self) -> String {
        authority(&self.token_url)
    }

    /// The host (and port) to which receipt numbers and tokens are sent; it may differ from [`Self::host`].
    #[must_use]
    pub fn api_host(&self) -> String {
        authority(&self.api_base)
    }

    /// Both hosts in one text (one, where they are the same): store it beside a secret, and refuse the secret to any
    /// endpoint for which it differs.
    #[must_use]
    pub fn hosts(&self) -> String {
        let (token, api) = (self.host(), self.api_host());
        if token == api { token } else { format!("{token} {api}") }
    }

    /// Whether a secret typed for `other` may be sent here.
    #[must_use]
    pub fn same_host(&self, other: &Self) -> bool {
        self.hosts() == other.hosts()
    }

    /// Whether both addresses are on this computer.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        on_loopback(&self.token_url) && on_loopback(&self.api_base)
    }

    /// The names of both hosts, without ports.
    pub(crate) fn names(&self) -> Vec<String> {
        [&self.token_url, &self.api_base].iter().filter_map(|url| url.host_str().map(str::to_owned)).collect()
    }

    /// Whether no address uses TLS.
    pub(crate) fn is_plain(&self) -> bool {
        self.token_url.scheme() == "http" && self.api_base.scheme() == "http"
    }

    /// The address of one receipt. Letters, digits and `*` only reach this, and the service takes `*` as it is.
    pub(crate) fn case_url(&self, receipt: &str) -> Option<Url> {
        let safe = receipt.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'*');
        if safe { Url::parse(&format!("{}/{receipt}", self.api_base())).ok() } else { None }
    }
}

fn address(text: &str) -> Result<Url, EndpointProblem> {
    let url = Url::parse(text.trim()).map_err(|_| EndpointProblem::NotAnAddress)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(EndpointProblem::NotSecure);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(EndpointProblem::UserInfo);
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(EndpointProblem::QueryOrFragment);
    }
    if on_loopback(&url) {
        return Ok(url);
    }
    if url.scheme() != "https" {
        return Err(EndpointProblem::NotSecure);
    }
    full_name(&url)?;
    Ok(url)
}

fn full_name(url: &Url) -> Result<(), EndpointProblem> {
    if numeric_host(url).is_some() {
        return Err(EndpointProblem::NumericHost);
    }
    let host = url.host_str().unwrap_or_default();
    if host.contains('.') && !host.ends_with('.') { Ok(()) } else { Err(EndpointProblem::BadHost) }
}

fn numeric_host(url: &Url) -> Option<IpAddr> {
    url.host_str()?.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

fn on_loopback(url: &Url) -> bool {
    url.host_str() == Some("localhost") || numeric_host(url).is_some_and(|ip| ip.is_loopback())
}

fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "https://api-int.uscis.gov/oauth/accesstoken";
    const BASE: &str = "https://api-int.uscis.gov/case-status";

    /// catalogue 100
    #[test]
    fn an_address_that_is_not_https_with_a_full_host_name_is_refused() {
        for (address, problem) in [
            ("", EndpointProblem::NotAnAddress),
            ("api-int.uscis.gov/case-status", EndpointProblem::NotAnAddress),
            ("https://", EndpointProblem::NotAnAddress),
            ("http://api-int.uscis.gov/case-status", EndpointProblem::NotSecure),
            ("HTTP://API-INT.USCIS.GOV/", EndpointProblem::NotSecure),
            ("file:///etc/passwd", EndpointProblem::NotSecure),
            ("ftp://api-int.uscis.gov/", EndpointProblem::NotSecure),
            ("javascript:alert(1)", EndpointProblem::NotSecure),
            ("https://user@api-int.uscis.gov/", EndpointProblem::UserInfo),
            ("https://:pass@api-int.uscis.gov/", EndpointProblem::UserInfo),
            ("http://user@127.0.0.1/", EndpointProblem::UserInfo),
            ("https://api-int.uscis.gov/?a=b", EndpointProblem::QueryOrFragment),
            ("https://api-int.uscis.gov/#x", EndpointProblem::QueryOrFragment),
            ("https://10.0.0.1/", EndpointProblem::NumericHost),
            ("https://169.254.169.254/", EndpointProblem::NumericHost),
            ("https://[2001:db8::1]/", EndpointProblem::NumericHost),
            ("https://3232235777/", EndpointProblem::NumericHost),
            ("http://192.168.1.1/", EndpointProblem::NotSecure),
            ("http://localhost.evil.example/", EndpointProblem::NotSecure),
            ("https://api-int.uscis.gov./", EndpointProblem::BadHost),
            ("https://intranet/", EndpointProblem::BadHost),
        ] {
            assert_eq!(Endpoint::parse(address, BASE), Err(problem), "{address}");
            assert_eq!(Endpoint::parse(TOKEN, address), Err(problem), "{address}");
        }
    }

    #[test]
    fn https_and_loopback_are_taken_and_a_slash_at_the_end_does_not_matter() {
        let endpoint = Endpoint::parse(TOKEN, " https://API-int.uscis.gov/case-status/ ").unwrap();
        assert_eq!(endpoint.api_base(), BASE);
        assert_eq!(
            endpoint.case_url("EAC*999103403").unwrap().as_str(),
            "https://api-int.uscis.gov/case-status/EAC*999103403"
        );
        assert_eq!(endpoint.case_url("../oauth"), None);
        for host in ["127.0.0.1:8080", "localhost:1", "[::1]:9"] {
            let base = format!("http://{host}/case-status");
            assert!(Endpoint::parse(&base, &base).unwrap().is_loopback(), "{host}");
        }
    }

    #[test]
    fn plain_http_here_does_not_go_with_a_host_elsewhere() {
        assert_eq!(Endpoint::parse("http://127.0.0.1:1/t", BASE), Err(EndpointProblem::NotSecure));
        assert_eq!(Endpoint::parse(TOKEN, "http://127.0.0.1:1/c"), Err(EndpointProblem::NotSecure));
    }

    /// catalogue 101
    #[test]
    fn a_secret_is_bound_to_both_hosts_and_their_ports() {
        let here = Endpoint::parse(TOKEN, BASE).unwrap();
        assert_eq!(here.hosts(), "api-int.uscis.gov");
        assert!(here.same_host(&Endpoint::parse("https://api-int.uscis.gov/other", BASE).unwrap()));
        for (token, base) in [
            ("https://api.uscis.gov/oauth/accesstoken", BASE),
            (TOKEN, "https://api-int.uscis.gov.example.com/case-status"),
            ("https://api-int.uscis.gov:8443/oauth/accesstoken", BASE),
        ] {
            assert!(!here.same_host(&Endpoint::parse(token, base).unwrap()), "{token} {base}");
        }
    }
}

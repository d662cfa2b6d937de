//! Where one signs in, and as which program.

use std::fmt;
use std::net::IpAddr;

use reqwest::Url;

use crate::secret::Secret;
use crate::text::line_of_text;

/// A provider's addresses and the user's own client id there.
#[derive(Clone)]
pub struct Provider {
    pub(crate) token: Url,
    pub(crate) device: Option<Url>,
    pub(crate) authorize: Option<Url>,
    pub(crate) scope: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: Option<Secret>,
}

/// Why a provider was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum ProviderProblem {
    /// The client id is empty or more than a line.
    #[error("the client id is not a line of text")]
    ClientId,
    /// An address is no web address that begins with https (plain http is for this computer only).
    #[error("an address of the sign-in does not begin with https")]
    NotSecure,
}

impl ProviderProblem {
    /// The stable code used in locale keys.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::ClientId => "client_id",
            Self::NotSecure => "not_secure",
        }
    }
}

impl Provider {
    /// Microsoft 365 and Outlook.com, for every tenant. The app is a public client there: it has no secret.
    pub fn microsoft(client_id: &str) -> Result<Self, ProviderProblem> {
        let base = "https://login.microsoftonline.com/common/oauth2/v2.0";
        Self::custom(client_id, None, "https://outlook.office.com/SMTP.Send offline_access", &format!("{base}/token"))?
            .with_device(&format!("{base}/devicecode"))?
            .with_browser(&format!("{base}/authorize"))
    }

    /// Google, whose desktop apps have a secret that is none (it is in every copy of such an app), and no device sign-in for mail.
    pub fn google(client_id: &str, client_secret: Option<&str>) -> Result<Self, ProviderProblem> {
        Self::custom(client_id, client_secret, "https://mail.google.com/", "https://oauth2.googleapis.com/token")?
            .with_browser("https://accounts.google.com/o/oauth2/v2/auth?access_type=offline&prompt=consent")
    }

    /// Another provider, or another tenant of one. Without [`Self::with_device`] or [`Self::with_browser`] it only refreshes.
    pub fn custom(
        client_id: &str,
        client_secret: Option<&str>,
        scope: &str,
        token: &str,
    ) -> Result<Self, ProviderProblem> {
        let client_id = client_id.trim();
        if client_id.is_empty() || line_of_text(client_id).is_err() {
            return Err(ProviderProblem::ClientId);
        }
        let client_secret = client_secret.map(str::trim).filter(|secret| !secret.is_empty()).map(Secret::new);
        Ok(Self {
            token: secure(token)?,
            device: None,
            authorize: None,
            scope: scope.to_owned(),
            client_id: client_id.to_owned(),
            client_secret,
        })
    }

    /// With the address that gives device codes.
    pub fn with_device(self, device: &str) -> Result<Self, ProviderProblem> {
        Ok(Self { device: Some(secure(device)?), ..self })
    }

    /// With the address that a browser opens.
    pub fn with_browser(self, authorize: &str) -> Result<Self, ProviderProblem> {
        Ok(Self { authorize: Some(secure(authorize)?), ..self })
    }

    /// The host to which refresh tokens are sent: store it beside a refresh token, and refuse the token to another.
    #[must_use]
    pub fn host(&self) -> String {
        let host = self.token.host_str().unwrap_or_default();
        self.token.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// Whether what is called is on this computer; the browser's page is not called from here.
    pub(crate) fn is_loopback(&self) -> bool {
        self.called().all(on_loopback)
    }

    /// Whether nothing that is called uses TLS.
    pub(crate) fn is_plain(&self) -> bool {
        self.called().all(|url| url.scheme() == "http")
    }

    fn called(&self) -> impl Iterator<Item = &Url> {
        [Some(&self.token), self.device.as_ref()].into_iter().flatten()
    }
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Provider").field("scope", &self.scope).finish_non_exhaustive()
    }
}

/// An `https` address, or `http` on this computer.
pub(crate) fn secure(text: &str) -> Result<Url, ProviderProblem> {
    let url = Url::parse(text.trim()).map_err(|_| ProviderProblem::NotSecure)?;
    let named = url.username().is_empty() && url.password().is_none();
    let safe = url.scheme() == "https" || (url.scheme() == "http" && on_loopback(&url));
    if named && safe { Ok(url) } else { Err(ProviderProblem::NotSecure) }
}

fn on_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let number: Option<IpAddr> = host.trim_start_matches('[').trim_end_matches(']').parse().ok();
    host == "localhost" || number.is_some_and(|number| number.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_presets_are_those_of_the_providers_and_the_client_id_is_the_users() {
        let microsoft = Provider::microsoft(" my-id ").unwrap();
        assert_eq!((microsoft.host().as_str(), microsoft.client_id.as_str()), ("login.microsoftonline.com", "my-id"));
        assert!(microsoft.device.is_some() && microsoft.client_secret.is_none());
        let google = Provider::google("my-id", Some("s")).unwrap();
        assert_eq!((google.host().as_str(), google.device.is_none()), ("oauth2.googleapis.com", true));
        assert_eq!(Provider::microsoft(" ").unwrap_err(), ProviderProblem::ClientId);
        assert_eq!(Provider::microsoft("a\r\nb").unwrap_err(), ProviderProblem::ClientId);
    }

    #[test]
    fn an_address_in_the_clear_is_for_this_computer_alone() {
        for address in
            ["https://login.example.com/token", "http://127.0.0.1:8080/token", "http://localhost/t", "http://[::1]/t"]
        {
            assert!(secure(address).is_ok(), "{address}");
        }
        for address in
            ["http://login.example.com/token", "", "login.example.com", "ftp://127.0.0.1/", "https://a@b.example/"]
        {
            assert_eq!(secure(address), Err(ProviderProblem::NotSecure), "{address}");
        }
    }

    #[test]
    fn nobody_is_shown_client_id_or_secret() {
        let shown = format!("{:?}", Provider::google("seeded-id", Some("seeded-secret")).unwrap());
        assert!(!shown.contains("seeded"), "{shown}");
    }
}

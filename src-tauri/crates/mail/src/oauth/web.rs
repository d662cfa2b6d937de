//! Calls to a provider.

use std::fmt;
use std::time::Duration;

use casefolio_network::{Proxy, Trouble, Way};
use reqwest::header::ACCEPT;
use reqwest::{Url, redirect, retry, tls};

use super::failure::Failure;
use super::grant::{self, Grant, Refusal};
use super::provider::Provider;
use crate::secret::Secret;

/// The longest answer that is read.
const BODY_CAP: usize = 64 * 1024;
const CONNECT: Duration = Duration::from_secs(10);
const TOTAL: Duration = Duration::from_secs(30);

/// Signs in with one provider.
pub struct OAuth {
    http: reqwest::Client,
    pub(crate) provider: Provider,
}

impl fmt::Debug for OAuth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuth").finish_non_exhaustive()
    }
}

impl OAuth {
    /// Makes one that goes out this way; nothing is sent.
    pub fn new(provider: Provider, way: &Way) -> Result<Self, Failure> {
        let http = connection(&provider, way)?;
        Ok(Self { http, provider })
    }

    /// Gets a new access token. A refresh token in the grant is to be kept in place of the old one.
    pub async fn refresh(&self, refresh: &Secret) -> Result<Grant, Failure> {
        let form =
            [("grant_type", "refresh_token"), ("refresh_token", refresh.expose()), ("scope", &self.provider.scope)];
        self.ask_token(&form).await.map_err(|refusal| match refusal {
            Refusal::Pending | Refusal::SlowDown => Failure::Unreadable,
            Refusal::Final(failure) => failure,
        })
    }

    /// Asks the token address.
    pub(crate) async fn ask_token(&self, form: &[(&str, &str)]) -> Result<Grant, Refusal> {
        let mut form = form.to_vec();
        form.push(("client_id", &self.provider.client_id));
        if let Some(secret) = &self.provider.client_secret {
            form.push(("client_secret", secret.expose()));
        }
        let (status, body) = self.post(&self.provider.token, &form).await.map_err(Refusal::Final)?;
        grant::read(status, &body)
    }

    /// Posts a form. The network's own error is dropped, since its text holds the address.
    pub(crate) async fn post(&self, url: &Url, form: &[(&str, &str)]) -> Result<(u16, Vec<u8>), Failure> {
        let request = self.http.post(url.clone()).header(ACCEPT, "application/json").form(form);
        let mut response = request.send().await.map_err(|error| network(&error))?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| network(&error))? {
            if body.len() + chunk.len() > BODY_CAP {
                return Err(Failure::Unreadable);
            }
            body.extend_from_slice(&chunk);
        }
        Ok((response.status().as_u16(), body))
    }
}

fn network(error: &reqwest::Error) -> Failure {
    match Trouble::of(error) {
        Trouble::TimedOut => Failure::TimedOut,
        Trouble::NotTrusted => Failure::NotTrusted,
        Trouble::ProxyUnreachable | Trouble::ProxySignIn | Trouble::ProxyRefused => Failure::Proxy,
        Trouble::Garbled => Failure::Unreadable,
        Trouble::NoNetwork => Failure::NoNetwork,
    }
}

fn connection(provider: &Provider, way: &Way) -> Result<reqwest::Client, Failure> {
    let mut builder = reqwest::Client::builder()
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false)
        .connect_timeout(CONNECT)
        .timeout(TOTAL)
        .pool_max_idle_per_host(0)
        .tls_version_min(tls::Version::TLS_1_2)
        .https_only(!provider.is_plain());
    // A proxy would look for a provider on this computer on its own machine.
    let proxy = if provider.is_loopback() { Proxy::Direct } else { way.proxy.clone() };
    builder = Way { proxy, root: way.root.clone() }.led(builder).map_err(|_| Failure::Setup)?;
    if provider.is_plain() {
        builder = builder.tls_certs_only([]); // nothing to trust, and no trust store to read
    }
    builder.build().map_err(|_| Failure::Setup)
}

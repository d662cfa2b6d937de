//! A way out, and clients made for it.

use reqwest::{Certificate, ClientBuilder};

use crate::proxy::Proxy;
use crate::root::ExtraRoot;

/// How calls go out of this computer.
#[derive(Debug, Clone, Default)]
pub struct Way {
    /// By which proxy.
    pub proxy: Proxy,
    /// Whom to believe beside the authorities of the system.
    pub root: Option<ExtraRoot>,
}

/// The proxy or the root cannot be used by this computer's TLS.
#[derive(Debug, thiserror::Error)]
#[error("the proxy or the company certificate cannot be used")]
pub struct RootRefused(#[source] reqwest::Error);

impl Way {
    /// Has a client go this way. Do not ask it of one that stays on this computer.
    pub fn led(&self, builder: ClientBuilder) -> Result<ClientBuilder, RootRefused> {
        let builder = match &self.proxy {
            Proxy::System => builder,
            Proxy::Direct => builder.no_proxy(),
            // Any proxy that is named takes the place of the system's.
            Proxy::Manual(proxy) => builder.proxy(proxy.made().map_err(refused)?),
        };
        let Some(root) = &self.root else { return Ok(builder) };
        let roots: Result<Vec<_>, _> = root.certificates().iter().map(|der| Certificate::from_der(der)).collect();
        Ok(builder.tls_certs_merge(roots.map_err(refused)?))
    }
}

fn refused(error: reqwest::Error) -> RootRefused {
    RootRefused(error.without_url())
}

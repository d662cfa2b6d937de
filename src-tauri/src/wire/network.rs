//! Shapes of the network: the proxy, and the company's certificate.

use casefolio_core::network::{NetworkSettings, ProxySettings, SetProxyRequest as Kept};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::typed::Typed;

/// Which proxy is used.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, Type)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ProxyCode {
    System,
    Direct,
    Manual,
}

/// The network as the settings show it, without the password.
#[derive(Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NetworkView {
    proxy: ProxyCode,
    address: String,
    user: String,
    /// How many certificates of a company are trusted beside those of the system.
    company_roots: u32,
    /// Whether the system names a script for its proxy, which Casefolio does not run.
    script: bool,
}

/// A new choice of a proxy.
#[derive(Deserialize, Type)]
pub(crate) struct SetProxyRequest {
    proxy: ProxyCode,
    address: String,
    user: String,
    /// None keeps the one that is known.
    password: Option<Typed>,
}

impl NetworkView {
    pub(crate) fn of(kept: NetworkSettings, script: bool) -> Self {
        let company_roots = u32::try_from(kept.company_roots).unwrap_or(u32::MAX);
        let (proxy, address, user) = match kept.proxy {
            ProxySettings::System => (ProxyCode::System, String::new(), String::new()),
            ProxySettings::Direct => (ProxyCode::Direct, String::new(), String::new()),
            ProxySettings::Manual { address, user } => (ProxyCode::Manual, address, user),
        };
        Self { proxy, address, user, company_roots, script }
    }
}

impl From<SetProxyRequest> for Kept {
    fn from(request: SetProxyRequest) -> Self {
        let proxy = match request.proxy {
            ProxyCode::System => ProxySettings::System,
            ProxyCode::Direct => ProxySettings::Direct,
            ProxyCode::Manual => ProxySettings::Manual { address: request.address, user: request.user },
        };
        Self { proxy, password: request.password.map(Typed::into_inner) }
    }
}

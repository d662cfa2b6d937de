//! How a portfolio's calls go out: by which proxy, and whom they believe beside the authorities of the system.

use casefolio_network::{ExtraRoot, ManualProxy, Proxy, Way};
use casefolio_store::{Connection, settings};
use zeroize::Zeroizing;

use crate::error::Error;
pub use crate::error::NetworkProblem;
use crate::events::PortfolioEvent;
use crate::portfolio::Portfolio;

/// All settings of this kind begin so. They are known behind the lock, too.
pub(crate) const NETWORK: &str = "network.";
const PROXY: &str = "network.proxy";
const ADDRESS: &str = "network.proxy_address";
const USER: &str = "network.proxy_user";
const PASSWORD: &str = "network.proxy_password";
const ROOT: &str = "network.root";

/// Which proxy is to be used. The password is not part of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum ProxySettings {
    /// The one that the system names, if it names one.
    #[default]
    System,
    /// None.
    Direct,
    /// This one.
    Manual {
        /// `host:port`, `http://host:port` or `https://host:port`.
        address: String,
        /// The user name; empty without a sign-in.
        user: String,
    },
}

impl ProxySettings {
    /// The stable code of the kind.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Direct => "direct",
            Self::Manual { .. } => "manual",
        }
    }
}

/// How calls go out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkSettings {
    /// By which proxy.
    pub proxy: ProxySettings,
    /// How many certificates of a company are trusted beside those of the system.
    pub company_roots: usize,
}

/// A new choice of a proxy.
pub struct SetProxyRequest {
    /// The choice.
    pub proxy: ProxySettings,
    /// The password; none keeps the one that is known, if it was typed for the same proxy and user.
    pub password: Option<Zeroizing<String>>,
}

impl Portfolio {
    /// How calls go out.
    pub fn network_settings(&self) -> Result<NetworkSettings, Error> {
        Ok(self.store.read(|c| {
            let proxy = kept_proxy(c)?;
            let company_roots = kept_root(c)?.map_or(0, |root| root.certificates().len());
            Ok(NetworkSettings { proxy, company_roots })
        })?)
    }

    /// Goes out by another proxy from the next call on.
    pub fn set_proxy(&self, request: &SetProxyRequest) -> Result<(), Error> {
        let (address, user, password) = match &request.proxy {
            ProxySettings::System | ProxySettings::Direct => (String::new(), String::new(), Zeroizing::default()),
            ProxySettings::Manual { address, user } => self.checked(address, user, request.password.as_ref())?,
        };
        self.store.write(|t| {
            settings::set_text(t, PROXY, request.proxy.code())?;
            settings::set_text(t, ADDRESS, &address)?;
            settings::set_text(t, USER, &user)?;
            settings::set_text(t, PASSWORD, &password)
        })?;
        self.take_up_network();
        Ok(())
    }

    /// Believes the authorities of this file too: one certificate (DER) or several (PEM). They take the place of those of an earlier file.
    pub fn trust_company_root(&self, file: &[u8]) -> Result<(), Error> {
        let root = ExtraRoot::parse(file).map_err(NetworkProblem::Root)?;
        self.store.write(|t| settings::set_text(t, ROOT, &root.to_pem()))?;
        self.take_up_network();
        Ok(())
    }

    /// Believes the authorities of the system alone.
    pub fn forget_company_root(&self) -> Result<(), Error> {
        self.store.write(|t| settings::remove(t, ROOT))?;
        self.take_up_network();
        Ok(())
    }

    /// How calls go out, with everything that it takes.
    pub fn way(&self) -> Result<Way, Error> {
        Ok(self.store.read(kept_way)?)
    }

    fn take_up_network(&self) {
        self.forget_service();
        self.tell(&PortfolioEvent::SettingsEdited);
    }

    fn checked(
        &self,
        address: &str,
        user: &str,
        password: Option<&Zeroizing<String>>,
    ) -> Result<(String, String, Zeroizing<String>), Error> {
        let typed = password.filter(|password| !password.is_empty()).cloned();
        let parse = |password| ManualProxy::parse(address, user, password).map_err(NetworkProblem::Proxy);
        let proxy = parse(typed.clone().unwrap_or_default())?;
        let password = match typed {
            None if proxy.user().is_empty() => Zeroizing::default(),
            None => self.kept_password(&proxy)?,
            Some(typed) => typed,
        };
        Ok((proxy.address().to_owned(), proxy.user().to_owned(), password))
    }

    /// The password that is known, if it was typed for this proxy and user.
    fn kept_password(&self, proxy: &ManualProxy) -> Result<Zeroizing<String>, Error> {
        let (address, user, password) =
            self.store.read(|c| Ok((value(c, ADDRESS)?, value(c, USER)?, Zeroizing::new(value(c, PASSWORD)?))))?;
        let same = (address.as_str(), user.as_str()) == (proxy.address(), proxy.user()) && !password.is_empty();
        if same { Ok(password) } else { Err(NetworkProblem::PasswordMissing.into()) }
    }
}

/// How calls go out, as it stands in a table of settings. What cannot be used any more leaves the system's way.
pub(crate) fn kept_way(c: &Connection) -> Result<Way, casefolio_store::Error> {
    let proxy = match kept_proxy(c)? {
        ProxySettings::System => Proxy::System,
        ProxySettings::Direct => Proxy::Direct,
        ProxySettings::Manual { address, user } => {
            let password = Zeroizing::new(value(c, PASSWORD)?);
            ManualProxy::parse(&address, &user, password).map_or(Proxy::System, Proxy::Manual)
        }
    };
    Ok(Way { proxy, root: kept_root(c)? })
}

fn kept_proxy(c: &Connection) -> Result<ProxySettings, casefolio_store::Error> {
    Ok(match value(c, PROXY)?.as_str() {
        "direct" => ProxySettings::Direct,
        "manual" => ProxySettings::Manual { address: value(c, ADDRESS)?, user: value(c, USER)? },
        _ => ProxySettings::System,
    })
}

fn kept_root(c: &Connection) -> Result<Option<ExtraRoot>, casefolio_store::Error> {
    Ok(settings::text(c, ROOT)?.and_then(|pem| ExtraRoot::parse(pem.as_bytes()).ok()))
}

fn value(c: &Connection, key: &str) -> Result<String, casefolio_store::Error> {
    Ok(settings::text(c, key)?.unwrap_or_default())
}

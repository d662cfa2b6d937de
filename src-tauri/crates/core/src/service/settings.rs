//! The settings of the service, kept in the portfolio.

use casefolio_store::{Connection, settings};
use zeroize::Zeroizing;

use crate::client::{Preset, ServiceSettings};
use crate::error::Error;
use crate::events::PortfolioEvent;
use crate::portfolio::Portfolio;

/// New settings of the service.
pub struct SetServiceRequest {
    /// The settings.
    pub settings: ServiceSettings,
    /// The client secret; none keeps the one that is known, if it was typed for the same host.
    pub secret: Option<Zeroizing<String>>,
}

const PRESET: &str = "service.preset";
const TOKEN_URL: &str = "service.token_url";
const API_BASE: &str = "service.api_base";
const CLIENT_ID: &str = "service.client_id";
const PER_SECOND: &str = "service.per_second";
const PER_DAY: &str = "service.per_day";
const SECRET: &str = "service.secret";
const SECRET_HOST: &str = "service.secret_host";

impl Portfolio {
    /// The service's settings; none before they were first set. The secret is not part of them.
    pub fn service_settings(&self) -> Result<Option<ServiceSettings>, Error> {
        Ok(self.store.read(kept_settings)?)
    }

    /// Whether a secret is kept for the service.
    pub fn service_secret_is_set(&self) -> Result<bool, Error> {
        Ok(self.store.read(|c| settings::text(c, SECRET))?.is_some())
    }

    /// Replaces the service's settings. The secret is bound to the hosts it was typed for: other hosts need it typed again.
    pub fn set_service(&self, request: &SetServiceRequest) -> Result<(), Error> {
        let host = request.settings.check()?.hosts();
        if request.secret.as_ref().is_none_or(|secret| secret.is_empty()) {
            self.kept_secret(&host)?;
        }
        let new = &request.settings;
        self.store.write(|t| {
            settings::set_text(t, PRESET, new.preset.code())?;
            settings::set_text(t, TOKEN_URL, new.token_url.trim())?;
            settings::set_text(t, API_BASE, new.api_base.trim())?;
            settings::set_text(t, CLIENT_ID, new.client_id.trim())?;
            settings::set_text(t, PER_SECOND, &new.per_second.to_string())?;
            settings::set_text(t, PER_DAY, &new.per_day.to_string())?;
            if let Some(secret) = request.secret.as_ref().filter(|secret| !secret.is_empty()) {
                settings::set_text(t, SECRET, secret)?;
                settings::set_text(t, SECRET_HOST, &host)?;
            }
            Ok(())
        })?;
        self.forget_service();
        self.tell(&PortfolioEvent::SettingsEdited);
        Ok(())
    }

    pub(super) fn service_secret(&self, settings: &ServiceSettings) -> Result<Zeroizing<String>, Error> {
        self.kept_secret(&settings.endpoint()?.hosts())
    }

    fn kept_secret(&self, host: &str) -> Result<Zeroizing<String>, Error> {
        self.store.read(|c| Ok(kept_secret(c, host)))?
    }
}

/// The service's settings as they stand in a table of settings; none where none were set.
pub(crate) fn kept_settings(c: &Connection) -> Result<Option<ServiceSettings>, casefolio_store::Error> {
    let Some(token_url) = settings::text(c, TOKEN_URL)? else {
        return Ok(None);
    };
    let text = |key| -> Result<String, casefolio_store::Error> { Ok(settings::text(c, key)?.unwrap_or_default()) };
    let number =
        |key, otherwise| -> Result<u32, casefolio_store::Error> { Ok(text(key)?.parse().unwrap_or(otherwise)) };
    Ok(Some(ServiceSettings {
        preset: Preset::from_code(&text(PRESET)?),
        token_url,
        api_base: text(API_BASE)?,
        client_id: text(CLIENT_ID)?,
        per_second: number(PER_SECOND, ServiceSettings::DEFAULT_PER_SECOND)?,
        per_day: number(PER_DAY, ServiceSettings::DEFAULT_PER_DAY)?,
    }))
}

/// The secret that stands in a table of settings, if it was typed for this host.
pub(crate) fn kept_secret(c: &Connection, host: &str) -> Result<Zeroizing<String>, Error> {
    let secret = Zeroizing::new(settings::text(c, SECRET)?.ok_or(Error::SecretMissing)?);
    let bound = settings::text(c, SECRET_HOST)?;
    if bound.as_deref() == Some(host) { Ok(secret) } else { Err(Error::SecretBoundToHost) }
}

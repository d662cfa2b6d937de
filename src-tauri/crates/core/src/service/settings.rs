//! The settings of the service. None of them is a constant: production addresses come in a letter.

use casefolio_domain::polling::{Hours, ResetZone};
use casefolio_store::settings;
use casefolio_uscis::Endpoint;
use zeroize::Zeroizing;

use crate::error::Error;
use crate::events::PortfolioEvent;
use crate::portfolio::Portfolio;

/// Which service the settings speak of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    /// The built-in stand-in: checked every few seconds, for its cases move fast.
    Practice,
    /// The USCIS developer sandbox, open Monday to Friday, 7:00 to 20:00 Eastern.
    Sandbox,
    /// USCIS production, by the addresses of the access letter.
    Production,
    /// Any other.
    Other,
}

impl Preset {
    const ALL: [Self; 4] = [Self::Practice, Self::Sandbox, Self::Production, Self::Other];

    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Practice => "practice",
            Self::Sandbox => "sandbox",
            Self::Production => "production",
            Self::Other => "other",
        }
    }

    /// The preset with this code; `Other` for an unknown one.
    #[must_use]
    pub fn from_code(code: &str) -> Self {
        Self::ALL.into_iter().find(|preset| preset.code() == code).unwrap_or(Self::Other)
    }

    /// The hours in which the service is open.
    #[must_use]
    pub fn hours(self) -> Hours {
        match self {
            Self::Sandbox => Hours::WeekdaysEastern,
            Self::Practice | Self::Production | Self::Other => Hours::Always,
        }
    }
}

/// Where the service is and how much it may be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceSettings {
    /// Which service it is.
    pub preset: Preset,
    /// The address that gives tokens.
    pub token_url: String,
    /// The address under which receipts are asked.
    pub api_base: String,
    /// The client id.
    pub client_id: String,
    /// Calls a second, at most.
    pub per_second: u32,
    /// Calls a day, at most.
    pub per_day: u32,
}

impl ServiceSettings {
    /// The address of the sandbox's token endpoint, as published on the developer site.
    pub const SANDBOX_TOKEN_URL: &str = "https://api-int.uscis.gov/oauth/accesstoken";
    /// The sandbox's API base, as published on the developer site.
    pub const SANDBOX_API_BASE: &str = "https://api-int.uscis.gov/case-status";
    /// Calls a second in the sandbox, and what is assumed where nothing is said.
    pub const DEFAULT_PER_SECOND: u32 = 5;
    /// Calls a day in the sandbox, and what is assumed where nothing is said.
    pub const DEFAULT_PER_DAY: u32 = 1_000;
    /// The most calls a second that are believed.
    const MOST_PER_SECOND: u32 = 1_000;
    /// The most calls a day that are believed.
    const MOST_PER_DAY: u32 = 10_000_000;

    /// The zone whose midnight resets the day's calls. Sources disagree; Eastern is the newest statement.
    pub const RESET: ResetZone = ResetZone::Eastern;

    /// The two addresses, checked.
    pub fn endpoint(&self) -> Result<Endpoint, Error> {
        Endpoint::parse(&self.token_url, &self.api_base).map_err(Error::Endpoint)
    }

    fn check(&self) -> Result<Endpoint, Error> {
        let limits =
            (1..=Self::MOST_PER_SECOND).contains(&self.per_second) && (1..=Self::MOST_PER_DAY).contains(&self.per_day);
        if !limits {
            return Err(Error::LimitInvalid);
        }
        if self.client_id.trim().is_empty() {
            return Err(Error::ClientIdMissing);
        }
        self.endpoint()
    }
}

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
        Ok(self.store.read(|c| {
            let Some(token_url) = settings::text(c, TOKEN_URL)? else {
                return Ok(None);
            };
            let text =
                |key| -> Result<String, casefolio_store::Error> { Ok(settings::text(c, key)?.unwrap_or_default()) };
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
        })?)
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
        let (secret, bound) = self.store.read(|c| Ok((settings::text(c, SECRET)?, settings::text(c, SECRET_HOST)?)))?;
        let secret = Zeroizing::new(secret.ok_or(Error::SecretMissing)?);
        if bound.as_deref() == Some(host) { Ok(secret) } else { Err(Error::SecretBoundToHost) }
    }
}

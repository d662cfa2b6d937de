//! The client of the status service with the settings it is made from. None of them is a constant: production addresses come
//! in a letter.

use std::sync::Arc;

use casefolio_domain::polling::{Hours, ResetZone};
use casefolio_network::Way;
use casefolio_uscis::{Calls, Client, Credential, Endpoint, Timing};
use zeroize::Zeroizing;

use crate::error::Error;
use crate::sharing::{Asking, Seat, Sharing};

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

    /// By whom the calls are counted that these settings lead to.
    pub(crate) fn asking(&self) -> Asking<'_> {
        Asking { token_url: &self.token_url, client_id: &self.client_id, per_second: self.per_second }
    }

    pub(crate) fn check(&self) -> Result<Endpoint, Error> {
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

/// The client of the service together with the limits it was set up with.
pub struct Service {
    /// The client; it keeps its token in memory.
    pub client: Client,
    /// The settings it was made from.
    pub settings: ServiceSettings,
    pub(crate) seat: Arc<Seat>,
}

impl Service {
    /// A client for these settings and this secret, which goes out this way.
    pub fn new(settings: ServiceSettings, secret: Zeroizing<String>, way: &Way) -> Result<Self, Error> {
        let credential = Credential { client_id: settings.client_id.clone(), secret };
        let client = Client::new(settings.endpoint()?, credential, Timing::default(), way).map_err(Error::Client)?;
        let seat = Arc::new(Sharing::default().seat("", settings.asking(), Default::default()));
        Ok(Self { client, settings, seat })
    }

    /// The same at a place beside others that ask by this client id.
    pub(crate) fn at(self, seat: Seat) -> Self {
        Self { seat: Arc::new(seat), ..self }
    }

    /// Waits until one more call keeps to the calls a second.
    pub(crate) async fn keep_pace(&self) {
        self.seat.keep_pace().await;
    }

    /// How many calls were made since `before` was read.
    pub(crate) fn calls_since(&self, before: Calls) -> u32 {
        let now = self.client.calls_made();
        u32::try_from((now.case + now.token).saturating_sub(before.case + before.token)).unwrap_or(u32::MAX)
    }
}

//! The status service a portfolio asks: its settings, and the client made from them.

mod calls;
mod settings;
mod test;

use std::num::NonZeroU32;
use std::sync::{Arc, PoisonError};

use casefolio_uscis::{Calls, Client, Credential, Timing};
use governor::Quota;
use zeroize::Zeroizing;

pub use settings::{Preset, ServiceSettings, SetServiceRequest};

use crate::error::Error;
use crate::portfolio::Portfolio;

type Pace = governor::DefaultDirectRateLimiter;

/// The client of the service together with the limits it was set up with.
pub struct Service {
    /// The client; it keeps its token in memory.
    pub client: Client,
    /// The settings it was made from.
    pub settings: ServiceSettings,
    pace: Pace,
}

impl Service {
    /// A client for these settings and this secret.
    pub fn new(settings: ServiceSettings, secret: Zeroizing<String>) -> Result<Self, Error> {
        let credential = Credential { client_id: settings.client_id.clone(), secret };
        let client = Client::new(settings.endpoint()?, credential, Timing::default()).map_err(Error::Client)?;
        let per_second = NonZeroU32::new(settings.per_second).unwrap_or(NonZeroU32::MIN);
        // No bursts: the service counts the gap between two calls ("spike arrest"), not the calls of a second.
        let pace = Pace::direct(Quota::per_second(per_second).allow_burst(NonZeroU32::MIN));
        Ok(Self { client, settings, pace })
    }

    /// Waits until one more call keeps to the calls a second.
    pub(crate) async fn keep_pace(&self) {
        self.pace.until_ready().await;
    }

    /// How many calls were made since `before` was read.
    pub(crate) fn calls_since(&self, before: Calls) -> u32 {
        let now = self.client.calls_made();
        u32::try_from((now.case + now.token).saturating_sub(before.case + before.token)).unwrap_or(u32::MAX)
    }
}

impl Portfolio {
    /// Has this service asked in place of the one that is set, until the settings are changed or the portfolio is closed.
    pub fn use_service(&self, service: Service) {
        *self.service.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(service));
    }

    /// The service as set, with one client that all calls share (and so one token).
    pub(crate) fn service(&self) -> Result<Arc<Service>, Error> {
        let mut cell = self.service.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(service) = cell.as_ref() {
            return Ok(Arc::clone(service));
        }
        let settings = self.service_settings()?.ok_or(Error::ServiceNotSet)?;
        let secret = self.service_secret(&settings)?;
        let service = Arc::new(Service::new(settings, secret)?);
        *cell = Some(Arc::clone(&service));
        Ok(service)
    }
}

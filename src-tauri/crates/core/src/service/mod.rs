//! The status service a portfolio asks: its settings, and the client made from them.

mod calls;
mod settings;
mod test;

use std::sync::{Arc, PoisonError};

use casefolio_domain::polling::day_of;
use casefolio_store::budget;

pub use calls::Outlook;
pub use settings::SetServiceRequest;
pub(crate) use settings::{kept_secret, kept_settings};

pub use crate::client::{Preset, Service, ServiceSettings};
use crate::error::Error;
use crate::portfolio::Portfolio;

impl Portfolio {
    /// Has this service asked in place of the one that is set, until the settings are changed or the portfolio is closed.
    pub fn use_service(&self, service: Service) {
        *self.service.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(service));
    }

    /// The settings of the service that is asked; none before they were first set.
    pub(crate) fn settings_in_use(&self) -> Result<Option<ServiceSettings>, Error> {
        let in_use = self.service.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(Arc::clone);
        in_use.map_or_else(|| self.service_settings(), |service| Ok(Some(service.settings.clone())))
    }

    /// The service as set, with one client that all calls share (and so one token).
    pub(crate) fn service(&self) -> Result<Arc<Service>, Error> {
        let mut cell = self.service.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(service) = cell.as_ref() {
            return Ok(Arc::clone(service));
        }
        let settings = self.service_settings()?.ok_or(Error::ServiceNotSet)?;
        let secret = self.service_secret(&settings)?;
        let day = day_of(self.clock.now(), ServiceSettings::RESET);
        let spent = self.store.read(|c| budget::spent(c, day))?;
        let seat = self.sharing.seat(&self.id, settings.asking(), (day, spent));
        let service = Arc::new(Service::new(settings, secret, &self.way()?)?.at(seat));
        *cell = Some(Arc::clone(&service));
        Ok(service)
    }
}

//! A round: the practice service within the program, asked about some of the cases, and what changed told.

use std::sync::Arc;

use casefolio_core::cases::CaseFilter;
use casefolio_core::service::{Preset, ServiceSettings, SetServiceRequest};
use casefolio_core::watch::{Order, run_round};
use casefolio_core::{Error, Portfolio};
use casefolio_practice::{Practice, PracticeSettings, Running, Script, Status};

use super::{ASKED, Life, receipt, say};

const REVIEWED: &str = "Case Is Being Actively Reviewed By USCIS";
const TITLES: [&str; 3] =
    ["Request for Evidence Was Sent", "Interview Was Scheduled", "Case Is Still Being Processed By USCIS"];

/// Whether the case is at another status in the second round. Two of three are.
#[must_use]
fn changes(number: u32) -> bool {
    !number.is_multiple_of(3)
}

/// A status that is the same whenever it is asked for.
fn status(title: &str) -> Status {
    Status::titled(title).text("Nothing is outstanding at this time.", "No hay nada pendiente en este momento.")
}

fn script(later: bool) -> Script {
    (0..ASKED).fold(Script::new(), |script, number| {
        let title = TITLES[number as usize % TITLES.len()];
        let title = if later && changes(number) { title } else { REVIEWED };
        script.case(&receipt(number)).before(30, status(title))
    })
}

impl Life {
    /// Asks about the first cases and tells what changed.
    pub(super) fn round(&mut self, later: bool) -> Result<(), Error> {
        let portfolio = self.portfolio()?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .map_err(|_| Error::Stopped)?;
        let order = asked(&portfolio)?;
        let clock = self.core.clock();
        runtime.block_on(async {
            let practice = Practice::start(script(later), PracticeSettings::default(), Arc::new(move || clock.now()));
            let service = practice.await.map_err(|_| Error::Stopped)?;
            set_service(&portfolio, &service)?;
            run_round(&portfolio, &order).await.map(drop)
        })?;
        drop(portfolio);
        self.tell()?;
        say("did round");
        Ok(())
    }
}

fn asked(portfolio: &Portfolio) -> Result<Order, Error> {
    let last = receipt(ASKED);
    let cases = portfolio.cases(&CaseFilter::default())?;
    Ok(Order::These(cases.iter().filter(|case| case.receipt.as_str() < last.as_str()).map(|case| case.id).collect()))
}

fn set_service(portfolio: &Portfolio, service: &Running) -> Result<(), Error> {
    let settings = ServiceSettings {
        preset: Preset::Other,
        token_url: service.token_url(),
        api_base: service.api_base(),
        client_id: service.client_id(),
        per_second: 1_000,
        per_day: 100_000,
    };
    portfolio.set_service(&SetServiceRequest { settings, secret: Some(service.client_secret().into()) })?;
    say("did service");
    Ok(())
}

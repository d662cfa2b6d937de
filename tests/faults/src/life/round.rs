//! A round: the practice service within the program, asked about some of the cases, and what changed told.

use std::sync::Arc;

use casefolio_core::service::{Preset, ServiceSettings, SetServiceRequest};
use casefolio_core::watch::{Book, Order, run_round};
use casefolio_core::{Error, Portfolio};
use casefolio_domain::CaseId;
use casefolio_practice::{Practice, PracticeSettings, Running, Script, Status};
use tokio::runtime::Runtime;

use super::{ASKED, Life, TOLD_BEHIND_LOCK, receipt, say};

/// What the service says, from time to time. Each time two of three cases are at another status than the time before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Says {
    /// At first.
    First,
    /// In the second round.
    Later,
    /// While the portfolio is locked.
    BehindLock,
    /// After that.
    AfterUnlock,
}

const TITLES: [&str; 4] = [
    "Case Is Being Actively Reviewed By USCIS",
    "Request for Evidence Was Sent",
    "Interview Was Scheduled",
    "Case Is Still Being Processed By USCIS",
];

impl Says {
    /// Whether this case is at another status than the time before. At first none is.
    pub(crate) fn changed(self, number: u32) -> bool {
        self > Self::First && number % 3 != self as u32 - 1
    }

    /// How many cases are asked about then.
    pub(crate) fn asked(self) -> u32 {
        match self {
            Self::First | Self::Later | Self::BehindLock => ASKED,
            Self::AfterUnlock => TOLD_BEHIND_LOCK,
        }
    }

    fn title(self, number: u32) -> &'static str {
        let before = [Self::First, Self::Later, Self::BehindLock, Self::AfterUnlock];
        let last = before.into_iter().rfind(|time| *time <= self && time.changed(number));
        TITLES[last.map_or(0, |time| time as usize)]
    }
}

/// A status that is the same whenever it is asked for.
fn status(title: &str) -> Status {
    Status::titled(title).text("Nothing is outstanding at this time.", "No hay nada pendiente en este momento.")
}

fn script(says: Says) -> Script {
    (0..ASKED)
        .fold(Script::new(), |script, number| script.case(&receipt(number)).before(30, status(says.title(number))))
}

impl Life {
    /// Asks about the first cases and tells what changed.
    pub(super) fn round(&mut self, says: Says) -> Result<(), Error> {
        let portfolio = self.portfolio()?;
        let (runtime, service) = self.service(says)?;
        let order = Order::These(numbered(portfolio.as_ref(), 0..says.asked())?);
        set_service(&portfolio, &service)?;
        runtime.block_on(run_round(&portfolio, &order))?;
        drop(portfolio);
        self.tell()?;
        say("did round");
        Ok(())
    }

    /// The practice service, and what it runs on.
    pub(super) fn service(&self, says: Says) -> Result<(Runtime, Running), Error> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .map_err(|_| Error::Stopped)?;
        let clock = self.core.clock();
        let practice = Practice::start(script(says), PracticeSettings::default(), Arc::new(move || clock.now()));
        let service = runtime.block_on(practice).map_err(|_| Error::Stopped)?;
        Ok((runtime, service))
    }
}

/// The cases with these numbers.
pub(super) fn numbered(book: &dyn Book, numbers: std::ops::Range<u32>) -> Result<Vec<CaseId>, Error> {
    let wanted: Vec<String> = numbers.map(receipt).collect();
    let all = book.askable(None)?.into_iter();
    Ok(all
        .filter(|case| wanted.iter().any(|receipt| receipt == case.receipt.as_str()))
        .map(|case| case.polled.id)
        .collect())
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

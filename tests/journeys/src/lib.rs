//! Stories of a portfolio: core, the encrypted store and the practice service, by a clock that stands until it is moved.
//!
//! No window, no sleeping: a [`Story`] has a portfolio in a folder that goes with it, and a service on loopback whose cases
//! and faults the story sets.
#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a story that cannot be set up as told should stop where it stands"
)]

use std::sync::{Arc, Mutex};

use casefolio_core::cases::{AddRequest, CaseFilter, CaseRecord, Verdict};
use casefolio_core::core::PortfolioEntry;
use casefolio_core::events::RoundReport;
use casefolio_core::portfolio::{CreateRequest, Mode};
use casefolio_core::service::{Preset, ServiceSettings, SetServiceRequest};
use casefolio_core::telling::{Dispatcher, Notice};
use casefolio_core::testing::{FakeClock, KeptNotices};
use casefolio_core::watch::{Order, run_round};
use casefolio_core::{Clock, Core, Error, Home, Parts, Portfolio, PortfolioEvent};
use casefolio_domain::{Case, Glance, ReceiptNumber};
use casefolio_keys::{KdfStrength, KeyFile, KeyStore, MemoryKeyStore, Passphrase};
use casefolio_practice::{Practice, PracticeSettings, Running, Script, Status};
use casefolio_store::outbox::Channel;
use casefolio_store::{DatabaseKey, Store};
use chrono::{DateTime, TimeDelta, Utc};
use tempfile::TempDir;

/// The user of every story.
pub const USER: &str = "journey";
/// The user's passphrase.
pub const PASSPHRASE: &str = "eleven lanterns over the harbour";
/// A receipt number of a case filed online; answers about those carry no dates.
pub const ONLINE: &str = "IOE0911223301";
/// A receipt number of a case filed on paper.
pub const PAPER: &str = "EAC2190012345";
/// A title whose status, as [`status`] makes it, has no dates and no history.
pub const REVIEWED: &str = "Case Is Being Actively Reviewed By USCIS";
/// Another one.
pub const PROCESSED: &str = "Case Is Still Being Processed By USCIS";

/// A passphrase.
#[must_use]
pub fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(text.to_owned().into()).unwrap()
}

/// A receipt number.
#[must_use]
pub fn receipt(text: &str) -> ReceiptNumber {
    ReceiptNumber::parse(text).unwrap()
}

/// The receipt numbers of `count` cases filed online.
#[must_use]
pub fn receipts(count: u32) -> Vec<String> {
    (0..count).map(|number| format!("IOE{:010}", 912_000_000 + number)).collect()
}

/// A status that is the same whenever the case comes to it: its text names no date and it leaves no history.
#[must_use]
pub fn status(title: &str) -> Status {
    Status::titled(title).text("Nothing is outstanding at this time.", "No hay nada pendiente en este momento.")
}

/// A script with `receipts`, all at [`REVIEWED`].
#[must_use]
pub fn reviewed(receipts: &[String]) -> Script {
    receipts.iter().fold(Script::new(), |script, receipt| script.case(receipt).before(30, status(REVIEWED)))
}

/// How a story begins.
pub struct Setting {
    /// What the service knows.
    pub script: Script,
    /// How the service behaves.
    pub practice: PracticeSettings,
    /// By which way changes are told.
    pub channel: Channel,
    /// Calls a second, at most.
    pub per_second: u32,
    /// Calls a day, at most.
    pub per_day: u32,
    /// The secret the user types.
    pub secret: String,
    /// What becomes of the key when the portfolio is locked.
    pub mode: Mode,
    /// When it begins: by itself on Monday, 2 March 2026, 10:00 Eastern.
    pub begins: DateTime<Utc>,
}

impl Setting {
    /// A desktop with a service that knows `script` and is not to be spared.
    #[must_use]
    pub fn of(script: Script) -> Self {
        let practice = PracticeSettings::default();
        let secret = practice.client_secret.clone();
        Self {
            script,
            practice,
            channel: Channel::Desktop,
            per_second: 1_000,
            per_day: 100_000,
            secret,
            mode: Mode::Computer,
            begins: "2026-03-02T15:00:00Z".parse().unwrap(),
        }
    }

    /// Begins with a new portfolio, the service set.
    pub async fn begin(self) -> Story {
        let clock = Arc::new(FakeClock::at(self.begins));
        let time = Arc::clone(&clock);
        let service = Practice::start(self.script, self.practice, Arc::new(move || time.now())).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let key_store = Arc::new(MemoryKeyStore::new());
        let core = core_at(&folder, &clock, Arc::<MemoryKeyStore>::clone(&key_store), self.channel);
        let request = CreateRequest {
            user_id: USER.into(),
            passphrase: passphrase(PASSPHRASE),
            computer_slot: self.mode == Mode::Computer,
            watch_behind_lock: true,
        };
        let created = core.create(&request).unwrap();
        let settings = settings_of(&service, self.per_second, self.per_day);
        created.portfolio.set_service(&SetServiceRequest { settings, secret: Some(self.secret.into()) }).unwrap();
        let entry = core.choose(None).unwrap();
        let events = Arc::default();
        let portfolio = Some(listened(created.portfolio, &events));
        let notifier = Arc::default();
        Story { clock, service, core, entry, notifier, key_store, folder, portfolio, dispatcher: None, events }
    }
}

/// A data folder in `folder`, with the least costly passphrases.
#[must_use]
pub fn core_at(folder: &TempDir, clock: &Arc<FakeClock>, key_store: Arc<dyn KeyStore>, channel: Channel) -> Core {
    let clock: Arc<dyn Clock> = Arc::<FakeClock>::clone(clock);
    let parts = Parts { clock, key_store, strength: KdfStrength::SMALLEST_ACCEPTED, channel };
    Core::new(Home::at(folder.path().join("home")), parts)
}

/// The data folder of a story with another key store.
#[must_use]
pub fn core_over(story: &Story, key_store: impl KeyStore + 'static) -> Core {
    core_at(&story.folder, &story.clock, Arc::new(key_store), Channel::Desktop)
}

/// Settings for the practice service.
#[must_use]
pub fn settings_of(service: &Running, per_second: u32, per_day: u32) -> ServiceSettings {
    ServiceSettings {
        preset: Preset::Other,
        token_url: service.token_url(),
        api_base: service.api_base(),
        client_id: service.client_id(),
        per_second,
        per_day,
    }
}

fn listened(portfolio: Portfolio, events: &Arc<Mutex<Vec<PortfolioEvent>>>) -> Arc<Portfolio> {
    let kept = Arc::clone(events);
    portfolio.listen(Box::new(move |event| kept.lock().unwrap().push(event.clone())));
    Arc::new(portfolio)
}

/// A portfolio with its service, its clock and those who are told.
pub struct Story {
    /// The clock of portfolio and service.
    pub clock: Arc<FakeClock>,
    /// The service.
    pub service: Running,
    /// The data folder.
    pub core: Core,
    /// The portfolio's entry in it.
    pub entry: PortfolioEntry,
    /// Who is told of changes.
    pub notifier: Arc<KeptNotices>,
    /// The computer's key store.
    pub key_store: Arc<MemoryKeyStore>,
    folder: TempDir,
    portfolio: Option<Arc<Portfolio>>,
    dispatcher: Option<Dispatcher>,
    events: Arc<Mutex<Vec<PortfolioEvent>>>,
}

impl Story {
    /// Begins with a desktop and a service that knows `script`.
    pub async fn of(script: Script) -> Self {
        Setting::of(script).begin().await
    }

    /// Begins with one case, [`ONLINE`] at [`REVIEWED`], added and not yet looked at.
    pub async fn of_one_case() -> Self {
        let story = Self::of(reviewed(&[ONLINE.to_owned()])).await;
        story.add(&[ONLINE]);
        story
    }

    /// The open portfolio.
    #[must_use]
    pub fn portfolio(&self) -> &Arc<Portfolio> {
        self.portfolio.as_ref().unwrap()
    }

    /// The folder that holds everything.
    #[must_use]
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Lets time pass.
    pub fn pass(&self, by: TimeDelta) {
        self.clock.advance(by);
    }

    /// Adds cases.
    pub fn add<T: AsRef<str>>(&self, receipts: &[T]) -> Vec<Verdict> {
        let receipts: Vec<String> = receipts.iter().map(|receipt| receipt.as_ref().to_owned()).collect();
        self.portfolio().add(&AddRequest::of_receipts(&receipts, "Zoila Quispe", "family")).unwrap()
    }

    /// A planned round: the cases that are due.
    pub async fn planned(&self) -> RoundReport {
        run_round(self.portfolio(), &Order::Due).await.unwrap()
    }

    /// A person's own order: every case.
    pub async fn ordered(&self) -> RoundReport {
        run_round(self.portfolio(), &Order::All).await.unwrap()
    }

    /// An hour passes, the service says `title` of the case, and a person looks.
    pub async fn look_and_find(&self, receipt: &str, title: &str) -> RoundReport {
        self.pass(TimeDelta::hours(1));
        self.service.set(receipt, status(title));
        self.ordered().await
    }

    /// A case.
    #[must_use]
    pub fn case(&self, receipt: &str) -> Case {
        self.record(receipt).case
    }

    /// A case with its record.
    #[must_use]
    pub fn record(&self, receipt: &str) -> CaseRecord {
        self.portfolio().record(&self::receipt(receipt)).unwrap()
    }

    /// Every case.
    #[must_use]
    pub fn cases(&self) -> Vec<Case<Glance>> {
        self.portfolio().cases(&CaseFilter::default()).unwrap()
    }

    /// What happened since this was last asked.
    #[must_use]
    pub fn events(&self) -> Vec<PortfolioEvent> {
        std::mem::take(&mut *self.events.lock().unwrap())
    }

    /// Tells what may be told by now, and gives all that was told so far.
    pub fn told(&mut self) -> Vec<Notice> {
        if self.dispatcher.is_none() {
            let notifier = Arc::<KeptNotices>::clone(&self.notifier);
            self.dispatcher = Some(Dispatcher::start(self.portfolio(), notifier).unwrap());
        }
        self.dispatcher.as_ref().unwrap().flush();
        self.notifier.all()
    }

    /// Closes the portfolio.
    pub fn close(&mut self) {
        if let Some(dispatcher) = self.dispatcher.take() {
            dispatcher.flush();
        }
        let last = self.portfolio.take().and_then(Arc::into_inner);
        assert!(last.is_some(), "somebody else holds the portfolio");
    }

    /// Closes the portfolio and opens it with the computer's key.
    pub fn reopen(&mut self) {
        self.close();
        self.portfolio = Some(self.open_again().unwrap());
    }

    /// Opens the portfolio, which is closed, with the passphrase.
    pub fn unlock(&mut self) {
        let portfolio = self.core.unlock(&self.entry, &passphrase(PASSPHRASE)).unwrap();
        self.portfolio = Some(listened(portfolio, &self.events));
    }

    /// Tries to open the portfolio with the computer's key.
    pub fn open_again(&self) -> Result<Arc<Portfolio>, Error> {
        Ok(listened(self.core.unlock_with_computer(&self.entry)?, &self.events))
    }

    /// Closes the portfolio, works on its bare store, and opens it again.
    pub fn with_bare_store<T>(&mut self, work: impl FnOnce(&Store) -> T) -> T {
        self.close();
        let file = KeyFile::load(&self.entry.folder).unwrap();
        let key = file.unlock_with_passphrase(&passphrase(PASSPHRASE)).unwrap();
        let store = Store::open(&self.entry.folder, &DatabaseKey::new(*key.expose()), file.portfolio_id()).unwrap();
        let value = work(&store);
        drop(store);
        self.portfolio = Some(self.open_again().unwrap());
        value
    }

    /// Calls the service has counted: for cases and for tokens.
    #[must_use]
    pub fn calls(&self) -> u64 {
        let counts = self.service.counts();
        counts.case + counts.token
    }
}

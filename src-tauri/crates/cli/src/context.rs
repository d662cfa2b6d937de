//! What every command works with: the data folder, the portfolio, the service.

use std::sync::Arc;

use casefolio_core::parts::{Channel, KdfStrength, Passphrase, SystemKeyStore, Way, memory_is_locked};
use casefolio_core::service::{Preset, Service, ServiceSettings};
use casefolio_core::{Clock, Core, Home, Parts, Portfolio, SystemClock, SystemStopwatch};
use casefolio_practice::{Practice, PracticeSettings, Running, Script};
use zeroize::Zeroizing;

use crate::arguments::Globals;
use crate::environment::Environment;
use crate::error::Error;
use crate::language::Words;
use crate::output::{Output, remark};
use crate::secrets::Input;

/// Calls a second and a day that the practice service in this process is asked; it sets no limits.
const PRACTICE_PER_SECOND: u32 = 200;
const PRACTICE_PER_DAY: u32 = 10_000_000;

/// What every command works with.
pub(crate) struct Context {
    /// The words of the user's language.
    pub(crate) words: Words,
    /// Where results go.
    pub(crate) output: Arc<Output>,
    /// Where passwords and lists come from.
    pub(crate) input: Input,
    globals: Globals,
    default_home: Option<Home>,
    practice: Option<Running>,
}

impl Context {
    /// The context of one run.
    pub(crate) fn new(globals: Globals, environment: Environment, words: Words) -> Self {
        let default_home = environment.home.map(Home::at).or_else(Home::of_this_user);
        Self {
            words,
            output: Arc::new(Output::new(globals.json)),
            input: Input::new(words, globals.password_stdin),
            globals,
            default_home,
            practice: None,
        }
    }

    /// Whether `--practice` was given.
    pub(crate) fn practises(&self) -> bool {
        self.globals.practice
    }

    /// The user ID given by `--portfolio`.
    pub(crate) fn portfolio_name(&self) -> Option<&str> {
        self.globals.portfolio.as_deref()
    }

    /// Casefolio over the data folder. Says where this computer does not let keys be locked in memory: once, for a command asks for this
    /// once.
    pub(crate) fn core(&self) -> Result<Core, Error> {
        let named = self.globals.home.clone().map(Home::at);
        let home = named.or_else(|| self.default_home.clone()).ok_or(Error::NoHome)?;
        let parts = Parts {
            clock: Arc::new(SystemClock),
            key_store: Arc::new(SystemKeyStore::new()),
            strength: KdfStrength::FLOOR,
            channel: Channel::Console,
        };
        if !memory_is_locked() {
            remark(&self.words.say("cli.remark.memory_not_locked"));
        }
        Ok(Core::new(home, parts).with_stopwatch(Arc::new(SystemStopwatch)))
    }

    /// Opens the chosen portfolio: by the password given, else by this computer's key. With `--practice` it is asked of the practice
    /// service from now on.
    pub(crate) async fn open(&mut self) -> Result<Portfolio, Error> {
        let core = self.core()?;
        let entry = core.choose(self.portfolio_name())?;
        let portfolio = match self.input.password()? {
            Some(typed) => {
                core.unlock(&entry, &Passphrase::typed(typed).map_err(casefolio_core::Error::Passphrase)?)?
            }
            None => core.unlock_with_computer(&entry)?,
        };
        if let Some(missing) = portfolio.missing_transactions() {
            remark(&self.words.fill("cli.remark.rolled_back", &[("missing", &missing.to_string())]));
        }
        if self.practises() {
            portfolio.use_service(self.practice_service().await?);
        }
        Ok(portfolio)
    }

    /// Starts the practice service on a free port and gives a client for it. It runs as long as this context lives.
    pub(crate) async fn practice_service(&mut self) -> Result<Service, Error> {
        let running = Practice::start(Script::demo(), PracticeSettings::default(), practice_clock()).await?;
        remark(&self.words.say("cli.remark.practice"));
        let settings = ServiceSettings {
            preset: Preset::Practice,
            token_url: running.token_url(),
            api_base: running.api_base(),
            client_id: running.client_id(),
            per_second: PRACTICE_PER_SECOND,
            per_day: PRACTICE_PER_DAY,
        };
        let service = Service::new(settings, Zeroizing::new(running.client_secret()), &Way::default())?;
        self.practice = Some(running);
        Ok(service)
    }
}

/// The clock of a practice service.
pub(crate) fn practice_clock() -> casefolio_practice::Clock {
    Arc::new(|| SystemClock.now())
}

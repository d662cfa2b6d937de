//! What every command works with: the data folder, the portfolio, the service.

use std::sync::Arc;
use std::time::Duration;

use casefolio_core::parts::{Channel, KdfStrength, Passphrase, SystemKeyStore};
use casefolio_core::service::{Preset, Service, ServiceSettings};
use casefolio_core::{Clock, Core, Home, Parts, Portfolio, SystemClock};
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

    /// Casefolio over the data folder.
    pub(crate) fn core(&self) -> Result<Core, Error> {
        self.core_with(KdfStrength::FLOOR)
    }

    /// Casefolio over the data folder, for a command that makes a password slot: as costly to guess as this computer allows.
    pub(crate) fn core_for_new_password(&self) -> Result<Core, Error> {
        self.core_with(KdfStrength::calibrated(&mut stopwatch))
    }

    fn core_with(&self, strength: KdfStrength) -> Result<Core, Error> {
        let named = self.globals.home.clone().map(Home::at);
        let home = named.or_else(|| self.default_home.clone()).ok_or(Error::NoHome)?;
        let parts = Parts {
            clock: Arc::new(SystemClock),
            key_store: Arc::new(SystemKeyStore::new()),
            strength,
            channel: Channel::Console,
        };
        Ok(Core::new(home, parts))
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
        let service = Service::new(settings, Zeroizing::new(running.client_secret()))?;
        self.practice = Some(running);
        Ok(service)
    }
}

/// The clock of a practice service.
pub(crate) fn practice_clock() -> casefolio_practice::Clock {
    Arc::new(|| SystemClock.now())
}

/// Does the work and says how long it took.
#[expect(clippy::disallowed_methods, reason = "measuring a duration is no reading of the time of day")]
fn stopwatch(work: &mut dyn FnMut()) -> Duration {
    let start = std::time::Instant::now();
    work();
    start.elapsed()
}

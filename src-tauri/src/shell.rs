//! The state of the program: what every command can reach.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use casefolio_core::locking::{LockReason, LockRules, Lookout};
use casefolio_core::log::{Deed, KeyMode, Log, LogEvent, Program};
use casefolio_core::parts::{Channel, KdfStrength, NoKeyStore, RecoveryCode, SystemKeyStore};
use casefolio_core::preferences::{Preferences, Theme};
use casefolio_core::{Core, Error, Home, Parts, Portfolio, PortfolioEvent, SystemClock, SystemStopwatch};
use casefolio_domain::Language;
use casefolio_system::moments::Listening;
use chrono::{DateTime, Utc};
use tauri::{AppHandle, Manager};
use tokio::sync::OwnedMutexGuard;
use zeroize::Zeroizing;

use crate::arguments::Arguments;
use crate::language;
use crate::session::Session;
use crate::wire::problem::Problem;

/// The program's state. One of it, managed by Tauri.
pub(crate) struct Shell {
    pub(crate) core: Core,
    pub(crate) arguments: Arguments,
    pub(crate) log: Arc<Log>,
    open: Mutex<Open>,
    language: Mutex<Language>,
    /// Held while a session ends: its portfolio can be opened again only after that.
    ending: Arc<tokio::sync::Mutex<()>>,
    /// The ear for the screen lock and for sleep, where this computer tells of them.
    listening: OnceLock<Listening>,
}

/// What is open.
#[derive(Default)]
struct Open {
    session: Option<Arc<Session>>,
    /// Whether the views are closed, though the session goes on (computer mode).
    locked: bool,
    /// Decides when open views are locked; none where nothing is open or nothing is worth it, as in practice mode.
    lookout: Option<Lookout>,
    /// A portfolio that was just made, until its recovery code is confirmed.
    unconfirmed: Option<(Portfolio, RecoveryCode)>,
    /// The case whose notification was clicked, until a window has shown it.
    next_case: Option<u32>,
    /// Whether the program has opened what it opens by itself.
    started: bool,
    /// Why the portfolio did not open by itself, until the gate has said so.
    refusal: Option<Problem>,
    /// Whether a person chose the language since the start.
    language_chosen: bool,
    /// How the windows of the portfolio that was open last look: those before it look so too, and cannot read that.
    theme: Option<Theme>,
}

impl Shell {
    pub(crate) fn compose(arguments: &Arguments, home: Home) -> Self {
        let parts = Parts {
            clock: Arc::new(SystemClock),
            key_store: Arc::new(SystemKeyStore::new()),
            strength: KdfStrength::FLOOR,
            channel: Channel::Desktop,
        };
        let core = Core::new(home, parts).with_stopwatch(Arc::new(SystemStopwatch));
        let log = Log::of(core.home(), Program::Window, core.clock());
        Self {
            core,
            arguments: arguments.clone(),
            log,
            open: Mutex::default(),
            language: Mutex::new(language::of_system()),
            ending: Arc::default(),
            listening: OnceLock::new(),
        }
    }

    /// Casefolio over a data folder of its own, for invented cases: no key store, the least costly key.
    pub(crate) fn practice_core(&self) -> Core {
        let parts = Parts {
            clock: Arc::new(SystemClock),
            key_store: Arc::new(NoKeyStore),
            strength: KdfStrength::SMALLEST_ACCEPTED,
            channel: Channel::Desktop,
        };
        Core::new(self.core.home().practice(), parts)
    }

    /// The session whose views may be seen.
    pub(crate) fn session(&self) -> Result<Arc<Session>, Error> {
        let open = self.open();
        match &open.session {
            Some(session) if !open.locked => Ok(Arc::clone(session)),
            Some(_) | None => Err(Error::Locked),
        }
    }

    /// The session, locked or not.
    pub(crate) fn running(&self) -> Option<Arc<Session>> {
        self.open().session.clone()
    }

    /// Begins a session. The portfolio's language counts; one that has none keeps the one a person chose.
    pub(crate) fn begin(&self, session: Session) {
        let lookout = self.lookout(&session);
        let mut open = self.open();
        open.session = Some(Arc::new(session));
        open.locked = false;
        open.lookout = lookout;
        open.next_case = None;
    }

    /// Preferences that cannot be read are no reason to leave the views open.
    fn lookout(&self, session: &Session) -> Option<Lookout> {
        let preferences = || session.portfolio.preferences().unwrap_or_default();
        (session.practice.is_none()).then(|| Lookout::begin(preferences().lock_rules(), self.core.clock().now()))
    }

    /// Asks whether the open views are to be locked now, by something that happened at the time of the question.
    pub(crate) fn ask_lookout(
        &self,
        ask: impl FnOnce(&mut Lookout, DateTime<Utc>) -> Option<LockReason>,
    ) -> Option<LockReason> {
        let now = self.core.clock().now();
        ask(self.open().lookout.as_mut()?, now)
    }

    /// The user wants another lock from now on.
    pub(crate) fn set_lock_rules(&self, rules: LockRules) {
        if let Some(lookout) = &mut self.open().lookout {
            lookout.set_rules(rules);
        }
    }

    /// Settles the language between a portfolio that is opening and the person before it, and how the windows look.
    pub(crate) fn agree_on_looks(&self, portfolio: &Portfolio) -> Result<(), Error> {
        let preferences = portfolio.preferences()?;
        self.open().theme = Some(preferences.theme);
        match preferences.language {
            Some(language) => self.set_language(language),
            None if self.open().language_chosen => {
                let language = Some(self.language());
                portfolio.set_preferences(Preferences { language, ..preferences })?;
            }
            None => {}
        }
        Ok(())
    }

    /// How a window before the portfolio looks.
    pub(crate) fn theme(&self) -> Theme {
        self.open().theme.unwrap_or(Theme::System)
    }

    /// A person chose a language.
    pub(crate) fn choose_language(&self, language: Language) {
        self.set_language(language);
        self.open().language_chosen = true;
    }

    /// Listens as long as the program runs.
    pub(crate) fn keep_listening(&self, listening: Listening) {
        // A second one would only hear the same.
        let _once = self.listening.set(listening);
        self.log.note(&LogEvent::Listening { heard: true });
        self.hold_sleep();
    }

    /// Has sleep wait for the lock as long as a portfolio is open. Asks the system, which may take seconds.
    pub(crate) fn hold_sleep(&self) {
        if let Some(listening) = self.listening.get() {
            listening.hold_sleep(self.running().is_some_and(|session| session.practice.is_none()));
        }
    }

    pub(crate) fn hears_moments(&self) -> bool {
        self.listening.get().is_some()
    }

    pub(crate) fn set_started(&self) {
        self.open().started = true;
    }

    pub(crate) fn is_started(&self) -> bool {
        self.open().started
    }

    /// Remembers why the portfolio did not open by itself.
    pub(crate) fn refuse(&self, problem: impl Into<Problem>) {
        self.open().refusal = Some(problem.into());
    }

    /// Whether the portfolio did not open because a file of it is damaged.
    pub(crate) fn is_damaged(&self) -> bool {
        self.open().refusal.as_ref().is_some_and(Problem::is_damage)
    }

    /// Why the portfolio did not open by itself; said once.
    pub(crate) fn take_refusal(&self) -> Option<Problem> {
        self.open().refusal.take()
    }

    /// The session of the portfolio with this user ID, locked or not. Practice mode has no user.
    pub(crate) fn running_for(&self, user_id: &str) -> Option<Arc<Session>> {
        self.running().filter(|session| session.practice.is_none() && session.portfolio.user_id() == user_id)
    }

    /// What the key of a session's portfolio is kept for, as its key file says now. Strict where that cannot be told.
    pub(crate) fn key_mode(&self, session: &Session) -> KeyMode {
        if session.practice.is_some() {
            return KeyMode::Practice;
        }
        let entries = self.core.portfolios().unwrap_or_default();
        let entry = entries.into_iter().find(|entry| entry.folder == session.portfolio.folder());
        if entry.is_some_and(|entry| entry.computer_slot) { KeyMode::Computer } else { KeyMode::Strict }
    }

    /// Whether locking ends the session there is.
    pub(crate) fn is_strict(&self) -> bool {
        self.running().is_some_and(|session| self.key_mode(&session) == KeyMode::Strict)
    }

    /// Ends the session and hands it out, to be stopped.
    pub(crate) fn end(&self) -> Option<Arc<Session>> {
        let mut open = self.open();
        open.next_case = None;
        open.lookout = None;
        open.session.take()
    }

    /// Closes the views: from here on the commands of the window are refused. False where they were closed already.
    pub(crate) fn lock(&self) -> bool {
        let mut open = self.open();
        open.lookout = None;
        !std::mem::replace(&mut open.locked, true)
    }

    /// Opens the views of the session that goes on behind the lock.
    pub(crate) fn unlock(&self) {
        let lookout = self.running().and_then(|session| self.lookout(&session));
        let mut open = self.open();
        open.locked = false;
        open.lookout = lookout;
        drop(open);
        self.log.note(&LogEvent::Unlocked);
    }

    pub(crate) fn is_locked(&self) -> bool {
        let open = self.open();
        open.locked || open.session.is_none()
    }

    pub(crate) fn keep_unconfirmed(&self, portfolio: Portfolio, code: RecoveryCode) {
        self.open().unconfirmed = Some((portfolio, code));
    }

    /// The recovery code of the portfolio that was just made.
    pub(crate) fn unconfirmed_code(&self) -> Option<Zeroizing<String>> {
        self.open().unconfirmed.as_ref().map(|(_, code)| code.show())
    }

    /// Hands out the portfolio that was just made, if `typed` is its recovery code.
    pub(crate) fn confirm(&self, typed: &RecoveryCode) -> Result<Portfolio, Error> {
        let mut open = self.open();
        match open.unconfirmed.take() {
            Some((portfolio, code)) if *code.show() == *typed.show() => Ok(portfolio),
            kept => {
                open.unconfirmed = kept;
                Err(Error::RecoveryCodeDiffers)
            }
        }
    }

    /// Returns when no session is ending any more; none ends while what is returned lives.
    pub(crate) async fn settled(&self) -> OwnedMutexGuard<()> {
        Arc::clone(&self.ending).lock_owned().await
    }

    /// The same at once; none while a session is ending.
    pub(crate) fn settled_now(&self) -> Option<OwnedMutexGuard<()>> {
        Arc::clone(&self.ending).try_lock_owned().ok()
    }

    /// Notes in the log that something failed.
    pub(crate) fn note_refused(&self, what: Deed, error: &Error) {
        self.log.note(&LogEvent::Refused { what, code: (&casefolio_core::Problem::of(error)).into() });
    }

    /// Remembers which case the next window shows first.
    pub(crate) fn open_next(&self, case: Option<u32>) {
        self.open().next_case = case;
    }

    /// The case to show first, once.
    pub(crate) fn take_next(&self) -> Option<u32> {
        self.open().next_case.take()
    }

    pub(crate) fn language(&self) -> Language {
        *self.language.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn set_language(&self, language: Language) {
        *self.language.lock().unwrap_or_else(PoisonError::into_inner) = language;
    }

    /// Whether the program goes on without a window. Also where there is no tray: whoever wants the watching to go on wants it there
    /// too, and some desktops show no icon without saying so. Starting the program again shows the window, as the settings say.
    pub(crate) fn stays_in_tray(&self) -> bool {
        self.running().is_some_and(|session| {
            session.practice.is_none()
                && session.portfolio.preferences().is_ok_and(|preferences| preferences.close_to_tray)
        })
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keeps to what the user of `portfolio` wants of the lock and of the looks, also when that changes.
pub(crate) fn follow_preferences(app: &AppHandle, portfolio: &Portfolio) {
    let app = app.clone();
    portfolio.listen(Box::new(move |event| {
        let shell = app.state::<Shell>();
        if *event == PortfolioEvent::SettingsEdited
            && let Some(session) = shell.running()
            && let Ok(preferences) = session.portfolio.preferences()
        {
            shell.set_lock_rules(preferences.lock_rules());
            shell.open().theme = Some(preferences.theme);
        }
    }));
}

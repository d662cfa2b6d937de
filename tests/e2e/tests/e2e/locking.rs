//! A portfolio in strict mode whose views close by themselves.

use std::sync::Arc;

use anyhow::{Result, ensure};
use casefolio_core::cases::AddRequest;
use casefolio_core::locking::LockAfter;
use casefolio_core::parts::{Channel, KdfStrength, NoKeyStore, Passphrase};
use casefolio_core::portfolio::CreateRequest;
use casefolio_core::{Core, Home, Parts, SystemClock};
use casefolio_e2e::{Computer, Page, Session, Window, Words, english, program, until};

use crate::journey::{MOVING, PERSON};
use crate::person::PASSPHRASE;

/// A person at a computer that sleeps.
struct Desk {
    session: Session,
    computer: Computer,
    window: Window,
    en: Words,
    core: Core,
}

/// catalogue 17, 18
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_views_close_before_sleep_and_when_nobody_is_there() -> Result<()> {
    let session = Session::start().await?;
    let computer = Computer::start(&session)?;
    let core = strict_portfolio(&session)?;
    let window = Window::open(&session, &program("casefolio")?, &[]).await?;
    let desk = Desk { session, computer, window, en: english()?, core };
    desk.unlocks().await?;
    desk.sleeps().await?;
    desk.unlocks().await?;
    desk.is_started_again().await?;
    desk.is_left_alone().await
}

/// catalogue 114
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_start_opens_the_window_of_the_first_that_has_none() -> Result<()> {
    let session = Session::start().await?;
    drop(strict_portfolio(&session)?);
    let program = program("casefolio")?;
    let begun = async {
        // It sits in the tray, and calls for the person without whom nothing is checked.
        session.notes().after(0, 30).await?;
        session.start_beside(&program, true)
    };
    let (window, second) = tokio::join!(Window::open(&session, &program, &["--hidden"]), begun);
    let (code, said) = second?;
    ensure!(code == Some(0), "{code:?}: {said}");
    window?.turn_to(Page::Unlock).await
}

async fn unlock(window: &Window, en: &Words) -> Result<()> {
    window.turn_to(Page::Unlock).await?;
    window.write(&en.of("ui.gate.passphrase")?, PASSPHRASE).await?;
    window.press(&en.of("ui.unlock.unlock")?).await?;
    window.turn_to(Page::Main).await?;
    window.row(&[MOVING]).await.map(drop)
}

/// A portfolio that no key store opens, with a case, which locks after a minute.
pub(crate) fn strict_portfolio(session: &Session) -> Result<Core> {
    let parts = Parts {
        clock: Arc::new(SystemClock),
        key_store: Arc::new(NoKeyStore),
        strength: KdfStrength::SMALLEST_ACCEPTED,
        channel: Channel::Desktop,
    };
    let core = Core::new(Home::at(session.data()), parts);
    let request = CreateRequest {
        user_id: "maria.lopez".to_owned(),
        passphrase: passphrase()?,
        computer_slot: false,
        watch_behind_lock: false,
    };
    let portfolio = core.create(&request)?.portfolio;
    portfolio.add(&AddRequest::of_receipts(&[MOVING.to_owned()], PERSON, ""))?;
    let preferences = portfolio.preferences()?;
    portfolio.set_preferences(casefolio_core::preferences::Preferences {
        lock_after: LockAfter::minutes(1),
        ..preferences
    })?;
    Ok(core)
}

pub(crate) fn passphrase() -> Result<Passphrase> {
    Passphrase::typed(PASSPHRASE.to_owned().into()).map_err(|_| anyhow::anyhow!("a passphrase nobody can type"))
}

impl Desk {
    async fn unlocks(&self) -> Result<()> {
        unlock(&self.window, &self.en).await
    }

    /// When the computer sleeps the window is gone, and the key with the portfolio.
    async fn sleeps(&self) -> Result<()> {
        self.computer.is_held().await?;
        self.computer.goes_to_sleep()?;
        self.is_closed().await?;
        self.computer.wakes_up()?;
        Ok(())
    }

    async fn is_closed(&self) -> Result<()> {
        ensure!(!self.window.shows(Page::Main).await?, "the window over the portfolio is still there");
        // Whoever comes second would be told that it is open elsewhere.
        drop(self.core.unlock(&self.core.choose(None)?, &passphrase()?)?);
        self.window.turn_to(Page::Unlock).await?;
        ensure!(!self.window.text().await?.contains(PERSON), "the name is still shown");
        Ok(())
    }

    async fn is_started_again(&self) -> Result<()> {
        let (code, said) = self.session.start_beside(&program("casefolio")?, false)?;
        ensure!(code == Some(1) && said.contains(&self.en.of("problem.already_running")?), "{code:?}: {said}");
        self.window.turn_to(Page::Main).await?;
        let (code, said) = self.session.start_beside(&program("casefolio")?, true)?;
        ensure!(code == Some(0), "{code:?}: {said}");
        self.window.turn_to(Page::Main).await
    }

    /// A minute, by the clock.
    async fn is_left_alone(&self) -> Result<()> {
        until("the lock", 90, async || Ok(self.window.shows(Page::Unlock).await?.then_some(()))).await?;
        until("the closed portfolio", 20, async || self.is_closed().await.map(Some)).await
    }
}

//! A person at a computer: the session, the window, and what every story begins with.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, ensure};
use casefolio_e2e::{Page, Session, Window, Words, english, program};
use casefolio_practice::{Practice, PracticeSettings, Running, Script, Status};

pub(crate) const USER_ID: &str = "maria.lopez";
pub(crate) const PASSPHRASE: &str = "seventeen purple umbrellas";

/// The service, with cases that were received and whose statuses change when a story says so.
pub(crate) async fn received<T: AsRef<str>>(receipts: &[T]) -> Result<Running> {
    let script = receipts.iter().fold(Script::new(), |script, receipt| {
        let received = Status::titled("Case Was Received");
        script.case(receipt.as_ref()).form("I-485").at(Duration::ZERO, received)
    });
    #[expect(clippy::disallowed_methods, reason = "the stand-in runs on the real clock here, as the window does")]
    let clock = Arc::new(chrono::Utc::now);
    Ok(Practice::start(script, PracticeSettings::default(), clock).await?)
}

pub(crate) struct Person {
    pub(crate) session: Session,
    pub(crate) window: Window,
    pub(crate) en: Words,
}

impl Person {
    /// Sits down before a computer that never saw Casefolio, and starts it.
    pub(crate) async fn start(arguments: &[&str]) -> Result<Self> {
        let session = Session::start().await?;
        let window = Window::open(&session, &program("casefolio")?, arguments).await?;
        Ok(Self { session, window, en: english()? })
    }

    pub(crate) fn words(&self, key: &str) -> Result<String> {
        self.en.of(key)
    }

    pub(crate) async fn press(&self, key: &str) -> Result<()> {
        self.window.press(&self.words(key)?).await
    }

    pub(crate) async fn write(&self, key: &str, text: &str) -> Result<()> {
        self.window.write(&self.words(key)?, text).await
    }

    pub(crate) async fn see(&self, key: &str) -> Result<()> {
        self.window.see(&self.words(key)?).await
    }

    /// Makes a portfolio and comes into its window.
    pub(crate) async fn creates_a_portfolio(&self) -> Result<()> {
        self.window.turn_to(Page::Gate).await?;
        self.press("ui.gate.create").await?;
        self.describes_a_portfolio(USER_ID).await
    }

    /// Makes one beside those that are there, and comes into its window.
    pub(crate) async fn creates_another(&self, user_id: &str) -> Result<()> {
        self.press("ui.gate.createAnother").await?;
        self.describes_a_portfolio(user_id).await
    }

    async fn describes_a_portfolio(&self, user_id: &str) -> Result<()> {
        self.write("ui.gate.userId", user_id).await?;
        self.write("ui.gate.newPassphrase", PASSPHRASE).await?;
        self.write("ui.gate.passphraseAgain", PASSPHRASE).await?;
        self.window.find("checkbox", &self.words("ui.gate.computerSlot")?).await?;
        self.press("ui.gate.createSubmit").await?;
        self.writes_down_the_recovery_code().await
    }

    /// Types the recovery code that is shown, and comes into the window of the portfolio.
    pub(crate) async fn writes_down_the_recovery_code(&self) -> Result<()> {
        self.window.find("heading", &self.words("ui.code.title")?).await?;
        let script = "return document.querySelector('[role=group].code').innerText.trim().split(/\\s+/).join('-')";
        let code = self.window.run(script, &[]).await?.as_str().unwrap_or_default().to_owned();
        self.press("ui.code.written").await?;
        self.write("ui.code.label", &code.to_lowercase()).await?;
        self.press("ui.code.confirm").await?;
        self.window.turn_to(Page::Main).await
    }

    /// Sets the window to a service, and tests it.
    pub(crate) async fn sets_the_service(&self, service: &Running) -> Result<()> {
        self.press("ui.nav.settings").await?;
        self.window.click("radio", &self.words("ui.service.elsewhere")?).await?;
        self.write("ui.service.tokenUrl", &service.token_url()).await?;
        self.write("ui.service.apiBase", &service.api_base()).await?;
        self.write("ui.service.clientId", &service.client_id()).await?;
        self.write("ui.service.secret", &service.client_secret()).await?;
        self.press("ui.service.test").await?;
        self.see("ui.service.testOk").await
    }

    /// Adds receipts about somebody.
    pub(crate) async fn adds(&self, receipts: &[&str], person: &str) -> Result<()> {
        self.press("ui.nav.cases").await?;
        self.press("ui.cases.add").await?;
        self.write("ui.add.receipts", &receipts.join("\n")).await?;
        self.write("ui.add.person", person).await?;
        let key = if receipts.len() == 1 { "ui.add.submit.one" } else { "ui.add.submit.other" };
        self.window.press(&self.en.with(key, "count", &receipts.len().to_string())?).await?;
        self.window.row(&[receipts[0]]).await.map(drop)
    }

    /// What the gate says of a portfolio.
    pub(crate) async fn row_of(&self, user_id: &str) -> Result<String> {
        let script = "return [...document.querySelectorAll('button.portfolio')].map((one) => one.innerText)
            .find((text) => text.includes(arguments[0])) ?? ''";
        Ok(self.window.run(script, &[user_id.into()]).await?.as_str().unwrap_or_default().replace('\n', " "))
    }

    /// Chooses a portfolio at the gate.
    pub(crate) async fn chooses(&self, user_id: &str) -> Result<()> {
        let script = "[...document.querySelectorAll('button.portfolio')]
            .find((one) => one.innerText.includes(arguments[0])).click()";
        self.window.run(script, &[user_id.into()]).await.map(drop)
    }

    /// Types the passphrase into the unlock window that is open.
    pub(crate) async fn unlocks(&self) -> Result<()> {
        self.window.turn_to(Page::Unlock).await?;
        self.write("ui.gate.passphrase", PASSPHRASE).await?;
        self.press("ui.unlock.unlock").await?;
        self.window.turn_to(Page::Main).await
    }

    /// Leaves a picture behind where a story failed.
    pub(crate) async fn shows_how_it_failed(&self, outcome: &Result<()>) {
        if outcome.is_ok() {
            return;
        }
        if let Ok(program) = program("casefolio") {
            let picture = program.with_file_name("e2e-failed.png");
            if self.window.picture(&picture).await.is_ok() {
                eprintln!("what the window showed then: {}", picture.display());
            }
        }
    }

    /// Quits from the settings, and sees the program end.
    pub(crate) async fn quits(&self) -> Result<()> {
        self.press("ui.nav.settings").await?;
        self.press("ui.settings.quit").await?;
        ensure!(self.session.ended("casefolio").await, "the program still runs");
        Ok(())
    }
}

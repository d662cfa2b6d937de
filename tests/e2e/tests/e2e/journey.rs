//! A person's way from the first start to a restart without a network.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use casefolio_e2e::{Page, Session, Window, plain_texts, program, spanish, until};
use casefolio_practice::{Practice, PracticeSettings, Running, Script, Status};

use crate::person::{PASSPHRASE, Person, USER_ID};

pub(crate) const PERSON: &str = "Ottoline Featherstonehaugh";
pub(crate) const MOVING: &str = "IOE9907314502";
pub(crate) const RESTING: &str = "EAC9912050331";
const A_NUMBER: &str = "A123456789";
pub(crate) const FIRST_TITLE: &str = "Case Was Received";
const FIRST_SPANISH: &str = "Caso recibido";
pub(crate) const NEXT_TITLE: &str = "Request for Initial Evidence Was Sent";

/// A person with the service that the window is set to.
struct Journey {
    person: Person,
    service: Option<Running>,
}

impl std::ops::Deref for Journey {
    type Target = Person;

    fn deref(&self) -> &Person {
        &self.person
    }
}

/// catalogue 37, 61, 71, 76, 111
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_follows_two_cases_from_the_first_start_to_a_restart_offline() -> Result<()> {
    let mut journey = Journey { person: Person::start(&[]).await?, service: Some(service().await?) };
    let outcome = journey.all().await;
    journey.person.shows_how_it_failed(&outcome).await;
    outcome
}

pub(crate) async fn service() -> Result<Running> {
    let received = || Status::titled(FIRST_TITLE).spanish(FIRST_SPANISH);
    let script = Script::new()
        .case(MOVING)
        .form("I-485")
        .at(Duration::ZERO, received())
        .case(RESTING)
        .form("I-765")
        .at(Duration::ZERO, received());
    #[expect(
        clippy::disallowed_methods,
        reason = "the stand-in of the service runs on the real clock here, as the window does"
    )]
    let clock = Arc::new(chrono::Utc::now);
    Ok(Practice::start(script, PracticeSettings::default(), clock).await?)
}

impl Journey {
    async fn all(&mut self) -> Result<()> {
        self.creates_a_portfolio().await?;
        self.nothing_stands_below_the_edge().await?;
        self.sets_the_service().await?;
        self.adds_cases().await?;
        self.is_told_of_a_change().await?;
        self.reads_spanish().await?;
        self.starts_at_sign_in().await?;
        self.locks_and_unlocks().await?;
        self.restarts_offline().await
    }

    fn service(&self) -> Result<&Running> {
        self.service.as_ref().context("the service was stopped")
    }

    async fn creates_a_portfolio(&self) -> Result<()> {
        self.person.creates_a_portfolio().await?;
        let entries = self.session.key_store_entries()?;
        ensure!(
            entries.iter().any(|entry| entry.contains("org.casefolio.Casefolio")),
            "the key store holds no entry of Casefolio: {entries:?}"
        );
        Ok(())
    }

    /// Tauri's frame that checks messages is part of the page: to be neither seen nor reached by keyboard.
    async fn nothing_stands_below_the_edge(&self) -> Result<()> {
        let script = "const page = document.documentElement; page.scrollTop = document.body.scrollTop = 999; \
                      return [page.scrollTop, document.body.scrollTop, document.querySelectorAll('iframe').length]";
        let seen = self.window.run(script, &[]).await?;
        ensure!(seen == serde_json::json!([0, 0, 1]), "scrolled, scrolled, frames: {seen}");
        Ok(())
    }

    async fn sets_the_service(&self) -> Result<()> {
        self.person.sets_the_service(self.service()?).await
    }

    async fn adds_cases(&self) -> Result<()> {
        self.press("ui.nav.cases").await?;
        self.press("ui.cases.add").await?;
        // Small letters, dashes and a number that is no receipt, as pasted from somewhere.
        let pasted = format!("{}\nEAC-99-120-50331\n{A_NUMBER}", MOVING.to_lowercase());
        self.write("ui.add.receipts", &pasted).await?;
        self.write("ui.add.person", PERSON).await?;
        self.see("receipt.refused.a_number").await?;
        self.window.press(&self.en.with("ui.add.submit.other", "count", "2")?).await?;
        // What was added is gone from the box; the number that is no receipt stays for the person to look at.
        self.window.find("button", &self.words("ui.add.submitNone")?).await?;
        self.press("ui.common.cancel").await?;
        self.window.row(&[MOVING, FIRST_TITLE]).await?;
        self.window.row(&[RESTING, FIRST_TITLE]).await?;
        Ok(())
    }

    async fn is_told_of_a_change(&self) -> Result<()> {
        let notes = self.session.notes();
        let known = notes.all()?.len();
        ensure!(known == 0, "the first sight of a case is no change, and yet {known} notifications came");
        self.service()?.set(MOVING, Status::titled(NEXT_TITLE));
        self.window.click("button", MOVING).await.or(self.window.click("button", PERSON).await)?;
        self.press("ui.detail.checkNow").await?;
        self.window.row(&[&self.words("ui.cases.unread")?, MOVING]).await?;
        self.window.see(NEXT_TITLE).await?;
        let note = notes.after(known, 30).await?.remove(0);
        let text = format!("{} {} {}", note.app, note.summary, note.body);
        for secret in [MOVING, PERSON, NEXT_TITLE, USER_ID] {
            ensure!(!text.contains(secret), "the notification holds {secret}: {text}");
        }
        ensure!(note.actions.iter().any(|action| action == "default"), "the notification cannot be clicked: {note:?}");
        self.clicks_the_notification().await
    }

    async fn clicks_the_notification(&self) -> Result<()> {
        self.press("ui.detail.close").await?;
        self.press("ui.nav.help").await?;
        self.session.notes().click()?;
        self.window.find("region", &self.words("ui.detail.label")?).await?;
        self.window.see(MOVING).await?;
        self.press("ui.detail.markRead").await?;
        self.window.see_no(&self.en.with("ui.cases.unreadCount.one", "count", "1")?).await
    }

    async fn reads_spanish(&self) -> Result<()> {
        let es = spanish()?;
        self.press("ui.nav.settings").await?;
        self.window.click("radio", "Español").await?;
        self.window.press(&es.of("ui.nav.cases")?).await?;
        self.window.find("heading", &es.of("ui.cases.title")?).await?;
        self.window.row(&[RESTING, FIRST_SPANISH]).await?;
        self.window.press(&es.of("ui.nav.settings")?).await?;
        self.window.click("radio", "English").await?;
        self.window.find("heading", &self.words("ui.settings.title")?).await.map(drop)
    }

    async fn starts_at_sign_in(&self) -> Result<()> {
        let entry = self.session.home().join("config/autostart/org.casefolio.Casefolio.desktop");
        let holds = |text: &str| std::fs::read_to_string(&entry).is_ok_and(|entry| entry.contains(text));
        let box_of_it = self.words("ui.background.startAtSignIn")?;
        self.window.click("checkbox", &box_of_it).await?;
        until("an entry that starts it without a window", 20, async || Ok(holds("--hidden").then_some(()))).await?;
        self.window.click("checkbox", &box_of_it).await?;
        until("the end of the entry", 20, async || Ok((!entry.exists()).then_some(()))).await
    }

    async fn locks_and_unlocks(&self) -> Result<()> {
        self.press("ui.nav.lock").await?;
        self.window.turn_to(Page::Unlock).await?;
        self.write("ui.gate.passphrase", "eighteen purple umbrellas").await?;
        self.press("ui.unlock.unlock").await?;
        self.see("problem.wrong_passphrase").await?;
        self.person.unlocks().await
    }

    /// The service is gone and the program starts anew; what was known is known.
    async fn restarts_offline(&mut self) -> Result<()> {
        if let Some(service) = self.service.take() {
            service.stop().await;
        }
        self.window.close().await;
        nothing_is_plain(&self.session)?;
        self.person.window = Window::open(&self.session, &program("casefolio")?, &[]).await?;
        // The key that this computer keeps opens the portfolio without a word.
        self.window.turn_to(Page::Main).await?;
        self.window.row(&[MOVING, NEXT_TITLE]).await?;
        self.window.row(&[RESTING, FIRST_TITLE]).await?;
        self.window.close().await;
        nothing_is_plain(&self.session)
    }
}

fn nothing_is_plain(session: &Session) -> Result<()> {
    let secrets = [MOVING, RESTING, PERSON, NEXT_TITLE, PASSPHRASE, "practice-secret"];
    let found = plain_texts(&session.home(), &secrets)?;
    ensure!(found.is_empty(), "in plain text on the disk: {found:?}");
    let said = session.said()?;
    for secret in secrets {
        ensure!(!said.contains(secret), "the program said {secret} on its output");
    }
    Ok(())
}

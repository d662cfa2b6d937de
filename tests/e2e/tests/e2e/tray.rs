//! The tray's menu on a desktop that has a place for it.

use anyhow::{Result, ensure};
use casefolio_e2e::{Page, Panel, Session, Window, english, program, until};
use casefolio_practice::{Running, Status};

use crate::person::{Person, received};

const RECEIPT: &str = "IOE0907300003";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tray_lists_what_is_unread_and_opens_the_case_also_after_a_lock() -> Result<()> {
    let session = Session::start().await?;
    let panel = Panel::start(&session)?;
    let window = Window::open(&session, &program("casefolio")?, &[]).await?;
    let (person, service) = (Person { session, window, en: english()? }, received(&[RECEIPT]).await?);
    let outcome = story(&person, &panel, &service).await;
    person.shows_how_it_failed(&outcome).await;
    outcome
}

async fn story(person: &Person, panel: &Panel, service: &Running) -> Result<()> {
    panel.line(&person.words("tray.state.closed")?).await?;
    person.creates_a_portfolio().await?;
    person.sets_the_service(service).await?;
    person.adds(&[RECEIPT], "Nils & Ada Holgersson").await?;
    until("the first answer", 30, async || Ok((service.counts().case >= 1).then_some(()))).await?;
    panel.line(&person.words("tray.state.calm")?).await?;

    service.set(RECEIPT, Status::titled("Case Was Approved"));
    panel.choose(&person.words("tray.check_now")?).await?;
    panel.line(&person.en.with("tray.state.unread", "count", "1")?).await?;
    let changed = "A case changed, ";
    ensure!(!panel.line(changed).await?.contains("Nils"), "a generic line names somebody");

    // From the lock: the passphrase first, then the case.
    panel.choose(&person.words("tray.lock")?).await?;
    person.window.turn_to(Page::Unlock).await?;
    panel.line(&person.en.with("tray.state.locked_unread", "count", "1")?).await?;
    panel.choose(changed).await?;
    person.unlocks().await?;
    person.window.find("region", &person.words("ui.detail.label")?).await?;
    person.window.see(RECEIPT).await?;
    person.press("ui.detail.close").await?;

    // With names, and to the case at once.
    person.press("ui.nav.settings").await?;
    person.press("ui.settings.notices").await?;
    person.window.click("radio", &person.words("ui.notices.detailed")?).await?;
    panel.choose("Nils & Ada Holgersson: Case Was Approved").await?;
    person.window.find("region", &person.words("ui.detail.label")?).await?;
    person.press("ui.detail.markRead").await?;
    panel.line(&person.words("tray.state.calm")?).await?;
    panel.choose(&person.words("tray.quit")?).await?;
    ensure!(person.session.ended("casefolio").await, "the program still runs");
    Ok(())
}

//! Strict mode: what is locked is closed, and yet watched.

use std::sync::Arc;

use anyhow::{Result, ensure};
use casefolio_core::cases::AddRequest;
use casefolio_core::parts::{Channel, KdfStrength, NoKeyStore, Passphrase};
use casefolio_core::portfolio::CreateRequest;
use casefolio_core::service::{Preset, ServiceSettings, SetServiceRequest};
use casefolio_core::{Core, Home, Parts, SystemClock};
use casefolio_e2e::{Page, Session, Window, english, plain_texts, program, until};
use casefolio_practice::{Running, Status};
use zeroize::Zeroizing;

use crate::journey::{FIRST_TITLE, MOVING, NEXT_TITLE, PERSON, service};
use crate::person::{PASSPHRASE, Person, USER_ID};

const LAST_TITLE: &str = "Case Was Approved";
/// The program looks at the clock every 30 seconds, and the service's cases are due within seconds.
const ROUND: u64 = 75;

/// catalogue 18, 62
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_changes_while_locked_is_told_without_a_name_and_is_there_after_unlocking() -> Result<()> {
    let service = service().await?;
    let session = Session::start().await?;
    strict_portfolio(&session, &service)?;
    let window = Window::open(&session, &program("casefolio")?, &[]).await?;
    let mut person = Person { session, window, en: english()? };
    let outcome = story(&mut person, &service).await;
    person.shows_how_it_failed(&outcome).await;
    outcome
}

/// A portfolio that only its passphrase opens, watched behind the lock, with a case of the practice service.
fn strict_portfolio(session: &Session, service: &Running) -> Result<()> {
    let parts = Parts {
        clock: Arc::new(SystemClock),
        key_store: Arc::new(NoKeyStore),
        strength: KdfStrength::SMALLEST_ACCEPTED,
        channel: Channel::Desktop,
    };
    let passphrase = Passphrase::typed(PASSPHRASE.to_owned().into());
    let created = Core::new(Home::at(session.data()), parts).create(&CreateRequest {
        user_id: USER_ID.to_owned(),
        passphrase: passphrase.map_err(|_| anyhow::anyhow!("a passphrase nobody can type"))?,
        computer_slot: false,
        watch_behind_lock: true,
    })?;
    let settings = ServiceSettings {
        preset: Preset::Practice,
        token_url: service.token_url(),
        api_base: service.api_base(),
        client_id: service.client_id(),
        per_second: 10,
        per_day: 400_000,
    };
    let secret = Some(Zeroizing::new(service.client_secret()));
    created.portfolio.set_service(&SetServiceRequest { settings, secret })?;
    created.portfolio.add(&AddRequest::of_receipts(&[MOVING.to_owned()], PERSON, ""))?;
    Ok(())
}

async fn story(person: &mut Person, service: &Running) -> Result<()> {
    begins_in_the_field(person).await?;
    person.unlocks().await?;
    until("the first status", ROUND, async || has_row(person, FIRST_TITLE).await).await?;
    ensure!(person.session.notes().all()?.is_empty(), "the first sight of a case is no change");
    person.press("ui.nav.lock").await?;
    person.window.turn_to(Page::Unlock).await?;
    person.see("ui.unlock.goesOn").await?;
    is_told_behind_the_lock(person, service).await?;
    person.session.notes().click()?;
    person.unlocks().await?;
    person.window.row(&[&person.words("ui.cases.unread")?, MOVING, NEXT_TITLE]).await?;
    is_told_once(person, service).await?;
    is_watched_from_sign_in(person, service).await
}

/// Whoever sees the unlock window can type at once.
async fn begins_in_the_field(person: &Person) -> Result<()> {
    person.window.turn_to(Page::Unlock).await?;
    person.window.find("textbox", &person.words("ui.gate.passphrase")?).await?;
    person.window.keys("seventeen").await?;
    let script = "return document.querySelector('input[type=password]').value";
    let typed = person.window.run(script, &[]).await?;
    ensure!(typed == "seventeen", "typed without a click: {typed}");
    Ok(())
}

async fn has_row(person: &Person, title: &str) -> Result<Option<()>> {
    let text = person.window.text().await?;
    Ok((text.contains(MOVING) && text.contains(title)).then_some(()))
}

async fn is_told_behind_the_lock(person: &Person, service: &Running) -> Result<()> {
    service.set(MOVING, Status::titled(NEXT_TITLE));
    let note = person.session.notes().after(0, ROUND).await?.remove(0);
    ensure!(note.body == person.words("notice.behind_lock.body.one")?, "{note:?}");
    let said = format!("{} {} {}", note.app, note.summary, note.body);
    let secrets = [MOVING, PERSON, NEXT_TITLE, USER_ID];
    ensure!(!secrets.iter().any(|secret| said.contains(secret)), "the notice says too much: {said}");
    ensure!(!person.window.text().await?.contains(MOVING), "the unlock window shows a receipt");
    let found = plain_texts(&person.session.home(), &[MOVING, PERSON, NEXT_TITLE, PASSPHRASE, "practice-secret"])?;
    ensure!(found.is_empty(), "in plain text on the disk: {found:?}");
    Ok(())
}

/// What was told behind the lock is not told again: the next notice is of the next change.
async fn is_told_once(person: &Person, service: &Running) -> Result<()> {
    service.set(MOVING, Status::titled(LAST_TITLE));
    person.session.notes().after(1, ROUND).await?;
    until("the next status", ROUND, async || has_row(person, LAST_TITLE).await).await?;
    let notes = person.session.notes().all()?;
    ensure!(notes.len() == 2, "each of two changes is told once: {notes:?}");
    Ok(())
}

/// Started as at sign-in it shows no window, and tells of what changes; a click on that opens the unlock window.
async fn is_watched_from_sign_in(person: &mut Person, service: &Running) -> Result<()> {
    person.window.close().await;
    let (notes, program) = (person.session.notes(), program("casefolio")?);
    notes.close_all()?;
    let known = notes.all()?.len();
    let told = async {
        service.set(MOVING, Status::titled(FIRST_TITLE));
        let note = notes.after(known, ROUND).await?.remove(0);
        ensure!(note.body == person.words("notice.behind_lock.body.one")?, "{note:?}");
        notes.click()
    };
    let (window, told) = tokio::join!(Window::open(&person.session, &program, &["--hidden"]), told);
    told?;
    person.window = window?;
    person.unlocks().await?;
    person.window.row(&[MOVING, FIRST_TITLE]).await.map(drop)
}

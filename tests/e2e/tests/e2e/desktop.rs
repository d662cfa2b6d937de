//! The window among other windows, on a desktop that shows no tray icons.

use std::time::Duration;

use anyhow::{Result, ensure};
use casefolio_e2e::{Ending, Gnome, Page, Session, Window, program, until};

use crate::person::Person;

/// catalogue 113, 114
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_start_raises_the_first_window_and_without_a_tray_it_can_be_quit() -> Result<()> {
    // The session's bus has no tray host: nobody answers to that name.
    let person = Person::start(&[]).await?;
    let outcome = story(&person).await;
    person.shows_how_it_failed(&outcome).await;
    outcome
}

async fn story(person: &Person) -> Result<()> {
    person.window.turn_to(Page::Gate).await?;
    raises(person).await?;
    person.creates_a_portfolio().await?;
    raises(person).await?;
    person.quits().await
}

async fn raises(person: &Person) -> Result<()> {
    let above = person.session.cover()?;
    ensure!(above.is_on_top()?, "another window should cover it first");
    let windows = person.window.count().await?;
    person.session.start_again("casefolio").await?;
    until("the first window on top", 20, async || Ok((!above.is_on_top()?).then_some(()))).await?;
    ensure!(person.window.count().await? == windows, "a second window opened");
    Ok(())
}

/// catalogue 114
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_start_while_the_first_program_ends_is_the_first_one_itself() -> Result<()> {
    let session = Session::start().await?;
    let ending = Ending::start(&session)?;
    ensure!(ending.is_first()?, "nobody stands in the way");
    let window = Window::open(&session, &program("casefolio")?, &[]).await?;
    window.turn_to(Page::Gate).await?;
    ensure!(!ending.is_first()?, "nobody was told of the start");
    Ok(())
}

/// catalogue 70
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_gnome_a_note_stays_on_the_screen_after_it_was_sent() -> Result<()> {
    let person = Person::start(&[]).await?;
    let gnome = Gnome::start(&person.session).await?;
    let outcome = notes_stay(&person, &gnome).await;
    person.shows_how_it_failed(&outcome).await;
    outcome
}

async fn notes_stay(person: &Person, gnome: &Gnome) -> Result<()> {
    person.creates_a_portfolio().await?;
    person.press("ui.nav.settings").await?;
    person.press("ui.settings.notices").await?;
    for sent in 1..=2 {
        person.press("ui.notices.test").await?;
        person.see("ui.notices.sent").await?;
        until("the note", 20, async || Ok((gnome.shown() == sent).then_some(()))).await?;
    }
    gnome.still_shows("Casefolio", Duration::from_secs(5)).await?;
    ensure!(gnome.shown() == 2, "a note was taken off the screen");
    Ok(())
}

//! What is left behind by somebody who walks away: a copy on the clipboard, an open window.

use anyhow::{Result, ensure};
use casefolio_e2e::{Page, until};

use crate::person::Person;

const PERSON: &str = "Ottoline Featherstonehaugh";
const RECEIPT: &str = "IOE9907314502";
const FOREIGN: &str = "a grocery list of somebody else";

/// The Tab key, which leaves the field.
const TAB: &str = "\u{e004}";

/// Longer than a copy lies on the clipboard.
const WIPED: u64 = 45;
/// Longer than a minute without use.
const LOCKED: u64 = 100;

/// catalogue 17, 20
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_walks_away_leaves_neither_a_copy_nor_an_open_window() -> Result<()> {
    let mut person = Person::start(&[]).await?;
    let outcome = story(&mut person).await;
    person.shows_how_it_failed(&outcome).await;
    outcome
}

async fn story(person: &mut Person) -> Result<()> {
    person.creates_a_portfolio().await?;
    person.adds(&[RECEIPT], PERSON).await?;
    person.window.click("button", PERSON).await?;
    a_copy_is_wiped(person).await?;
    // What somebody else copies over it lies there still when both times are over.
    person.press("ui.detail.copyReceipt").await?;
    until("the copy", 10, async || Ok((person.session.clipboard() == RECEIPT).then_some(()))).await?;
    person.session.copy(FOREIGN)?;
    locks_by_itself(person).await?;
    ensure!(person.session.clipboard() == FOREIGN, "what somebody else copied is gone: {}", person.session.clipboard());
    person.unlocks().await?;
    person.window.row(&[PERSON]).await.map(drop)
}

async fn a_copy_is_wiped(person: &Person) -> Result<()> {
    person.press("ui.detail.copyReceipt").await?;
    until("the copy", 10, async || Ok((person.session.clipboard() == RECEIPT).then_some(()))).await?;
    let offered = person.session.clipboard_kinds();
    ensure!(
        offered.contains("x-kde-passwordManagerHint"),
        "histories of the clipboard are not asked to leave it out: {offered}"
    );
    until("the end of the copy", WIPED, async || Ok(person.session.clipboard().is_empty().then_some(()))).await
}

async fn locks_by_itself(person: &Person) -> Result<()> {
    person.press("ui.nav.settings").await?;
    person.press("ui.settings.security").await?;
    person.write("ui.locking.after", "1").await?;
    person.window.keys(TAB).await?;
    until("the unlock window", LOCKED, async || person.window.turned_to(Page::Unlock).await.map(|is| is.then_some(())))
        .await?;
    until("the end of the other window", 10, async || Ok((person.window.count().await? == 1).then_some(()))).await?;
    let text = person.window.run("return document.documentElement.innerHTML", &[]).await?;
    ensure!(!text.as_str().unwrap_or_default().contains(PERSON), "the page still holds a name");
    Ok(())
}

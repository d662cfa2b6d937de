//! `casefolio-tour FOLDER`: what `cargo xtask run` shows on a machine without a display. Opens the practice mode in a session of its
//! own, prints each change and each notification as it comes, and leaves pictures of the window in the folder.
#![expect(clippy::print_stdout, reason = "a program that speaks on the terminal")]

use std::path::Path;

use anyhow::{Context, Result, ensure};
use casefolio_e2e::{Page, Session, Window, Words, english, program, spanish, until};

/// As many changes, and as many notifications, must have come for the tour to be a success.
const LEAST: usize = 5;
/// Seconds after which it ends, whatever came.
const LONGEST: u64 = 220;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let folder = std::env::args().nth(1).context("usage: casefolio-tour FOLDER")?;
    let session = Session::start().await?;
    let window = Window::open(&session, &program("casefolio")?, &["--practice"]).await?;
    window.turn_to(Page::Main).await?;
    println!("Casefolio is open in practice mode, in a virtual display");
    let (told, pictures) = tokio::join!(follow(&session), pictures(&window, &session, Path::new(&folder)));
    pictures?;
    window.close().await;
    let (changes, notes) = told?;
    println!("{changes} changes and {notes} notifications; pictures are in {folder}");
    ensure!(
        changes >= LEAST && notes >= LEAST,
        "at least {LEAST} changes and {LEAST} notifications should have come in {LONGEST} s"
    );
    Ok(())
}

/// Prints what comes until there is enough of it; returns how many changes and notifications came.
async fn follow(session: &Session) -> Result<(usize, usize)> {
    let (mut changes, mut notes) = (0, 0);
    let words = english()?;
    let enough = until("enough changes and notifications", LONGEST, async || {
        let events = session.events().all()?;
        for event in events.iter().filter(|event| event.kind == "changed").skip(changes) {
            println!("change        {}  {}", event.receipt, said(&event.kinds, &words));
            changes += 1;
        }
        for note in session.notes().all()?.iter().skip(notes) {
            println!("notification  {}: {} | {}", note.app, note.summary, note.body.replace('\n', " "));
            notes += 1;
        }
        Ok((changes >= LEAST && notes >= LEAST).then_some(()))
    })
    .await;
    // Too little is said by the caller, with the numbers; anything else is said here.
    if let Err(error) = enough {
        println!("{error:#}");
    }
    Ok((changes, notes))
}

/// What changed, in words: `change.<code>`.
fn said(kinds: &[String], words: &Words) -> String {
    let each = kinds.iter().map(|kind| words.of(&format!("change.{kind}")).unwrap_or_else(|_| kind.clone()));
    each.collect::<Vec<_>>().join(", ")
}

/// The screens a person meets first, in both languages and both themes.
async fn pictures(window: &Window, session: &Session, folder: &Path) -> Result<()> {
    let (en, es) = (english()?, spanish()?);
    let save = async |name: &str| {
        println!("picture       {name}.png");
        window.picture(&folder.join(format!("{name}.png"))).await
    };
    let changed = until("a change", LONGEST, async || {
        Ok(session.events().all()?.into_iter().find(|event| event.kind == "changed"))
    })
    .await?;
    window.row(&[&en.of("ui.cases.unread")?, &changed.receipt]).await?;
    save("cases").await?;
    window.click("button", &changed.receipt).await?;
    window.find("region", &en.of("ui.detail.label")?).await?;
    save("case").await?;
    window.press(&en.of("ui.detail.close")?).await?;
    window.press(&en.of("ui.nav.settings")?).await?;
    window.find("heading", &en.of("ui.settings.title")?).await?;
    save("settings").await?;
    window.click("radio", "Español").await?;
    window.press(&es.of("ui.nav.cases")?).await?;
    window.find("heading", &es.of("ui.cases.title")?).await?;
    save("cases-spanish").await?;
    window.press(&es.of("ui.nav.settings")?).await?;
    window.click("radio", "English").await?;
    window.click("radio", &en.of("ui.theme.dark")?).await?;
    window.press(&en.of("ui.nav.cases")?).await?;
    window.find("heading", &en.of("ui.cases.title")?).await?;
    save("cases-dark").await?;
    window.resize(1024, 700).await?;
    save("cases-1024x700").await
}

//! Backups made from the window, and the way from one mode to the other.

use std::path::Path;

use anyhow::{Result, ensure};
use casefolio_e2e::{Page, Window, program, until};

use crate::person::{PASSPHRASE, Person};

const RECEIPT: &str = "IOE9907314502";

/// catalogue 45
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_is_made_from_the_window_and_the_mode_is_changed_with_the_passphrase() -> Result<()> {
    let mut person = Person::start(&[]).await?;
    let outcome = story(&mut person).await;
    person.shows_how_it_failed(&outcome).await;
    outcome
}

async fn story(person: &mut Person) -> Result<()> {
    person.creates_a_portfolio().await?;
    person.adds(&[RECEIPT], "Ottoline Featherstonehaugh").await?;
    makes_a_backup(person).await?;
    goes_into_strict_mode(person).await?;
    starts_locked(person).await
}

async fn makes_a_backup(person: &Person) -> Result<()> {
    person.press("ui.nav.settings").await?;
    person.press("ui.settings.backups").await?;
    person.see("ui.backups.never").await?;
    person.press("ui.backups.make").await?;
    person.see("ui.backups.made").await?;
    person.window.row(&[&person.words("ui.backups.byHand")?, &person.words("ui.backups.verified")?]).await?;
    person.window.see_no(&person.words("ui.backups.never")?).await?;
    let (before_time, _) =
        person.words("ui.backups.last")?.split_once('%').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap_or_default();
    person.window.see(&before_time).await?;
    let backups = files(&person.session.data().join("portfolios"), "casefolio");
    ensure!(backups == 1, "{backups} files of backups");
    Ok(())
}

/// How many files below a folder have this ending.
fn files(folder: &Path, ending: &str) -> usize {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let count = |path: &Path| {
        if path.is_dir() {
            files(path, ending)
        } else {
            usize::from(path.extension().is_some_and(|known| known == ending))
        }
    };
    entries.map(|entry| count(&entry.path())).sum()
}

async fn goes_into_strict_mode(person: &Person) -> Result<()> {
    person.press("ui.settings.security").await?;
    person.press("ui.mode.switch").await?;
    person.window.turn_to(Page::Secret).await?;
    person.see("ui.secret.strictTitle").await?;
    person.write("ui.gate.passphrase", "eighteen purple umbrellas").await?;
    person.press("ui.mode.switch").await?;
    person.see("problem.wrong_passphrase").await?;
    person.write("ui.gate.passphrase", PASSPHRASE).await?;
    person.press("ui.mode.switch").await?;
    person.see("ui.secret.strictDone").await?;
    person.press("ui.common.close").await?;
    person.window.turn_to(Page::Main).await?;
    // The choice of what goes on behind the lock is strict mode's alone.
    person.window.find("checkbox", &person.words("ui.mode.watchLocked")?).await?;
    until("one entry in the key store, the watch key", 20, async || {
        let entries = person.session.key_store_entries()?;
        // The generation opens nothing: by it an older copy of the portfolio is known.
        let of_program: Vec<_> = entries
            .iter()
            .filter(|entry| entry.contains("org.casefolio.Casefolio") && !entry.contains("generation "))
            .collect();
        Ok((!of_program.is_empty() && of_program.iter().all(|entry| entry.contains("watch "))).then_some(()))
    })
    .await
}

async fn starts_locked(person: &mut Person) -> Result<()> {
    person.window.close().await;
    person.window = Window::open(&person.session, &program("casefolio")?, &[]).await?;
    person.window.turn_to(Page::Unlock).await?;
    person.unlocks().await?;
    person.window.row(&[RECEIPT]).await.map(drop)
}

//! A portfolio whose database is damaged: named in the window, saved into a new one, and kept.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use casefolio_e2e::{Page, Window, program};

use crate::person::{PASSPHRASE, Person, USER_ID};

const PERSON: &str = "Ottoline Featherstonehaugh";
const RECEIPTS: [&str; 3] = ["IOE9907314502", "IOE9907314503", "EAC9912050331"];
const NEW_ID: &str = "maria.lopez.2";
const NEW_PASSPHRASE: &str = "eighteen copper weathervanes";

/// catalogue 25
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flipped_bit_is_named_what_is_whole_is_saved_and_the_damaged_file_stays_byte_for_byte() -> Result<()> {
    let mut person = Person::start(&[]).await?;
    let outcome = story(&mut person).await;
    person.shows_how_it_failed(&outcome).await;
    outcome
}

async fn story(person: &mut Person) -> Result<()> {
    person.creates_a_portfolio().await?;
    person.adds(&RECEIPTS, PERSON).await?;
    person.quits().await?;
    let database = database(person)?;
    let damaged = flip_a_bit(&database)?;
    person.window = Window::open(&person.session, &program("casefolio")?, &[]).await?;
    sees_the_damage(person).await?;
    saves_what_can_be_read(person).await?;
    for receipt in RECEIPTS {
        person.window.row(&[receipt, PERSON]).await?;
    }
    person.window.close().await;
    ensure!(fs::read(&database)? == damaged, "the damaged file is not what it was");
    Ok(())
}

/// The database of the only portfolio.
fn database(person: &Person) -> Result<PathBuf> {
    let portfolios = person.session.data().join("portfolios");
    let folder = fs::read_dir(portfolios)?.next().context("no portfolio")??;
    Ok(folder.path().join("portfolio.db"))
}

/// Flips a bit in the first page, which every opening reads. Gives the bytes as they are then.
fn flip_a_bit(database: &Path) -> Result<Vec<u8>> {
    let mut bytes = fs::read(database)?;
    bytes[700] ^= 1;
    fs::write(database, &bytes)?;
    Ok(bytes)
}

async fn sees_the_damage(person: &Person) -> Result<()> {
    person.window.turn_to(Page::Gate).await?;
    person.window.find("heading", &person.en.with("ui.damage.title", "userId", USER_ID)?).await?;
    person.see("problem.portfolio_damaged").await?;
    person.see("finding.damaged_page").await?;
    person.window.find("button", &person.words("ui.restore.choose")?).await.map(drop)
}

async fn saves_what_can_be_read(person: &Person) -> Result<()> {
    person.press("ui.damage.salvage").await?;
    person.write("ui.gate.passphrase", PASSPHRASE).await?;
    person.write("ui.gate.userId", NEW_ID).await?;
    person.write("ui.gate.newPassphrase", NEW_PASSPHRASE).await?;
    person.write("ui.gate.passphraseAgain", NEW_PASSPHRASE).await?;
    person.press("ui.damage.salvageSubmit").await?;
    person.window.find_within("heading", &person.words("ui.damage.salvagedTitle")?, 60).await?;
    person.window.row(&[&person.words("ui.damage.cases")?, &RECEIPTS.len().to_string()]).await?;
    person.press("ui.damage.next").await?;
    person.writes_down_the_recovery_code().await
}

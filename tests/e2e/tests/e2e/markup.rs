//! Markup in whatever comes from outside stays text.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, ensure};
use casefolio_e2e::Elsewhere;
use casefolio_practice::{Practice, PracticeSettings, Running, Script, Status};
use serde_json::json;

use crate::person::Person;

const RECEIPT: &str = "IOE9907314502";
const OTHER: &str = "EAC9912050331";

/// catalogue 104
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn markup_in_answers_names_labels_and_lists_is_shown_as_text() -> Result<()> {
    let elsewhere = Elsewhere::listen()?;
    let there = elsewhere.address()?;
    let person = Person::start(&[]).await?;
    let outcome = story(&person, &there).await;
    person.shows_how_it_failed(&outcome).await;
    outcome?;
    let asked = elsewhere.asked();
    ensure!(asked.is_empty(), "it was fetched: {asked:?}");
    Ok(())
}

/// An attack in many shapes; `mark` tells where it stood.
fn attack(mark: &str, there: &str) -> String {
    format!(
        "{mark} <img src=\"{there}{mark}\" onerror=\"window.__hit=1;alert(1)\"><script>window.__hit=1;alert(1)</script>\
         <svg onload=\"window.__hit=1\"></svg><a href=\"javascript:window.__hit=1\">link</a> & {mark}-end"
    )
}

async fn service(there: &str) -> Result<Running> {
    let said = |mark: &str| attack(mark, there);
    let first = Status::titled(&said("title")).spanish(&said("titulo")).text(&said("text"), &said("texto"));
    let script = Script::new()
        .case(RECEIPT)
        .form("I-485")
        .at(Duration::ZERO, first.history(&said("history"), &said("historia")))
        .case(OTHER)
        .form(&said("form"))
        .at(Duration::ZERO, Status::titled("Case Was Received"));
    #[expect(
        clippy::disallowed_methods,
        reason = "the stand-in of the service runs on the real clock here, as the window does"
    )]
    let clock = Arc::new(chrono::Utc::now);
    Ok(Practice::start(script, PracticeSettings::default(), clock).await?)
}

async fn story(person: &Person, there: &str) -> Result<()> {
    let service = service(there).await?;
    person.creates_a_portfolio().await?;
    person.sets_the_service(&service).await?;
    adds_by_a_list_full_of_markup(person, there).await?;
    untouched(person).await?;
    person.window.click("button", RECEIPT).await?;
    person.window.find("region", &person.words("ui.status.title")?).await?;
    person.window.see("title").await?;
    untouched(person).await?;
    person.window.press("Español").await?;
    untouched(person).await?;
    // What comes anew over the old is compared word by word.
    service.set(RECEIPT, Status::titled(&attack("newer", there)));
    person.press("ui.detail.checkNow").await?;
    person.window.see("newer").await?;
    untouched(person).await?;
    service.stop().await;
    Ok(())
}

/// A list pasted from somewhere, a name and a label.
async fn adds_by_a_list_full_of_markup(person: &Person, there: &str) -> Result<()> {
    let (name, label) = (attack("name", there), attack("label", there));
    person.press("ui.nav.cases").await?;
    person.press("ui.cases.add").await?;
    person.write("ui.add.receipts", &format!("{RECEIPT}\n{OTHER}\n{}", attack("line", there))).await?;
    person.window.see("line").await?;
    person.write("ui.add.person", &name[..150]).await?;
    person.write("ui.add.label", &label[..150]).await?;
    untouched(person).await?;
    person.window.press(&person.en.with("ui.add.submit.other", "count", "2")?).await?;
    person.press("ui.common.cancel").await?;
    person.window.row(&[RECEIPT, "<img src="]).await.map(drop)
}

/// No element came of the text, no script ran, no dialog stands.
async fn untouched(person: &Person) -> Result<()> {
    let script = "const made = document.body.querySelectorAll('img:not([src^=\"/assets/\"]), svg[onload], script, a[href^=javascript], [onerror], [onload], [onclick]'); \
                  return [[...made].map((element) => element.outerHTML), window.__hit === undefined]";
    let seen = person.window.run(script, &[]).await?;
    ensure!(seen == json!([[], true]), "elements, nothing ran: {seen}");
    Ok(())
}

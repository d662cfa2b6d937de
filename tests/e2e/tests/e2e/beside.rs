//! Several portfolios that this computer opens are watched side by side.

use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use casefolio_core::cases::AddRequest;
use casefolio_core::core::PortfolioEntry;
use casefolio_core::parts::{Channel, KdfStrength, NoKeyStore, Passphrase};
use casefolio_core::service::{Preset, ServiceSettings, SetServiceRequest};
use casefolio_core::testing::FakeClock;
use casefolio_core::watch::{Order, run_round};
use casefolio_core::{Clock as _, Core, Home, Parts, SystemClock};
use casefolio_e2e::{Page, Window, program, until};
use casefolio_practice::{Running, Status};
use chrono::TimeDelta;

use crate::person::{PASSPHRASE, Person, USER_ID, received};

const OTHER: &str = "okafor.family";
const RECEIPTS: [(&str, &str); 2] = [(USER_ID, "IOE0907300001"), (OTHER, "IOE0907300002")];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_portfolio_that_the_computer_opens_is_watched_and_each_can_be_shown() -> Result<()> {
    let (mut person, service) = (Person::start(&[]).await?, received(&RECEIPTS.map(|(_, receipt)| receipt)).await?);
    let outcome = story(&mut person, &service).await;
    person.shows_how_it_failed(&outcome).await;
    outcome
}

async fn story(person: &mut Person, service: &Running) -> Result<()> {
    person.creates_a_portfolio().await?;
    person.press("ui.nav.lock").await?;
    person.window.turn_to(Page::Unlock).await?;
    person.press("ui.unlock.leave").await?;
    person.window.turn_to(Page::Gate).await?;
    person.creates_another(OTHER).await?;
    person.quits().await?;
    asked_three_days_ago(person, service).await?;
    let asked = service.counts().case;
    for (_, receipt) in RECEIPTS {
        service.set(receipt, Status::titled("Case Was Approved"));
    }

    // Started as at sign-in: nobody is asked for a passphrase, nothing is shown, and both are checked.
    let (notes, program) = (person.session.notes(), program("casefolio")?);
    let begun = async {
        until("a note of each", 60, async || Ok((notes.all()?.len() >= 2).then_some(()))).await?;
        person.session.start_beside(&program, true)
    };
    let (window, begun) = tokio::join!(Window::open(&person.session, &program, &["--hidden"]), begun);
    begun?;
    person.window = window?;
    person.window.turn_to(Page::Gate).await?;
    let told = notes.all()?;
    ensure!(told.len() == 2 && service.counts().case == asked + 2, "each is asked about once: {told:?}");
    let body = person.words("notice.change.beside")?;
    ensure!(told.iter().all(|note| note.body == body), "{told:?}");
    let unread = person.en.with("ui.gate.checkedBeside.one", "count", "1")?;
    person.window.see(&unread).await?;

    // The one that is shown is watched no more beside, and the other one goes on.
    for (shown, hidden, receipt) in [(OTHER, USER_ID, RECEIPTS[1].1), (USER_ID, OTHER, RECEIPTS[0].1)] {
        person.chooses(shown).await?;
        person.unlocks().await?;
        let row = person.window.row(&[receipt]).await?;
        ensure!(row.contains("Case Was Approved"), "{row}");
        person.press("ui.nav.portfolios").await?;
        person.window.turn_to(Page::Gate).await?;
        until(format!("{hidden} in the background"), 20, async || {
            Ok(person.row_of(hidden).await?.contains(&unread).then_some(()))
        })
        .await?;
        ensure!(!person.row_of(shown).await?.contains(&unread), "{shown} is watched twice");
    }
    ensure!(service.counts().case == asked + 2, "opening asks about nothing that is not due");

    // Started by a person, it shows the gate, and watches both.
    person.session.kill("casefolio")?;
    person.window = Window::open(&person.session, &program, &[]).await?;
    person.window.turn_to(Page::Gate).await?;
    let both = async || {
        let rows = [person.row_of(OTHER).await?, person.row_of(USER_ID).await?];
        Ok(rows.iter().all(|row| row.contains(&unread)).then_some(()))
    };
    until("both in the background", 20, both).await
}

/// Each portfolio knows the answer of three days ago, so that its case is due by now, and asks by the same client id.
async fn asked_three_days_ago(person: &Person, service: &Running) -> Result<()> {
    let parts = Parts {
        clock: Arc::new(FakeClock::at(SystemClock.now() - TimeDelta::days(3))),
        key_store: Arc::new(NoKeyStore),
        strength: KdfStrength::SMALLEST_ACCEPTED,
        channel: Channel::Console,
    };
    let core = Core::new(Home::at(person.session.data()), parts);
    for (user_id, receipt) in RECEIPTS {
        let entry: PortfolioEntry = core.choose(Some(user_id))?;
        ensure!(entry.computer_slot, "{user_id} is opened by this computer");
        let portfolio = Arc::new(core.unlock(&entry, &Passphrase::new(PASSPHRASE.to_owned().into())?)?);
        let settings = ServiceSettings {
            preset: Preset::Other,
            token_url: service.token_url(),
            api_base: service.api_base(),
            client_id: service.client_id(),
            per_second: 5,
            per_day: 100,
        };
        let secret = Some(service.client_secret().into());
        portfolio.set_service(&SetServiceRequest { settings, secret })?;
        portfolio.add(&AddRequest::of_receipts(&[receipt.to_owned()], "", ""))?;
        let report = run_round(&portfolio, &Order::All).await.context(user_id)?;
        ensure!(report.checked == 1, "{report:?}");
    }
    Ok(())
}

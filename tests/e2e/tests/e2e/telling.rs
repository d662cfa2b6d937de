//! The window's program that is killed while it asks and tells, over a real notification service and a real mail server.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};
use casefolio_core::mail::{MailSettings, Recipient, Scope, Security, SetMailRequest, SignInWay};
use casefolio_core::parts::{Channel, KdfStrength, NoKeyStore, Passphrase};
use casefolio_core::{Core, Home, Parts, Portfolio, SystemClock};
use casefolio_domain::Language;
use casefolio_domain::notice::Detail;
use casefolio_e2e::{Page, Window, program, until};
use casefolio_mail::testing::MailServer;
use casefolio_practice::{Running, Status};
use serde_json::Value;

use crate::person::{PASSPHRASE, Person, received};

const ROUNDS: u32 = 10;
const CASES: u32 = 50;

/// When the program is killed.
#[derive(Debug, Clone, Copy)]
enum Moment {
    /// After so many calls of a round.
    Calls(u64),
    /// As soon as a notification came.
    Note,
    /// As soon as a letter came.
    Letter,
}

/// The kill of a round. One comes in the middle of the asking: what was recorded by then is told at the next start, and the rest a minute
/// later, for it is told as one. The others come while it tells.
fn moment(round: u32) -> Moment {
    match round {
        0 => Moment::Calls(u64::from(CASES) / 2),
        odd if !odd.is_multiple_of(2) => Moment::Note,
        _ => Moment::Letter,
    }
}

struct Telling {
    person: Person,
    service: Running,
    mail: MailServer,
    letters: Vec<Value>,
    kills: usize,
}

/// catalogue 61, 64
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_hundred_changes_with_kills_between_lose_no_notification_and_no_letter() -> Result<()> {
    let (person, service) = (Person::start(&[]).await?, received(&receipts()).await?);
    let mail = MailServer::start(Security::Tls);
    let mut telling = Telling { person, service, mail, letters: Vec::new(), kills: 0 };
    let outcome = telling.all().await;
    telling.person.shows_how_it_failed(&outcome).await;
    outcome
}

fn receipts() -> Vec<String> {
    (0..CASES).map(|case| format!("IOE09073{case:05}")).collect()
}

fn title(round: u32, case: usize) -> String {
    format!("Case Came To Step {round} In Office {case}")
}

fn header<'a>(letter: &'a Value, name: &str) -> Option<&'a str> {
    let headers = letter["headers"].as_array()?;
    headers.iter().find(|pair| pair[0] == name)?[1].as_str()
}

impl Telling {
    async fn all(&mut self) -> Result<()> {
        self.person.creates_a_portfolio().await?;
        self.person.sets_the_service(&self.service).await?;
        let receipts = receipts();
        let receipts: Vec<&str> = receipts.iter().map(String::as_str).collect();
        self.person.adds(&receipts, "Ottoline Featherstonehaugh").await?;
        let asked = async || Ok((self.service.counts().by_receipt.len() >= receipts.len()).then_some(()));
        until("a first answer about each case", 60, asked).await?;
        self.person.quits().await?;
        self.mail_is_set_up()?;
        for round in 0..ROUNDS {
            self.passes(round).await.with_context(|| format!("round {round}"))?;
        }
        self.nothing_was_lost()
    }

    /// Between two starts, with the passphrase.
    fn mail_is_set_up(&self) -> Result<()> {
        let portfolio = self.portfolio()?;
        portfolio.trust_company_root(self.mail.root_pem().as_bytes())?;
        let at = self.mail.server();
        let settings = MailSettings {
            host: at.host().to_owned(),
            port: at.port(),
            security: at.security(),
            address: "ana@example.com".to_owned(),
            name: String::new(),
            user: "ana@example.com".to_owned(),
            way: SignInWay::Password,
        };
        portfolio.set_mail(&SetMailRequest { settings, secret: Some("correct horse".to_owned().into()) })?;
        portfolio.add_recipient(&Recipient {
            address: "clerk@example.org".to_owned(),
            name: String::new(),
            language: Language::English,
            detail: Detail::Detailed,
            scope: Scope::Everything,
        })?;
        Ok(())
    }

    fn portfolio(&self) -> Result<Portfolio> {
        let parts = Parts {
            clock: std::sync::Arc::new(SystemClock),
            key_store: std::sync::Arc::new(NoKeyStore),
            strength: KdfStrength::SMALLEST_ACCEPTED,
            channel: Channel::Desktop,
        };
        let core = Core::new(Home::at(self.person.session.data()), parts);
        Ok(core.unlock(&core.choose(None)?, &Passphrase::new(PASSPHRASE.to_owned().into())?)?)
    }

    /// Every case changes, and the program is killed before it has told of all of them.
    async fn passes(&mut self, round: u32) -> Result<()> {
        for (case, receipt) in receipts().iter().enumerate() {
            self.service.set(receipt, Status::titled(&title(round, case)));
        }
        let notes = self.person.session.notes().all()?.len();
        let (moment, calls, letters) = (moment(round), self.service.counts().case, self.letters.len());
        self.starts_and_asks().await?;
        until(format!("{moment:?}"), 60, async || {
            let come = match moment {
                Moment::Calls(wanted) => self.service.counts().case >= calls + wanted,
                Moment::Note => self.person.session.notes().all()?.len() > notes,
                Moment::Letter => {
                    self.letters.extend(self.mail.taken());
                    self.letters.len() > letters
                }
            };
            Ok(come.then_some(()))
        })
        .await?;
        self.person.session.kill("casefolio")?;
        ensure!(self.person.session.ended("casefolio").await, "the program outlives a kill");
        self.kills += 1;
        self.starts_and_asks().await?;
        until("a letter and a notification of each change", 90, async || {
            self.letters.extend(self.mail.taken());
            let told = changes_told(&self.person, notes)?;
            let written = (0..receipts().len()).all(|case| self.says(&title(round, case)).next().is_some());
            Ok((written && told >= CASES).then_some(()))
        })
        .await?;
        self.person.window.close().await;
        ensure!(self.person.session.ended("casefolio").await, "the program outlives its session");
        Ok(())
    }

    async fn starts_and_asks(&mut self) -> Result<()> {
        self.person.window = Window::open(&self.person.session, &program("casefolio")?, &[]).await?;
        self.person.window.turn_to(Page::Main).await?;
        let script = "window.__TAURI_INTERNALS__.invoke('check_now', { ids: [] })";
        self.person.window.run(script, &[]).await.map(drop)
    }

    /// The letters that tell of a change to a title.
    fn says(&self, title: &str) -> impl Iterator<Item = &Value> {
        let row = format!("Status: {title}\r\n");
        self.letters.iter().filter(move |letter| letter["plain"].as_str().is_some_and(|plain| plain.contains(&row)))
    }

    fn nothing_was_lost(&mut self) -> Result<()> {
        self.letters.extend(self.mail.taken());
        let mut messages: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for letter in &self.letters {
            let id = header(letter, "Message-ID").context("a letter without a Message-ID")?;
            messages.entry(id).or_default().insert(letter["plain"].as_str().unwrap_or_default());
        }
        ensure!(messages.values().all(|texts| texts.len() == 1), "two letters of one Message-ID differ");
        for (round, case) in (0..ROUNDS).flat_map(|round| (0..receipts().len()).map(move |case| (round, case))) {
            let ids: BTreeSet<_> = self.says(&title(round, case)).map(|letter| header(letter, "Message-ID")).collect();
            ensure!(ids.len() == 1, "{} messages tell of {}", ids.len(), title(round, case));
        }
        let twice = self.letters.len() - messages.len();
        ensure!(twice <= self.kills, "{twice} letters came twice for {} kills", self.kills);
        let (notes, told) = (self.person.session.notes().all()?.len(), changes_told(&self.person, 0)?);
        println!(
            "{} changes, {} kills: {notes} notifications of {told}, {} letters, {twice} of them twice",
            ROUNDS * CASES,
            self.kills,
            self.letters.len()
        );
        Ok(())
    }
}

/// How many changes the notifications from one on tell of.
fn changes_told(person: &Person, from: usize) -> Result<u32> {
    let one = person.words("notice.change.title")?;
    let notes = person.session.notes().all()?;
    let count = |body: &str| body.split(|c: char| !c.is_ascii_digit()).find_map(|digits| digits.parse().ok());
    Ok(notes[from..].iter().map(|note| if note.summary == one { 1 } else { count(&note.body).unwrap_or(0) }).sum())
}

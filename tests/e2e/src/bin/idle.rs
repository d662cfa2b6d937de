//! `casefolio-idle [SECONDS]`: what the window's program costs while nothing is due. Started by `cargo xtask bench idle`. A portfolio with
//! 1,000 cases is open in the window, and the calls of the day are spent. Ends with an error where it works too much, or writes anything.
#![expect(clippy::print_stdout, reason = "a program that speaks on the terminal")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, anyhow, ensure};
use casefolio_core::cases::AddRequest;
use casefolio_core::locking::LockAfter;
use casefolio_core::parts::{Channel, KdfStrength, NoKeyStore, Passphrase};
use casefolio_core::portfolio::CreateRequest;
use casefolio_core::preferences::Preferences;
use casefolio_core::service::{Preset, ServiceSettings, SetServiceRequest};
use casefolio_core::watch::{Order, run_round};
use casefolio_core::{Core, Home, Parts, SystemClock};
use casefolio_e2e::{Page, Session, Window, english, program, until};
use casefolio_practice::{Practice, PracticeSettings, Running, Script, Status};

const CASES: u32 = 1_000;
const PASSPHRASE: &str = "seventeen purple umbrellas";
/// The part of one core that may be used.
const MOST: f64 = 0.002;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<()> {
    let seconds: u64 = std::env::args().nth(1).map_or(Ok(600), |seconds| seconds.parse())?;
    let (session, service) = (Session::start().await?, service().await?);
    prepare(&session, &service).await?;
    let window = Window::open(&session, &program("casefolio")?, &[]).await?;
    unlock(&window).await?;
    // The first look at everything is no idling, nor is the backup of the day.
    let backup = session.data();
    let made = async || Ok(files(&backup)?.keys().any(|file| is_backup(file)).then_some(()));
    until("the backup of the day", 180, made).await?;
    let quiet = async || {
        let before = session.processor_times()?;
        tokio::time::sleep(Duration::from_secs(10)).await;
        Ok((since(&before, &session.processor_times()?) < Duration::from_millis(50)).then_some(()))
    };
    until("a program that rests", 180, quiet).await?;
    let (calls, files, before) = (service.counts().case, files(&session.data())?, session.processor_times()?);
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    let used = since(&before, &session.processor_times()?);
    let part = used.as_secs_f64() / Duration::from_secs(seconds).as_secs_f64();
    println!(
        "{CASES} cases, nothing due, {seconds} s: {:.2} s of processor time, {:.3} % of a core",
        used.as_secs_f64(),
        part * 100.0
    );
    ensure!(service.counts().case == calls, "something was due");
    let written = written(&files, &self::files(&session.data())?);
    println!(
        "written in the data folder: {}",
        if written.is_empty() { "nothing".to_owned() } else { written.join(", ") }
    );
    ensure!(part <= MOST, "more than {:.1} % of a core", MOST * 100.0);
    ensure!(written.is_empty(), "something was written");
    Ok(())
}

/// What the processes that still run have spent since.
fn since(before: &BTreeMap<String, Duration>, after: &BTreeMap<String, Duration>) -> Duration {
    let spent =
        |(process, now): (&String, &Duration)| now.saturating_sub(before.get(process).copied().unwrap_or_default());
    after.iter().map(spent).sum()
}

fn receipts() -> Vec<String> {
    (0..CASES).map(|case| format!("IOE09073{case:05}")).collect()
}

async fn service() -> Result<Running> {
    let script = receipts().iter().fold(Script::new(), |script, receipt| {
        script.case(receipt).form("I-485").at(Duration::ZERO, Status::titled("Case Was Received"))
    });
    #[expect(clippy::disallowed_methods, reason = "the stand-in runs on the real clock here, as the window does")]
    let clock = Arc::new(chrono::Utc::now);
    Ok(Practice::start(script, PracticeSettings { calls_per_second: None, ..PracticeSettings::default() }, clock)
        .await?)
}

/// A portfolio whose cases were all asked about, with all the calls of this day.
async fn prepare(session: &Session, service: &Running) -> Result<()> {
    let parts = Parts {
        clock: Arc::new(SystemClock),
        key_store: Arc::new(NoKeyStore),
        strength: KdfStrength::SMALLEST_ACCEPTED,
        channel: Channel::Desktop,
    };
    let passphrase = Passphrase::typed(PASSPHRASE.to_owned().into());
    let created = Core::new(Home::at(session.data()), parts).create(&CreateRequest {
        user_id: "maria.lopez".to_owned(),
        passphrase: passphrase.map_err(|_| anyhow!("a passphrase nobody can type"))?,
        computer_slot: false,
        watch_behind_lock: false,
    })?;
    let portfolio = Arc::new(created.portfolio);
    let settings = ServiceSettings {
        preset: Preset::Other,
        token_url: service.token_url(),
        api_base: service.api_base(),
        client_id: service.client_id(),
        per_second: 10,
        per_day: CASES,
    };
    portfolio.set_service(&SetServiceRequest { settings, secret: Some(service.client_secret().into()) })?;
    portfolio.add(&AddRequest::of_receipts(&receipts(), "Ottoline Featherstonehaugh", ""))?;
    let preferences = portfolio.preferences()?;
    portfolio.set_preferences(Preferences { lock_after: LockAfter::minutes(60), ..preferences })?;
    println!("asking about {CASES} cases once");
    let report = run_round(&portfolio, &Order::All).await?;
    println!("{} of them answered", report.checked);
    Ok(())
}

async fn unlock(window: &Window) -> Result<()> {
    let en = english()?;
    window.turn_to(Page::Unlock).await?;
    window.write(&en.of("ui.gate.passphrase")?, PASSPHRASE).await?;
    window.press(&en.of("ui.unlock.unlock")?).await?;
    window.turn_to(Page::Main).await?;
    window.find("heading", &en.of("ui.cases.title")?).await.map(drop)
}

type Files = BTreeMap<PathBuf, (u64, SystemTime)>;

/// Length and time of the last write of each file.
fn files(folder: &Path) -> Result<Files> {
    let mut files = Files::new();
    for entry in std::fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))? {
        let entry = entry?;
        let about = entry.metadata()?;
        if about.is_dir() {
            files.extend(self::files(&entry.path())?);
        } else {
            files.insert(entry.path(), (about.len(), about.modified()?));
        }
    }
    Ok(files)
}

fn is_backup(file: &Path) -> bool {
    file.file_name().is_some_and(|name| name.to_string_lossy().ends_with("-daily.casefolio"))
}

fn written(before: &Files, after: &Files) -> Vec<String> {
    let gone = before.keys().filter(|path| !after.contains_key(*path));
    let changed = after.iter().filter(|(path, about)| before.get(*path) != Some(*about)).map(|(path, _)| path);
    let name = |path: &PathBuf| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    gone.chain(changed).map(name).collect()
}

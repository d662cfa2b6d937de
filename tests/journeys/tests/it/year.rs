//! A year of watching: sleeps, restarts, closed nights, outages and days over the quota.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use casefolio_core::service::{Preset, ServiceSettings, SetServiceRequest};
use casefolio_core::telling::{Dispatcher, Mail, MailFailure, Mailer, Notice};
use casefolio_core::testing::{KeptNotices, store_of};
use casefolio_core::watch::Watch;
use casefolio_domain::notice::Detail;
use casefolio_domain::polling::{ResetZone, day_of, next_reset};
use casefolio_domain::{ChangeKind, Language};
use casefolio_journeys::{PROCESSED, REVIEWED, Setting, Story, receipts, settings_of, status};
use casefolio_practice::{Fault, PracticeSettings, Script};
use casefolio_store::outbox::{self, Channel};
use casefolio_store::recipients::{self, Recipient, Scope};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

const CASES: u32 = 500;
const PER_DAY: u32 = 300;
/// From the week of Labor Day over two changes of the clocks, all holidays and a leap day.
const BEGINS: &str = "2027-09-01T13:00:00Z";
const DAYS: i64 = 366;
/// The last day on which a case changes: what comes later might be seen only after the year.
const LAST_CHANGE: u32 = 320;

/// The titles a case goes through, one after the other.
const TITLES: [&str; 6] = [
    REVIEWED,
    PROCESSED,
    "Request for Additional Evidence Was Sent",
    "Response To USCIS' Request For Evidence Was Received",
    "Interview Was Scheduled",
    "Case Was Approved",
];

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, from: u32, to: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        from + u32::try_from((self.0 >> 33) % u64::from(to - from + 1)).unwrap()
    }
}

/// What becomes of each case: when it changes, and to which title.
struct Plot(Vec<(String, Fate)>);

type Fate = Vec<(DateTime<Utc>, &'static str)>;

impl Plot {
    /// More than a month passes between two changes of a case, so that each of them is there to be seen.
    fn new(dice: &mut Dice, begins: DateTime<Utc>) -> Self {
        let fate = |receipt: String| {
            let mut day = dice.roll(1, 120);
            let mut changes = Fate::new();
            for title in TITLES.iter().skip(1) {
                if day > LAST_CHANGE {
                    break;
                }
                let second = dice.roll(0, 86_399);
                changes
                    .push((begins + TimeDelta::days(i64::from(day)) + TimeDelta::seconds(i64::from(second)), *title));
                day += dice.roll(35, 160);
            }
            (receipt, changes)
        };
        Self(receipts(CASES).into_iter().map(fate).collect())
    }

    fn script(&self, begins: DateTime<Utc>) -> Script {
        self.0.iter().fold(Script::new(), |script, (receipt, changes)| {
            let script = script.case(receipt).before(30, status(REVIEWED));
            let since = |at: DateTime<Utc>| Duration::from_secs(u64::try_from((at - begins).num_seconds()).unwrap());
            changes.iter().fold(script, |script, (at, title)| script.at(since(*at), status(title)))
        })
    }

    fn len(&self) -> usize {
        self.0.iter().map(|(_, changes)| changes.len()).sum()
    }
}

/// What goes wrong with the service, and until when.
#[derive(Default)]
struct Weather {
    until: Option<DateTime<Utc>>,
}

impl Weather {
    /// Every third week or so something goes wrong, for an hour to two days; on some days the quota is spent by somebody else.
    fn turn(&mut self, dice: &mut Dice, story: &Story, awake: bool) {
        let now = story.now();
        if self.until.is_some_and(|until| until <= now) {
            story.service.faults().clear();
            self.until = None;
        }
        if self.until.is_some() || !awake || dice.roll(1, 400) > 1 {
            return;
        }
        let hours = TimeDelta::hours(i64::from(dice.roll(1, 48)));
        let (fault, until) = match dice.roll(0, 7) {
            0 => (Fault::ClosedPage, now + hours),
            1 => (Fault::InternalError, now + hours),
            2 => (Fault::PortalPage, now + hours),
            3 => (Fault::ChallengePage, now + hours),
            4 => (Fault::WrongReceipt, now + hours),
            5 => (Fault::CutAnswer, now + hours),
            6 => (Fault::Limited(Some("900".to_owned())), now + hours),
            _ => (Fault::Limited(None), next_reset(now, ResetZone::Eastern)),
        };
        story.service.faults().set_service(Some(fault));
        self.until = Some(until);
    }
}

/// A mail server that keeps which changes it was told.
#[derive(Default)]
struct Letters(Mutex<Vec<Mail>>);

impl Mailer for Letters {
    fn send(&self, mail: &Mail) -> Result<(), MailFailure> {
        self.0.lock().unwrap().push(mail.clone());
        Ok(())
    }
}

/// The program between two restarts.
struct Program {
    watch: Watch,
    notices: Dispatcher,
    mail: Dispatcher,
}

impl Program {
    fn start(story: &Story, letters: &Arc<Letters>) -> Self {
        let portfolio = story.portfolio();
        let mailer: Arc<dyn Mailer> = Arc::<Letters>::clone(letters);
        Self {
            watch: Watch::new(Arc::clone(portfolio)),
            notices: Dispatcher::start(portfolio, Arc::<KeptNotices>::clone(&story.notifier)).unwrap(),
            mail: Dispatcher::start_mail(portfolio, mailer).unwrap(),
        }
    }

    async fn look(&mut self) {
        self.watch.look().await;
        self.notices.flush();
        self.mail.flush();
    }
}

async fn begun(plot: &Plot, begins: DateTime<Utc>) -> Story {
    let practice = PracticeSettings { opening_hours: true, ..PracticeSettings::default() };
    let story = Setting { begins, practice, ..Setting::of(plot.script(begins)) }.begin().await;
    let settings = ServiceSettings { preset: Preset::Sandbox, ..settings_of(&story.service, 1_000, PER_DAY) };
    story.portfolio().set_service(&SetServiceRequest { settings, secret: None }).unwrap();
    story.add(&receipts(CASES));
    let somebody = Recipient {
        address: "one@example.org".to_owned(),
        name: String::new(),
        language: Language::English,
        detail: Detail::Generic,
        scope: Scope::Everything,
    };
    store_of(story.portfolio()).write(|t| recipients::insert(t, &somebody)).unwrap().unwrap();
    story
}

/// Watches for the year; the calls of each day.
async fn watched(story: &mut Story, dice: &mut Dice, letters: &Arc<Letters>) -> BTreeMap<NaiveDate, u64> {
    let ends = story.now() + TimeDelta::days(DAYS);
    let mut program = Program::start(story, letters);
    let (mut weather, mut calls) = (Weather::default(), BTreeMap::new());
    while story.now() < ends {
        for _ in 0..dice.roll(4, 22) {
            weather.turn(dice, story, true);
            let before = story.calls();
            program.look().await;
            *calls.entry(day_of(story.now(), ResetZone::Eastern)).or_default() += story.calls() - before;
            story.pass(TimeDelta::minutes(i64::from(dice.roll(10, 60))));
        }
        let asleep = if dice.roll(1, 5) == 1 { dice.roll(15, 60) } else { dice.roll(1, 14) };
        story.pass(TimeDelta::hours(i64::from(asleep)));
        weather.turn(dice, story, false);
        if dice.roll(1, 3) == 1 {
            drop(program);
            story.reopen();
            program = Program::start(story, letters);
        }
    }
    story.service.faults().clear();
    program.look().await;
    calls
}

#[tokio::test]
async fn in_a_year_every_change_is_recorded_once_and_told_once_and_no_day_has_more_calls_than_it_may() {
    let begins: DateTime<Utc> = BEGINS.parse().unwrap();
    let mut dice = Dice(20_270_901);
    let plot = Plot::new(&mut dice, begins);
    let mut story = begun(&plot, begins).await;
    let letters = Arc::new(Letters::default());
    let calls = watched(&mut story, &mut dice, &letters).await;

    let over: Vec<_> = calls.iter().filter(|(_, calls)| **calls > u64::from(PER_DAY)).collect();
    assert!(over.is_empty(), "{over:?}");
    let mut told = BTreeMap::new();
    for (case, change) in letters.0.lock().unwrap().iter().flat_map(|mail| &mail.changes) {
        *told.entry((case.receipt.as_str().to_owned(), change.at)).or_insert(0) += 1;
    }
    for (receipt, changes) in &plot.0 {
        let record = story.record(receipt);
        let seen: Vec<_> = record.changes.iter().filter(|change| change.kind == ChangeKind::Title).collect();
        let titles: Vec<_> = seen.iter().map(|change| change.after.as_ref().unwrap().en.as_str()).collect();
        assert_eq!(titles, changes.iter().map(|(_, title)| *title).collect::<Vec<_>>(), "{receipt}");
        for (change, (at, _)) in seen.iter().zip(changes) {
            assert!(change.at >= *at, "{receipt} {at}");
            assert_eq!(told.get(&(receipt.clone(), change.at)), Some(&1), "{receipt} {at}");
        }
    }
    let shown: u64 = story.notifier.all().iter().map(told_by).sum();
    assert_eq!((shown, told.len()), (plot.len() as u64, plot.len()));
    for channel in [Channel::Desktop, Channel::Email] {
        assert_eq!(store_of(story.portfolio()).read(|c| outbox::pending(c, channel)).unwrap(), 0);
    }
}

/// How many changes a notice tells.
fn told_by(notice: &Notice) -> u64 {
    match notice {
        Notice::Change { .. } => 1,
        Notice::Summary { changes, .. } => u64::from(*changes),
        Notice::BehindLock { .. } => 0,
    }
}

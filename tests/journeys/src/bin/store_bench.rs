//! `casefolio-store-bench FOLDER`: what a portfolio of 10,000 cases and 1,000,000 rows of history costs to unlock, open, list and write.
//! Started by `cargo xtask bench store`. The portfolio is made once in the folder, always the same, and kept.
#![expect(clippy::print_stdout, reason = "a program that speaks on the terminal")]
#![expect(clippy::unwrap_used, reason = "a measurement that cannot be made should stop where it stands")]

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::Arc;
use std::time::{Duration, Instant};

use casefolio_core::cases::CaseFilter;
use casefolio_core::core::PortfolioEntry;
use casefolio_core::portfolio::CreateRequest;
use casefolio_core::testing::store_of;
use casefolio_core::{Core, Home, Parts, Portfolio, SystemClock};
use casefolio_domain::{Bilingual, Case, Change, FormType, HistoryItem, Link, Observation, ReceiptNumber};
use casefolio_journeys::passphrase;
use casefolio_keys::{KdfStrength, KeyFile, MemoryKeyStore};
use casefolio_store::cases::{self, Answered, NewCase};
use casefolio_store::changes::{self, NewChange};
use casefolio_store::observations;
use casefolio_store::outbox::Channel;
use casefolio_store::{Error, Transaction};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

const PASSPHRASE: &str = "lantern river orange seven";
const CASES: u32 = 10_000;
/// Rows of history of each case: its statuses in turn, so that each row is a new stretch of time.
const ROWS: u32 = 100;
/// Distinct answers of a case.
const ANSWERS: u32 = 10;
/// Cases written by one transaction while the portfolio is made.
const BATCH: u32 = 100;
/// The receipt of the case that is measured.
const MEASURED: u32 = CASES / 2;

const TITLES: [(&str, &str); 5] = [
    ("Case Was Received", "Caso Fue Recibido"),
    ("Fingerprint Fee Was Received", "Se Recibió la Tarifa de Huellas Dactilares"),
    ("Case Is Being Actively Reviewed By USCIS", "Su Caso Está Siendo Revisado Activamente por USCIS"),
    ("Request for Additional Evidence Was Sent", "Se Envió una Solicitud de Evidencia Adicional"),
    ("Case Was Approved", "Caso Fue Aprobado"),
];

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let folder = PathBuf::from(arguments.next().unwrap());
    let is_to_die = arguments.next().is_some();
    let parts = Parts {
        clock: Arc::new(SystemClock),
        key_store: Arc::new(MemoryKeyStore::new()),
        strength: KdfStrength::FLOOR,
        channel: Channel::Console,
    };
    let core = Core::new(Home::at(folder.clone()), parts.clone());
    let made = folder.join("made");
    if !made.exists() {
        make(&core, &folder);
        std::fs::write(&made, "").unwrap();
    }
    let entry = core.choose(None).unwrap();
    let mut file = KeyFile::load(&entry.folder).unwrap();
    let key = file.unlock_with_passphrase(&passphrase(PASSPHRASE)).unwrap();
    if is_to_die {
        let portfolio = core.unlock(&entry, &passphrase(PASSPHRASE)).unwrap();
        change_once(&portfolio);
        std::process::abort(); // as a kill: the journal is left
    }
    // Opens without a derivation: the key is there.
    file.add_computer_slot(&key, parts.key_store.as_ref()).unwrap();
    let lines = measure(&core, &entry);
    print(&entry, &lines);
    if lines.iter().all(Line::holds) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What a piece of work took once.
#[derive(Clone, Copy)]
struct Took {
    /// By the wall.
    wall: Duration,
    /// On the processor; by the wall where the system does not tell.
    processor: Duration,
}

/// What a piece of work took, done several times.
#[derive(Clone, Copy)]
struct Figure {
    /// The shortest time on the processor: what the program itself costs, whatever else the computer does.
    processor: Duration,
    /// The shortest time by the wall.
    lowest: Duration,
    /// The usual one.
    median: Duration,
}

impl Figure {
    fn less(self, other: Self) -> Self {
        Self {
            processor: self.processor.saturating_sub(other.processor),
            lowest: self.lowest.saturating_sub(other.lowest),
            median: self.median.saturating_sub(other.median),
        }
    }
}

/// One figure and its limit. A busy computer breaks none: it is broken where the processor's time is above it, too.
struct Line {
    what: &'static str,
    took: Figure,
    limit: Option<Duration>,
}

impl Line {
    fn holds(&self) -> bool {
        self.limit.is_none_or(|limit| self.took.lowest.min(self.took.processor) < limit)
    }
}

fn print(entry: &PortfolioEntry, lines: &[Line]) {
    let size = std::fs::metadata(entry.folder.join("portfolio.db")).unwrap().len() >> 20;
    println!("{CASES} cases, {} rows of history, {size} MiB\n", CASES * ROWS);
    println!("| what | processor, ms | lowest, ms | median, ms | limit, ms |\n|---|---|---|---|---|");
    for line in lines {
        let limit = line.limit.map_or(String::new(), |limit| format!("< {}", limit.as_millis()));
        let Figure { processor, lowest, median } = line.took;
        let [processor, lowest, median] = [processor, lowest, median].map(|time| time.as_secs_f64() * 1_000.0);
        println!("| {} | {processor:.1} | {lowest:.1} | {median:.1} | {limit} |", line.what);
    }
}

/// catalogue 49
fn measure(core: &Core, entry: &PortfolioEntry) -> Vec<Line> {
    let line = |what, took: Figure, limit: Option<u64>| Line { what, took, limit: limit.map(Duration::from_millis) };
    let typed = passphrase(PASSPHRASE);
    let file = KeyFile::load(&entry.folder).unwrap();
    let derivation = figure(9, || took(|| file.unlock_with_passphrase(&typed).unwrap()).0);
    let unlocking = figure(9, || took(|| core.unlock(entry, &typed).unwrap()).0);
    let opening = figure(9, || took(|| core.unlock_with_computer(entry).unwrap()).0);
    let all = CaseFilter::default();
    let first_list = figure(5, || {
        let portfolio = core.unlock_with_computer(entry).unwrap();
        took(|| assert_eq!(portfolio.cases(&all).unwrap().len(), CASES as usize)).0
    });
    let after_kill = figure(5, || {
        let died = Command::new(std::env::current_exe().unwrap()).arg(core.home().path()).arg("die").status().unwrap();
        assert!(!died.success());
        took(|| core.unlock_with_computer(entry).unwrap()).0
    });
    let portfolio = core.unlock_with_computer(entry).unwrap();
    let list = figure(9, || took(|| portfolio.cases(&all).unwrap()).0);
    let record = figure(9, || took(|| portfolio.record(&receipt(MEASURED)).unwrap()).0);
    let commit = figure(101, || change_once(&portfolio));
    let sync = figure(101, || sync_once(&entry.folder));
    vec![
        line("one derivation of the passphrase (64 MiB, 3 passes, 4 lanes)", derivation, None),
        line("unlock, less one derivation", unlocking.less(derivation), Some(100)),
        line("open, the key being there", opening, Some(300)),
        line("open after a kill, the key being there", after_kill, Some(300)),
        line("list, first after opening", first_list, Some(100)),
        line("list", list, Some(100)),
        line("show one case", record, None),
        line("commit of one changed case", commit, Some(10)),
        line("write of one page and sync on this disk, for comparison", sync, None),
    ]
}

/// A changed answer with everything that the recorder writes for it.
fn change_once(portfolio: &Portfolio) -> Took {
    let store = store_of(portfolio);
    let case = store.read(|c| cases::by_receipt(c, &receipt(MEASURED))).unwrap().unwrap();
    let last = case.last.clone().unwrap();
    let number = (0..ANSWERS).find(|number| answer(MEASURED, *number).text == last.text).unwrap();
    let next = (number + 1) % ANSWERS;
    let (next, now) = (answer(MEASURED, next), case.answered_at.unwrap() + TimeDelta::hours(1));
    took(|| store.write(|t| write_answer(t, &case, (&next, true), now)).unwrap()).0
}

fn sync_once(folder: &Path) -> Took {
    use std::io::Write;
    let path = folder.join("sync");
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(&path).unwrap();
    took(|| {
        file.write_all(&[0; 4096]).unwrap();
        file.sync_data().unwrap();
    })
    .0
}

#[expect(clippy::disallowed_methods, reason = "a bench measures time")]
fn took<T>(work: impl FnOnce() -> T) -> (Took, T) {
    let (began, before) = (Instant::now(), on_processor());
    let value = work();
    let wall = began.elapsed();
    let processor = before.zip(on_processor()).map_or(wall, |(before, after)| after.saturating_sub(before));
    (Took { wall, processor }, value)
}

/// For how long this thread has been on a processor. Linux tells.
fn on_processor() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    told.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

fn figure(times: usize, mut work: impl FnMut() -> Took) -> Figure {
    let all: Vec<Took> = (0..times).map(|_| work()).collect();
    let mut walls: Vec<Duration> = all.iter().map(|took| took.wall).collect();
    walls.sort();
    let processor = all.iter().map(|took| took.processor).min().unwrap();
    Figure { processor, lowest: walls[0], median: walls[times / 2] }
}

fn make(core: &Core, folder: &Path) {
    let _none = std::fs::remove_dir_all(folder);
    let request = CreateRequest {
        user_id: "bench".to_owned(),
        passphrase: passphrase(PASSPHRASE),
        computer_slot: false,
        watch_behind_lock: false,
    };
    let portfolio = core.create(&request).unwrap().portfolio;
    let store = store_of(&portfolio);
    for first in (0..CASES).step_by(BATCH as usize) {
        store.write(|t| (first..first + BATCH).try_for_each(|case| add(t, case))).unwrap();
        if first % 1_000 == 0 {
            println!("{first} cases made");
        }
    }
}

/// A case with all its history.
fn add(t: &Transaction<'_>, number: u32) -> Result<(), Error> {
    let added_at = start();
    let new = NewCase { receipt: receipt(number), person: format!("Person {number}"), label: String::new(), added_at };
    let id = cases::insert(t, &new)?.unwrap();
    let answers: Vec<Observation> = (0..ANSWERS).map(|answer| self::answer(number, answer)).collect();
    let mut case = cases::by_id(t, id)?.unwrap();
    for row in 0..ROWS {
        let next = &answers[(row % ANSWERS) as usize];
        let at = added_at + TimeDelta::hours(i64::from(row) * 24);
        write_answer(t, &case, (next, row % ANSWERS == 0), at)?;
        case.last = Some(next.clone());
    }
    cases::mark_read(t, id)
}

/// Writes what the recorder writes for a changed answer; told of are few, as in a real history.
fn write_answer(
    t: &Transaction<'_>,
    case: &Case,
    (answer, told): (&Observation, bool),
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let observation = observations::record(t, case.id, answer, &raw(answer), now)?;
    if let Some(last) = &case.last
        && told
    {
        let change = Change::Title { before: last.title.clone(), after: answer.title.clone() };
        changes::record(t, &NewChange { case: case.id, observation, change: &change, at: now })?;
    }
    let due_at = now + TimeDelta::hours(24);
    cases::answered(t, case.id, &Answered { now, due: (due_at, casefolio_domain::polling::Why::Worth), changed: true })
}

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000, 0).unwrap()
}

fn receipt(number: u32) -> ReceiptNumber {
    casefolio_journeys::receipt(&format!("EAC219{number:07}"))
}

/// An answer as long as the service's own.
fn answer(case: u32, number: u32) -> Observation {
    let (en, es) = TITLES[(number % 5) as usize];
    let receipt = receipt(case);
    let day = NaiveDate::from_ymd_opt(2024, 1 + number, 5).unwrap();
    let shown = receipt.as_str();
    let text = Bilingual::new(
        format!(
            "On {day}, we worked on your Form I-130, Petition for Alien Relative, Receipt Number {shown}, and sent you a notice about it. Please follow the instructions in the notice. If you do not receive it by the end of the month, please go to www.uscis.gov/e-request.\nIf you move, go to www.uscis.gov/addresschange to give us your new mailing address."
        ),
        format!(
            "El {day}, trabajamos en su Formulario I-130, Petición de Familiar Extranjero, Número de Recibo {shown}, y le enviamos una notificación. Siga las instrucciones de la notificación. Si no la recibe antes de fin de mes, visite www.uscis.gov/e-request.\nSi se muda, visite www.uscis.gov/addresschange para darnos su nueva dirección postal."
        ),
    );
    let step = |number: u32| HistoryItem {
        date: NaiveDate::from_ymd_opt(2024, 1 + number, 5),
        text: Bilingual::new(
            format!("We took step {number} of your case."),
            format!("Dimos el paso {number} de su caso."),
        ),
    };
    Observation {
        form: FormType::parse("I-130"),
        submitted: day.and_hms_opt(9, 0, 0),
        modified: day.and_hms_opt(14, 28, 46),
        title: Bilingual::new(en, es),
        links: vec![Link {
            label: "www.uscis.gov/addresschange".to_owned(),
            url: "https://www.uscis.gov/addresschange".to_owned(),
        }],
        history: (0..=number).map(step).collect(),
        text,
        receipt,
    }
}

/// A body of the length it would have had.
fn raw(answer: &Observation) -> String {
    format!("{answer:?}")
}

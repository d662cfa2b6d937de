//! `casefolio-polling-bench`: how long changes wait to be seen under Casefolio's plan, under simpler ones, and at the least.
//! Started by `cargo xtask bench polling`. With a number of cases and of calls a day, only those are tried. Ends with an error where a goal is missed.
#![expect(clippy::print_stdout, reason = "a program that speaks on the terminal")]

use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use casefolio_domain::polling::{Budget, Planner, Prices, WorkCalendar};
use casefolio_polling::figures::{Figures, HEAD, OF_LEARNED, Setting, settings, wrong_beliefs};
use casefolio_polling::play::play;
use casefolio_polling::policy::Belief;
use casefolio_polling::portfolio::Mix;
use casefolio_polling::time::Time;

/// What every portfolio is drawn from.
const SEED: u64 = 20_260_105;
/// The longest that planning 10,000 cases may take.
const PLANNING: Duration = Duration::from_millis(50);

fn main() -> ExitCode {
    let time = Time::new(&WorkCalendar::default());
    let mut missed = Vec::new();
    let wanted: Vec<usize> = std::env::args().skip(1).filter_map(|number| number.parse().ok()).collect();
    let mut settings = settings();
    settings.retain(|setting| wanted.is_empty() || wanted == [setting.cases, setting.per_day]);
    let mut figures: Vec<Figures> = all(settings.len(), |index| settings[index].figures(&time, SEED));
    figures.sort_by_key(|figures| (figures.setting.cases, figures.setting.per_day));
    println!("Delays in hours: mean / 95 of 100 stay below.\n\n{HEAD}");
    for figures in &figures {
        println!("{}", figures.row());
        missed.extend(figures.missed());
    }
    if wanted.is_empty() {
        missed.extend(beliefs(&time));
        missed.extend(planning(&time));
        missed.extend(repeated(&time, &figures));
    }
    for miss in &missed {
        println!("MISSED {miss}");
    }
    if missed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Does so many pieces of work on two threads.
fn all<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= count {
                        break;
                    }
                    let one = work(index);
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((index, one));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, one)| one).collect()
}

/// What wrong beliefs cost.
fn beliefs(time: &Time) -> Vec<String> {
    println!("\n| 1,000 cases, 1,000 calls a day, believing | mixed | pending only |\n|---|---|---|");
    let mixes = [Mix::Mixed, Mix::Pending];
    let mut beliefs = wrong_beliefs();
    beliefs.insert(0, ("nothing wrong", Belief::Supposed(1.0), WorkCalendar::default()));
    let means = all(beliefs.len() * mixes.len(), |index| {
        let (_, belief, calendar) = beliefs[index / mixes.len()].clone();
        let setting = Setting { mix: mixes[index % mixes.len()], cases: 1_000, per_day: 1_000 };
        setting.play(time, &setting.portfolio(time, SEED), belief, &calendar).mean
    });
    let mut missed = Vec::new();
    for ((name, _, _), row) in beliefs.iter().zip(means.chunks(mixes.len())) {
        let cells = row.iter().zip(&means).map(|(mean, right)| format!("{mean:.2} h, {:.2}", mean / right));
        println!("| {name} | {} |", cells.collect::<Vec<_>>().join(" | "));
        let worst = row.iter().zip(&means).map(|(mean, right)| mean / right).fold(0.0, f64::max);
        if worst > OF_LEARNED {
            missed.push(format!("{name}: {worst:.2} times the delay, at most {OF_LEARNED}"));
        }
    }
    missed
}

/// How long planning 10,000 cases takes: from nothing, and with the prices of the plan before.
fn planning(time: &Time) -> Vec<String> {
    let setting = Setting { mix: Mix::Mixed, cases: 10_000, per_day: 10_000 };
    let mut policy = setting.planned(time, Belief::Supposed(1.0), &WorkCalendar::default());
    let _outcome = play(time, &setting.portfolio(time, SEED), setting.per_day, &mut policy);
    let (cases, terms) = (policy.watched(), policy.terms().clone());
    let now = time.at(casefolio_polling::play::WINDOW.1);
    let budget = Budget { left_today: 10_000 };
    let plan = |known: &Prices| {
        let planner = Planner::new(now, terms.clone(), &cases, budget, known);
        let round = planner.round(now, &cases, budget);
        (planner.prices().clone(), round.ask.len())
    };
    let known = plan(&Prices::default()).0;
    println!("\n| planning 10,000 cases and their round | lowest, ms | median, ms |\n|---|---|---|");
    let mut missed = Vec::new();
    for (name, known) in [("with the prices of the plan before", known), ("from nothing", Prices::default())] {
        let mut took: Vec<Duration> = (0..21).map(|_| timed(|| plan(&known))).collect();
        took.sort_unstable();
        let [lowest, median] = [took[0], took[10]].map(|took| took.as_secs_f64() * 1_000.0);
        println!("| {name} | {lowest:.1} | {median:.1} |");
        if took[0] > PLANNING {
            missed.push(format!("planning {name} took {lowest:.1} ms"));
        }
    }
    missed
}

#[expect(clippy::disallowed_methods, reason = "a measurement of time")]
fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let began = Instant::now();
    let _done = std::hint::black_box(work());
    began.elapsed()
}

/// Whether the same seed gives the same figures.
fn repeated(time: &Time, figures: &[Figures]) -> Option<String> {
    let first = figures.iter().find(|figures| (figures.setting.cases, figures.setting.per_day) == (1_000, 1_000))?;
    let again = first.setting.figures(time, SEED);
    println!("\nThe same seed again: {}", if again == *first { "the same figures" } else { "other figures" });
    (again != *first).then(|| "the same seed gave other figures".to_owned())
}

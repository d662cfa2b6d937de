//! The program is killed at random moments of a watch: nothing that was printed is lost, no change is told twice without need.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};

use casefolio_core::Portfolio;
use casefolio_domain::{ChangeKind, ReceiptNumber};
use chrono::SecondsFormat;
use serde_json::Value;

use crate::bench::{Bench, PASSWORD, receipts, start};

/// How many kills there are, unless the variable says so: `cargo xtask faults --kills 1000`.
const KILLS: usize = 25;
const VARIABLE: &str = "CASEFOLIO_KILLS";
/// After how many runs the portfolio is looked at.
const LOOK_AFTER: usize = 5;
const CASES: usize = 40;
const TITLES: [&str; 5] = [
    "Case Was Received",
    "Request for Evidence Was Sent",
    "Interview Was Scheduled",
    "Case Was Approved",
    "Card Was Mailed To Me",
];

/// A small generator with a seed (`SplitMix64`), so that a failure can be had again.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((bits ^ (bits >> 31)) >> 33).unwrap() % bound
    }
}

#[expect(clippy::disallowed_methods, reason = "how many times is for whoever starts the test to say")]
fn kills() -> usize {
    std::env::var(VARIABLE).map_or(KILLS, |number| number.parse().unwrap())
}

/// A change as it is printed: receipt and time.
type Told = (String, String);

/// Watches once and kills the program after so many lines; gives every line that came out, and whether it was killed.
fn watch_and_kill(bench: &Bench, after: usize) -> (Vec<Value>, bool) {
    let mut child = start(bench.opening(&["watch", "--once", "--all"]), &format!("{PASSWORD}\n"));
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut lines = Vec::new();
    let mut text = String::new();
    while stdout.read_line(&mut text).unwrap() > 0 {
        // A line that was cut off was not told to anyone.
        if text.ends_with('\n') {
            lines.push(serde_json::from_str(&text).unwrap());
        }
        text.clear();
        if lines.len() == after {
            child.kill().unwrap();
        }
    }
    let killed = child.wait().unwrap().code() != Some(0);
    (lines, killed)
}

fn told(line: &Value) -> Told {
    (line["receipt"].as_str().unwrap().to_owned(), line["at"].as_str().unwrap().to_owned())
}

/// Everything printed is in the portfolio.
fn assert_kept(portfolio: &Portfolio, lines: &[Value]) {
    let mut records = BTreeMap::new();
    for line in lines.iter().filter(|line| line["event"] == "checked" || line["event"] == "changed") {
        let (receipt, at) = told(line);
        let record = records
            .entry(receipt)
            .or_insert_with_key(|receipt| portfolio.record(&ReceiptNumber::parse(receipt).unwrap()).unwrap());
        let answered = record.case.answered_at.unwrap().to_rfc3339_opts(SecondsFormat::Millis, true);
        assert!(answered >= at, "answered {answered}, printed {line}");
        if line["event"] == "changed" {
            let recorded = record.changes.iter().any(|change| {
                change.kind.code() == line["kind"] && change.at.to_rfc3339_opts(SecondsFormat::Millis, true) == at
            });
            assert!(recorded, "{line}");
        }
    }
}

/// catalogue 21
/// catalogue 65
/// catalogue 66
/// catalogue 67
#[test]
fn a_kill_at_any_moment_loses_nothing_that_was_printed_and_tells_no_change_twice() {
    let all = receipts(CASES);
    let bench = Bench::with_portfolio(&all);
    let mut dice = Dice(0x5eed);
    let mut times_told: BTreeMap<Told, usize> = BTreeMap::new();
    let mut being_told: BTreeMap<Told, usize> = BTreeMap::new();
    let (wanted, mut printed) = (kills(), Vec::new());
    let (mut kills, mut rounds) = (0, 0);
    while kills < wanted {
        rounds += 1;
        assert!(rounds < 4 * wanted, "hardly any run was killed");
        for _ in 0..12 {
            bench.service().set(&all[dice.below(CASES)], TITLES[dice.below(TITLES.len())]);
        }
        let (lines, killed) = watch_and_kill(&bench, 1 + dice.below(CASES + 16));
        let changes: Vec<Told> = lines.iter().filter(|line| line["event"] == "changed").map(told).collect();
        if killed {
            kills += 1;
            if let Some(last) = changes.last() {
                *being_told.entry(last.clone()).or_default() += 1;
            }
        }
        for change in changes {
            *times_told.entry(change).or_default() += 1;
        }
        // Looking opens the portfolio, which mends it: after most kills the program itself has to.
        if rounds % LOOK_AFTER == 0 {
            assert_kept(&bench.portfolio(), &lines);
        }
        printed.extend(lines);
    }
    let (lines, killed) = watch_and_kill(&bench, usize::MAX);
    assert!(!killed);
    assert_kept(&bench.portfolio(), &printed);
    for change in lines.iter().filter(|line| line["event"] == "changed").map(told) {
        *times_told.entry(change).or_default() += 1;
    }
    let told: BTreeSet<Told> = times_told.keys().cloned().collect();
    let recorded = recorded(&bench.portfolio(), &all);
    assert_eq!(recorded.symmetric_difference(&told).next(), None, "each change is told, and nothing else");
    for (change, times) in &times_told {
        let allowed = 1 + being_told.get(change).copied().unwrap_or_default();
        assert!(*times <= allowed, "{change:?} was told {times} times");
    }
    let twice = times_told.values().filter(|times| **times > 1).count();
    println!("{kills} kills, {} lines acknowledged, {} changes told, {twice} of them twice", printed.len(), told.len());
}

/// Every change in the portfolio that is worth telling; of one answer they are told as one.
fn recorded(portfolio: &Portfolio, all: &[String]) -> BTreeSet<Told> {
    let records = all.iter().map(|receipt| portfolio.record(&ReceiptNumber::parse(receipt).unwrap()).unwrap());
    records
        .flat_map(|record| {
            let receipt = record.case.receipt.as_str().to_owned();
            let silent = |kind| matches!(kind, ChangeKind::DatesOnly | ChangeKind::HistoryGrew);
            let worth_telling = record.changes.into_iter().filter(move |change| !silent(change.kind));
            worth_telling.map(move |change| (receipt.clone(), change.at.to_rfc3339_opts(SecondsFormat::Millis, true)))
        })
        .collect()
}

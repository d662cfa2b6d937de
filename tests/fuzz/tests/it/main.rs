//! The seeds of each target, and mutations of them that are the same each time.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use casefolio_fuzz::mutation::Mutations;
use casefolio_fuzz::{Check, Target};

/// Mutations of each target's seeds.
const MUTATIONS: usize = 4_000;

fn seeds(target: Target) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds").join(target.name());
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

/// Checks every seed and the mutations.
fn holds(target: Target, mutations: usize) {
    let mut check = target.start();
    let seeds = seeds(target);
    for (path, bytes) in &seeds {
        holds_for(&mut check, &path.to_string_lossy(), bytes);
    }
    let seeds: Vec<Vec<u8>> = seeds.into_iter().map(|(_, bytes)| bytes).collect();
    let mut following = Mutations::of(47);
    for number in 0..mutations {
        holds_for(&mut check, &format!("mutation {number}"), &following.next(&seeds));
    }
}

/// An input at fault is shown, so that it can become a seed.
fn holds_for(check: &mut Check, name: &str, input: &[u8]) {
    let outcome = catch_unwind(AssertUnwindSafe(|| check(input)));
    assert!(outcome.is_ok(), "{name} is at fault: {}", input.escape_ascii());
}

/// catalogue 47, 4
#[test]
fn a_slot_file_is_refused_or_is_what_would_be_written_and_opens_to_no_other_key() {
    holds(Target::SlotFile, MUTATIONS);
}

/// catalogue 47
#[test]
fn a_list_reads_the_same_in_every_encoding_and_when_written_down_again() {
    holds(Target::Import, MUTATIONS);
}

/// catalogue 47, 89
#[test]
fn an_answer_of_the_service_is_a_plain_status_of_the_receipt_asked_for_or_a_failure_that_gives_nothing_away() {
    holds(Target::Answers, MUTATIONS);
}

/// catalogue 47, 100
#[test]
fn settings_are_readable_whatever_stands_in_the_table_and_no_address_leads_elsewhere() {
    holds(Target::Settings, MUTATIONS / 4);
}

/// catalogue 47
#[test]
fn a_script_is_refused_or_played_to_its_end() {
    holds(Target::Script, MUTATIONS);
}

/// What the tests above rest on: a seed that is meant to be good is accepted, so that mutations begin where it matters.
#[test]
fn every_target_has_seeds_and_a_name() {
    for target in Target::ALL {
        assert!(seeds(target).len() >= 10, "{}", target.name());
        assert_eq!(Target::named(target.name()), Some(target));
    }
    assert_eq!(Target::named(""), None);
}

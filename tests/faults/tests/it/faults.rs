//! Kills, failing disks, full disks and power cuts.

use std::path::PathBuf;
use std::sync::Mutex;

use casefolio_faults::campaign::{FULL, FULL_FROM, HALF, IO, KILL, Kind, SHORT, campaign};
use casefolio_faults::layer::Program;
use casefolio_faults::life::Phase;
use casefolio_faults::power::power_cuts;
use casefolio_faults::stage::Stage;
use casefolio_faults::table::Table;

/// The phases that open, read and write a portfolio in all the ways there are.
const PHASES: [Phase; 4] = [Phase::Create, Phase::Import, Phase::FirstRound, Phase::Round];

fn stage(phases: &[Phase]) -> Stage {
    Stage::set(Program::at(PathBuf::from(env!("CARGO_BIN_EXE_casefolio-life"))), phases).unwrap()
}

/// Tries kinds of faults at up to `most` calls of a phase each; nothing may be found, and every fault must have come.
fn nothing_is_found(stage: &Stage, phase: Phase, kinds: &[Kind], most: u64) {
    let table = Mutex::new(Table::default());
    for kind in kinds {
        campaign(stage, phase, *kind, most, &table).unwrap();
    }
    assert_sound(&table.into_inner().unwrap());
}

fn assert_sound(table: &Table) {
    assert!(table.tried() > 0, "no fault came");
    assert!(table.findings().is_empty(), "{table}");
}

/// catalogue 21
/// catalogue 23
/// catalogue 24
#[test]
fn whatever_fails_while_a_portfolio_is_made_filled_and_watched_it_is_whole_afterwards() {
    let stage = stage(&PHASES);
    for phase in PHASES {
        nothing_is_found(&stage, phase, &[KILL, IO], 14);
        nothing_is_found(&stage, phase, &[HALF, FULL, FULL_FROM, SHORT], 6);
    }
}

/// catalogue 22
#[test]
fn a_power_cut_loses_nothing_that_was_committed() {
    let stage = stage(&Phase::ALL);
    let table = Mutex::new(Table::default());
    for phase in Phase::ALL {
        power_cuts(&stage, phase, 12, 0x5eed, &table).unwrap();
    }
    assert_sound(&table.into_inner().unwrap());
}

/// catalogue 10
#[test]
fn a_fault_at_any_step_of_a_change_of_the_keys_leaves_the_old_one_or_the_new_one() {
    let phases = [Phase::Passwd, Phase::RecoveryCode];
    let stage = stage(&phases);
    for phase in phases {
        nothing_is_found(&stage, phase, &[KILL, HALF], u64::MAX);
        nothing_is_found(&stage, phase, &[IO, FULL], 6);
    }
}

/// catalogue 44
#[test]
fn a_backup_that_is_cut_off_leaves_the_one_before_and_no_half_one() {
    let phases = [Phase::FirstBackup, Phase::Backup, Phase::Restore];
    let stage = stage(&phases);
    for phase in phases {
        nothing_is_found(&stage, phase, &[KILL, IO], 14);
        nothing_is_found(&stage, phase, &[HALF, FULL, FULL_FROM, SHORT], 4);
    }
}

/// catalogue 41
#[test]
fn a_migration_that_is_cut_off_leaves_the_old_version_or_the_new_one_and_a_backup() {
    let stage = stage(&[Phase::Migrate]);
    nothing_is_found(&stage, Phase::Migrate, &[KILL, IO], 24);
    nothing_is_found(&stage, Phase::Migrate, &[HALF, FULL, FULL_FROM, SHORT], 6);
}

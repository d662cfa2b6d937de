//! Kills, failing disks, full disks and power cuts.

use std::path::PathBuf;
use std::sync::Mutex;

use casefolio_faults::campaign::{FULL, FULL_FROM, HALF, IO, KILL, Kind, SHORT, campaign};
use casefolio_faults::layer::Program;
use casefolio_faults::life::Phase;
use casefolio_faults::power::power_cuts;
use casefolio_faults::stage::Stage;
use casefolio_faults::table::Table;

fn stage(phases: &[Phase]) -> Stage {
    Stage::set(Program::at(PathBuf::from(env!("CARGO_BIN_EXE_casefolio-life"))), phases).unwrap()
}

/// Tries kinds of faults, each at up to so many calls of every phase; nothing may be found, and faults must have come.
fn nothing_is_found(phases: &[Phase], kinds: &[(Kind, u64)]) {
    let stage = stage(phases);
    let table = Mutex::new(Table::default());
    for phase in phases {
        for (kind, most) in kinds {
            campaign(&stage, *phase, *kind, *most, &table).unwrap();
        }
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
    let phases = [Phase::Create, Phase::Import, Phase::FirstRound, Phase::Round];
    nothing_is_found(&phases, &[(KILL, 4), (IO, 4), (HALF, 2), (FULL, 2), (FULL_FROM, 2), (SHORT, 2)]);
}

/// catalogue 22
#[test]
fn a_power_cut_loses_nothing_that_was_committed() {
    let stage = stage(&Phase::ALL);
    let table = Mutex::new(Table::default());
    for phase in Phase::ALL {
        power_cuts(&stage, phase, 3, 0x5eed, &table).unwrap();
    }
    assert_sound(&table.into_inner().unwrap());
}

/// catalogue 10
#[test]
fn a_fault_at_any_step_of_a_change_of_passphrase_or_code_leaves_the_old_one_or_the_new_one() {
    nothing_is_found(&[Phase::Passwd, Phase::RecoveryCode], &[(KILL, 12), (HALF, 4), (IO, 3), (FULL, 2)]);
}

/// catalogue 11
#[test]
fn a_fault_at_any_step_of_a_new_key_leaves_the_old_one_or_the_new_one() {
    nothing_is_found(&[Phase::NewKey, Phase::NewKeyBehindLock], &[(KILL, 7), (HALF, 3), (IO, 3), (FULL, 3)]);
}

/// catalogue 44
/// catalogue 45
#[test]
fn a_backup_that_is_cut_off_leaves_the_one_before_and_no_half_one() {
    let phases = [Phase::FirstBackup, Phase::Backup, Phase::Restore, Phase::Verify];
    nothing_is_found(&phases, &[(KILL, 4), (IO, 3), (HALF, 2), (FULL, 2)]);
}

/// catalogue 41
#[test]
fn a_migration_that_is_cut_off_leaves_the_old_version_or_the_new_one_and_a_backup() {
    nothing_is_found(&[Phase::Migrate], &[(KILL, 10), (IO, 6), (HALF, 3), (FULL, 3), (FULL_FROM, 2), (SHORT, 2)]);
}

#[test]
fn a_fault_while_a_damaged_portfolio_is_saved_or_replaced_keeps_it_and_makes_no_half_one() {
    nothing_is_found(&[Phase::Salvage, Phase::RestoreInPlace], &[(KILL, 6), (IO, 4), (HALF, 2), (FULL, 3)]);
}

#[test]
fn a_fault_at_any_step_of_a_change_of_the_mode_leaves_the_old_one_or_the_new_one_and_its_promise() {
    nothing_is_found(&[Phase::ToStrict, Phase::ToComputer], &[(KILL, 6), (IO, 4), (HALF, 2), (FULL, 3)]);
}

/// catalogue 64
#[test]
fn a_fault_while_it_is_watched_behind_the_lock_or_unlocked_loses_nothing_and_takes_nothing_over_twice() {
    nothing_is_found(&[Phase::BehindLock, Phase::Unlock], &[(KILL, 6), (IO, 4), (HALF, 2), (FULL, 3)]);
}

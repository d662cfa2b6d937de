//! What must hold after a phase was cut off, and after it was lived to its end.

use std::fs;
use std::path::Path;

use casefolio_core::portfolio::Mode;

use crate::acknowledged::Acknowledged;
use crate::inspection::{self, Seen, passphrases, recovery_code_opens};
use crate::life::{ASKED, BUNDLE, CASES, CASES_OF_FIXTURE, Phase, Says};
use crate::stage::{CODE, damaged, locked, words};
use crate::tree;

/// Which state was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// That before the phase.
    Old,
    /// Whole, and on the way: some of a round's answers.
    Between,
    /// That after the phase.
    New,
}

/// Everything the program said to be committed is there.
pub(super) fn acknowledged_is_there(seen: &Seen, said: &Acknowledged) -> Result<(), String> {
    if said.created.is_some() && !seen.exists {
        return Err("the portfolio was said to be made".into());
    }
    if let Some(cases) = said.added
        && seen.cases < cases
    {
        return Err(format!("{cases} cases were said to be added, {} are there", seen.cases));
    }
    for (receipt, at) in said.checked.iter().chain(&said.changed) {
        if seen.answered.get(receipt) < Some(at) {
            return Err("an answer that was said to be committed is not there".into());
        }
    }
    for (receipt, at) in &said.changed {
        if !seen.changes.iter().any(|(whose, when, _)| whose == receipt && when == at) {
            return Err("a change that was said to be committed is not there".into());
        }
    }
    for told in said.told.keys() {
        if !seen.changes.iter().any(|(_, _, id)| id == told) {
            return Err("a change was told that is not there".into());
        }
    }
    Ok(())
}

/// Which state is there; an error where it is none that may be.
pub(super) fn state(phase: Phase, folder: &Path, seen: &Seen, said: &Acknowledged) -> Result<State, String> {
    match phase {
        Phase::Create => {
            let made = said.created.as_ref();
            if made.is_some_and(|code| !recovery_code_opens(folder, code)) {
                return Err("the recovery code that was shown does not open the portfolio".into());
            }
            Ok(if seen.exists { State::New } else { State::Old })
        }
        Phase::Import => match u32::try_from(seen.cases) {
            Ok(0) => Ok(State::Old),
            Ok(CASES) => Ok(State::New),
            _ => Err(format!("{} cases of {CASES} are there", seen.cases)),
        },
        Phase::FirstRound => Ok(portion(seen.answered.len(), 0, ASKED as usize)),
        Phase::Round => {
            let newest = seen.answered.values().max();
            let answered = seen.answered.values().filter(|at| Some(*at) == newest).count();
            Ok(portion(answered, 0, ASKED as usize))
        }
        Phase::Passwd => passphrase(folder, said),
        Phase::RecoveryCode => recovery_code(folder, said),
        Phase::FirstBackup => counted(seen.backups, 0, said.did("backup")),
        Phase::Backup => counted(seen.backups, 1, said.did("backup")),
        Phase::Restore if seen.exists && seen.cases != u64::from(CASES) => {
            Err(format!("{} cases were restored", seen.cases))
        }
        Phase::Restore => counted(u64::from(seen.exists), 0, said.did("restore")),
        // Looking has migrated it where that was still to be done, by the same way as any opening.
        Phase::Migrate if seen.cases != CASES_OF_FIXTURE => Err(format!("{} cases are left", seen.cases)),
        Phase::Migrate if seen.backups_of_older_schema == 0 => Err("migrated without a backup".into()),
        Phase::Verify if seen.backups != 1 => Err("a good backup was given up".into()),
        Phase::Migrate | Phase::Verify => Ok(State::New),
        Phase::ToStrict => locked::mode(folder, Mode::Strict, said),
        Phase::BehindLock => Ok(portion(locked::answered_then(&seen.answered), 0, ASKED as usize)),
        Phase::Unlock => unlocked(seen, said),
        Phase::ToComputer => {
            locked::taken_over(seen, said)?;
            locked::counted_once(seen)?;
            locked::mode(folder, Mode::Computer, said)
        }
        Phase::NewKey => new_key(folder, said),
        Phase::Salvage => damaged::salvaged(folder, seen, said),
        Phase::RestoreInPlace => damaged::restored(folder, seen, said),
        Phase::NewKeyBehindLock => {
            locked::taken_over(seen, said)?;
            locked::counted_once(seen)?;
            new_key(folder, said)
        }
    }
}

fn passphrase(folder: &Path, said: &Acknowledged) -> Result<State, String> {
    match passphrases(folder)? {
        (true, false) if said.did("passwd") => Err("the new passphrase was said to be set".into()),
        (true, false) => Ok(State::Old),
        (false, true) => Ok(State::New),
        (old, new) => Err(format!("old passphrase opens: {old}, new one: {new}")),
    }
}

/// What came behind the lock is taken over whole or not at all, and then the round is made.
fn unlocked(seen: &Seen, said: &Acknowledged) -> Result<State, String> {
    let taken_over = locked::taken_over(seen, said)?;
    locked::counted_once(seen)?;
    let asked_on = seen.answered.values().filter(|at| **at == locked::micros(Phase::Unlock)).count();
    let round = portion(asked_on, 0, Says::AfterUnlock.asked() as usize);
    Ok(if round == State::Old && taken_over { State::Between } else { round })
}

/// One more than before, or as many as before; the latter not where it was said to be done.
fn counted(found: u64, before: u64, said: bool) -> Result<State, String> {
    match found.checked_sub(before) {
        Some(0) if !said => Ok(State::Old),
        Some(1) => Ok(State::New),
        _ => Err(format!("{found} are there after {before}; said to be done: {said}")),
    }
}

/// The code that was shown opens the portfolio, or the one before does.
fn recovery_code(folder: &Path, said: &Acknowledged) -> Result<State, String> {
    let before = fs::read_to_string(folder.join(CODE)).map_err(words)?;
    let opens =
        (recovery_code_opens(folder, &before), said.offered.as_ref().map(|code| recovery_code_opens(folder, code)));
    match opens {
        (true, None | Some(false)) if !said.did("recovery-code") => Ok(State::Old),
        (false, Some(true)) => Ok(State::New),
        other => Err(format!("old recovery code and new one open: {other:?}")),
    }
}

/// The key is the one before, which the recovery code before opens, or a new one. Its code was never shown where the program was cut off
/// before it could say it; the passphrase opens either.
fn new_key(folder: &Path, said: &Acknowledged) -> Result<State, String> {
    let before = fs::read_to_string(folder.join(CODE)).map_err(words)?;
    if !passphrases(folder)?.0 {
        return Err("the passphrase opens the portfolio no longer".into());
    }
    let new_opens = said.renewed.as_ref().map(|code| recovery_code_opens(folder, code));
    match (recovery_code_opens(folder, &before), new_opens) {
        (true, None) => Ok(State::Old),
        (false, None | Some(true)) => Ok(State::New),
        other => Err(format!("old recovery code and that of the new key open: {other:?}")),
    }
}

pub(super) fn portion(found: usize, none: usize, all: usize) -> State {
    match found {
        found if found == none => State::Old,
        found if found == all => State::New,
        _ => State::Between,
    }
}

/// The phase was lived to its end: its state is the new one, everything is told, and nothing lies about.
pub(super) fn finished(phase: Phase, folder: &Path, seen: &Seen, said: &Acknowledged) -> Result<(), String> {
    let state = state(phase, folder, seen, said)?;
    if state != State::New {
        return Err(format!("after the next run the state is {state:?}"));
    }
    match phase {
        Phase::ToStrict | Phase::BehindLock | Phase::Unlock | Phase::NewKeyBehindLock => {
            locked::promise_is_kept(folder)?;
        }
        Phase::ToComputer => locked::promise_is_over(folder)?,
        Phase::Create
        | Phase::Import
        | Phase::FirstRound
        | Phase::Round
        | Phase::Passwd
        | Phase::RecoveryCode
        | Phase::FirstBackup
        | Phase::Backup
        | Phase::Restore
        | Phase::Migrate
        | Phase::NewKey
        | Phase::Verify
        | Phase::Salvage
        | Phase::RestoreInPlace => {}
    }
    if phase == Phase::BehindLock {
        locked::taken_over(seen, said)?;
    } else if !seen.waiting.is_empty() && ![Phase::ToComputer, Phase::NewKeyBehindLock].contains(&phase) {
        return Err(format!("{} changes wait to be told after the next run", seen.waiting.len()));
    }
    level_copies(folder)?;
    let watched = inspection::mode(folder)? == Some(Mode::Strict);
    for file in tree::files(folder).map_err(|error| error.to_string())? {
        if !belongs(&file, watched) {
            return Err(format!("{} is left", file.display()));
        }
    }
    Ok(())
}

/// The second copy of the slot file is the same as the first: nothing opens by what was given up.
fn level_copies(folder: &Path) -> Result<(), String> {
    for file in tree::files(folder).map_err(words)? {
        if file.ends_with("keys.json") {
            let path = folder.join(file);
            let copy = path.with_extension("json.previous");
            if copy.exists() && fs::read(&path).map_err(words)? != fs::read(&copy).map_err(words)? {
                return Err("the copy of the slot file is another one".into());
            }
        }
    }
    Ok(())
}

/// Whether a file is one that a portfolio at rest may have; one that is watched behind its lock has one more.
fn belongs(file: &Path, watched: bool) -> bool {
    let names: Vec<_> = file.iter().map(|name| name.to_string_lossy()).collect();
    match names.iter().map(AsRef::as_ref).collect::<Vec<&str>>().as_slice() {
        ["key-store", name] => *name != "being-written",
        ["home", "portfolios", folder, name] => {
            let known = ["portfolio.db", "portfolio.lock", "keys.json", "keys.json.previous", "generation"];
            !folder.starts_with('.') && (known.contains(name) || watched && *name == "watch.db")
        }
        // What was being made is cleared away by the next backup.
        ["home", "portfolios", _, "backups", ".new", _] => true,
        ["home", "portfolios", folder, "backups", name] => {
            // An update that was cut off after its backup makes one more.
            let kind = ["Z-daily", "Z-before-update"].iter().any(|kind| name.contains(kind));
            !folder.starts_with('.') && !name.starts_with('.') && kind && name.ends_with(".casefolio")
        }
        // The damaged portfolio, kept.
        ["home", "portfolios", folder, ..] if folder.starts_with(damaged::ASIDE) => true,
        [name] => [CODE, BUNDLE, damaged::COUNT].contains(name),
        _ => false,
    }
}

/// Every change is told, and none twice, save one that was being told when the fault came.
pub(super) fn told_as_often_as_may_be(first: &Acknowledged, second: &Acknowledged) -> Result<(), String> {
    let mut again = 0;
    for (change, times) in &first.told {
        if *times > 1 {
            return Err("a change was told twice by one program".into());
        }
        again += second.told.get(change).copied().unwrap_or_default();
    }
    if second.told.values().any(|times| *times > 1) {
        return Err("a change was told twice without a fault".into());
    }
    if again > 1 { Err(format!("{again} changes were told twice")) } else { Ok(()) }
}

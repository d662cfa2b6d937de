//! What must hold of strict mode: nothing of this computer opens the portfolio, and what came behind the lock is taken over once.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use casefolio_core::Core;
use casefolio_core::core::PortfolioEntry;
use casefolio_core::portfolio::Mode;
use casefolio_core::watch::Book;
use casefolio_domain::polling::{ResetZone, day_of};
use casefolio_keys::{KeyFile, KeyStore, KeyStoreProblem};
use casefolio_store::watch_store::WatchStore;
use casefolio_store::{DatabaseKey, Error as StoreError, Store};

use super::State;
use super::words;
use crate::acknowledged::Acknowledged;
use crate::inspection::{self, Seen};
use crate::key_store::FolderKeyStore;
use crate::life::{self, ASKED, CASES, Phase, Says, TOLD_BEHIND_LOCK, receipt};

/// When a phase is lived, as the portfolio writes it down.
pub(super) fn micros(phase: Phase) -> i64 {
    life::time_of(phase).timestamp_micros()
}

/// How many cases had an answer behind the lock or since.
pub(super) fn answered_then(answered: &BTreeMap<String, i64>) -> usize {
    answered.values().filter(|at| **at >= micros(Phase::BehindLock)).count()
}

/// In which mode the portfolio is: that before, or the one that is wanted, which it is where that was said.
pub(super) fn mode(folder: &Path, wanted: Mode, said: &Acknowledged) -> Result<State, String> {
    match inspection::mode(folder)? {
        Some(mode) if mode == wanted => Ok(State::New),
        _ if said.did("mode") => Err("the mode was said to be changed".into()),
        _ => Ok(State::Old),
    }
}

/// What came behind the lock is in the portfolio that was just opened, each answer, change and call once; and it had come there as a whole
/// or not at all. Whether it had before the portfolio was opened to be looked at.
pub(super) fn taken_over(seen: &Seen, said: &Acknowledged) -> Result<bool, String> {
    let all = ASKED as usize;
    if answered_then(&seen.answered) != all {
        return Err(format!("of {all} answers that came behind the lock {} are there", answered_then(&seen.answered)));
    }
    let wanted = (0..ASKED).filter(|number| Says::BehindLock.changed(*number)).map(receipt);
    let then: Vec<_> = seen.changes.iter().filter(|(_, at, _)| *at == micros(Phase::BehindLock)).collect();
    let receipts: BTreeSet<&str> = then.iter().map(|(receipt, ..)| receipt.as_str()).collect();
    if receipts.len() != then.len() || !wanted.clone().eq(receipts.iter().copied()) {
        return Err(format!("changes behind the lock: {} of {}, {receipts:?}", then.len(), wanted.count()));
    }
    let early: BTreeSet<String> = (0..TOLD_BEHIND_LOCK).map(receipt).collect();
    if then.iter().any(|(receipt, _, id)| said.told.contains_key(id) && early.contains(receipt)) {
        return Err("a change that was told behind the lock was told again".into());
    }
    match seen.as_it_lay.as_ref().map(answered_then) {
        Some(0) => Ok(false),
        Some(found) if found != all => Err(format!("{found} of {all} answers had been taken over")),
        Some(_) | None => Ok(true),
    }
}

/// What was asked behind the lock without a fault counts once, however often its taking over was begun.
pub(super) fn counted_once(seen: &Seen) -> Result<(), String> {
    const ROUNDS: i64 = 3;
    let day = day_of(life::time_of(Phase::BehindLock), ResetZone::Eastern);
    let calls = seen.calls.get(&day.to_string()).copied().unwrap_or_default();
    // One for the token.
    if calls != i64::from(ASKED) + 1 {
        return Err(format!("{calls} calls are counted on the day behind the lock"));
    }
    for receipt in (TOLD_BEHIND_LOCK..ASKED).map(receipt) {
        if seen.times_seen.get(&receipt) != Some(&ROUNDS) {
            return Err(format!("an answer is counted {:?} times", seen.times_seen.get(&receipt)));
        }
    }
    Ok(())
}

/// Each change was told behind the lock or waits; none was told twice, save those of one notice that was being told when the fault came.
pub(super) fn told_as_often_as_may_be(first: &Acknowledged, second: &Acknowledged, seen: &Seen) -> Result<(), String> {
    let changes = (0..ASKED).filter(|number| Says::BehindLock.changed(*number)).count();
    let told: usize = first.told_behind_lock.iter().chain(&second.told_behind_lock).sum();
    let twice = (told + seen.waiting.len()).checked_sub(changes);
    let may_be_twice = first.told_behind_lock.iter().max().copied().unwrap_or_default();
    match twice {
        Some(twice) if twice <= may_be_twice => Ok(()),
        _ => Err(format!("of {changes} changes behind the lock {told} were told, {} wait", seen.waiting.len())),
    }
}

/// Strict mode: no secret in the key store opens the portfolio, and the watch behind the lock is ready with every case.
pub(super) fn promise_is_kept(folder: &Path) -> Result<(), String> {
    let (core, entry) = chosen(folder)?;
    let file = KeyFile::load(&entry.folder).map_err(words)?;
    if file.has_computer_slot() {
        return Err("the slot file lets the computer in".into());
    }
    if !matches!(secret(folder, &file.account()), Err(KeyStoreProblem::NoEntry)) {
        return Err("the key store still holds the secret of the computer's slot".into());
    }
    for secret in secrets(folder)? {
        match Store::open(&entry.folder, &DatabaseKey::new(secret), file.portfolio_id()) {
            Err(StoreError::WrongKey) => {}
            other => return Err(format!("a secret of the key store is tried on the portfolio: {:?}", other.map(drop))),
        }
    }
    let watch = core.watch_behind_lock(&entry).map_err(|error| format!("the watch does not open: {error:?}"))?;
    let watched = watch.ok_or("nothing is watched behind the lock")?.askable(None).map_err(words)?.len();
    if watched == CASES as usize { Ok(()) } else { Err(format!("{watched} cases are watched behind the lock")) }
}

/// Computer mode: nothing is left of the watch behind the lock.
pub(super) fn promise_is_over(folder: &Path) -> Result<(), String> {
    let (_, entry) = chosen(folder)?;
    let id = KeyFile::load(&entry.folder).map_err(words)?.portfolio_id().to_owned();
    if WatchStore::is_in(&entry.folder) {
        return Err("the watch store is left".into());
    }
    match secret(folder, &format!("watch {id}")) {
        Err(KeyStoreProblem::NoEntry) => Ok(()),
        _ => Err("the key store still holds the key of the watch store".into()),
    }
}

fn chosen(folder: &Path) -> Result<(Core, PortfolioEntry), String> {
    let core = life::core(folder, Phase::Create);
    let entry = core.choose(None).map_err(|error| format!("no portfolio to be chosen: {error}"))?;
    Ok((core, entry))
}

fn secret(folder: &Path, account: &str) -> Result<(), KeyStoreProblem> {
    FolderKeyStore::at(folder.join("key-store")).read(account).map(drop)
}

/// Every secret of the key store that could be a key.
fn secrets(folder: &Path) -> Result<Vec<[u8; 32]>, String> {
    let files = fs::read_dir(folder.join("key-store")).map_err(words)?;
    let secrets: Result<Vec<_>, _> = files.map(|file| fs::read(file.map_err(words)?.path()).map_err(words)).collect();
    Ok(secrets?.into_iter().filter_map(|bytes| bytes.try_into().ok()).collect())
}

//! What can be seen of a portfolio when no program has it open, and whether it hangs together.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use casefolio_core::Core;
use casefolio_core::core::PortfolioEntry;
use casefolio_core::portfolio::{Mode, Opener};
use casefolio_keys::{KeyFile, Passphrase, PortfolioKey};
use casefolio_store::watch_store::WatchStore;
use casefolio_store::{Connection, DatabaseKey, Store};

use crate::key_store::FolderKeyStore;
use crate::life::{self, NEW, OLD, Phase, SAVED};

/// The state of a life, as far as it is committed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// Whether there is a portfolio.
    pub exists: bool,
    /// How many cases are in it.
    pub cases: u64,
    /// When each case last had an answer, by receipt, in microseconds.
    pub answered: BTreeMap<String, i64>,
    /// How often each case had an answer, by receipt.
    pub times_seen: BTreeMap<String, i64>,
    /// Calls spent, by day.
    pub calls: BTreeMap<String, i64>,
    /// The same as `answered`, before the portfolio was opened and could take over what came behind its lock; none where nothing could.
    pub as_it_lay: Option<BTreeMap<String, i64>>,
    /// Receipt, time and identity of each change that is worth telling.
    pub changes: BTreeSet<(String, i64, i64)>,
    /// Changes that wait to be told.
    pub waiting: BTreeSet<i64>,
    /// How many backups lie in the portfolio's folder; each was verified.
    pub backups: u64,
    /// How many of them hold an older schema.
    pub backups_of_older_schema: u64,
}

/// Opens what is there and looks at all of it. An error says what is wrong, whatever went before.
pub fn look(folder: &Path) -> Result<Seen, String> {
    let core = life::core(folder, Phase::Create);
    let entries = core.portfolios().map_err(|error| format!("the portfolios cannot be listed: {error}"))?;
    match entries.as_slice() {
        [] => Ok(Seen::default()),
        [entry] => look_at(&core, folder, (entry, true)),
        _ => Err(format!("there are {} portfolios", entries.len())),
    }
}

/// Looks at the portfolio of this user, whatever else there is. Of one that was saved out of a damaged one, `whole` is false: what belongs
/// together need not all be there.
pub fn look_for(folder: &Path, user_id: &str, whole: bool) -> Result<Seen, String> {
    let core = life::core(folder, Phase::Create);
    let entries = core.portfolios().map_err(|error| format!("the portfolios cannot be listed: {error}"))?;
    let found = entries.iter().find(|entry| entry.user_id == user_id);
    found.map_or_else(|| Ok(Seen::default()), |entry| look_at(&core, folder, (entry, whole)))
}

fn look_at(core: &Core, folder: &Path, (entry, whole): (&PortfolioEntry, bool)) -> Result<Seen, String> {
    if let Some(problem) = entry.problem {
        return Err(format!("the slot file has the problem {problem}"));
    }
    let file = KeyFile::load(&entry.folder).map_err(|error| format!("keys.json: {error}"))?;
    let (key, typed) = key(folder, &file)?;
    let open = || {
        Store::open(&entry.folder, &DatabaseKey::new(*key.expose()), file.portfolio_id())
            .map_err(|error| format!("the database does not open: {error}"))
    };
    let as_it_lay = if WatchStore::is_in(&entry.folder) {
        Some(open()?.read(answered).map_err(|error| format!("the answers cannot be read: {error}"))?)
    } else {
        None
    };
    // As a person opens it. Closing moves what stands in the journal into the file: a page of which half was moved before is whole
    // again then, and the engine looks at the file alone when it checks pages.
    let portfolio = match &typed {
        Some(passphrase) => core.unlock(entry, passphrase),
        None => core.unlock_with_computer(entry),
    };
    drop(portfolio.map_err(|error| format!("the portfolio does not open: {error:?}"))?);
    let store = open()?;
    if let Some(missing) = store.missing_transactions() {
        return Err(format!("it is taken for an older one that lacks {missing} transactions"));
    }
    let seen = store.read(|c| {
        let outcome = sound(c)
            .and_then(|()| if whole { agreed(c) } else { Ok(()) })
            .and_then(|()| seen(c).map_err(|error| error.to_string()));
        Ok(outcome)
    });
    let seen = seen.map_err(|error| format!("the database cannot be read: {error}"))??;
    let opener = typed.as_ref().map_or(Opener::Computer, Opener::Passphrase);
    with_backups(core, (entry, opener), Seen { as_it_lay, ..seen })
}

/// Verifies every backup in the portfolio's folder.
fn with_backups(core: &Core, (entry, opener): (&PortfolioEntry, Opener<'_>), mut seen: Seen) -> Result<Seen, String> {
    let backups = core.backups(entry).map_err(|error| format!("the backups cannot be listed: {error}"))?;
    let schemas: Result<Vec<u32>, String> = backups
        .iter()
        .map(|backup| {
            let report = core.verify_backup(&backup.file, opener);
            report.map(|report| report.schema).map_err(|error| format!("a backup is not sound: {error:?}"))
        })
        .collect();
    let schemas = schemas?;
    let newest = schemas.iter().max();
    seen.backups = schemas.len() as u64;
    seen.backups_of_older_schema =
        schemas.iter().filter(|schema| **schema == 1 || Some(*schema) < newest).count() as u64;
    Ok(seen)
}

/// The key, by the computer's key store if it has a slot for it, else by the passphrase, which is given back then.
fn key(folder: &Path, file: &KeyFile) -> Result<(PortfolioKey, Option<Passphrase>), String> {
    if file.has_computer_slot() {
        let opened = file.unlock_with_computer(&FolderKeyStore::at(folder.join("key-store")));
        return opened.map(|key| (key, None)).map_err(|error| format!("the computer slot does not open: {error}"));
    }
    [OLD, NEW]
        .into_iter()
        .filter_map(|text| life::passphrase(text).ok())
        .find_map(|passphrase| Some((file.unlock_with_passphrase(&passphrase).ok()?, Some(passphrase))))
        .ok_or_else(|| "neither passphrase opens the portfolio".to_owned())
}

/// In which mode the newest portfolio is; none where there is none.
pub fn mode(folder: &Path) -> Result<Option<Mode>, String> {
    let core = life::core(folder, Phase::Create);
    let entries = core.portfolios().map_err(|error| format!("the portfolios cannot be listed: {error}"))?;
    let newest = entries.iter().max_by_key(|entry| entry.user_id == SAVED);
    newest.map(|entry| core.mode(entry).map_err(|error| format!("the mode cannot be told: {error}"))).transpose()
}

/// Which of the two passphrases open the portfolio: the old one, the new one.
pub fn passphrases(folder: &Path) -> Result<(bool, bool), String> {
    let core = life::core(folder, Phase::Create);
    let opens = |text| -> Result<bool, String> {
        let (core, passphrase): (&Core, Passphrase) =
            (&core, life::passphrase(text).map_err(|error| error.to_string())?);
        let entry = core.choose(None).map_err(|error| format!("no portfolio to be chosen: {error}"))?;
        match core.try_passphrase(&entry, &passphrase) {
            Ok(()) => Ok(true),
            Err(casefolio_core::Error::Keys(casefolio_keys::Error::WrongPassphrase)) => Ok(false),
            Err(error) => Err(format!("a passphrase cannot be tried: {error}")),
        }
    };
    Ok((opens(OLD)?, opens(NEW)?))
}

/// Whether the recovery code opens the portfolio.
#[must_use]
pub fn recovery_code_opens(folder: &Path, shown: &str) -> bool {
    let core = life::core(folder, Phase::Create);
    let opens = || {
        let typed = casefolio_keys::RecoveryCode::parse(shown).ok()?;
        KeyFile::load(&core.choose(None).ok()?.folder).ok()?.unlock_with_recovery(&typed).ok()
    };
    opens().is_some()
}

/// The engine's own checks: every page what was written, every table and reference whole.
fn sound(c: &Connection) -> Result<(), String> {
    let count = |sql: &str| {
        let mut statement = c.prepare(sql)?;
        let mut rows = statement.query([])?;
        let mut count = 0_u64;
        while rows.next()?.is_some() {
            count += 1;
        }
        Ok::<u64, casefolio_store::Error>(count)
    };
    let verdict: String = c
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .map_err(|_| "the integrity check failed to run".to_owned())?;
    if verdict != "ok" {
        return Err(format!("the integrity check says {verdict:?}"));
    }
    for check in ["PRAGMA cipher_integrity_check", "PRAGMA foreign_key_check"] {
        match count(check) {
            Ok(0) => {}
            Ok(complaints) => return Err(format!("{check} has {complaints} complaints")),
            Err(error) => return Err(format!("{check}: {error}")),
        }
    }
    Ok(())
}

/// Statements that count what cannot be where state, record and outbox agree.
const DISAGREEMENTS: [(&str, &str); 5] = [
    (
        "answers with changes worth telling and not exactly one message",
        "SELECT count(*) FROM (SELECT 1 FROM changes c LEFT JOIN outbox o ON o.change_id = c.id
         GROUP BY c.case_id, c.observation_id, c.at
         HAVING count(o.id) <> max(c.kind <> 'dates_only'))",
    ),
    (
        "cases whose last status is not the last one recorded",
        "SELECT count(*) FROM cases c WHERE last_observation_id IS NOT
         (SELECT max(id) FROM observations o WHERE o.case_id = c.id)",
    ),
    (
        "cases that changed at another time than their last change",
        "SELECT count(*) FROM cases c WHERE changed_at IS NOT
         (SELECT max(at) FROM changes h WHERE h.case_id = c.id AND h.kind <> 'dates_only')",
    ),
    (
        "cases answered at another time than their last status was seen",
        "SELECT count(*) FROM cases c WHERE answered_at IS NOT
         (SELECT max(last_seen) FROM observations o WHERE o.case_id = c.id)",
    ),
    (
        "messages told without having been claimed",
        "SELECT count(*) FROM outbox WHERE state = 'delivered' AND (attempts = 0 OR delivered_at IS NULL)",
    ),
];

fn agreed(c: &Connection) -> Result<(), String> {
    for (what, sql) in DISAGREEMENTS {
        let count: i64 = c.query_row(sql, [], |row| row.get(0)).map_err(|_| format!("unreadable: {what}"))?;
        if count > 0 {
            return Err(format!("{count} {what}"));
        }
    }
    Ok(())
}

fn answered(c: &Connection) -> Result<BTreeMap<String, i64>, casefolio_store::Error> {
    numbers(c, "SELECT receipt, answered_at FROM cases WHERE answered_at IS NOT NULL")
}

/// Rows of a name and a number.
fn numbers(c: &Connection, sql: &str) -> Result<BTreeMap<String, i64>, casefolio_store::Error> {
    let mut statement = c.prepare(sql)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn seen(c: &Connection) -> Result<Seen, casefolio_store::Error> {
    let mut seen = Seen { exists: true, ..Seen::default() };
    seen.cases = c.query_row("SELECT count(*) FROM cases", [], |row| row.get::<_, i64>(0))?.unsigned_abs();
    seen.answered = answered(c)?;
    seen.times_seen = numbers(
        c,
        "SELECT k.receipt, sum(o.times_seen) FROM observations o JOIN cases k ON k.id = o.case_id GROUP BY k.id",
    )?;
    seen.calls = numbers(c, "SELECT day, sum(calls) FROM budget GROUP BY day")?;
    let mut statement = c.prepare(
        "SELECT k.receipt, c.at, c.id, o.state <> 'delivered' FROM outbox o
         JOIN changes c ON c.id = o.change_id JOIN cases k ON k.id = c.case_id",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let id = row.get(2)?;
        seen.changes.insert((row.get(0)?, row.get(1)?, id));
        if row.get(3)? {
            seen.waiting.insert(id);
        }
    }
    Ok(seen)
}

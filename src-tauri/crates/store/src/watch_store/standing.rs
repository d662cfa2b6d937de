//! How the cases stand in the portfolio, as far as the watch store has to know, and bringing it to the same state.

use std::collections::HashMap;

use casefolio_domain::ReceiptNumber;
use chrono::{DateTime, Utc};
use rusqlite::Connection;

use super::cases::{self, Watched};
use super::{Transaction, WatchStore};
use crate::columns::{to_count, to_time};
use crate::error::Error;
use crate::observations::receipt;

/// What stands for the fingerprint of an answer of a doubtful case, which the service does not recognise any more: the next answer is a change.
pub const MISSING: [u8; 32] = [0; 32];

/// A case as it stands in the portfolio.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Its receipt number.
    pub receipt: ReceiptNumber,
    /// The fingerprint of its last answer, or [`MISSING`]; none before the first answer.
    pub fingerprint: Option<[u8; 32]>,
    /// When it is due.
    pub due_at: DateTime<Utc>,
    /// Failures in a row that concern this receipt alone.
    pub failures: u32,
}

/// How every case stands in the portfolio.
pub fn standings(portfolio: &Connection) -> Result<Vec<Standing>, Error> {
    let mut statement = portfolio.prepare_cached(
        "SELECT k.receipt, iif(k.doubtful, NULL, a.fingerprint), o.id IS NOT NULL, k.due_at, k.failures FROM cases k
         LEFT JOIN observations o ON o.id = k.last_observation_id LEFT JOIN answers a ON a.id = o.answer_id",
    )?;
    let mut rows = statement.query([])?;
    let mut standings = Vec::new();
    while let Some(row) = rows.next()? {
        let (fingerprint, answered): (Option<[u8; 32]>, bool) = (row.get(1)?, row.get(2)?);
        standings.push(Standing {
            receipt: receipt(row.get_ref(0)?.as_str().map_err(|_| Error::Unreadable("cases.receipt"))?)?,
            fingerprint: fingerprint.or(answered.then_some(MISSING)),
            due_at: to_time(row.get(3)?, "cases.due_at")?,
            failures: to_count(row.get(4)?),
        });
    }
    Ok(standings)
}

impl WatchStore {
    /// Makes cases and settings what they are to be, in one commit; writes nothing where they are so already.
    pub fn bring_to(&self, cases: &[Watched], settings: &[(String, String)]) -> Result<(), Error> {
        let (known, said) = self.read(|c| Ok((cases::list(c)?, settings_of(c)?)))?;
        let mut known: HashMap<ReceiptNumber, Watched> =
            known.into_iter().map(|case| (case.receipt.clone(), case)).collect();
        let changed: Vec<&Watched> = cases
            .iter()
            .filter(|case| {
                let same = known.remove(&case.receipt);
                same.is_none_or(|same| Watched { id: same.id, ..(*case).clone() } != same)
            })
            .collect();
        if changed.is_empty() && known.is_empty() && said == settings {
            return Ok(());
        }
        self.write(|t| {
            changed.iter().try_for_each(|case| cases::noted(t, case))?;
            known.values().try_for_each(|case| cases::forget(t, case.id))?;
            if said == settings { Ok(()) } else { set(t, settings) }
        })
    }
}

fn settings_of(c: &Connection) -> Result<Vec<(String, String)>, Error> {
    let mut statement = c.prepare_cached("SELECT key, value FROM settings ORDER BY key")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn set(t: &Transaction<'_>, settings: &[(String, String)]) -> Result<(), Error> {
    crate::settings::clear(t)?;
    settings.iter().try_for_each(|(key, value)| crate::settings::set_text(t, key, value))
}

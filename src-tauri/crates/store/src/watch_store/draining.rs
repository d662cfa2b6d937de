//! Handing the inbox over to the portfolio, so that each item and each call is taken over once, wherever the program is killed: what is
//! offered is fixed and numbered here first, the portfolio notes the number with what it took, and only then it is taken out here.

use chrono::NaiveDate;
use rusqlite::{Connection, Transaction, params};

use super::WatchStore;
use super::inbox::{self, Item};
use crate::columns::to_count;
use crate::error::Error;

/// The kind of calls that the portfolio knows of.
const PORTFOLIO: &str = "portfolio";

/// What is offered to the portfolio.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Its number: the portfolio takes each once.
    pub number: u64,
    /// The last item of it.
    pub last: i64,
    /// The calls made behind the lock.
    pub calls: Vec<OwnCalls>,
}

/// Calls made behind the lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnCalls {
    /// The day.
    pub day: NaiveDate,
    /// The kind, as in the portfolio's own table.
    pub kind: String,
    /// How many.
    pub calls: u32,
}

impl WatchStore {
    /// How often the inbox was offered.
    pub fn drains(&self) -> Result<u64, Error> {
        Ok(self.read(state)?.0)
    }

    /// Offers all there is to a portfolio that has taken the offers up to `taken`; none where there is nothing.
    pub fn offer(&self, taken: u64) -> Result<Option<Offer>, Error> {
        let (drains, offered_to) = self.read(state)?;
        if offered_to.is_some() && drains <= taken {
            // Killed after the portfolio had taken it.
            self.write(take_out)?;
        }
        if self.read(is_empty)? {
            return Ok(None);
        }
        self.write(|t| {
            let (drains, offered_to) = state(t)?;
            let number = if offered_to.is_some() { drains } else { drains + 1 };
            let last: i64 = t.query_row("SELECT coalesce(max(seq), 0) FROM inbox", [], |row| row.get(0))?;
            t.execute(
                "UPDATE watch SET drains = ?1, offered_to = ?2",
                params![i64::try_from(number).unwrap_or(i64::MAX), last],
            )?;
            t.execute("UPDATE budget SET offered = calls WHERE kind <> ?1", [PORTFOLIO])?;
            Ok(Some(Offer { number, last, calls: offered_calls(t)? }))
        })
    }

    /// The items of an offer after `seq`, in order, `limit` at most.
    pub fn items(&self, offer: &Offer, seq: i64, limit: u32) -> Result<Vec<Item>, Error> {
        self.read(|c| inbox::after(c, seq, offer.last, limit))
    }

    /// The portfolio took the offer, and has spent `spent` calls on `day` now.
    pub fn taken(&self, day: NaiveDate, spent: u32) -> Result<(), Error> {
        self.write(|t| {
            take_out(t)?;
            note_portfolio_calls(t, day, spent)
        })
    }

    /// Notes how many calls the portfolio has spent on `day`; writes nothing where that is known.
    pub fn keep_calls(&self, day: NaiveDate, spent: u32) -> Result<(), Error> {
        if self.read(|c| portfolio_calls(c, day))? == spent {
            return Ok(());
        }
        self.write(|t| note_portfolio_calls(t, day, spent))
    }
}

fn state(c: &Connection) -> Result<(u64, Option<i64>), Error> {
    let (drains, offered_to): (i64, Option<i64>) =
        c.query_row("SELECT drains, offered_to FROM watch", [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok((drains.unsigned_abs(), offered_to))
}

fn is_empty(c: &Connection) -> Result<bool, Error> {
    Ok(c.query_row(
        "SELECT NOT EXISTS (SELECT 1 FROM inbox) AND NOT EXISTS (SELECT 1 FROM budget WHERE kind <> ?1 AND calls > 0)",
        [PORTFOLIO],
        |row| row.get(0),
    )?)
}

fn take_out(t: &Transaction<'_>) -> Result<(), Error> {
    t.execute("DELETE FROM inbox WHERE seq <= (SELECT offered_to FROM watch)", [])?;
    t.execute("UPDATE budget SET calls = max(calls - offered, 0), offered = 0 WHERE offered > 0", [])?;
    t.execute("DELETE FROM budget WHERE kind <> ?1 AND calls = 0", [PORTFOLIO])?;
    t.execute("UPDATE watch SET offered_to = NULL", [])?;
    Ok(())
}

fn offered_calls(c: &Connection) -> Result<Vec<OwnCalls>, Error> {
    let mut statement =
        c.prepare_cached("SELECT day, kind, offered FROM budget WHERE offered > 0 ORDER BY day, kind")?;
    let mut rows = statement.query([])?;
    let mut calls = Vec::new();
    while let Some(row) = rows.next()? {
        let day: String = row.get(0)?;
        let day = day.parse().map_err(|_| Error::Unreadable("budget.day"))?;
        calls.push(OwnCalls { day, kind: row.get(1)?, calls: to_count(row.get(2)?) });
    }
    Ok(calls)
}

fn portfolio_calls(c: &Connection, day: NaiveDate) -> Result<u32, Error> {
    let calls: i64 = c.query_row(
        "SELECT coalesce(sum(calls), 0) FROM budget WHERE day = ?1 AND kind = ?2",
        params![day.to_string(), PORTFOLIO],
        |row| row.get(0),
    )?;
    Ok(to_count(calls))
}

/// Notes how many calls the portfolio has spent on `day`.
pub fn note_portfolio_calls(t: &Transaction<'_>, day: NaiveDate, spent: u32) -> Result<(), Error> {
    t.execute("DELETE FROM budget WHERE kind = ?1", [PORTFOLIO])?;
    t.execute("INSERT INTO budget (day, kind, calls) VALUES (?1, ?2, ?3)", params![day.to_string(), PORTFOLIO, spent])?;
    Ok(())
}

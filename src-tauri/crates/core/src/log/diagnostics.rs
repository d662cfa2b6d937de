//! What a person may send to those who look for a fault: read first, then saved, if at all.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use casefolio_system::{identity, private};
use chrono::{DateTime, Utc};

use super::{Log, time};
use crate::core::Core;
use crate::error::Error;
use crate::portfolio::Portfolio;

/// How many lines of the log are shown.
const LINES: usize = 300;

/// The state of the program in numbers and codes, with the last lines of the log. No receipt, name, address or path stands in it. It is for
/// those who know the program, and in English alone, like the log.
#[must_use]
pub fn diagnostics(core: &Core, log: &Log, portfolio: Option<&Portfolio>) -> String {
    let mut text = String::new();
    let mut say = |name: &str, value: String| {
        // Writing into a text does not fail.
        let _never = writeln!(text, "{name}: {value}");
    };
    say("casefolio", env!("CARGO_PKG_VERSION").to_owned());
    say("written", time(core.clock().now()));
    say("system", identity::system());
    say("key store answers", yes(core.key_store_answers()));
    say("keys in locked memory", yes(casefolio_keys::memory_is_locked()));
    match core.portfolios() {
        Ok(entries) => {
            say("portfolios", entries.len().to_string());
            say("opened by the computer", entries.iter().filter(|entry| entry.computer_slot).count().to_string());
            for entry in entries.iter().filter_map(|entry| entry.problem) {
                say("portfolio with a problem", entry.to_owned());
            }
        }
        Err(error) => say("portfolios", code(&error)),
    }
    match portfolio {
        None => say("portfolio", "locked".to_owned()),
        Some(portfolio) => of_portfolio(portfolio, &mut say),
    }
    let lines = log.last(LINES);
    let _never = write!(text, "\nlog, last {} lines:\n{}\n", lines.len(), lines.join("\n"));
    text
}

fn of_portfolio(portfolio: &Portfolio, say: &mut impl FnMut(&str, String)) {
    let number = |read: Result<u64, Error>| read.map_or_else(|error| code(&error), |count| count.to_string());
    say("portfolio", "open".to_owned());
    say("mode", portfolio.mode().code().to_owned());
    say("watched behind the lock", yes(portfolio.watches_behind_lock()));
    say("last verified backup", portfolio.last_backup().map_or_else(|error| code(&error), |at| age(at, portfolio)));
    say("last thorough check", checked(portfolio));
    say("cases", number(portfolio.case_count()));
    say("unread", number(portfolio.unread_count()));
    say("calls today", number(portfolio.calls_today().map(u64::from)));
    match portfolio.service_settings() {
        Ok(None) => say("service", "not set".to_owned()),
        Ok(Some(settings)) => {
            say("service", settings.preset.code().to_owned());
            say("calls per second and day", format!("{} {}", settings.per_second, settings.per_day));
        }
        Err(error) => say("service", code(&error)),
    }
    if let Ok(preferences) = portfolio.preferences() {
        say("locked after minutes", preferences.lock_after.get().to_string());
        say("locked with the screen", yes(preferences.lock_with_screen));
        say("notifications", yes(preferences.notifications));
        say("goes on without a window", yes(preferences.close_to_tray));
    }
}

fn age(at: Option<DateTime<Utc>>, portfolio: &Portfolio) -> String {
    let hours = at.map(|at| (portfolio.clock().now() - at).num_hours());
    hours.map_or_else(|| "none".to_owned(), |hours| format!("{hours} hours ago"))
}

fn checked(portfolio: &Portfolio) -> String {
    match portfolio.last_thorough_check() {
        Ok(Some(check)) => format!("{}, {} found", age(Some(check.at), portfolio), check.findings.len()),
        Ok(None) => age(None, portfolio),
        Err(error) => code(&error),
    }
}

fn code(error: &Error) -> String {
    crate::problem::Problem::of(error).code.to_owned()
}

fn yes(is: bool) -> String {
    if is { "yes" } else { "no" }.to_owned()
}

/// Saves the text that a person has read, for this user alone. A file that is there already is replaced.
pub fn save_diagnostics(text: &str, path: &Path) -> Result<(), Error> {
    let write = || {
        let mut file = private::open_or_create(path)?;
        private::close_file(path)?;
        file.set_len(0)?;
        file.write_all(text.as_bytes())
    };
    write().map_err(Error::FileUnwritable)
}

//! How old the last verified backup may be.

use casefolio_core::cases::CaseFilter;
use casefolio_core::{Error, Portfolio};
use chrono::{DateTime, TimeDelta, Utc};

/// After so long without a verified backup the window warns.
const PATIENCE: TimeDelta = TimeDelta::days(7);

/// When the last verified backup was made, and whether that is too long ago.
pub(crate) fn last(portfolio: &Portfolio) -> Result<(Option<DateTime<Utc>>, bool), Error> {
    let last = portfolio.last_backup()?;
    // Without any, it counts from when there was something to lose.
    let since = match last {
        Some(last) => Some(last),
        None => portfolio.cases(&CaseFilter::default())?.iter().map(|case| case.added_at).min(),
    };
    Ok((last, is_overdue(since, portfolio.clock().now())))
}

fn is_overdue(since: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    since.is_some_and(|since| now - since > PATIENCE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_without_a_backup_is_too_long_and_an_empty_portfolio_needs_none() {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(100);
        assert!(!is_overdue(Some(now - PATIENCE), now));
        assert!(is_overdue(Some(now - PATIENCE - TimeDelta::seconds(1)), now));
        assert!(!is_overdue(Some(now + TimeDelta::days(1)), now));
        assert!(!is_overdue(None, now));
    }
}

//! Which backups may go.

use chrono::{DateTime, Datelike, Utc};

use super::{BackupEntry, BackupKind};

/// Daily backups that are kept, newest first.
const DAYS: usize = 7;
/// Weeks of which the newest daily backup is kept, newest week first; weeks without a backup do not count.
const WEEKS: usize = 4;
/// Backups before an update that are kept.
const UPDATES: usize = 2;

/// The backups that are kept no longer. Those made by hand and those that are damaged are not among them: nobody but the user removes
/// these. Backups of a time that is still to come, by a clock that once was wrong, are counted for themselves, so that they push out none.
pub(super) fn surplus(entries: &[BackupEntry], now: DateTime<Utc>) -> Vec<&BackupEntry> {
    let (mut past, mut future) = (Vec::new(), Vec::new());
    for entry in entries.iter().filter(|entry| !entry.damaged) {
        if entry.at <= now { past.push(entry) } else { future.push(entry) }
    }
    [past, future].into_iter().flat_map(surplus_of).collect()
}

fn surplus_of(mut entries: Vec<&BackupEntry>) -> Vec<&BackupEntry> {
    entries.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| b.file.cmp(&a.file)));
    let (mut days, mut updates, mut weeks) = (0, 0, Vec::new());
    entries.retain(|entry| match entry.kind {
        BackupKind::ByHand => false,
        BackupKind::BeforeUpdate => {
            updates += 1;
            updates > UPDATES
        }
        BackupKind::Daily => {
            days += 1;
            let week = (entry.at.iso_week().year(), entry.at.iso_week().week());
            let first_of_week = !weeks.contains(&week);
            if first_of_week {
                weeks.push(week);
            }
            days > DAYS && !(first_of_week && weeks.len() <= WEEKS)
        }
    });
    entries
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn entry(kind: BackupKind, at: DateTime<Utc>) -> BackupEntry {
        BackupEntry { file: format!("{at}-{}", kind.code()).into(), at, kind, damaged: false }
    }

    /// One daily backup a day up to and with `last`.
    fn days(count: i64, last: DateTime<Utc>) -> Vec<BackupEntry> {
        (0..count).map(|days| entry(BackupKind::Daily, last - TimeDelta::days(days))).collect()
    }

    fn kept(entries: &[BackupEntry], now: DateTime<Utc>) -> Vec<String> {
        let gone = surplus(entries, now);
        let mut kept: Vec<_> = entries.iter().filter(|entry| !gone.contains(entry)).collect();
        kept.sort_by_key(|entry| entry.at);
        kept.iter().map(|entry| entry.at.format("%m-%d").to_string()).collect()
    }

    #[test]
    fn seven_days_and_the_newest_of_each_of_four_weeks_are_kept() {
        // A Sunday.
        let now = at("2026-11-22T12:00:00Z");
        let days_and_weeks = ["11-01", "11-08", "11-15", "11-16", "11-17", "11-18", "11-19", "11-20", "11-21", "11-22"];
        assert_eq!(kept(&days(60, now), now), days_and_weeks);
        assert_eq!(kept(&days(7, now), now).len(), 7);
    }

    #[test]
    fn one_made_a_day_for_a_year_with_rotation_each_day_ends_with_the_same() {
        let mut entries = Vec::new();
        let end = at("2026-11-22T12:00:00Z");
        for day in (0..365).rev() {
            let now = end - TimeDelta::days(day);
            entries.push(entry(BackupKind::Daily, now));
            let gone: Vec<_> = surplus(&entries, now).into_iter().cloned().collect();
            entries.retain(|entry| !gone.contains(entry));
        }
        assert_eq!(kept(&entries, end), kept(&days(365, end), end));
    }

    #[test]
    fn after_a_year_away_the_old_ones_are_still_there() {
        let mut entries = days(20, at("2025-11-20T12:00:00Z"));
        let now = at("2026-11-22T12:00:00Z");
        entries.push(entry(BackupKind::Daily, now));
        assert_eq!(kept(&entries, now), ["11-09", "11-15", "11-16", "11-17", "11-18", "11-19", "11-20", "11-22"]);
    }

    #[test]
    fn what_was_made_by_hand_stays_and_two_of_those_before_updates() {
        let now = at("2026-11-22T12:00:00Z");
        let of = |kind| (0..5).map(move |day| entry(kind, now - TimeDelta::days(day)));
        let entries: Vec<_> = of(BackupKind::ByHand).chain(of(BackupKind::BeforeUpdate)).collect();
        let gone = surplus(&entries, now);
        assert_eq!(gone.len(), 3);
        assert!(gone.iter().all(|entry| entry.kind == BackupKind::BeforeUpdate && entry.at < now - TimeDelta::days(1)));
    }

    #[test]
    fn a_damaged_one_is_neither_counted_nor_removed() {
        let now = at("2026-11-22T12:00:00Z");
        let mut entries = days(7, now - TimeDelta::days(5));
        entries.extend(days(5, now).into_iter().map(|entry| BackupEntry { damaged: true, ..entry }));
        assert!(surplus(&entries, now).is_empty());
    }

    #[test]
    fn a_clock_that_was_ahead_pushes_out_no_good_backup() {
        let now = at("2026-11-22T12:00:00Z");
        let mut entries = days(7, now);
        entries.extend(days(9, at("2030-06-09T12:00:00Z")));
        let gone = surplus(&entries, now);
        assert!(gone.iter().all(|entry| entry.at > now), "{gone:?}");
        // Of those ahead as many are kept as of the others: here seven days and the Sunday before.
        assert_eq!(gone.len(), 1);
    }
}

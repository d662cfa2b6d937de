//! The days on which the agency's offices are closed.

use chrono::{Datelike, NaiveDate, Weekday};

/// The federal holidays of a year as employees who work Monday to Friday have them off: one that falls on a Saturday on the Friday before,
/// one that falls on a Sunday on the Monday after. New Year's Day of the year after is in it where its Friday lies in this one, so that
/// every day of the year that is off is in the list, in order.
///
/// 5 U.S.C. 6103(a) lists the holidays, (b) moves those on a Saturday; Executive Order 11582 moves those on a Sunday. Inauguration Day is a
/// holiday around Washington alone (c) and not in it. The list is the one in force since 2021 and is used for every year.
#[must_use]
pub fn federal_holidays(year: i32) -> Vec<NaiveDate> {
    let next = year.saturating_add(1);
    let fixed = [(year, 1, 1), (year, 6, 19), (year, 7, 4), (year, 11, 11), (year, 12, 25), (next, 1, 1)];
    let fixed = fixed.into_iter().filter_map(|(year, month, day)| NaiveDate::from_ymd_opt(year, month, day));
    let moving = [(1, Weekday::Mon, 3), (2, Weekday::Mon, 3), (9, Weekday::Mon, 1), (10, Weekday::Mon, 2)];
    let moving = moving.into_iter().chain([(11, Weekday::Thu, 4)]);
    let moving = moving.filter_map(|(month, day, n)| NaiveDate::from_weekday_of_month_opt(year, month, day, n));
    let mut days: Vec<NaiveDate> = fixed.filter_map(observed).chain(moving).chain(memorial_day(year)).collect();
    days.retain(|day| day.year() == year);
    days.sort_unstable();
    days
}

/// Whether the offices are closed on this day although it is a weekday. See [`federal_holidays`].
#[must_use]
pub fn is_federal_holiday(day: NaiveDate) -> bool {
    federal_holidays(day.year()).contains(&day)
}

/// The day on which a holiday of a fixed date is had off.
fn observed(day: NaiveDate) -> Option<NaiveDate> {
    match day.weekday() {
        Weekday::Sat => day.pred_opt(),
        Weekday::Sun => day.succ_opt(),
        Weekday::Mon | Weekday::Tue | Weekday::Wed | Weekday::Thu | Weekday::Fri => Some(day),
    }
}

/// The last Monday of May.
fn memorial_day(year: i32) -> Option<NaiveDate> {
    let fifth = NaiveDate::from_weekday_of_month_opt(year, 5, Weekday::Mon, 5);
    fifth.or_else(|| NaiveDate::from_weekday_of_month_opt(year, 5, Weekday::Mon, 4))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn days(year: i32) -> Vec<String> {
        federal_holidays(year).iter().map(|day| day.format("%m-%d").to_string()).collect()
    }

    /// As the Office of Personnel Management publishes them.
    #[test]
    fn the_holidays_of_known_years_are_those_published() {
        assert_eq!(
            days(2026),
            ["01-01", "01-19", "02-16", "05-25", "06-19", "07-03", "09-07", "10-12", "11-11", "11-26", "12-25"]
        );
        assert_eq!(
            days(2023),
            ["01-02", "01-16", "02-20", "05-29", "06-19", "07-04", "09-04", "10-09", "11-10", "11-23", "12-25"]
        );
        // Christmas on a Saturday, and New Year's Day of 2022 had off in 2021.
        assert_eq!(
            days(2021),
            [
                "01-01", "01-18", "02-15", "05-31", "06-18", "07-05", "09-06", "10-11", "11-11", "11-25", "12-24",
                "12-31"
            ]
        );
        assert_eq!(days(2022).first().map(String::as_str), Some("01-17"));
    }

    proptest! {
        #[test]
        fn a_holiday_is_a_weekday_and_a_year_has_ten_to_twelve(year in 1990_i32..2200) {
            let days = federal_holidays(year);
            prop_assert!((10..=12).contains(&days.len()));
            for day in days {
                prop_assert!(!matches!(day.weekday(), Weekday::Sat | Weekday::Sun));
                prop_assert!(is_federal_holiday(day));
            }
        }
    }
}

//! The dates in the fields of an answer (those inside texts are the domain's).

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime};

const STAMPS: [&str; 3] = ["%m-%d-%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"];
const DAYS: [&str; 4] = ["%Y-%m-%d", "%m-%d-%Y", "%m/%d/%Y", "%B %d, %Y"];

/// A date with time as in `submittedDate` (`09-05-2023 14:28:46`); a day alone is its midnight. None if unreadable.
pub(crate) fn stamp(text: &str) -> Option<NaiveDateTime> {
    let text = text.trim();
    let exact = STAMPS.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok());
    exact.filter(|stamp| believable(stamp.date())).or_else(|| day(text).map(|day| day.and_time(NaiveTime::MIN)))
}

/// A day as in the history (`2023-09-05`). None if unreadable.
pub(crate) fn day(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    DAYS.iter().find_map(|form| NaiveDate::parse_from_str(text, form).ok()).filter(|day| believable(*day))
}

fn believable(day: NaiveDate) -> bool {
    (1900..=2199).contains(&day.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_date_form_of_the_service_is_read() {
        let noon = NaiveDate::from_ymd_opt(2023, 9, 5).and_then(|day| day.and_hms_opt(14, 28, 46));
        assert_eq!(stamp("09-05-2023 14:28:46"), noon);
        assert_eq!(stamp(" 2023-09-05 14:28:46 "), noon);
        assert_eq!(day("2023-09-05"), NaiveDate::from_ymd_opt(2023, 9, 5));
        assert_eq!(day("September 5, 2023"), NaiveDate::from_ymd_opt(2023, 9, 5));
        assert_eq!(stamp("2023-09-05"), NaiveDate::from_ymd_opt(2023, 9, 5).map(|day| day.and_time(NaiveTime::MIN)));
    }

    #[test]
    fn an_unreadable_date_is_none() {
        for text in ["", "soon", "13-40-2023 00:00:00", "0001-01-01", "+99999-01-01", "2023-02-30"] {
            assert_eq!((stamp(text), day(text)), (None, None), "{text}");
        }
    }
}

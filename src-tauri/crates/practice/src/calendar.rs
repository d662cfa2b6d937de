//! The service's calendar: Eastern time, its hours, and its ways of writing a date.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Timelike, Utc, Weekday};
use chrono_tz::America::New_York;

const MONTHS_ES: [&str; 12] = [
    "Enero",
    "Febrero",
    "Marzo",
    "Abril",
    "Mayo",
    "Junio",
    "Julio",
    "Agosto",
    "Septiembre",
    "Octubre",
    "Noviembre",
    "Diciembre",
];

/// The service's local time.
pub(crate) fn eastern(instant: DateTime<Utc>) -> NaiveDateTime {
    instant.with_timezone(&New_York).naive_local()
}

/// Whether the sandbox is open: Monday to Friday, 7:00 to 20:00 Eastern (research 1.6).
pub(crate) fn is_open(instant: DateTime<Utc>) -> bool {
    let local = eastern(instant);
    !matches!(local.weekday(), Weekday::Sat | Weekday::Sun) && (7..20).contains(&local.hour())
}

/// `June 27, 2025`.
pub(crate) fn english(day: NaiveDate) -> String {
    day.format("%B %-d, %Y").to_string()
}

/// `27 de Junio de 2025`: two digits and a capital, as the service writes it.
pub(crate) fn spanish(day: NaiveDate) -> String {
    let month = usize::try_from(day.month0()).ok().and_then(|month| MONTHS_ES.get(month)).copied().unwrap_or_default();
    format!("{:02} de {month} de {}", day.day(), day.year())
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    #[test]
    fn dates_are_written_as_the_service_writes_them() {
        let day = NaiveDate::from_ymd_opt(2025, 6, 4).unwrap();
        assert_eq!((english(day), spanish(day)), ("June 4, 2025".to_owned(), "04 de Junio de 2025".to_owned()));
    }

    #[test]
    fn the_hours_are_eastern_and_end_on_friday_evening() {
        let at = |day, hour| Utc.with_ymd_and_hms(2026, 11, day, hour, 0, 0).unwrap();
        assert!(is_open(at(20, 12)), "Friday 7:00");
        assert!(!is_open(at(20, 11)), "Friday 6:00");
        assert!(is_open(at(21, 0)), "Friday 19:00");
        assert!(!is_open(at(21, 1)), "Friday 20:00");
        assert!(!is_open(at(22, 17)), "Sunday noon");
    }
}

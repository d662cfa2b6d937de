//! Dates inside the service's texts: `June 27, 2025`, `06/27/2025`, `2025-06-27` and `27 de Junio de 2025`, each read on its own.

use std::ops::Range;

use chrono::NaiveDate;

/// What [`mask`] puts in place of a date; the object-replacement character, which no status text holds.
pub const DATE_SIGN: char = '\u{fffc}';

const ENGLISH_MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

const SPANISH_MONTHS: [&str; 12] = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
];

/// A date found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundDate {
    /// The bytes it takes in the text.
    pub at: Range<usize>,
    /// The day it names.
    pub day: NaiveDate,
}

/// Every date in a text, in order. What is written like a date but names no day (31 February) is not one.
#[must_use]
pub fn find(text: &str) -> Vec<FoundDate> {
    let mut found = Vec::new();
    let mut free_from = 0;
    let mut before = ' ';
    for (at, sign) in text.char_indices() {
        let starts_word = sign.is_ascii_alphanumeric() && !before.is_alphanumeric() && at >= free_from;
        before = sign;
        if !starts_word {
            continue;
        }
        if let Some((day, length)) = text.get(at..).and_then(date_at_start) {
            free_from = at + length;
            found.push(FoundDate { at: at..free_from, day });
        }
    }
    found
}

/// The text with every date replaced by [`DATE_SIGN`].
#[must_use]
pub fn mask(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut from = 0;
    for date in find(text) {
        masked.push_str(text.get(from..date.at.start).unwrap_or_default());
        masked.push(DATE_SIGN);
        from = date.at.end;
    }
    masked.push_str(text.get(from..).unwrap_or_default());
    masked
}

/// The day a status text begins with: `On June 27, 2025, …`, `As of …`, `El 27 de Junio de 2025, …`, `Al …`, `En …`.
/// It is the day of the action, never that of an appointment.
#[must_use]
pub fn opening_date(text: &str) -> Option<NaiveDate> {
    let mut reader = Reader::new(text.trim_start());
    match reader.word().as_str() {
        "on" | "el" | "al" | "en" => {}
        "as" => {
            reader.blanks()?;
            (reader.word() == "of").then_some(())?;
        }
        _ => return None,
    }
    reader.blanks()?;
    date_at_start(reader.rest).map(|(day, _)| day)
}

/// The date a text begins with, and the bytes it takes.
fn date_at_start(text: &str) -> Option<(NaiveDate, usize)> {
    [english, slashes, iso, spanish].into_iter().find_map(|form| {
        let mut reader = Reader::new(text);
        let day = form(&mut reader)?;
        let ends = !reader.rest.starts_with(|next: char| next.is_ascii_alphanumeric());
        ends.then(|| (day, text.len() - reader.rest.len()))
    })
}

/// `June 27, 2025`; the comma may be missing.
fn english(reader: &mut Reader<'_>) -> Option<NaiveDate> {
    let name = reader.word();
    let month = month_of(&name, &ENGLISH_MONTHS)?;
    reader.blanks()?;
    let day = reader.number(1..=2)?;
    let comma = reader.sign(',').is_some();
    let blanks = reader.blanks().is_some();
    (comma || blanks).then_some(())?;
    date(reader.number(4..=4)?, month, day)
}

/// `06/27/2025`, month first.
fn slashes(reader: &mut Reader<'_>) -> Option<NaiveDate> {
    let month = reader.number(1..=2)?;
    reader.sign('/')?;
    let day = reader.number(1..=2)?;
    reader.sign('/')?;
    date(reader.number(4..=4)?, month, day)
}

/// `2025-06-27`.
fn iso(reader: &mut Reader<'_>) -> Option<NaiveDate> {
    let year = reader.number(4..=4)?;
    reader.sign('-')?;
    let month = reader.number(2..=2)?;
    reader.sign('-')?;
    date(year, month, reader.number(2..=2)?)
}

/// `27 de Junio de 2025`, also with `del`.
fn spanish(reader: &mut Reader<'_>) -> Option<NaiveDate> {
    let day = reader.number(1..=2)?;
    reader.of()?;
    let name = reader.word();
    let month = if name == "setiembre" { 9 } else { month_of(&name, &SPANISH_MONTHS)? };
    reader.of()?;
    date(reader.number(4..=4)?, month, day)
}

fn month_of(name: &str, months: &[&str; 12]) -> Option<u32> {
    let at = months.iter().position(|month| *month == name)?;
    u32::try_from(at + 1).ok()
}

fn date(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

/// What is left of a text.
struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn new(rest: &'a str) -> Self {
        Self { rest }
    }

    /// Takes as many bytes of the front as `length` says.
    fn take(&mut self, length: usize) -> &'a str {
        let (front, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        self.rest = rest;
        front
    }

    /// A word in lower case; empty where there is none. No month and no opening word is longer than 16 letters.
    fn word(&mut self) -> String {
        let length = self.rest.bytes().take(16).take_while(u8::is_ascii_alphabetic).count();
        self.take(length).to_ascii_lowercase()
    }

    /// White space, at least one sign of it.
    fn blanks(&mut self) -> Option<()> {
        let rest = self.rest.trim_start();
        let any = rest.len() < self.rest.len();
        self.rest = rest;
        any.then_some(())
    }

    /// This very sign.
    fn sign(&mut self, wanted: char) -> Option<()> {
        self.rest = self.rest.strip_prefix(wanted)?;
        Some(())
    }

    /// A number with as many digits.
    fn number(&mut self, length: std::ops::RangeInclusive<usize>) -> Option<u32> {
        let digits = self.rest.bytes().take(5).take_while(u8::is_ascii_digit).count();
        length.contains(&digits).then(|| self.take(digits))?.parse().ok()
    }

    /// ` de ` or ` del `.
    fn of(&mut self) -> Option<()> {
        self.blanks()?;
        matches!(self.word().as_str(), "de" | "del").then_some(())?;
        self.blanks()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    #[test]
    fn each_form_of_a_date_is_found_where_it_stands() {
        let text = "On June 27, 2025, by 08/24/2025 (2025-07-01) el 04 de Septiembre de 2024.";
        let found = find(text);
        let days: Vec<NaiveDate> = found.iter().map(|date| date.day).collect();
        assert_eq!(days, [day(2025, 6, 27), day(2025, 8, 24), day(2025, 7, 1), day(2024, 9, 4)]);
        assert_eq!(&text[found[0].at.clone()], "June 27, 2025");
        assert_eq!(mask(text), "On \u{fffc}, by \u{fffc} (\u{fffc}) el \u{fffc}.");
    }

    #[test]
    fn what_only_looks_like_a_date_is_left_alone() {
        for text in [
            "May I come?",
            "June 2025",
            "February 31, 2025",
            "13/45/2025",
            "2025-13-01",
            "EAC2025-06-271",
            "form 1/2/20255",
            "1-800-375-5283",
            "31 de Juny de 2025",
            "June27,2025",
            "",
        ] {
            assert_eq!(find(text), [], "{text}");
            assert_eq!(mask(text), text);
        }
    }

    #[test]
    fn the_opening_date_is_the_one_the_text_begins_with() {
        for (text, wanted) in [
            ("On June 27, 2025, we received your Form I-130.", Some(day(2025, 6, 27))),
            (" As of  June 25, 2025, we are actively reviewing", Some(day(2025, 6, 25))),
            ("El 27 de Junio de 2025, recibimos su Formulario", Some(day(2025, 6, 27))),
            ("Al 25 de Abril de 2025, estamos", Some(day(2025, 4, 25))),
            ("En 26 de Julio de 2025, revisamos", Some(day(2025, 7, 26))),
            ("We placed you in line. On June 27, 2025, you", None),
            ("At this time USCIS cannot provide you with information.", None),
            ("", None),
        ] {
            assert_eq!(opening_date(text), wanted, "{text}");
        }
    }

    proptest! {
        #[test]
        fn searching_never_panics_and_masks_what_it_finds(text in any::<String>()) {
            prop_assert_eq!(find(&mask(&text)), []);
        }

        #[test]
        fn a_date_is_found_in_every_form(year in 1900_i32..2100, month in 1_u32..=12, of_month in 1_u32..=28) {
            let wanted = day(year, month, of_month);
            let at = usize::try_from(month).unwrap() - 1;
            for text in [
                format!("{year:04}-{month:02}-{of_month:02}"),
                format!("{month:02}/{of_month:02}/{year}"),
                format!("{} {of_month}, {year}", ENGLISH_MONTHS[at].to_uppercase()),
                format!("{of_month:02} de {} de {year}", SPANISH_MONTHS[at]),
            ] {
                let found = find(&format!("x, {text}, y"));
                prop_assert_eq!(found.len(), 1);
                prop_assert_eq!(found[0].day, wanted);
            }
        }
    }
}

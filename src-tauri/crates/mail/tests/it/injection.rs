//! Nothing that is typed becomes a line of its own.

use casefolio_domain::Language;
use casefolio_mail::{Address, DisplayName, Letter, Sender, Subject};
use chrono::{DateTime, TimeZone as _, Utc};
use proptest::prelude::*;

use crate::written::{any_letter, letter, sender};

/// The names of the head's lines, and what stands behind each, unfolded.
fn head(bytes: &[u8]) -> Vec<(String, String)> {
    let text = std::str::from_utf8(bytes).unwrap();
    let head = text.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ").replace("\r\n\t", " ");
    let lines = head.split("\r\n").map(|line| line.split_once(": ").unwrap());
    lines.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn value(bytes: &[u8], name: &str) -> String {
    head(bytes).into_iter().find(|(found, _)| found == name).unwrap().1
}

/// Any text, with what breaks lines strewn in.
fn nasty() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<String>(),
        prop::sample::select(vec![
            "\r\n",
            "\n",
            "\r",
            "\0",
            "\u{2028}",
            "\u{202E}",
            "Bcc: x@example.com",
            "<",
            ">",
            "\"",
            "\\",
            ",",
            ";",
            "=?utf-8?q?",
            "?=",
            ".",
            "@",
            "ñ",
            " ",
            "\t",
            "(",
            ")",
            ":",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

proptest! {
    /// catalogue 120
    #[test]
    fn any_text_is_refused_or_makes_one_message_with_the_same_head(
        subject in nasty(), name in nasty(), address in nasty(), words in nasty(),
    ) {
        let usual = any_letter();
        let name = DisplayName::parse(&name).ok();
        let sender = Sender { address: Address::parse(&address).unwrap_or(sender().address), name };
        let subject = Subject::parse(&subject).unwrap_or(usual.subject);
        let html = casefolio_mail::Page::new(Language::English, &words).paragraph(&words).html();
        let bytes = Letter { subject, plain: words, html, ..usual }.bytes(&sender).unwrap();
        let names: Vec<String> = head(&bytes).into_iter().map(|(name, _)| name).collect();
        prop_assert_eq!(names.len(), 9, "{:?}", names);
    }

    /// catalogue 120
    #[test]
    fn an_address_around_any_text_is_refused_or_stays_one_address(name in nasty(), domain in nasty()) {
        if let Ok(address) = Address::parse(&format!("{name}@{domain}.example")) {
            prop_assert!(!address.as_str().contains([' ', '<', '>', ',', '\r', '\n', '"']), "{}", address.as_str());
            prop_assert_eq!(address.as_str().matches('@').count(), 1);
        }
    }
}

#[test]
fn the_head_tells_what_it_must_and_nothing_of_this_computer() {
    let bytes = letter("Caso aprobado — acción", "Todo bien.", Language::Spanish).bytes(&sender()).unwrap();
    let names: Vec<String> = head(&bytes).into_iter().map(|(name, _)| name).collect();
    let mut sorted = names.clone();
    sorted.sort();
    assert_eq!(
        sorted,
        [
            "Auto-Submitted",
            "Content-Language",
            "Content-Type",
            "Date",
            "From",
            "MIME-Version",
            "Message-ID",
            "Subject",
            "To"
        ]
    );
    assert_eq!(value(&bytes, "Message-ID"), format!("<{}@casefolio.invalid>", "07".repeat(32)));
    assert_eq!(value(&bytes, "Date"), "Mon, 23 Nov 2026 17:00:00 +0000");
    assert_eq!(value(&bytes, "Content-Language"), "es");
    assert_eq!(value(&bytes, "Auto-Submitted"), "auto-generated");
    assert_eq!(value(&bytes, "To"), "seeded-recipient@example.org");
}

#[test]
fn the_same_letter_has_the_same_bytes() {
    assert_eq!(any_letter().bytes(&sender()).unwrap(), any_letter().bytes(&sender()).unwrap());
}

/// catalogue 121
#[test]
fn the_body_is_always_encoded_in_lines_of_a_proper_length() {
    let long = "á".repeat(20_000);
    let bytes = letter("x", &format!(".\r.\n..\r\n\r{long}\n.\n"), Language::English).bytes(&sender()).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    assert_eq!(text.matches("Content-Transfer-Encoding: quoted-printable").count(), 2);
    let (_, body) = text.split_once("\r\n\r\n").unwrap();
    assert!(body.split("\r\n").all(|line| line.len() <= 78 && !line.contains(['\r', '\n'])));
}

#[test]
fn a_date_without_a_form_and_a_book_are_refused() {
    let far =
        [DateTime::<Utc>::MAX_UTC, DateTime::<Utc>::MIN_UTC, Utc.with_ymd_and_hms(1969, 12, 31, 23, 59, 59).unwrap()];
    for date in far {
        let problem = Letter { date, ..any_letter() }.bytes(&sender()).unwrap_err();
        assert_eq!(problem.code(), "date_out_of_range");
    }
    let problem = Letter { plain: "x".repeat(1024 * 1024 + 1), ..any_letter() }.bytes(&sender()).unwrap_err();
    assert_eq!(problem.code(), "too_long");
    let edges = [DateTime::<Utc>::UNIX_EPOCH, Utc.with_ymd_and_hms(9999, 12, 31, 23, 59, 59).unwrap()];
    assert!(edges.iter().all(|date| Letter { date: *date, ..any_letter() }.bytes(&sender()).is_ok()));
}

//! Letters and senders for the tests. Their names are looked for in everything that is shown.

#[cfg(target_os = "linux")]
use std::time::Duration;

use casefolio_domain::Language;
use casefolio_mail::{Address, DisplayName, Letter, MessageId, Page, Sender, Subject};
use chrono::{TimeZone as _, Utc};

pub(crate) const FROM: &str = "ana@example.com";
pub(crate) const TO: &str = "seeded-recipient@example.org";

/// A letter with these words as plain text and as a page.
pub(crate) fn letter(subject: &str, words: &str, language: Language) -> Letter {
    let page = Page::new(language, subject).heading(subject).paragraph(words);
    Letter {
        message_id: MessageId::from_digest(&[7; 32]),
        to: Address::parse(TO).unwrap(),
        subject: Subject::parse(subject).unwrap(),
        plain: words.to_owned(),
        html: page.html(),
        date: Utc.with_ymd_and_hms(2026, 11, 23, 17, 0, 0).unwrap(),
        language,
    }
}

/// A letter whose words do not matter.
pub(crate) fn any_letter() -> Letter {
    letter("A change", "A case has changed.", Language::English)
}

pub(crate) fn sender() -> Sender {
    Sender {
        address: Address::parse(FROM).unwrap(),
        name: Some(DisplayName::parse("Ana Núñez, \"Law\" & Söhne").unwrap()),
    }
}

/// Short enough for tests of what never ends, long enough for a busy machine to come to that point.
#[cfg(target_os = "linux")]
pub(crate) fn brief() -> casefolio_mail::Timing {
    let (read, total) = (Duration::from_secs(3), Duration::from_secs(30));
    casefolio_mail::Timing { connect: Duration::from_secs(10), read, total }
}

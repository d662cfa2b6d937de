//! One message to one recipient, and its bytes.

use std::fmt;
use std::time::SystemTime;

use casefolio_domain::Language;
use chrono::{DateTime, Datelike as _, Utc};
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, MultiPart, SinglePart};

use crate::address::Address;
use crate::message_id::MessageId;
use crate::page::Html;
use crate::settings::Sender;
use crate::text::{self, Subject};

/// The most bytes of a body; what Casefolio tells is a thousandth of it.
const LONGEST_BODY: usize = 1024 * 1024;
/// The most bytes of a line, without its end (RFC 5322, 2.1.1).
const LONGEST_LINE: usize = 998;

/// A message to one recipient: recipients never see each other.
#[derive(Clone)]
pub struct Letter {
    /// The same for every try.
    pub message_id: MessageId,
    /// To whom it goes.
    pub to: Address,
    /// What it is about.
    pub subject: Subject,
    /// The words as plain text.
    pub plain: String,
    /// The same words as a page.
    pub html: Html,
    /// When it was written, the years 1970 to 9999.
    pub date: DateTime<Utc>,
    /// The language of its words.
    pub language: Language,
}

/// Why a letter could not be put together. Nothing was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum LetterProblem {
    /// The date has no form in a message.
    #[error("the date of the message is out of range")]
    DateOutOfRange,
    /// The words are longer than any mail server takes.
    #[error("the message is too long")]
    TooLong,
    /// The finished message has lines that servers understand in different ways.
    #[error("the message could not be put into its form")]
    Unsound,
}

impl LetterProblem {
    /// The stable code used in locale keys.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::DateOutOfRange => "date_out_of_range",
            Self::TooLong => "too_long",
            Self::Unsound => "unsound",
        }
    }
}

impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Letter").field("message_id", &self.message_id).finish_non_exhaustive()
    }
}

impl Letter {
    /// The whole message, in lines that end with CR and LF. The same letter gives the same bytes.
    pub fn bytes(&self, sender: &Sender) -> Result<Vec<u8>, LetterProblem> {
        if !(1970..=9999).contains(&self.date.year()) {
            return Err(LetterProblem::DateOutOfRange);
        }
        if self.plain.len() > LONGEST_BODY || self.html.as_str().len() > LONGEST_BODY {
            return Err(LetterProblem::TooLong);
        }
        let message = lettre::Message::builder()
            .from(Mailbox::new(sender.name.as_ref().map(|name| name.as_str().to_owned()), sender.address.inner()))
            .to(Mailbox::new(None, self.to.inner()))
            .raw_header(self.subject_line())
            .date(SystemTime::from(self.date))
            .message_id(Some(self.message_id.as_str().to_owned()))
            .raw_header(fixed("Content-Language", self.language.code()))
            // No out-of-office answers to a program (RFC 3834).
            .raw_header(fixed("Auto-Submitted", "auto-generated"))
            .multipart(self.both_forms()?)
            .map_err(|_| LetterProblem::Unsound)?;
        let bytes = message.formatted();
        if is_sound(&bytes) { Ok(bytes) } else { Err(LetterProblem::Unsound) }
    }

    /// lettre sends what looks encoded as it is, and programs would show it as other words.
    fn subject_line(&self) -> HeaderValue {
        let name = HeaderName::new_from_ascii_str("Subject");
        HeaderValue::dangerous_new_pre_encoded(name, self.subject.as_str().to_owned(), self.subject.encoded())
    }

    fn both_forms(&self) -> Result<MultiPart, LetterProblem> {
        // `=_` never occurs in quoted-printable text, so no words can end the part they stand in (RFC 2045, 6.7).
        let multipart = MultiPart::alternative().boundary(format!("=_{}", self.message_id.hex()));
        Ok(multipart
            .singlepart(part(ContentType::TEXT_PLAIN, &self.plain)?)
            .singlepart(part(ContentType::TEXT_HTML, self.html.as_str())?))
    }
}

/// Encoded whatever the text is: left to itself, lettre 0.11.23 sends a lone CR as it is (RUSTSEC-2026-0561).
fn part(kind: ContentType, words: &str) -> Result<SinglePart, LetterProblem> {
    let body = Body::new_with_encoding(text::body(words), ContentTransferEncoding::QuotedPrintable)
        .map_err(|_| LetterProblem::Unsound)?;
    Ok(SinglePart::builder().header(kind).body(body))
}

fn fixed(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// Whether every server reads the same lines: ASCII without NUL, CR and LF only together, no line too long, and one empty line that
/// ends a head without doubles.
fn is_sound(bytes: &[u8]) -> bool {
    let Some(text) = std::str::from_utf8(bytes).ok().filter(|text| text.is_ascii() && !text.contains('\0')) else {
        return false;
    };
    let whole_lines = text.split("\r\n").all(|line| line.len() <= LONGEST_LINE && !line.contains(['\r', '\n']));
    let Some((head, _)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let mut names: Vec<String> = head
        .split("\r\n")
        .filter(|line| !line.starts_with([' ', '\t']))
        .map(|line| line.split(':').next().unwrap_or_default().to_ascii_lowercase())
        .collect();
    names.sort_unstable();
    let expected = [
        "auto-submitted",
        "content-language",
        "content-type",
        "date",
        "from",
        "message-id",
        "mime-version",
        "subject",
        "to",
    ];
    whole_lines && names == expected
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "Auto-Submitted: a\r\nContent-Language: en\r\nContent-Type: x;\r\n b=c\r\nDate: d\r\nFrom: f\r\nMessage-ID: m\r\nMIME-Version: 1.0\r\nSubject: s\r\nTo: t\r\n";

    /// catalogue 120, 121
    #[test]
    fn a_message_that_servers_could_read_in_two_ways_is_not_sent() {
        assert!(is_sound(format!("{HEAD}\r\nbody\r\n").as_bytes()));
        for bad in [
            format!("{HEAD}Bcc: x@example.com\r\n\r\nbody"),
            format!("{HEAD}To: x@example.com\r\n\r\nbody"),
            HEAD.replace("To: t\r\n", "\r\nTo: t\r\n"),
            format!("{HEAD}\r\nbare\nline"),
            format!("{HEAD}\r\nbare\rline"),
            format!("{HEAD}\r\nñ"),
            format!("{HEAD}\r\n\0"),
            format!("{HEAD}\r\n{}", "x".repeat(999)),
            HEAD.to_owned(),
        ] {
            assert!(!is_sound(bad.as_bytes()), "{bad:?}");
        }
    }
}

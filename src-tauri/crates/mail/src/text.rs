//! Texts that go into the head or the body of a message.

use std::fmt;

use data_encoding::BASE64;

/// Why a text may not stand in the head of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum TextProblem {
    /// Nothing is left of it.
    #[error("the text is empty")]
    Empty,
    /// It has a line break: what follows would become a line of its own.
    #[error("the text has a line break")]
    LineBreak,
    /// It has a control character.
    #[error("the text has a control character")]
    ControlCharacter,
    /// It looks like words in the encoding of message heads (`=?…?=`), which programs would show as other words.
    #[error("the text looks encoded")]
    LooksEncoded,
    /// It is longer than what people read.
    #[error("the text is too long")]
    TooLong,
}

impl TextProblem {
    /// Every problem.
    pub const ALL: [Self; 5] =
        [Self::Empty, Self::LineBreak, Self::ControlCharacter, Self::LooksEncoded, Self::TooLong];

    /// The stable code used in locale keys.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::LineBreak => "line_break",
            Self::ControlCharacter => "control_character",
            Self::LooksEncoded => "looks_encoded",
            Self::TooLong => "too_long",
        }
    }
}

/// The subject of a message. Anything but a line of text was refused; it may have any letters, and is encoded when it is sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Subject(String);

impl Subject {
    /// The most characters of a subject.
    pub const LONGEST: usize = 250;

    /// Takes one line of text. Marks that turn the direction of writing are left out.
    pub fn parse(text: &str) -> Result<Self, TextProblem> {
        one_line(text, Self::LONGEST).map(Self)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// As it stands in the head: as it is where it is plain, in encoded words (RFC 2047) otherwise.
    pub(crate) fn encoded(&self) -> String {
        if self.0.is_ascii() && !self.0.contains("=?") {
            return self.0.clone();
        }
        let words: Vec<String> =
            pieces(&self.0).iter().map(|piece| format!("=?utf-8?b?{}?=", BASE64.encode(piece.as_bytes()))).collect();
        words.join("\r\n ")
    }
}

/// What fits into one encoded word of 75 characters, with room for the header's name.
const ENCODED_BYTES: usize = 42;

/// The text in pieces that fit into an encoded word each; no letter is cut.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for letter in text.chars() {
        match pieces.last_mut() {
            Some(last) if last.len() + letter.len_utf8() <= ENCODED_BYTES => last.push(letter),
            Some(_) | None => pieces.push(letter.to_string()),
        }
    }
    pieces
}

/// The name beside the sender's address.
#[derive(Clone, PartialEq, Eq)]
pub struct DisplayName(String);

impl DisplayName {
    /// The most characters of a name.
    pub const LONGEST: usize = 100;

    /// Takes one line of text. Marks that turn the direction of writing are left out: with them a name could look like an address.
    pub fn parse(text: &str) -> Result<Self, TextProblem> {
        let name = one_line(text, Self::LONGEST)?;
        if name.contains("=?") { Err(TextProblem::LooksEncoded) } else { Ok(Self(name)) }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subject(redacted)")
    }
}

impl fmt::Debug for DisplayName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DisplayName(redacted)")
    }
}

/// Refuses what is more than a line. White space around it goes only after that look: a line break at the end is one, too.
fn one_line(text: &str, longest: usize) -> Result<String, TextProblem> {
    line_of_text(text)?;
    let kept: String = text.chars().filter(|letter| !turns_direction(*letter)).collect();
    let kept = kept.trim();
    if kept.is_empty() {
        Err(TextProblem::Empty)
    } else if kept.chars().count() > longest {
        Err(TextProblem::TooLong)
    } else {
        Ok(kept.to_owned())
    }
}

/// Refuses line breaks of every alphabet, and control characters.
pub(crate) fn line_of_text(text: &str) -> Result<(), TextProblem> {
    if text.contains(['\r', '\n', '\u{0B}', '\u{0C}', '\u{85}', '\u{2028}', '\u{2029}']) {
        Err(TextProblem::LineBreak)
    } else if text.contains(char::is_control) {
        Err(TextProblem::ControlCharacter)
    } else {
        Ok(())
    }
}

/// The body as it is encoded: line ends as messages have them, no control characters but the tabulator, no marks that turn the
/// direction of writing.
pub(crate) fn body(text: &str) -> String {
    let unix = text.replace("\r\n", "\n").replace('\r', "\n");
    let kept = |letter: &char| *letter == '\n' || *letter == '\t' || !(letter.is_control() || turns_direction(*letter));
    unix.chars().filter(kept).collect::<String>().replace('\n', "\r\n")
}

/// Marks, embeddings, overrides and isolates of the bidirectional algorithm (Unicode Standard Annex 9, section 2).
pub(crate) fn turns_direction(letter: char) -> bool {
    matches!(letter, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// catalogue 120
    #[test]
    fn a_line_break_in_a_subject_or_name_is_refused_wherever_it_stands() {
        for text in
            ["a\r\nBcc: x@example.com", "a\nb", "a\rb", "end\n", "\rfront", "a\u{2028}b", "a\u{85}b", "a\u{0B}b"]
        {
            assert_eq!(Subject::parse(text).unwrap_err(), TextProblem::LineBreak, "{text:?}");
            assert_eq!(DisplayName::parse(text).unwrap_err(), TextProblem::LineBreak, "{text:?}");
        }
        for text in ["a\0b", "a\tb", "a\u{1B}[31m", "a\u{7F}", "a\u{9D}"] {
            assert_eq!(Subject::parse(text).unwrap_err(), TextProblem::ControlCharacter, "{text:?}");
            assert_eq!(DisplayName::parse(text).unwrap_err(), TextProblem::ControlCharacter, "{text:?}");
        }
    }

    #[test]
    fn what_is_empty_or_endless_is_refused() {
        assert_eq!(Subject::parse(" \u{202E} ").unwrap_err(), TextProblem::Empty);
        assert_eq!(Subject::parse(&"x".repeat(251)).unwrap_err(), TextProblem::TooLong);
        assert_eq!(DisplayName::parse(&"ñ".repeat(100)).map(|name| name.0.chars().count()), Ok(100));
    }

    #[test]
    fn a_name_cannot_turn_the_direction_of_writing() {
        assert_eq!(
            DisplayName::parse("Ana \u{202E}moc.elpmaxe@\u{2069} Ruiz").unwrap().as_str(),
            "Ana moc.elpmaxe@ Ruiz"
        );
    }

    /// catalogue 120
    #[test]
    fn what_looks_encoded_is_no_name_and_a_subject_that_does_is_encoded_itself() {
        assert_eq!(DisplayName::parse("=?utf-8?q?Bank?=").unwrap_err(), TextProblem::LooksEncoded);
        let joined = "=\u{202E}?utf-8?q?Bank?=";
        assert_eq!(DisplayName::parse(joined).unwrap_err(), TextProblem::LooksEncoded, "also when a mark goes");
        assert_eq!(Subject::parse("=?x").unwrap().encoded(), "=?utf-8?b?PT94?=");
        let plain = "x ".repeat(125);
        assert_eq!(Subject::parse(&plain).unwrap().encoded(), plain.trim());
        let long = Subject::parse(&"ñ".repeat(250)).unwrap().encoded();
        assert!(long.split("\r\n ").all(|word| word.len() <= 68 && word.is_ascii()));
    }

    /// catalogue 121
    #[test]
    fn a_body_has_one_kind_of_line_end() {
        assert_eq!(body("a\rb\nc\r\n.\r\r\n\0d\te\u{202E}"), "a\r\nb\r\nc\r\n.\r\n\r\nd\te");
    }
}

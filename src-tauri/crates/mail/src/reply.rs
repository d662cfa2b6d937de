//! What a mail server answers, reduced to numbers: its words repeat addresses, and nobody asked for them.

use std::fmt;

/// The code of an answer, such as `550 5.1.1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Said {
    /// The code of the protocol (RFC 5321, 4.2), 200 to 599.
    pub code: u16,
    /// The finer code, where the server gave one.
    pub enhanced: Option<Enhanced>,
}

/// A finer code, such as `5.7.139` (RFC 3463).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Enhanced {
    /// 2, 4 or 5.
    pub class: u16,
    /// What it is about, up to 999.
    pub subject: u16,
    /// What exactly, up to 999.
    pub detail: u16,
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.enhanced {
            Some(enhanced) => write!(f, "{} {enhanced}", self.code),
            None => write!(f, "{}", self.code),
        }
    }
}

impl fmt::Display for Enhanced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

impl Enhanced {
    /// The code at the beginning of an answer's words, if it is of the class that the answer's own code says.
    fn read(words: &str, code: u16) -> Option<Self> {
        let mut parts = words.split_whitespace().next()?.split('.').map(|part| {
            let digits = (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| part.parse().ok()).flatten()
        });
        let read = Self { class: parts.next()??, subject: parts.next()??, detail: parts.next()?? };
        (parts.next().is_none() && read.class == code / 100).then_some(read)
    }
}

/// A whole answer. `Debug` is not derived: the lines are the server's.
pub(crate) struct Reply {
    /// What it comes to.
    pub(crate) said: Said,
    lines: Vec<String>,
}

impl Reply {
    pub(crate) fn is_positive(&self) -> bool {
        self.said.code / 100 == 2
    }

    /// The words after the code, a line each.
    pub(crate) fn lines(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().map(String::as_str)
    }
}

/// An answer of which not every line has come.
#[derive(Default)]
pub(crate) struct Unfinished {
    code: Option<u16>,
    lines: Vec<String>,
}

/// The bytes are no answer of a mail server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotAReply;

/// More lines than any server has things to offer.
const MOST_LINES: usize = 128;

impl Unfinished {
    /// Takes one line without its end; gives the whole answer after its last one.
    pub(crate) fn add(&mut self, line: &[u8]) -> Result<Option<Reply>, NotAReply> {
        let digits = line.get(..3).filter(|digits| digits.iter().all(u8::is_ascii_digit)).ok_or(NotAReply)?;
        let code = digits.iter().fold(0, |code, digit| code * 10 + u16::from(digit - b'0'));
        let whole = match line.get(3) {
            Some(b' ') | None => true,
            Some(b'-') => false,
            Some(_) => return Err(NotAReply),
        };
        if !(200..=599).contains(&code) || *self.code.get_or_insert(code) != code || self.lines.len() >= MOST_LINES {
            return Err(NotAReply);
        }
        self.lines.push(String::from_utf8_lossy(line.get(4..).unwrap_or_default()).into_owned());
        if !whole {
            return Ok(None);
        }
        let lines = std::mem::take(&mut self.lines);
        let enhanced = lines.first().and_then(|words| Enhanced::read(words, code));
        Ok(Some(Reply { said: Said { code, enhanced }, lines }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Result<Reply, NotAReply>> {
        let mut unfinished = Unfinished::default();
        text.lines().find_map(|line| unfinished.add(line.as_bytes()).transpose())
    }

    #[test]
    fn an_answer_comes_to_its_codes() {
        for (text, said) in [
            ("250 OK", "250"),
            ("250", "250"),
            ("250-one\n250-   \n250 two", "250"),
            ("535 5.7.139 Authentication unsuccessful for ana@example.com", "535 5.7.139"),
            ("550-5.1.1 no\n550 5.1.1 such user", "550 5.1.1"),
            ("550 4.1.1 of another class", "550"),
            ("550 5.1 short", "550"),
            ("550 5.1.1234 long", "550"),
            ("550 5.1.1.1 longer", "550"),
            ("421 4.7.0", "421 4.7.0"),
        ] {
            assert_eq!(read(text).unwrap().ok().unwrap().said.to_string(), said, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_an_answer_or_none_and_never_a_panic(lines: Vec<Vec<u8>>, code in "[0-9]{3}[ -]?") {
            let mut unfinished = Unfinished::default();
            for line in &lines {
                let _ = unfinished.add(line);
                let _ = unfinished.add(&[code.as_bytes(), line].concat());
            }
        }
    }

    #[test]
    fn what_is_no_answer_is_refused_and_nothing_panics() {
        for text in
            ["", "25", "abc", "2500", "250_", "199 x", "600 x", "250-a\n251 b", "HTTP/1.1 200 OK", "\u{FFFD}50 x"]
        {
            let line = format!("{text}\n");
            assert!(matches!(read(&line), Some(Err(NotAReply))), "{text}");
        }
        assert!(matches!(read(&"250-x\n".repeat(1000)), Some(Err(NotAReply))));
        assert!(read("250-x\n").is_none());
    }
}

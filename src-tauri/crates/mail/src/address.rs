//! Addresses of e-mail.

use std::fmt;
use std::str::FromStr as _;

use crate::text::{TextProblem, line_of_text};

/// The longest address that a path of the protocol takes (RFC 5321, 4.5.3.1.3, less the angle brackets).
const LONGEST: usize = 254;
/// What the part before the `@` may have beside letters and digits (RFC 5322, 3.2.3).
const IN_NAME: &str = "!#$%&'*+-/=?^_`{|}~.";

/// One address, such as `ana@example.com`. Letters, digits and a few signs only; `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Address(lettre::Address);

/// Why a text is no address that mail can be sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum AddressProblem {
    /// It has a line break or a control character.
    #[error("the address is not a line of text")]
    Text(#[source] TextProblem),
    /// It has letters other than the English ones; few servers take them. A domain can be written in its `xn--` form.
    #[error("the address has letters that few mail servers take")]
    NonAscii,
    /// It is no address: no `@`, two of them, a name beside it, several addresses.
    #[error("the text is not one e-mail address")]
    NotAnAddress,
    /// It is longer than the protocol takes.
    #[error("the address is too long")]
    TooLong,
}

impl AddressProblem {
    /// The stable code used in locale keys.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Text(problem) => problem.code(),
            Self::NonAscii => "non_ascii",
            Self::NotAnAddress => "not_an_address",
            Self::TooLong => "too_long",
        }
    }
}

impl Address {
    /// Reads exactly one address, without a name and without angle brackets. Spaces around it are dropped.
    pub fn parse(text: &str) -> Result<Self, AddressProblem> {
        line_of_text(text).map_err(AddressProblem::Text)?;
        let text = text.trim();
        if !text.is_ascii() {
            return Err(AddressProblem::NonAscii);
        }
        if text.len() > LONGEST {
            return Err(AddressProblem::TooLong);
        }
        let (name, domain) = text.rsplit_once('@').ok_or(AddressProblem::NotAnAddress)?;
        let plain_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || IN_NAME.as_bytes().contains(&byte));
        let plain_domain = domain.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte));
        if !plain_name || !plain_domain || !domain.contains('.') {
            return Err(AddressProblem::NotAnAddress);
        }
        lettre::Address::from_str(text).map(Self).map_err(|_| AddressProblem::NotAnAddress)
    }

    /// The address as text: for the settings, never for a log.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_ref()
    }

    pub(crate) fn inner(&self) -> lettre::Address {
        self.0.clone()
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ordinary_address_is_taken() {
        for text in ["ana@example.com", " ana.ruiz+uscis@mail.example.co ", "o'neil@xn--bcher-kva.example"] {
            assert_eq!(Address::parse(text).unwrap().as_str(), text.trim());
        }
    }

    /// catalogue 120
    #[test]
    fn what_could_say_more_than_an_address_is_refused() {
        for text in ["a@example.com\r\nRCPT TO:<b@example.com>", "a@example.com\n", "\ra@example.com"] {
            assert_eq!(Address::parse(text), Err(AddressProblem::Text(TextProblem::LineBreak)), "{text:?}");
        }
        assert_eq!(Address::parse("a\0@example.com"), Err(AddressProblem::Text(TextProblem::ControlCharacter)));
        for text in [
            "",
            "@",
            "a",
            "a@",
            "@example.com",
            "a@b@example.com",
            "a b@example.com",
            "a@example.com, b@example.com",
            "<a@example.com>",
            "Ana <a@example.com>",
            "\"a b\"@example.com",
            "a@[127.0.0.1]",
            "a@localhost",
            "a@example.com>",
            "a@example..com",
            ".a@example.com",
            "a@example.com SIZE=1",
            "a@-example.com",
        ] {
            assert_eq!(Address::parse(text), Err(AddressProblem::NotAnAddress), "{text:?}");
        }
        assert_eq!(Address::parse("añb@example.com"), Err(AddressProblem::NonAscii));
        assert_eq!(Address::parse(&format!("{}@example.com", "a".repeat(260))), Err(AddressProblem::TooLong));
    }
}

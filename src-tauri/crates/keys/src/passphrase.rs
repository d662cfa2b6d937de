//! The passphrase: what is taken, and the bytes it stands for.

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// The least number of characters of a new passphrase.
const MINIMUM_CHARACTERS: usize = 12;
/// The greatest number of bytes of any passphrase, after normalisation.
const MAXIMUM_BYTES: usize = 1024;

/// Beginnings of what is tried first, compared without case and without the digits and signs at the end.
/// Sequences and repetitions are found by rule.
const COMMON: [&str; 48] = [
    "administrator",
    "adminadminadmin",
    "correct horse battery staple",
    "correcthorsebatterystaple",
    "casefolio",
    "casefoliocasefolio",
    "changeme",
    "changemeplease",
    "contraseña",
    "contrasenacontrasena",
    "contrasenasegura",
    "dejameentrar",
    "football",
    "iloveyou",
    "iloveyouforever",
    "immigration",
    "inmigracion",
    "jesucristo",
    "jesuschrist",
    "letmein",
    "letmeinplease",
    "mypassphrase",
    "mypassword",
    "mysecretpassword",
    "micontraseña",
    "micontrasena",
    "nopassword",
    "passphrase",
    "passw0rd",
    "password",
    "passwordpassword",
    "password123456password",
    "princess",
    "qwerty",
    "qwertyuiop",
    "qwertyuiopasdf",
    "qwertyuiopasdfghjkl",
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc",
    "1q2w3e4r5t6y",
    "qazwsxedcrfv",
    "secretpassword",
    "starwars",
    "sunshine",
    "superman",
    "te quiero mucho",
    "teamomucho",
    "thisismypassword",
];

/// Why a passphrase is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PassphraseProblem {
    /// Fewer characters than the minimum.
    #[error("fewer than {minimum} characters")]
    TooShort {
        /// The least number of characters.
        minimum: usize,
    },
    /// More bytes than the maximum.
    #[error("more than {maximum} bytes")]
    TooLong {
        /// The greatest number of bytes.
        maximum: usize,
    },
    /// One of those that are tried first: a common one, a sequence or a repetition.
    #[error("too common")]
    Common,
}

/// A passphrase in Unicode's composed form (NFC), so that the same characters typed on another system are the same
/// bytes. Wiped when dropped.
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// A passphrase being chosen: every rule applies.
    pub fn new(text: Zeroizing<String>) -> Result<Self, PassphraseProblem> {
        let passphrase = Self::typed(text)?;
        if passphrase.0.chars().count() < MINIMUM_CHARACTERS {
            return Err(PassphraseProblem::TooShort { minimum: MINIMUM_CHARACTERS });
        }
        if is_common(&passphrase.0) {
            return Err(PassphraseProblem::Common);
        }
        Ok(passphrase)
    }

    /// A passphrase typed to open a portfolio: only the length cap applies, for the rules may have been others once.
    #[expect(clippy::needless_pass_by_value, reason = "the text is taken over so that it is wiped here")]
    pub fn typed(text: Zeroizing<String>) -> Result<Self, PassphraseProblem> {
        let too_long = PassphraseProblem::TooLong { maximum: MAXIMUM_BYTES };
        if text.len() > MAXIMUM_BYTES {
            return Err(too_long);
        }
        // One character never composes to more than three times its bytes: the buffer does not grow and leaves no copy.
        let mut composed = Zeroizing::new(String::with_capacity(text.len() * 3));
        composed.extend(text.nfc());
        if composed.len() > MAXIMUM_BYTES {
            return Err(too_long);
        }
        Ok(Self(composed))
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl std::fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Passphrase(hidden)")
    }
}

fn is_common(text: &str) -> bool {
    let lower = Zeroizing::new(text.to_lowercase());
    let core = lower.trim_end_matches(|c: char| c.is_ascii_digit() || c.is_ascii_punctuation() || c == ' ');
    let characters = Zeroizing::new(lower.chars().collect::<Vec<_>>());
    COMMON.contains(&lower.as_str()) || COMMON.contains(&core) || is_sequence(&characters) || is_repetition(&characters)
}

/// `123456789012`, `abcdefghijkl` and their reverses.
fn is_sequence(characters: &[char]) -> bool {
    let runs = |step: i64| {
        characters.windows(2).all(|pair| {
            let difference = i64::from(u32::from(pair[1])) - i64::from(u32::from(pair[0]));
            // After 9 comes 0, as on the keyboard.
            difference == step || difference == -9 * step && pair.iter().all(char::is_ascii_digit)
        })
    };
    runs(1) || runs(-1)
}

/// A piece of at most a third of the whole (or four characters) over and over.
fn is_repetition(characters: &[char]) -> bool {
    (1..=(characters.len() / 3).max(4))
        .any(|piece| characters.iter().zip(&characters[piece.min(characters.len())..]).all(|(a, b)| a == b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(text: &str) -> Result<Passphrase, PassphraseProblem> {
        Passphrase::new(Zeroizing::new(text.to_owned()))
    }

    /// catalogue 7
    #[test]
    fn composed_and_decomposed_letters_are_the_same_bytes() {
        let composed = chosen("señor mañana \u{e9}t\u{e9}").unwrap();
        let decomposed = chosen("sen\u{303}or man\u{303}ana e\u{301}te\u{301}").unwrap();
        assert_eq!(composed.as_bytes(), decomposed.as_bytes());
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert!(matches!(chosen("ñandú corto"), Err(PassphraseProblem::TooShort { minimum: 12 })));
        assert!(chosen("ñandú cortos").is_ok());
    }

    #[test]
    fn a_very_long_one_is_refused_also_when_typed() {
        let long = "é".repeat(513);
        assert!(matches!(chosen(&long), Err(PassphraseProblem::TooLong { maximum: 1024 })));
        assert!(Passphrase::typed(Zeroizing::new(long)).is_err());
        assert!(Passphrase::typed(Zeroizing::new("abc ".repeat(256))).is_ok());
    }

    #[test]
    fn a_short_one_may_be_typed() {
        assert!(Passphrase::typed(Zeroizing::new("short".into())).is_ok());
    }

    #[test]
    fn those_tried_first_are_refused() {
        for text in [
            "Password123456",
            "PASSWORDPASSWORD!",
            "contraseña2026!",
            "Correct Horse Battery Staple",
            "123456789012",
            "098765432109",
            "abcdefghijklmn",
            "aaaaaaaaaaaaaaa",
            "abcabcabcabcabc",
            "qwertyuiop12",
        ] {
            assert!(matches!(chosen(text), Err(PassphraseProblem::Common)), "{text} was taken");
        }
    }

    #[test]
    fn plain_words_in_a_row_are_taken() {
        for text in
            ["four lanterns by the sea", "cuatro faroles junto al mar", "Passwords are not my thing", "x9$kQ2!vLm0#"]
        {
            assert!(chosen(text).is_ok(), "{text} was refused");
        }
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", chosen("four lanterns by the sea").unwrap()), "Passphrase(hidden)");
    }
}

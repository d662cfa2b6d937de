//! The recovery code: 160 random bits as 32 characters, and a check character.

use zeroize::Zeroizing;

use crate::error::Error;

/// The 32 characters of a code: digits and capital letters without I, L, O and U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters that carry bits.
const CHARACTERS: usize = 32;
/// Characters between two hyphens.
const GROUP: usize = 4;

/// Why a typed code is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecoveryProblem {
    /// Not 33 characters, spaces and hyphens not counted.
    #[error("wrong length")]
    WrongLength,
    /// A character that no code has.
    #[error("wrong character")]
    WrongCharacter,
    /// The check character does not fit: something was mistyped.
    #[error("the check character does not fit")]
    WrongCheck,
}

/// A recovery code of 160 bits. Wiped when dropped.
#[derive(PartialEq, Eq)]
pub struct RecoveryCode(Zeroizing<[u8; 20]>);

impl RecoveryCode {
    /// A new one.
    pub fn random() -> Result<Self, Error> {
        let mut bits = Zeroizing::new([0; 20]);
        getrandom::fill(bits.as_mut_slice())?;
        Ok(Self(bits))
    }

    /// Reads a code as a person typed it: small letters, spaces and hyphens do not matter, and `o`, `i`, `l`, which no
    /// code has, are read as the digits they look like. Every other doubt is an error, found before any key is tried.
    pub fn parse(text: &str) -> Result<Self, RecoveryProblem> {
        let typed = text.chars().filter(|c| !c.is_whitespace() && !is_hyphen(*c));
        let mut values = Zeroizing::new([0; CHARACTERS + 1]);
        let mut count = 0;
        for character in typed {
            let value = value_of(character).ok_or(RecoveryProblem::WrongCharacter)?;
            *values.get_mut(count).ok_or(RecoveryProblem::WrongLength)? = value;
            count += 1;
        }
        if count != values.len() {
            return Err(RecoveryProblem::WrongLength);
        }
        if weighted_sum(values.as_slice()) != 0 {
            return Err(RecoveryProblem::WrongCheck);
        }
        Ok(Self(bits_of(&values)))
    }

    /// The code for reading and writing down: eight groups of four characters and the check character.
    #[must_use]
    pub fn show(&self) -> Zeroizing<String> {
        let values = values_of(&self.0);
        let mut text = Zeroizing::new(String::with_capacity(CHARACTERS + 1 + CHARACTERS / GROUP));
        for (at, value) in values.iter().enumerate() {
            if at > 0 && at % GROUP == 0 {
                text.push('-');
            }
            text.push(char::from(ALPHABET[usize::from(*value)]));
        }
        text
    }

    pub(crate) fn bits(&self) -> &[u8; 20] {
        &self.0
    }
}

impl std::fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecoveryCode(hidden)")
    }
}

fn is_hyphen(character: char) -> bool {
    matches!(character, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

fn value_of(character: char) -> Option<u8> {
    let upper = match character.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    ALPHABET.iter().position(|letter| char::from(*letter) == upper).and_then(|at| u8::try_from(at).ok())
}

/// The 32 five-bit values and the check value behind them.
fn values_of(bits: &[u8; 20]) -> Zeroizing<[u8; CHARACTERS + 1]> {
    let mut values = Zeroizing::new([0; CHARACTERS + 1]);
    for (at, value) in values.iter_mut().take(CHARACTERS).enumerate() {
        for bit in at * 5..at * 5 + 5 {
            *value = *value << 1 | bits[bit / 8] >> (7 - bit % 8) & 1;
        }
    }
    // The check value has weight one: it is whatever makes the sum nothing.
    let check = weighted_sum(values.as_slice());
    values[CHARACTERS] = check;
    values
}

fn bits_of(values: &[u8; CHARACTERS + 1]) -> Zeroizing<[u8; 20]> {
    let mut bits = Zeroizing::new([0; 20]);
    for bit in 0..160 {
        bits[bit / 8] |= (values[bit / 5] >> (4 - bit % 5) & 1) << (7 - bit % 8);
    }
    bits
}

/// The sum of the values, each times another power of x in the field of 32 elements (x⁵ = x² + 1). Powers of
/// neighbours differ and none is nothing, so one wrong value and two swapped neighbours always show.
fn weighted_sum(values: &[u8]) -> u8 {
    values.iter().fold(0, |sum, value| times_x(sum) ^ value)
}

fn times_x(value: u8) -> u8 {
    let shifted = value << 1;
    if shifted & 0x20 == 0 { shifted } else { shifted & 0x1f ^ 0b00101 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> RecoveryCode {
        RecoveryCode(Zeroizing::new(std::array::from_fn(|at| u8::try_from(at * 37 % 256).unwrap() ^ 0x5a)))
    }

    #[test]
    fn a_shown_code_reads_back() {
        let shown = sample().show();
        assert_eq!(shown.len(), 33 + 8);
        assert!(shown.split('-').take(8).all(|group| group.len() == 4));
        assert_eq!(RecoveryCode::parse(&shown).unwrap().bits(), sample().bits());
        let careless = shown.to_lowercase().replace('-', "  ");
        assert_eq!(RecoveryCode::parse(&careless).unwrap().bits(), sample().bits());
    }

    /// catalogue 8
    #[test]
    fn any_one_wrong_character_is_noticed() {
        let shown: Vec<char> = sample().show().chars().filter(|c| *c != '-').collect();
        for at in 0..shown.len() {
            for letter in ALPHABET {
                let mut wrong = shown.clone();
                wrong[at] = char::from(*letter);
                let read = RecoveryCode::parse(&wrong.iter().collect::<String>());
                assert_eq!(read.is_ok(), wrong == shown, "place {at}");
            }
        }
    }

    /// catalogue 8
    #[test]
    fn any_two_swapped_neighbours_are_noticed() {
        let shown: Vec<char> = sample().show().chars().filter(|c| *c != '-').collect();
        for at in 0..shown.len() - 1 {
            let mut wrong = shown.clone();
            wrong.swap(at, at + 1);
            if wrong != shown {
                let read = RecoveryCode::parse(&wrong.iter().collect::<String>());
                assert_eq!(read.unwrap_err(), RecoveryProblem::WrongCheck, "place {at}");
            }
        }
    }

    #[test]
    fn look_alikes_are_forgiven_where_there_is_no_doubt() {
        let code = RecoveryCode(Zeroizing::new([0; 20]));
        assert_eq!(RecoveryCode::parse(&code.show().replace('0', "o")).unwrap().bits(), code.bits());
        assert_eq!(value_of('l'), value_of('1'));
        assert_eq!(value_of('I'), value_of('1'));
        assert_eq!(value_of('u'), None, "u looks like v, which codes have");
        assert_eq!(value_of('é'), None);
    }

    #[test]
    fn length_and_characters_are_told_apart() {
        assert_eq!(RecoveryCode::parse("").unwrap_err(), RecoveryProblem::WrongLength);
        assert_eq!(RecoveryCode::parse(&"0".repeat(32)).unwrap_err(), RecoveryProblem::WrongLength);
        assert_eq!(RecoveryCode::parse(&"0".repeat(34)).unwrap_err(), RecoveryProblem::WrongLength);
        assert_eq!(RecoveryCode::parse("00u0").unwrap_err(), RecoveryProblem::WrongCharacter);
    }
}

//! Letters and digits that look alike, put right place by place: the first three places of a receipt number are letters, the rest
//! digits (the fourth may be an asterisk). What comes out is a proposal for a person to confirm, never a silent correction.

use crate::prefix;

/// The most places a proposal may change; beyond that it would be guessing.
const MOST_CHANGES: usize = 5;

/// The receipt number that was probably meant by 13 characters in upper case that are not one.
pub(crate) fn corrected(upper: &str) -> Option<String> {
    let written: Vec<char> = upper.chars().collect();
    let (letters, digits) = written.split_first_chunk::<3>()?;
    if digits.len() != 10 {
        return None;
    }
    let letters = letters.map(latin);
    let prefix = meant_prefix(letters)?;
    let tail: String =
        digits.iter().enumerate().map(|(place, sign)| digit(place, latin(*sign))).collect::<Option<_>>()?;
    let proposal = prefix + &tail;
    let changes = proposal.chars().zip(&written).filter(|(now, before)| now != *before).count();
    (1..=MOST_CHANGES).contains(&changes).then_some(proposal)
}

/// A lower-case `l` between capitals that stands for `I`: `lOE0912345678`. Only where the prefix as written is unknown and the other
/// one is known, for three letters in any case are a prefix.
pub(crate) fn lower_case_l(cased: &str, upper: &str) -> Option<String> {
    let front: String = cased.chars().take(3).collect();
    let mixed = front.contains('l') && front.chars().any(|letter| letter.is_ascii_uppercase());
    let meant = front.replace('l', "I").to_ascii_uppercase();
    let likely = mixed && prefix::office(upper.get(..3)?).is_none() && prefix::office(&meant).is_some();
    likely.then(|| format!("{meant}{}", upper.get(3..).unwrap_or_default()))
}

/// Whether every sign could stand for a digit.
pub(crate) fn could_be_digits(upper: &str) -> bool {
    upper.chars().all(|sign| digit(1, latin(sign)).is_some())
}

/// The prefix that was meant: a known one where the look-alikes allow it, else the letters as written if they are letters. At least one
/// place must hold a letter.
fn meant_prefix(written: [char; 3]) -> Option<String> {
    let candidates = written.map(letters_for).into_iter().fold(vec![String::new()], |begun, letters| {
        begun.iter().flat_map(|front| letters.iter().map(move |letter| format!("{front}{letter}"))).collect()
    });
    if !written.iter().any(char::is_ascii_uppercase) {
        return None; // digits alone may stand for anything
    }
    let as_written = written.iter().all(char::is_ascii_uppercase).then(|| String::from_iter(written));
    let known = candidates.into_iter().find(|prefix| prefix::office(prefix).is_some());
    known.or(as_written)
}

/// The letters a sign in one of the first three places may stand for, the likeliest first.
fn letters_for(sign: char) -> Vec<char> {
    match sign {
        '0' => vec!['O'],
        '1' | 'I' => vec!['I', 'L'],
        'L' => vec!['L', 'I'],
        '2' => vec!['Z'],
        '5' => vec!['S'],
        '8' => vec!['B'],
        'A'..='Z' => vec![sign],
        _ => Vec::new(),
    }
}

/// The digit a sign behind the prefix may stand for; an asterisk is allowed in the first place behind it.
fn digit(place: usize, sign: char) -> Option<char> {
    match sign {
        '0'..='9' => Some(sign),
        '*' if place == 0 => Some('*'),
        'O' => Some('0'),
        'I' | 'L' => Some('1'),
        'Z' => Some('2'),
        'S' => Some('5'),
        'B' => Some('8'),
        _ => None,
    }
}

/// The Latin capital a Cyrillic or Greek one looks like; any other sign as it is.
fn latin(sign: char) -> char {
    match sign {
        'А' | 'Α' => 'A',
        'В' | 'Β' => 'B',
        'С' => 'C',
        'Е' | 'Ε' => 'E',
        'Н' | 'Η' => 'H',
        'І' | 'Ι' => 'I',
        'Ј' => 'J',
        'К' | 'Κ' => 'K',
        'М' | 'Μ' => 'M',
        'Ν' => 'N',
        'О' | 'Ο' => 'O',
        'Р' | 'Ρ' => 'P',
        'Ѕ' => 'S',
        'Т' | 'Τ' => 'T',
        'Х' | 'Χ' => 'X',
        'У' | 'Υ' => 'Y',
        'Ζ' => 'Z',
        other => other,
    }
}

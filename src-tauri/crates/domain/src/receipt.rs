//! Receipt numbers.
//!
//! Three letters and ten digits; USCIS's help text and its API also allow an asterisk in the fourth place. Any three letters are
//! accepted: new prefixes appear. People write dashes, blanks and lower case, and paste full-width or invisible characters; all of
//! these are forgiven. Letters and digits that look alike are not changed silently but proposed.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

use crate::lookalike::{self, LookAlike};
use crate::prefix::{self, Office};
use crate::slip;

/// The characters of a receipt number.
const LENGTH: usize = 13;

/// The longest text that is looked at, in characters; beyond it everything is too long.
const LONGEST_INPUT: usize = 256;

/// A USCIS receipt number in its normal form: three letters and ten digits, or three letters, an asterisk and nine digits.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ReceiptNumber(String);

impl ReceiptNumber {
    /// Reads what a person wrote or pasted. Forgiven: case, blanks and invisible characters, dashes of every kind, full-width forms,
    /// quotation marks around it, punctuation at the end. Everything else is a [`ReceiptProblem`].
    pub fn parse(written: &str) -> Result<Self, ReceiptProblem> {
        let cased = cleaned(written)?;
        let upper = cased.to_uppercase();
        if upper.is_empty() {
            return Err(ReceiptProblem::Empty);
        }
        if has_shape(&upper) {
            return match slip::lower_case_l(&cased, &upper) {
                Some(meant) => Err(ReceiptProblem::Slip { proposal: Self(meant) }),
                None => Ok(Self(upper)),
            };
        }
        if let Some(kind) = lookalike::recognise(&upper) {
            return Err(ReceiptProblem::LookAlike(kind));
        }
        match slip::corrected(&upper).filter(|meant| has_shape(meant)) {
            Some(meant) => Err(ReceiptProblem::Slip { proposal: Self(meant) }),
            None => Err(shape_problem(&upper)),
        }
    }

    /// The 13 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The three letters in front.
    #[must_use]
    pub fn prefix(&self) -> &str {
        self.0.get(..3).unwrap_or_default()
    }

    /// The prefix and the last four places alone: `EAC••••••3403`.
    #[must_use]
    pub fn masked(&self) -> String {
        format!("{}••••••{}", self.prefix(), self.0.get(9..).unwrap_or_default())
    }

    /// The fiscal year (1 October to 30 September, named by the year of its end) the number was issued in, where the form tells.
    ///
    /// Two forms tell: `YY DDD 5NNNN` of the service centres (DDD: computer workday of that year) and `YY 9 DDD NNNN` of the lockboxes,
    /// as public trackers build them. ELIS numbers (`IOE`), sandbox numbers, numbers with an asterisk, unknown prefixes and years
    /// before 1990 or after 2049 give nothing.
    #[must_use]
    pub fn fiscal_year(&self) -> Option<u16> {
        if self.prefix() == ELIS || self.is_sandbox() || self.office().is_none() {
            return None;
        }
        let number = |from: usize, to: usize| self.0.get(from..to)?.parse::<u16>().ok();
        let service_centre = (1..=LAST_WORKDAY).contains(&number(5, 8)?) && number(8, 9)? == 5;
        let lockbox = number(5, 6)? == 9 && (1..=LAST_WORKDAY).contains(&number(6, 9)?);
        let year = match number(3, 5)? {
            year @ 0..=49 => 2000 + year,
            year @ 90..=99 => 1900 + year,
            _ => return None,
        };
        (service_centre || lockbox).then_some(year)
    }

    /// Whether it is a test number of the USCIS sandbox: `9999` after the prefix. ELIS numbers are excepted, since live ones begin
    /// with 9 as well and the published test numbers hold none.
    #[must_use]
    pub fn is_sandbox(&self) -> bool {
        self.prefix() != ELIS && self.0.get(3..7) == Some("9999")
    }

    /// The office behind the prefix, if the prefix is known.
    #[must_use]
    pub fn office(&self) -> Option<&'static Office> {
        prefix::office(self.prefix())
    }

    /// What a person should know about an accepted number.
    #[must_use]
    pub fn remark(&self) -> Option<ReceiptRemark> {
        if self.is_sandbox() {
            Some(ReceiptRemark::Sandbox)
        } else if lookalike::is_consular_post(self.prefix()) {
            Some(ReceiptRemark::MaybeNvc)
        } else {
            self.office().is_none().then_some(ReceiptRemark::UnknownPrefix)
        }
    }
}

/// The prefix of the electronic system, whose digits carry no year.
const ELIS: &str = "IOE";

/// No fiscal year has more workdays.
const LAST_WORKDAY: u16 = 266;

/// What was written without all that is forgiven, in the case it was written in.
fn cleaned(written: &str) -> Result<String, ReceiptProblem> {
    let trimmed = written.trim_matches(is_forgiven);
    if trimmed.chars().nth(LONGEST_INPUT).is_some() {
        return Err(ReceiptProblem::TooLong);
    }
    let kept: String = trimmed.nfkc().filter(|sign| !is_forgiven(*sign)).collect();
    Ok(kept
        .trim_matches(is_quotation_mark)
        .trim_end_matches(['.', ',', ';', ':'])
        .trim_matches(is_quotation_mark)
        .to_owned())
}

/// White space, dashes and invisible characters.
fn is_forgiven(sign: char) -> bool {
    sign.is_whitespace()
        || matches!(
            sign,
            '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{2043}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}'
        )
        || matches!(sign, '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn is_quotation_mark(sign: char) -> bool {
    matches!(sign, '"' | '\'' | '‘' | '’' | '“' | '”' | '«' | '»' | '`')
}

/// Whether a text has the shape: three letters, a digit or an asterisk, nine digits.
fn has_shape(upper: &str) -> bool {
    upper.len() == LENGTH
        && upper.bytes().enumerate().all(|(place, sign)| match place {
            0..3 => sign.is_ascii_uppercase(),
            3 => sign.is_ascii_digit() || sign == b'*',
            _ => sign.is_ascii_digit(),
        })
}

/// What is wrong with a text that has not the shape and looks like nothing else.
fn shape_problem(upper: &str) -> ReceiptProblem {
    let length = upper.chars().count();
    if !upper.chars().all(|sign| sign.is_ascii_alphanumeric() || sign == '*') {
        ReceiptProblem::WrongCharacter
    } else if length == LENGTH - 3 && upper.bytes().all(|sign| sign.is_ascii_digit()) {
        ReceiptProblem::NoPrefix
    } else if length < LENGTH {
        ReceiptProblem::TooShort
    } else if length > LENGTH {
        ReceiptProblem::TooLong
    } else {
        ReceiptProblem::WrongShape
    }
}

impl fmt::Debug for ReceiptNumber {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "ReceiptNumber({})", self.masked())
    }
}

/// A remark on an accepted number; the code is stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReceiptRemark {
    /// The prefix is not in the table. New ones appear, so this refuses nothing.
    UnknownPrefix,
    /// The prefix is a consular post's: it may be a case number of the National Visa Center.
    MaybeNvc,
    /// `9999` after the prefix: a test number of the USCIS sandbox.
    Sandbox,
}

impl ReceiptRemark {
    /// Every remark.
    pub const ALL: [Self; 3] = [Self::UnknownPrefix, Self::MaybeNvc, Self::Sandbox];

    /// The stable code used in JSON and in the locale keys (`receipt.remark.<code>`).
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::UnknownPrefix => "unknown_prefix",
            Self::MaybeNvc => "maybe_nvc",
            Self::Sandbox => "sandbox",
        }
    }
}

/// Why something is not accepted as a receipt number. Holds nothing a person typed, save the proposal of [`ReceiptProblem::Slip`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptProblem {
    /// Nothing was written.
    #[error("nothing was written")]
    Empty,
    /// Fewer than 13 characters.
    #[error("the number is too short")]
    TooShort,
    /// More than 13 characters.
    #[error("the number is too long")]
    TooLong,
    /// Ten digits without the three letters.
    #[error("the three letters in front are missing")]
    NoPrefix,
    /// Something that is neither a letter, nor a digit, nor an asterisk.
    #[error("the number holds a character that no receipt number has")]
    WrongCharacter,
    /// 13 characters in another order than three letters and ten digits.
    #[error("the number is not three letters and ten digits")]
    WrongShape,
    /// Another number that is well known.
    #[error("this is another kind of number ({})", .0.code())]
    LookAlike(LookAlike),
    /// Letters and digits that look alike were confused; the corrected number is proposed, not taken.
    #[error("letters and digits were confused")]
    Slip {
        /// The number that was probably meant.
        proposal: ReceiptNumber,
    },
}

impl ReceiptProblem {
    /// The stable code used in JSON and in the locale keys (`receipt.refused.<code>`).
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooShort => "too_short",
            Self::TooLong => "too_long",
            Self::NoPrefix => "no_prefix",
            Self::WrongCharacter => "wrong_character",
            Self::WrongShape => "wrong_shape",
            Self::LookAlike(kind) => kind.code(),
            Self::Slip { .. } => "slip",
        }
    }

    /// The number that was probably meant, where one can be proposed.
    #[must_use]
    pub fn proposal(&self) -> Option<&ReceiptNumber> {
        match self {
            Self::Slip { proposal } => Some(proposal),
            Self::Empty
            | Self::TooShort
            | Self::TooLong
            | Self::NoPrefix
            | Self::WrongCharacter
            | Self::WrongShape
            | Self::LookAlike(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn receipt(written: &str) -> ReceiptNumber {
        ReceiptNumber::parse(written).unwrap()
    }

    fn refusal(written: &str) -> ReceiptProblem {
        ReceiptNumber::parse(written).unwrap_err()
    }

    #[test]
    fn the_ways_people_write_a_receipt_are_one_number() {
        for written in [
            "EAC1512345678",
            "EAC-15-123-45678",
            " eac 15 123 45678. ",
            "Eac\u{2011}15\u{2013}123\u{2212}45678",
            "\u{feff}EAC\u{a0}15\u{200b}123\u{202f}45678\u{200e}",
            "ＥＡＣ１５１２３４５６７８",
            "“EAC1512345678”,",
            "'EAC1512345678",
        ] {
            assert_eq!(receipt(written).as_str(), "EAC1512345678", "{written}");
        }
        assert_eq!(receipt("src*123456789").as_str(), "SRC*123456789");
    }

    #[test]
    fn what_is_no_receipt_says_why() {
        for (written, code) in [
            ("", "empty"),
            (" -\u{200b} ", "empty"),
            ("EAC151234567", "too_short"),
            ("EAC15123456789", "too_long"),
            ("1512345678", "no_prefix"),
            ("EAC15#2345678", "wrong_character"),
            ("Receipt: EAC1512345678", "wrong_character"),
            ("EAC15A2345678", "wrong_shape"),
            ("EAC1*12345678", "wrong_shape"),
            ("123456789012", "online_account_number"),
            ("1234-5678-9012", "online_account_number"),
            ("A012-345-678", "a_number"),
            ("a 12 345 678", "a_number"),
            ("N0012345678", "sevis_id"),
            ("9405 5118 9922 3197 4284 90", "usps_tracking"),
            ("X7K2-M9PQ-4R8T-3W", "online_access_code"),
        ] {
            assert_eq!(refusal(written).code(), code, "{written}");
        }
        assert_eq!(refusal(&"E".repeat(100_000)).code(), "too_long");
    }

    #[test]
    fn confused_letters_and_digits_are_proposed_and_not_taken() {
        for (written, proposal) in [
            ("I0E0912345678", "IOE0912345678"),
            ("10E0912345678", "IOE0912345678"),
            ("lOE0912345678", "IOE0912345678"),
            ("l0E-0912345678", "IOE0912345678"),
            ("L1N2190012345", "LIN2190012345"),
            ("M5C2190012345", "MSC2190012345"),
            ("IOEO91Z34S67B", "IOE0912345678"),
            ("IOE09l2345678", "IOE0912345678"),
            ("XYZ09I2345678", "XYZ0912345678"),
            ("ЕАС1512345678", "EAC1512345678"),
        ] {
            assert_eq!(refusal(written).proposal().map(ReceiptNumber::as_str), Some(proposal), "{written}");
        }
        assert_eq!(receipt("lin2190012345").as_str(), "LIN2190012345");
        assert_eq!(receipt("LOE0912345678").remark(), Some(ReceiptRemark::UnknownPrefix));
        assert_eq!(refusal("1050912345678").code(), "wrong_shape", "no known prefix can be meant");
    }

    #[test]
    fn an_accepted_number_may_carry_a_remark() {
        assert_eq!(receipt("IOE0912345678").remark(), None);
        assert_eq!(receipt("XQJ0912345678").remark(), Some(ReceiptRemark::UnknownPrefix));
        assert_eq!(receipt("GUZ2012543021").remark(), Some(ReceiptRemark::MaybeNvc));
        assert_eq!(receipt("EAC9999103403").remark(), Some(ReceiptRemark::Sandbox));
        assert_eq!(receipt("IOE9999103403").remark(), None, "live ELIS numbers begin with 9 as well");
    }

    #[test]
    fn the_fiscal_year_is_told_only_where_the_form_tells_it() {
        for (written, year) in [
            ("EAC1512350678", Some(2015)),
            ("LIN9900150001", Some(1999)),
            ("MSC2190512345", Some(2021)),
            ("WAC1101250960", Some(2011)),
            ("EAC1512345678", None),
            ("EAC1530050678", None),
            ("IOE1512350678", None),
            ("EAC9999103403", None),
            ("EAC6012350678", None),
            ("XQJ1512350678", None),
            ("SRC*512350678", None),
        ] {
            assert_eq!(receipt(written).fiscal_year(), year, "{written}");
        }
    }

    #[test]
    fn debug_prints_the_masked_form_alone() {
        let number = receipt("EAC9999103403");
        assert_eq!(number.masked(), "EAC••••••3403");
        assert_eq!(format!("{number:?}"), "ReceiptNumber(EAC••••••3403)");
        assert!(!format!("{:?} {0}", ReceiptProblem::Slip { proposal: number }).contains("999910"));
    }

    #[test]
    fn every_code_has_words_in_both_languages() {
        let own = ["empty", "too_short", "too_long", "no_prefix", "wrong_character", "wrong_shape", "slip"];
        let others = LookAlike::ALL.map(LookAlike::code);
        let remarks = ReceiptRemark::ALL.map(ReceiptRemark::code);
        for words in [include_str!("../../../../locales/en.json"), include_str!("../../../../locales/es.json")] {
            for code in own.iter().chain(&others).chain(&remarks) {
                assert!(words.contains(&format!("\"{code}\": \"")), "{code}");
            }
        }
    }

    /// Letters in either case with forgiven signs between them.
    fn decorated(number: &str, separators: &[&str], lower: bool) -> String {
        let mut text = String::from(" ");
        for (place, sign) in number.chars().enumerate() {
            text.push_str(separators[place % separators.len()]);
            text.push(if lower { sign.to_ascii_lowercase() } else { sign });
        }
        text + ". "
    }

    proptest! {
        #[test]
        fn any_forgiven_decoration_gives_the_same_number(
            number in "[A-Z]{3}[0-9*][0-9]{9}",
            separators in prop::collection::vec(prop::sample::select(vec!["", " ", "-", "\u{2011}", "\u{a0}", "\u{200b}", "–", "－"]), 1..6),
            lower: bool,
        ) {
            let plain = receipt(&number);
            prop_assert_eq!(plain.as_str(), number.as_str());
            prop_assert_eq!(receipt(&decorated(&number, &separators, lower)), plain);
        }

        #[test]
        fn full_width_forms_give_the_same_number(number in "[A-Z]{3}[0-9]{10}") {
            let wide: String = number.chars().filter_map(|sign| char::from_u32(u32::from(sign) + 0xfee0)).collect();
            prop_assert_eq!(receipt(&wide), receipt(&number));
        }

        #[test]
        fn parsing_never_panics_and_what_is_accepted_or_proposed_has_the_shape(written in any::<String>()) {
            match ReceiptNumber::parse(&written) {
                Ok(number) => prop_assert!(has_shape(number.as_str())),
                Err(problem) => prop_assert!(problem.proposal().is_none_or(|number| has_shape(number.as_str()))),
            }
        }

        #[test]
        fn a_text_near_a_receipt_never_panics(written in "[A-Za-z0-9* .—-]{0,30}") {
            let _ = ReceiptNumber::parse(&written);
        }

        #[test]
        fn the_masked_form_never_holds_the_middle(number in "[A-Z]{3}[0-9*][0-9]{9}") {
            let number = receipt(&number);
            let masked = number.masked();
            prop_assert_eq!(masked.chars().filter(char::is_ascii_alphanumeric).count(), 7);
            prop_assert!(!masked.contains(&number.as_str()[3..9]));
        }
    }
}

//! Numbers that get mistaken for a receipt number.

use crate::slip;

/// Which other number it looks like; the code is stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LookAlike {
    /// USCIS Online Account Number: 12 digits.
    OnlineAccountNumber,
    /// A-Number.
    ANumber,
    /// Online Access Code.
    OnlineAccessCode,
    /// Diversity-visa case number.
    DiversityVisaCase,
    /// USPS tracking number.
    UspsTracking,
    /// SEVIS number.
    SevisId,
    /// I-94 number.
    I94Number,
    /// DS-160 confirmation number.
    Ds160Confirmation,
    /// Department of Labor case number.
    LaborCase,
}

impl LookAlike {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::OnlineAccountNumber,
        Self::ANumber,
        Self::OnlineAccessCode,
        Self::DiversityVisaCase,
        Self::UspsTracking,
        Self::SevisId,
        Self::I94Number,
        Self::Ds160Confirmation,
        Self::LaborCase,
    ];

    /// The stable code used in JSON and in the locale keys.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::OnlineAccountNumber => "online_account_number",
            Self::ANumber => "a_number",
            Self::OnlineAccessCode => "online_access_code",
            Self::DiversityVisaCase => "diversity_visa_case",
            Self::UspsTracking => "usps_tracking",
            Self::SevisId => "sevis_id",
            Self::I94Number => "i94_number",
            Self::Ds160Confirmation => "ds160_confirmation",
            Self::LaborCase => "labor_case",
        }
    }
}

/// A kind and the test of its shape.
type Shape = (LookAlike, fn(&str) -> bool);

/// The shapes, the surest first.
const SHAPES: [Shape; 9] = [
    (LookAlike::OnlineAccountNumber, |text| text.len() == 12 && digits(text)),
    (LookAlike::ANumber, |text| after(text, "A").is_some_and(|rest| (7..=9).contains(&rest.len()) && digits(rest))),
    (LookAlike::UspsTracking, is_usps_tracking),
    (LookAlike::SevisId, |text| after(text, "N").is_some_and(|rest| rest.len() == 10 && digits(rest))),
    (LookAlike::I94Number, is_i94_number),
    (LookAlike::Ds160Confirmation, is_ds160_confirmation),
    (LookAlike::DiversityVisaCase, is_diversity_visa_case),
    (LookAlike::LaborCase, is_labor_case),
    (LookAlike::OnlineAccessCode, is_online_access_code),
];

/// Which other number a text looks like. `compact` is in upper case, without white space and dashes.
/// Shapes: the online account number, the A-Number and the USPS number are confirmed by several sources; the others are background
/// knowledge, and so is the length of the online access code.
#[must_use]
pub fn recognise(compact: &str) -> Option<LookAlike> {
    if !compact.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    SHAPES.into_iter().find(|(_, fits)| fits(compact)).map(|(kind, _)| kind)
}

/// Whether three letters are the code of a consular post, as the National Visa Center puts in front of its case numbers. Those have
/// the shape of a receipt number, so the prefix is all there is. A short list from background knowledge; none of them is a USCIS prefix.
#[must_use]
pub fn is_consular_post(prefix: &str) -> bool {
    const POSTS: [&str; 17] = [
        "BGT", "BMB", "CDJ", "DHK", "GTM", "GUZ", "GYQ", "HCM", "ISL", "KNG", "LGS", "LMA", "MNL", "NWD", "PTP", "SDO",
        "SNS",
    ];
    POSTS.contains(&prefix)
}

/// 20 to 22 digits beginning with 9, or the international form: two letters, nine digits, `US`.
fn is_usps_tracking(text: &str) -> bool {
    let domestic = (20..=22).contains(&text.len()) && digits(text) && text.starts_with('9');
    let middle = text.strip_suffix("US").and_then(|front| front.get(2..));
    domestic
        || (middle.is_some_and(|middle| middle.len() == 9 && digits(middle))
            && letters(text.get(..2).unwrap_or_default()))
}

/// 11 digits, or since 2019 nine digits, a letter and a digit.
fn is_i94_number(text: &str) -> bool {
    let newer = |text: &str| {
        let (Some(front), Some(letter), Some(last)) = (text.get(..9), text.get(9..10), text.get(10..)) else {
            return false;
        };
        digits(front) && letters(letter) && digits(last)
    };
    text.len() == 11 && (digits(text) || newer(text))
}

/// `AA` and eight letters or digits, at least one of them a digit. Three letters and seven digits are a receipt number cut short.
fn is_ds160_confirmation(text: &str) -> bool {
    let cut_short = letters(text.get(..3).unwrap_or_default()) && digits(text.get(3..).unwrap_or_default());
    after(text, "AA").is_some_and(|rest| rest.len() == 8 && rest.bytes().any(|byte| byte.is_ascii_digit()))
        && !cut_short
}

/// The year, a region and a number of up to eight digits: `2026AF00012345`.
fn is_diversity_visa_case(text: &str) -> bool {
    let region = text.get(4..6).is_some_and(|region| ["AF", "AS", "EU", "NA", "OC", "SA"].contains(&region));
    let year = text.get(..4).is_some_and(digits) && text.starts_with("20");
    region && year && text.get(6..).is_some_and(|rest| (5..=8).contains(&rest.len()) && digits(rest))
}

/// `A-YYDDD-NNNNN`, or a letter and a program number: `I-200-YYDDD-NNNNNN`.
fn is_labor_case(text: &str) -> bool {
    let older = after(text, "A").is_some_and(|rest| rest.len() == 10 && digits(rest));
    let newer =
        text.len() == 15 && letters(text.get(..1).unwrap_or_default()) && digits(text.get(1..).unwrap_or_default());
    older || newer
}

/// 14 letters and digits mixed that are not a receipt number with one place too many.
fn is_online_access_code(text: &str) -> bool {
    let mixed = text.bytes().any(|byte| byte.is_ascii_digit()) && text.bytes().any(|byte| byte.is_ascii_uppercase());
    let receipt_too_long =
        letters(text.get(..3).unwrap_or_default()) && text.get(3..).is_some_and(slip::could_be_digits);
    text.len() == 14 && mixed && !receipt_too_long
}

fn after<'a>(text: &'a str, front: &str) -> Option<&'a str> {
    text.strip_prefix(front)
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn letters(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_look_alike_is_recognised_by_its_shape() {
        for (compact, kind) in [
            ("123456789012", LookAlike::OnlineAccountNumber),
            ("A012345678", LookAlike::ANumber),
            ("A1234567", LookAlike::ANumber),
            ("9405511899223197428490", LookAlike::UspsTracking),
            ("EI123456789US", LookAlike::UspsTracking),
            ("N0012345678", LookAlike::SevisId),
            ("12345678901", LookAlike::I94Number),
            ("123456789A1", LookAlike::I94Number),
            ("AA00C2XYZK", LookAlike::Ds160Confirmation),
            ("2026AF00012345", LookAlike::DiversityVisaCase),
            ("A2312345678", LookAlike::LaborCase),
            ("I20023123456789", LookAlike::LaborCase),
            ("X7K2M9PQ4R8T3W", LookAlike::OnlineAccessCode),
        ] {
            assert_eq!(recognise(compact), Some(kind), "{compact}");
        }
    }

    #[test]
    fn receipt_numbers_and_what_is_left_of_them_are_no_look_alikes() {
        for compact in [
            "IOE0912345678",
            "EAC*123456789",
            "IOE09123456789",
            "IOEO9123456789",
            "AAO2190012",
            "IOE091234",
            "12345",
            "",
            "Á",
        ] {
            assert_eq!(recognise(compact), None, "{compact}");
        }
    }

    #[test]
    fn no_consular_post_is_also_a_prefix_of_the_table() {
        for office in &crate::prefix::OFFICES {
            assert!(!is_consular_post(office.code), "{}", office.code);
        }
    }
}

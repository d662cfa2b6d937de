//! What is hidden while a screen is shared: names and labels, and all but the last four characters of numbers. Whatever crosses to the
//! window passes here first, so that the page holds nothing that it must not show.

use casefolio_domain::ReceiptNumber;

/// What stands in for a name. Always as long, so that it tells nothing.
const NAME: &str = "••••••";
/// What stands in for a character of a number.
const DOT: char = '•';
/// The characters of a number that stay.
const KEPT: usize = 4;
/// A word of a text with as many digits is a number that belongs to somebody.
const DIGITS: usize = 7;

/// Whether and how something is masked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mask {
    on: bool,
}

impl Mask {
    pub(crate) fn new(on: bool) -> Self {
        Self { on }
    }

    pub(crate) fn is_on(self) -> bool {
        self.on
    }

    /// A person, a label, a user ID, a path. An empty one stays empty.
    pub(crate) fn name(self, name: &str) -> String {
        if self.on && !name.is_empty() { NAME.to_owned() } else { name.to_owned() }
    }

    pub(crate) fn receipt(self, receipt: &ReceiptNumber) -> String {
        self.number(receipt.as_str())
    }

    /// A number, however it was typed.
    pub(crate) fn number(self, number: &str) -> String {
        if self.on { ending(number) } else { number.to_owned() }
    }

    /// A text, in which numbers of people and cases may stand.
    pub(crate) fn text(self, text: &str) -> String {
        if !self.on {
            return text.to_owned();
        }
        let mut masked = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(first) = rest.find(is_of_number) {
            let (before, from) = rest.split_at(first);
            let (word, after) = from.split_at(from.find(|c| !is_of_number(c)).unwrap_or(from.len()));
            masked.push_str(before);
            masked.push_str(&if is_somebodys(word) { ending(word) } else { word.to_owned() });
            rest = after;
        }
        masked + rest
    }
}

fn is_of_number(c: char) -> bool {
    c.is_alphanumeric() || c == '-' || c == '*'
}

/// Letters, digits and asterisks but for the last four become dots; dashes and spaces stay.
fn ending(number: &str) -> String {
    let counts = |c: char| c.is_alphanumeric() || c == '*';
    let hidden = number.chars().filter(|c| counts(*c)).count().saturating_sub(KEPT);
    let mut seen = 0;
    let dotted = number.chars().map(|c| {
        seen += usize::from(counts(c));
        if counts(c) && seen <= hidden { DOT } else { c }
    });
    dotted.collect()
}

fn is_somebodys(word: &str) -> bool {
    word.chars().filter(char::is_ascii_digit).count() >= DIGITS && !is_phone(word)
}

/// `1-800-375-5283`, `800-375-5283`: the service's own numbers, to be called.
fn is_phone(word: &str) -> bool {
    let all_digits = word.chars().all(|c| c.is_ascii_digit() || c == '-');
    let groups: Vec<usize> = word.split('-').map(str::len).collect();
    all_digits && matches!(groups.as_slice(), [1, 3, 3, 4] | [3, 3, 4])
}

#[cfg(test)]
mod tests {
    use super::*;

    const ON: Mask = Mask { on: true };

    #[test]
    fn a_name_becomes_the_same_dots_whatever_its_length_and_none_stays_none() {
        assert_eq!(ON.name("Amara Okafor"), ON.name("Li"));
        assert_eq!(ON.name(""), "");
    }

    #[test]
    fn the_last_four_characters_of_a_number_stay_however_it_is_written() {
        assert_eq!(ON.number("IOE0912345678"), "•••••••••5678");
        assert_eq!(ON.number("eac-99 120 50331"), "•••-•• ••• •0331");
        assert_eq!(ON.number("12"), "12");
    }

    #[test]
    fn a_text_keeps_its_words_and_loses_its_numbers() {
        let text = "On November 22, 2026, we received Form I-485, Receipt Number IOE0912345678 (A123456789, EAC-99-120-50331). \
                    Call 800-375-5283, or go to uscis.gov/addresschange.";
        let masked = "On November 22, 2026, we received Form I-485, Receipt Number •••••••••5678 (••••••6789, •••-••-•••-•0331). \
                      Call 800-375-5283, or go to uscis.gov/addresschange.";
        assert_eq!(ON.text(text), masked);
    }

    #[test]
    fn switched_off_it_changes_nothing() {
        let off = Mask::new(false);
        assert_eq!(off.text("IOE0912345678"), "IOE0912345678");
        assert_eq!(off.name("Amara Okafor"), "Amara Okafor");
        assert_eq!(off.number("IOE0912345678"), "IOE0912345678");
    }
}

//! The service's messages made safe to show and to log.

use crate::plain;

/// Longer messages are cut.
const MESSAGE_CAP: usize = 300;
/// What stands in for what must not be shown.
const MASK: &str = "•••";

/// A message as plain text on one line, at most 300 characters, with receipt numbers and `secrets` masked out; none if
/// nothing is left.
pub(crate) fn message(raw: &str, secrets: &[&str]) -> Option<String> {
    let mut text = plain::line(raw);
    for secret in secrets.iter().filter(|secret| secret.len() >= 4) {
        text = text.replace(secret, MASK);
    }
    let text: String = receipts(&text).chars().take(MESSAGE_CAP).collect();
    let text = text.trim();
    if text.is_empty() { None } else { Some(text.to_owned()) }
}

/// Masks everything of a receipt number's form: three letters and ten digits (or `*` and nine), and with capitals also
/// with dashes and spaces between ("see 1-800-…" is no receipt number, nor is it one behind "USCIS").
fn receipts(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    let mut before_is_letter = false;
    while let Some(first) = rest.chars().next() {
        let length = receipt_length(rest, before_is_letter);
        if length > 0 {
            masked.push_str(MASK);
        } else {
            masked.push(first);
        }
        before_is_letter = length == 0 && first.is_ascii_alphabetic();
        rest = rest.get(length.max(first.len_utf8())..).unwrap_or_default();
    }
    masked
}

/// How many bytes at the start of `text` are a receipt number; 0 if it begins with none. One that hangs on a letter has nothing
/// between its signs.
fn receipt_length(text: &str, hangs_on_letter: bool) -> usize {
    let mut taken = 0_usize;
    let capitals = !hangs_on_letter && text.bytes().take(3).all(|byte| byte.is_ascii_uppercase());
    for (place, letter) in text.char_indices() {
        let fits = match taken {
            0..3 => letter.is_ascii_alphabetic(),
            3 => letter.is_ascii_digit() || letter == '*',
            _ => letter.is_ascii_digit(),
        };
        if fits {
            taken += 1;
        } else if taken < 3 || !capitals || !matches!(letter, ' ' | '-' | '‑' | '–') {
            return 0;
        }
        if taken == 13 {
            return place + letter.len_utf8();
        }
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn receipts_in_a_message_are_masked_in_every_writing() {
        for written in ["EAC9999103403", "eac9999103403", "EAC-99-991-03403", "EAC 99 991 03403", "IOE*999103403"] {
            let shown = message(&format!("No case {written} (see 1-800-375-5283)."), &[]);
            assert_eq!(shown.as_deref(), Some("No case ••• (see 1-800-375-5283)."), "{written}");
        }
        assert_eq!(message("{'receipt_number': 'EAC9999103402'}", &[]).as_deref(), Some("{'receipt_number': '•••'}"));
    }

    #[test]
    fn a_receipt_that_hangs_on_a_letter_is_masked_and_a_number_to_call_is_not() {
        assert_eq!(message("receiptEAC9999103402x", &[]).as_deref(), Some("receipt•••x"));
        assert_eq!(message("Call USCIS 1-800-375-5283", &[]).as_deref(), Some("Call USCIS 1-800-375-5283"));
    }

    #[test]
    fn the_credential_is_masked_and_other_words_stay() {
        assert_eq!(
            message("ClientId is Invalid: abc123xyz", &["abc123xyz"]).as_deref(),
            Some("ClientId is Invalid: •••")
        );
        assert_eq!(message("Service Unavailable", &[""]).as_deref(), Some("Service Unavailable"));
    }

    #[test]
    fn a_message_is_plain_and_short() {
        assert_eq!(message("<b>Closed</b>\n<script>x</script> now", &[]).as_deref(), Some("Closed now"));
        assert_eq!(message(" \n ", &[]), None);
        assert_eq!(message(&"é".repeat(1_000), &[]).map(|text| text.chars().count()), Some(MESSAGE_CAP));
    }
}

//! The form in which status titles are compared.

use unicode_normalization::UnicodeNormalization;

/// The entities met in real titles.
const ENTITIES: [(&str, &str); 12] = [
    ("&#039;", "'"),
    ("&#39;", "'"),
    ("&#x27;", "'"),
    ("&apos;", "'"),
    ("&lsquo;", "'"),
    ("&rsquo;", "'"),
    ("&#8217;", "'"),
    ("&quot;", "\""),
    ("&nbsp;", " "),
    ("&#160;", " "),
    ("&#xa0;", " "),
    ("&amp;", "&"),
];

/// A title in the form in which titles are compared: entities decoded, white space collapsed, apostrophes dropped, lower case, no
/// full stop (nor the stray `¿` of old pages) at the end. USCIS varies all of these between answers.
#[must_use]
pub fn normalise_title(title: &str) -> String {
    let mut plain = title.to_owned();
    if title.contains('&') {
        for (entity, meaning) in ENTITIES {
            plain = plain.replace(entity, meaning);
        }
    }
    // Dropped before and after: composing makes a blank of an acute accent, and an apostrophe of a full-width one.
    let bare = plain.chars().filter(|letter| !is_apostrophe(*letter));
    let composed: String = bare.nfkc().filter(|letter| !is_apostrophe(*letter)).collect();
    let collapsed = composed.split_whitespace().collect::<Vec<_>>().join(" ");
    folded(collapsed.trim_end_matches(['.', '¿', ' '])).collect()
}

/// The letters of a title in lower case and without apostrophes.
pub(super) fn folded(title: &str) -> impl Iterator<Item = char> + '_ {
    title.chars().filter(|letter| !is_apostrophe(*letter)).flat_map(char::to_lowercase)
}

/// Whether a character is one of the signs written as an apostrophe.
fn is_apostrophe(letter: char) -> bool {
    matches!(letter, '\'' | '‘' | '’' | '‛' | 'ʼ' | '`' | '´' | '′')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_variations_met_in_real_answers_are_one_title() {
        let wanted = "response to uscis request for evidence was received";
        for written in [
            "Response To USCIS' Request For Evidence Was Received",
            "Response To USCIS&#039; Request For Evidence Was Received",
            "Response To USCIS’ Request for Evidence Was Received.",
            " Response  To USCIS Request\u{a0}For Evidence Was Received ¿",
        ] {
            assert_eq!(normalise_title(written), wanted);
        }
    }

    proptest! {
        #[test]
        fn normalising_twice_is_normalising_once(title in "[A-Za-zÁÉñ'’ .¿-]{0,60}") {
            let once = normalise_title(&title);
            prop_assert_eq!(normalise_title(&once), once);
        }

        #[test]
        fn normalising_never_panics(title in any::<String>()) {
            let _ = normalise_title(&title);
        }
    }
}

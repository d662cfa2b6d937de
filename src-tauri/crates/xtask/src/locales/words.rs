//! The two word lists against each other.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// Words by their full key, `ui.add.title`.
pub(crate) type Words = BTreeMap<String, String>;

/// Short words and names that are the same in both languages.
const SAME: &str = "casefolio uscis ssa no error url sandbox id total personal original formal normal final ok english español csv pdf xlsx client \
    secret token api email esc tty ctrl enter decision interview legal local general proxy";

/// Nested JSON as one list.
pub(crate) fn flat(value: &Value) -> Words {
    let mut words = Words::new();
    collect(value, String::new(), &mut words);
    words
}

fn collect(value: &Value, key: String, words: &mut Words) {
    if let Some(object) = value.as_object() {
        for (name, inner) in object {
            collect(inner, if key.is_empty() { name.clone() } else { format!("{key}.{name}") }, words);
        }
    } else {
        // Anything but text is an error, and reads as an empty value.
        words.insert(key, value.as_str().unwrap_or_default().to_owned());
    }
}

/// What one list has and the other lacks, and what was not translated.
pub(crate) fn findings(english: &Words, spanish: &Words) -> Vec<String> {
    let lacking = |words: &Words, other: &Words, language: &str| {
        words
            .keys()
            .filter(|key| !other.contains_key(*key))
            .map(|key| format!("{key}: missing in {language}"))
            .collect::<Vec<_>>()
    };
    let mut findings = lacking(english, spanish, "es.json");
    findings.extend(lacking(spanish, english, "en.json"));
    for (key, one) in english {
        let Some(other) = spanish.get(key) else { continue };
        findings.extend(difference(one, other).map(|what| format!("{key}: {what}")));
    }
    findings
}

fn difference(english: &str, spanish: &str) -> Option<String> {
    if english.trim().is_empty() || spanish.trim().is_empty() {
        return Some("empty".to_owned());
    }
    let (there, here) = (placeholders(english), placeholders(spanish));
    if there != here {
        return Some(format!("placeholders differ: {there:?} in en.json, {here:?} in es.json"));
    }
    (english == spanish && !may_be_same(english)).then(|| {
        format!("not translated: \"{english}\" (short words that are equal stand in xtask/src/locales/words.rs)")
    })
}

fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split("%{").skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect()
}

/// Names, codes and a few short words; never a sentence.
fn may_be_same(text: &str) -> bool {
    let mut bare = text.to_owned();
    for name in placeholders(text) {
        bare = bare.replace(&format!("%{{{name}}}"), "");
    }
    let is_code =
        |word: &str| !word.contains(char::is_alphabetic) || word.contains(|letter: char| letter.is_ascii_digit());
    let bare = bare.to_lowercase();
    let mut words = bare.split_whitespace().map(|word| word.trim_matches(|letter: char| !letter.is_alphanumeric()));
    words.all(|word| is_code(word) || SAME.split_whitespace().any(|same| same == word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(pairs: &[(&str, &str)]) -> Words {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_key_that_one_language_lacks_is_found() {
        let findings = findings(&words(&[("a", "Cases")]), &words(&[("b", "Casos")]));
        assert_eq!(findings, ["a: missing in es.json", "b: missing in en.json"]);
    }

    #[test]
    fn different_placeholders_are_found() {
        let findings = findings(&words(&[("a", "%{count} cases")]), &words(&[("a", "%{cuenta} casos")]));
        assert_eq!(findings.len(), 1);
    }

    #[test]
    fn an_empty_value_is_found() {
        assert_eq!(findings(&words(&[("a", "Cases")]), &words(&[("a", " ")])), ["a: empty"]);
    }

    #[test]
    fn a_sentence_that_was_not_translated_is_found_and_a_name_is_not() {
        assert!(difference("Check now", "Check now").is_some());
        assert_eq!(difference("Casefolio %{version}", "Casefolio %{version}"), None);
        assert_eq!(difference("N-400", "N-400"), None);
    }

    #[test]
    fn nested_words_have_full_keys() {
        let list = flat(&serde_json::json!({"ui": {"add": {"title": "Add"}}}));
        assert_eq!(list.keys().collect::<Vec<_>>(), ["ui.add.title"]);
    }
}

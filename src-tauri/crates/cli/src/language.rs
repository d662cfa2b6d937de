//! The words of the program, in the language the user reads.

use std::ffi::OsString;

use casefolio_domain::Language;
use rust_i18n::{replace_patterns, t};

use crate::environment::Environment;

/// The word list of one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Words(pub(crate) Language);

impl Words {
    /// The words for these arguments: `--lang` wherever it stands, else the system's language. A wrong `--lang` is refused later,
    /// with the other arguments.
    pub(crate) fn choose(arguments: &[OsString], environment: &Environment) -> Self {
        let asked = asked_for(arguments).or_else(|| environment.locale.clone());
        Self(asked.map_or(Language::English, |tag| Language::from_tag(&tag)))
    }

    /// The words under this key.
    pub(crate) fn say(self, key: &str) -> String {
        let words: std::borrow::Cow<'_, str> = t!(key, locale = self.0.code());
        words.into_owned()
    }

    /// The words under this key with these named values put in.
    pub(crate) fn fill(self, key: &str, values: &[(&str, &str)]) -> String {
        let names: Vec<&str> = values.iter().map(|(name, _)| *name).collect();
        let texts: Vec<String> = values.iter().map(|(_, value)| (*value).to_owned()).collect();
        replace_patterns(&self.say(key), &names, &texts)
    }
}

fn asked_for(arguments: &[OsString]) -> Option<String> {
    let mut texts = arguments.iter().map(|argument| argument.to_string_lossy()).take_while(|text| text != "--");
    while let Some(text) = texts.next() {
        if let Some(tag) = text.strip_prefix("--lang=") {
            return Some(tag.to_owned());
        }
        if text == "--lang" {
            return texts.next().map(std::borrow::Cow::into_owned);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(arguments: &[&str], locale: Option<&str>) -> Language {
        let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
        let environment = Environment { home: None, locale: locale.map(str::to_owned) };
        Words::choose(&arguments, &environment).0
    }

    #[test]
    fn the_option_goes_before_the_system_and_stands_anywhere() {
        assert_eq!(chosen(&["cases"], None), Language::English);
        assert_eq!(chosen(&["cases"], Some("es_MX.UTF-8")), Language::Spanish);
        assert_eq!(chosen(&["cases", "--lang", "en"], Some("es_MX.UTF-8")), Language::English);
        assert_eq!(chosen(&["--lang=es", "cases"], Some("C.UTF-8")), Language::Spanish);
        assert_eq!(chosen(&["check", "--", "--lang=es"], None), Language::English);
    }

    #[test]
    fn both_languages_have_their_own_words_and_values_are_put_in() {
        let spanish = Words(Language::Spanish);
        assert_ne!(spanish.say("problem.locked"), Words(Language::English).say("problem.locked"));
        assert!(spanish.fill("problem.list_malformed", &[("line", "7")]).contains(" 7 "));
    }
}

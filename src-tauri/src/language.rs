//! The language of words that Rust says: notifications and the tray.

use casefolio_domain::Language;

/// The language of the computer.
pub(crate) fn of_system() -> Language {
    sys_locale::get_locale().map_or(Language::English, |tag| Language::from_tag(&tag))
}

/// The words under `key`, in `language`.
pub(crate) fn words(key: &str, language: Language) -> String {
    rust_i18n::t!(key, locale = language.code()).into_owned()
}

//! The languages Casefolio speaks.

/// A language Casefolio speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// English, `en`.
    English,
    /// Spanish, `es`.
    Spanish,
}

impl Language {
    /// The two-letter code: `en` or `es`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Spanish => "es",
        }
    }

    /// Reads a language tag such as `es`, `es-MX` or `es_US.UTF-8`; everything that is not Spanish is English.
    #[must_use]
    pub fn from_tag(tag: &str) -> Self {
        let primary = tag.split(['-', '_', '.']).next().unwrap_or_default();
        if primary.eq_ignore_ascii_case("es") { Self::Spanish } else { Self::English }
    }
}

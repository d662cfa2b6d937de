//! What the program reads from its environment: the one place that does.

use std::path::PathBuf;

/// The variables that matter to the program.
pub(crate) struct Environment {
    /// `CASEFOLIO_HOME`: the data folder.
    pub(crate) home: Option<PathBuf>,
    /// The language tag of the user: the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that is not empty, else what the system says.
    pub(crate) locale: Option<String>,
}

impl Environment {
    /// Reads the variables.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    pub(crate) fn read() -> Self {
        let value = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(value);
        Self {
            home: value("CASEFOLIO_HOME").map(PathBuf::from),
            locale: locale.map(|tag| tag.to_string_lossy().into_owned()).or_else(sys_locale::get_locale),
        }
    }
}

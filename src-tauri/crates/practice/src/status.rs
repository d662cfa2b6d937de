//! One status a scripted case can have.

/// A status a scripted case can have. What is left out is filled in: the Spanish title and the texts from the practice
/// service's own words for that title, or plain sentences where it has none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Status {
    pub(crate) title_en: String,
    pub(crate) title_es: Option<String>,
    pub(crate) text: Option<(String, String)>,
    pub(crate) history: Option<(String, String)>,
}

impl Status {
    /// A status with this English title.
    #[must_use]
    pub fn titled(title_en: &str) -> Self {
        Self { title_en: title_en.to_owned(), ..Self::default() }
    }

    /// Sets the Spanish title.
    #[must_use]
    pub fn spanish(mut self, title_es: &str) -> Self {
        self.title_es = Some(title_es.to_owned());
        self
    }

    /// Sets the texts (raw HTML, as the service sends). `{date}`, `{form}`, `{receipt}` and `{by}` are filled in.
    #[must_use]
    pub fn text(mut self, en: &str, es: &str) -> Self {
        self.text = Some((en.to_owned(), es.to_owned()));
        self
    }

    /// Adds a completed step to the history when the case comes to this status; same placeholders.
    #[must_use]
    pub fn history(mut self, en: &str, es: &str) -> Self {
        self.history = Some((en.to_owned(), es.to_owned()));
        self
    }
}

impl From<&str> for Status {
    fn from(title_en: &str) -> Self {
        Self::titled(title_en)
    }
}

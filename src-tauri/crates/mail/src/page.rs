//! The words of a message, written once and shown as plain text and as a page.

use std::fmt;

use casefolio_domain::Language;

use crate::text::turns_direction;

/// What a message says: headings, paragraphs and tables of two columns. Every text is plain text; nothing in it is markup.
#[derive(Clone, PartialEq, Eq)]
pub struct Page {
    language: Language,
    title: String,
    parts: Vec<Part>,
}

#[derive(Clone, PartialEq, Eq)]
enum Part {
    Heading(String),
    Paragraph(String),
    Table(Vec<(String, String)>),
}

/// A page in HTML. Only [`Page::html`] makes one, so every text in it is escaped.
#[derive(Clone, PartialEq, Eq)]
pub struct Html(String);

impl Html {
    /// The page as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Html(redacted)")
    }
}

impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page")
            .field("language", &self.language)
            .field("parts", &self.parts.len())
            .finish_non_exhaustive()
    }
}

impl Page {
    /// A page without words; `title` is what a browser's tab would show.
    #[must_use]
    pub fn new(language: Language, title: &str) -> Self {
        Self { language, title: title.to_owned(), parts: Vec::new() }
    }

    /// Adds a heading.
    #[must_use]
    pub fn heading(mut self, text: &str) -> Self {
        self.parts.push(Part::Heading(text.to_owned()));
        self
    }

    /// Adds a paragraph; line breaks in it stay.
    #[must_use]
    pub fn paragraph(mut self, text: &str) -> Self {
        self.parts.push(Part::Paragraph(text.to_owned()));
        self
    }

    /// Adds a table: what it is, and what it says.
    #[must_use]
    pub fn table(mut self, rows: &[(&str, &str)]) -> Self {
        self.parts
            .push(Part::Table(rows.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()));
        self
    }

    /// The words as plain text: an empty line between parts, a table as `name: value`.
    #[must_use]
    pub fn plain(&self) -> String {
        let parts: Vec<String> = self.parts.iter().map(plain_part).collect();
        format!("{}\n", parts.join("\n\n"))
    }

    /// The words as a page without styles, pictures, links or scripts.
    #[must_use]
    pub fn html(&self) -> Html {
        let parts: String = self.parts.iter().map(html_part).collect();
        Html(format!(
            "<!DOCTYPE html>\n<html lang=\"{}\">\n<head><meta charset=\"utf-8\"><title>{}</title></head>\n<body>\n{parts}</body>\n</html>\n",
            self.language.code(),
            escape(&self.title)
        ))
    }
}

fn plain_part(part: &Part) -> String {
    match part {
        Part::Heading(text) | Part::Paragraph(text) => text.clone(),
        Part::Table(rows) => {
            let rows: Vec<String> = rows.iter().map(|(name, value)| format!("{name}: {value}")).collect();
            rows.join("\n")
        }
    }
}

fn html_part(part: &Part) -> String {
    match part {
        Part::Heading(text) => format!("<h2>{}</h2>\n", escape(text)),
        Part::Paragraph(text) => format!("<p>{}</p>\n", escape(text)),
        Part::Table(rows) => format!("<table>\n{}</table>\n", rows.iter().map(html_row).collect::<String>()),
    }
}

fn html_row((name, value): &(String, String)) -> String {
    format!("<tr><th align=\"left\" scope=\"row\">{}</th><td>{}</td></tr>\n", escape(name), escape(value))
}

/// Text that a browser shows as it is: no markup, no control characters, no marks that turn the direction of writing.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.replace("\r\n", "\n").replace('\r', "\n").chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' => escaped.push_str("<br>\n"),
            other if other.is_control() || turns_direction(other) => {}
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_words_stand_in_both_forms() {
        let page = Page::new(Language::Spanish, "Casefolio")
            .heading("Caso aprobado")
            .paragraph("Dos\nlíneas")
            .table(&[("Caso", "Ana"), ("Estado", "Aprobado")]);
        assert_eq!(page.plain(), "Caso aprobado\n\nDos\nlíneas\n\nCaso: Ana\nEstado: Aprobado\n");
        let html = page.html();
        assert!(html.as_str().starts_with("<!DOCTYPE html>\n<html lang=\"es\">"));
        for part in ["<h2>Caso aprobado</h2>", "<p>Dos<br>\nlíneas</p>", "scope=\"row\">Caso</th><td>Ana</td>"] {
            assert!(html.as_str().contains(part), "{part}");
        }
    }

    #[test]
    fn nothing_that_is_written_becomes_markup() {
        let bad = "</title><script>alert('1' & \"2\")</script>\u{202E}\0";
        let page = Page::new(Language::English, bad).heading(bad).paragraph(bad).table(&[(bad, bad)]).html();
        assert!(
            !page.as_str().contains("<script") && !page.as_str().contains("&\u{20}") && !page.as_str().contains('\'')
        );
        assert_eq!(page.as_str().matches("&lt;script&gt;alert(&#39;1&#39; &amp; &quot;2&quot;)").count(), 5);
        assert_eq!(page.as_str().matches("</title>").count(), 1);
        assert!(!page.as_str().contains(['\u{202E}', '\0']));
    }
}

//! A termination that is a denial: in 2024 answers titled "Case Was Terminated" said in their text that the case was denied.

use super::title::normalise_title;
use crate::dates;

/// Titles that speak of a termination, English and Spanish.
const TERMINATION: [&str; 4] = ["terminated", "termination", "terminado", "terminación"];

/// Words by which a text says that the case itself is denied.
const DENIALS: [&str; 15] = [
    "denied your case",
    "denied your form",
    "denied your application",
    "denied your petition",
    "denied the case",
    "denied this case",
    "your case was denied",
    "your case has been denied",
    "rechazamos su caso",
    "rechazamos su formulario",
    "denegamos su caso",
    "denegamos su formulario",
    "su caso fue denegado",
    "su caso ha sido denegado",
    "su caso fue rechazado",
];

/// Words that turn such a sentence into something else: a condition, a negation, or a request beside the case.
const OTHERWISE: [&str; 9] =
    [" if ", " may ", " not ", " would ", " expedite", " fee waiver", " si ", " no ", " apelación"];

/// Whether the text says "denied" while the title speaks of a termination, in English or Spanish wording.
/// Sentences that only speak of the possibility, or of another request, do not count.
#[must_use]
pub fn denied_in_text(title: &str, text: &str) -> bool {
    let title = normalise_title(title);
    if !TERMINATION.iter().any(|word| title.contains(word)) || title.contains("appeal") {
        return false;
    }
    let text = dates::mask(text); // so that the month of May is no possibility
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    text.split(". ").any(|sentence| {
        let padded = format!(" {sentence} ");
        DENIALS.iter().any(|words| padded.contains(words)) && !OTHERWISE.iter().any(|words| padded.contains(words))
    })
}

#[cfg(test)]
mod tests {
    use super::denied_in_text;

    #[test]
    fn the_text_of_a_termination_may_say_denied() {
        for (title, text) in [
            (
                "Case Was Terminated",
                "On September 4, 2024, we completed our review of your Form I-765, and  denied your case. We mailed a notice.",
            ),
            (
                "Caso Fue Terminado",
                "El 04 de Septiembre de 2024, completamos nuestra revisión, y rechazamos su caso. Le enviamos un aviso.",
            ),
            ("Termination Notice Sent", "On May 1, 2025, we denied your Form I-131, Application for Travel Document."),
        ] {
            assert!(denied_in_text(title, text), "{title}");
        }
    }

    #[test]
    fn other_titles_and_other_sentences_do_not_say_denied() {
        for (title, text) in [
            ("Case Was Received", "we denied your case."),
            ("Case Was Terminated", "We ended our work on your case."),
            ("Case Was Terminated", "If we denied your case, the notice says so."),
            ("Case Was Terminated", "We have not denied your case."),
            ("Case Was Terminated", "We denied your request to expedite."),
            ("Appeal Was Terminated and A Notice Was Mailed To Me", "We denied your case."),
            ("Caso Fue Terminado", "Si rechazamos su caso, le avisaremos."),
        ] {
            assert!(!denied_in_text(title, text), "{title}: {text}");
        }
    }
}

//! Types are named after what they are, not after a role that fits everything.

use super::Finding;
use super::source::{SourceFile, without_comments};

const EMPTY_WORDS: [&str; 9] =
    ["Manager", "Service", "Helper", "Util", "Utils", "Handler", "Data", "Info", "Processor"];
const DECLARATIONS: [&str; 5] = ["struct ", "enum ", "trait ", "type ", "union "];

/// Public types whose name ends in a word that says nothing.
pub(crate) fn findings(files: &[SourceFile]) -> Vec<Finding> {
    files.iter().filter(|file| file.is("rs")).flat_map(in_file).collect()
}

fn in_file(file: &SourceFile) -> Vec<Finding> {
    let text = without_comments(&file.without_tests());
    let named = text.lines().enumerate().filter_map(|(index, line)| declared(line).map(|name| (index + 1, name)));
    named
        // The bare word is the product's own: the service is the USCIS case-status service.
        .filter(|(_, name)| *name != "Service" && EMPTY_WORDS.iter().any(|word| name.ends_with(word)))
        .map(|(line, name)| Finding::at(file, line, format!("type {name}: name it after the thing it is")))
        .collect()
}

/// The name of a public type that this line declares.
fn declared(line: &str) -> Option<&str> {
    let rest = line.trim_start().strip_prefix("pub")?;
    let rest = rest.strip_prefix("(crate)").or_else(|| rest.strip_prefix("(super)")).unwrap_or(rest).trim_start();
    let rest = DECLARATIONS.iter().find_map(|keyword| rest.strip_prefix(keyword))?;
    rest.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next()
}

#[cfg(test)]
mod tests {
    use super::super::source::file;
    use super::*;

    #[test]
    fn a_type_that_ends_in_an_empty_word_is_found() {
        assert_eq!(findings(&[file("a.rs", "fn a() {}\npub struct CaseManager {")]).len(), 1);
        assert_eq!(findings(&[file("a.rs", "pub(crate) trait StatusHandler {}")]).len(), 1);
    }

    #[test]
    fn the_word_elsewhere_in_a_name_is_fine() {
        assert_eq!(
            findings(&[file(
                "a.rs",
                "pub enum ServiceProblem {}\npub struct Service;\npub fn handler() {}\nstruct Info;"
            )]),
            []
        );
    }
}

//! The word lists against the sources: every key asked for exists, every key that exists is asked for.

use std::collections::BTreeSet;

use super::words::Words;
use crate::tidy::{SourceFile, without_comments};

/// Families whose last part is a code made at run time; how the codes are made is checked where they are made.
const FAMILIES: [&str; 6] = ["stage.", "kind.", "change.", "receipt.", "problem.", "ui.progress."];

/// Where a literal that looks like a key stands.
struct Literal {
    text: String,
    /// A text such as `stage.` before something filled in at run time.
    is_prefix: bool,
    /// Asked for by `t!(…)`, `t(…)` or `tCount(…)`.
    is_asked: bool,
    place: String,
}

/// Keys that are asked for and missing, and keys that nobody asks for.
pub(crate) fn findings(words: &Words, files: &[SourceFile]) -> Vec<String> {
    let sources = files.iter().filter(|file| {
        ["rs", "ts", "svelte"].iter().any(|kind| file.is(kind))
            && !file.is_test()
            && !file.is_generated()
            && is_program(&file.path)
    });
    let literals: Vec<Literal> = sources.flat_map(literals).collect();
    let mut findings = asked_and_missing(words, &literals);
    findings.extend(there_and_unused(words, &literals));
    findings
}

/// Developer tasks and test programs show nobody any words.
fn is_program(path: &str) -> bool {
    !path.contains("/xtask/") && !path.starts_with("tests/")
}

fn asked_and_missing(words: &Words, literals: &[Literal]) -> Vec<String> {
    let sections: BTreeSet<&str> =
        words.keys().filter_map(|key| key.split_once('.')).map(|(section, _)| section).collect();
    let exists = |key: &str| words.contains_key(key) || words.contains_key(&format!("{key}.other"));
    let is_key = |literal: &&Literal| {
        !literal.is_prefix
            && (literal.is_asked
                || literal
                    .text
                    .split_once('.')
                    .is_some_and(|(section, rest)| sections.contains(section) && !is_file(rest)))
    };
    literals
        .iter()
        .filter(is_key)
        .filter(|literal| !exists(&literal.text))
        .map(|literal| format!("{}: no words for the key {}", literal.place, literal.text))
        .collect()
}

fn is_file(name: &str) -> bool {
    ["rs", "ts", "js", "json", "html", "css", "svelte", "db", "csv", "svg", "png"]
        .iter()
        .any(|extension| name.ends_with(&format!(".{extension}")) || name == *extension)
}

fn there_and_unused(words: &Words, literals: &[Literal]) -> Vec<String> {
    let whole: BTreeSet<&str> =
        literals.iter().filter(|literal| !literal.is_prefix).map(|literal| literal.text.as_str()).collect();
    let prefixes: BTreeSet<&str> = literals
        .iter()
        .filter(|literal| literal.is_prefix)
        .map(|literal| literal.text.as_str())
        .chain(FAMILIES)
        .collect();
    let is_used = |key: &str| {
        let group = key.strip_suffix(".one").or_else(|| key.strip_suffix(".other"));
        whole.contains(key)
            || group.is_some_and(|group| whole.contains(group))
            || prefixes.iter().any(|prefix| key.starts_with(prefix))
    };
    words.keys().filter(|key| !is_used(key)).map(|key| format!("{key}: nobody asks for it")).collect()
}

/// Every quoted text of a file that has the form of a key.
fn literals(file: &SourceFile) -> Vec<Literal> {
    let text = without_comments(&file.without_tests());
    text.lines().enumerate().flat_map(|(index, line)| in_line(line, &format!("{}:{}", file.path, index + 1))).collect()
}

fn in_line(line: &str, place: &str) -> Vec<Literal> {
    let quotes = line.match_indices(['"', '\'', '`']);
    quotes
        .filter_map(|(start, quote)| {
            let inside = &line[start + 1..];
            let length = inside
                .find(|letter: char| !letter.is_alphanumeric() && !"._-".contains(letter))
                .unwrap_or(inside.len());
            let (text, after) = inside.split_at(length);
            let is_prefix = text.ends_with('.') && (after.starts_with("${") || after.starts_with('{'));
            let is_whole =
                after.starts_with(quote) && text.contains('.') && !text.starts_with('.') && !text.ends_with('.');
            let asks = line[..start].trim_end();
            let is_asked = is_whole && ["t!(", "t(", "tCount("].iter().any(|call| ends_with_call(asks, call));
            (is_prefix || is_whole).then(|| Literal {
                text: text.to_owned(),
                is_prefix,
                is_asked,
                place: place.to_owned(),
            })
        })
        .collect()
}

/// The text ends with this call, and the call's name is not the end of a longer one.
fn ends_with_call(text: &str, call: &str) -> bool {
    text.strip_suffix(call).is_some_and(|before| {
        !before.ends_with(|letter: char| letter.is_alphanumeric() || letter == '_' || letter == '.')
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::file;

    fn words(keys: &[&str]) -> Words {
        keys.iter().map(|key| ((*key).to_owned(), "x".to_owned())).collect()
    }

    #[test]
    fn a_key_that_is_asked_for_must_exist() {
        let files = [file("a/src/a.rs", "t!(\"notice.title\")"), file("ui/src/a.svelte", "{t(\"ui.gone\")}")];
        assert_eq!(findings(&words(&["notice.title"]), &files), ["ui/src/a.svelte:1: no words for the key ui.gone"]);
    }

    #[test]
    fn a_literal_in_a_known_section_must_exist_too() {
        let files = [file("a/src/a.rs", "say(\"cli.gone\", \"cli.there\"); open(\"cli.rs\")")];
        assert_eq!(findings(&words(&["cli.there"]), &files), ["a/src/a.rs:1: no words for the key cli.gone"]);
    }

    #[test]
    fn a_key_that_nobody_asks_for_is_found() {
        let files = [file("ui/src/a.ts", "tCount(\"ui.cases\", 3)")];
        assert_eq!(
            findings(&words(&["ui.cases.one", "ui.cases.other", "ui.left"]), &files),
            ["ui.left: nobody asks for it"]
        );
    }

    #[test]
    fn families_made_at_run_time_count_as_used() {
        let files =
            [file("ui/src/a.ts", "lookUp(`ui.theme.${theme}`)"), file("a/src/a.rs", "format!(\"tray.{code}\")")];
        assert_eq!(findings(&words(&["ui.theme.dark", "tray.open", "stage.received"]), &files), [""; 0]);
    }

    #[test]
    fn keys_named_by_tests_alone_are_not_used() {
        let files = [file("tests/e2e/src/lib.rs", "\"ui.left\""), file("ui/src/a.test.ts", "\"ui.left\"")];
        assert_eq!(findings(&words(&["ui.left"]), &files).len(), 1);
    }
}

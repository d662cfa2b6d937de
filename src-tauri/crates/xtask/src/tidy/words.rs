//! Marks of unfinished work and tests that do not run.

use super::Finding;
use super::source::SourceFile;
use crate::session_tests::FILES;

/// Only where a step of `cargo xtask test` runs it.
const IGNORED: &str = concat!("#[", "ignore");

/// A mark, and what to do about it. Written in two halves, so that this file does not find itself.
const MARKS: [(&str, &str, &str); 9] = [
    ("rs", concat!("to", "do!("), "finish it"),
    ("rs", concat!("unimple", "mented!("), "finish it"),
    ("rs", IGNORED, "a test that does not run proves nothing"),
    ("", concat!("FIX", "ME"), "mend it or file an issue"),
    ("", concat!("TO", "DO"), "do it or file an issue"),
    ("", concat!("XX", "X:"), "do it or file an issue"),
    ("ts", concat!(".sk", "ip("), "a test that does not run proves nothing"),
    ("ts", concat!(".on", "ly("), "the other tests do not run"),
    ("ts", concat!("test.to", "do"), "a test that does not run proves nothing"),
];

/// Every mark left in sources; documents may speak of them.
pub(crate) fn findings(files: &[SourceFile]) -> Vec<Finding> {
    let sources = files.iter().filter(|file| {
        ["rs", "ts", "js", "svelte", "sql"].iter().any(|extension| file.is(extension)) && !file.is_generated()
    });
    sources.flat_map(in_file).collect()
}

fn in_file(file: &SourceFile) -> Vec<Finding> {
    let has_a_step = |mark: &str| mark == IGNORED && FILES.contains(&file.path.as_str());
    let applies = |extension: &str| extension.is_empty() || file.is(extension);
    let marks_in = |line: &str| {
        MARKS
            .iter()
            .find(|(extension, mark, _)| applies(extension) && !has_a_step(mark) && holds_word(line, mark))
            .copied()
    };
    file.lines()
        .filter_map(|(number, line)| {
            marks_in(line).map(|(_, mark, advice)| Finding::at(file, number, format!("{mark}: {advice}")))
        })
        .collect()
}

/// The mark stands alone, not inside a longer word.
fn holds_word(line: &str, mark: &str) -> bool {
    let whole = mark.chars().all(char::is_alphanumeric);
    line.match_indices(mark).any(|(start, _)| {
        let before = line[..start].chars().next_back();
        let after = line[start + mark.len()..].chars().next();
        let joined = |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
        !whole || !joined(before) && !joined(after)
    })
}

#[cfg(test)]
mod tests {
    use super::super::source::file;
    use super::*;

    #[test]
    fn unfinished_work_and_sleeping_tests_are_found() {
        for text in [
            concat!("to", "do!()"),
            concat!("// FIX", "ME later"),
            concat!("#[", "ignore]"),
            concat!("#[", "ignore = \"slow\"]"),
        ] {
            assert_eq!(findings(&[file("a.rs", text)]).len(), 1, "{text}");
        }
        assert_eq!(findings(&[file("a.test.ts", concat!("it.sk", "ip('x')"))]).len(), 1);
    }

    #[test]
    fn documents_and_longer_words_are_left_alone() {
        assert_eq!(findings(&[file("a.md", concat!("TO", "DO")), file("a.rs", concat!("MASTO", "DON"))]), []);
    }
}

//! The catalogue of faults: each of its numbers is named by a test in its doc comment (`catalogue 65`), or the table in
//! `docs/security.md` says why not.

use std::collections::{BTreeMap, BTreeSet};

use super::Finding;
use super::source::SourceFile;

/// Every number of the catalogue.
const NUMBERS: std::ops::RangeInclusive<u16> = 1..=131;
/// Where the reasons stand: rows that begin with the number.
const REASONS: &str = "docs/security.md";

/// Each number with the places that name it.
pub(crate) fn named(files: &[SourceFile]) -> BTreeMap<u16, Vec<String>> {
    let mut named: BTreeMap<u16, Vec<String>> = BTreeMap::new();
    for file in files.iter().filter(|file| file.is("rs") || file.is("ts")) {
        for (line, text) in file.lines() {
            for number in numbers(text) {
                named.entry(number).or_default().push(format!("{}:{line}", file.path));
            }
        }
    }
    named
}

/// The reason of each number for which the table has one.
pub(crate) fn reasons(files: &[SourceFile]) -> BTreeMap<u16, String> {
    let lines = files.iter().filter(|file| file.path == REASONS).flat_map(SourceFile::lines);
    lines.filter_map(|(_, line)| reason(line)).collect()
}

/// Numbers that no test names and that have no reason.
pub(crate) fn open(files: &[SourceFile]) -> Vec<u16> {
    let known: BTreeSet<u16> = named(files).into_keys().chain(reasons(files).into_keys()).collect();
    NUMBERS.filter(|number| !known.contains(number)).collect()
}

pub(crate) fn findings(files: &[SourceFile]) -> Vec<Finding> {
    let what = |number| format!("no test names {number} of the catalogue, and no row says why");
    open(files).into_iter().map(|number| Finding::new(REASONS, what(number))).collect()
}

/// `| 59 | why |` is the reason of 59.
fn reason(line: &str) -> Option<(u16, String)> {
    let mut cells = line.trim().strip_prefix('|')?.split('|').map(str::trim);
    let number = cells.next()?.parse().ok()?;
    let reason = cells.next().filter(|reason| !reason.is_empty())?;
    Some((number, reason.to_owned()))
}

/// 65 and 66 in `/// catalogue 65, 66`.
fn numbers(line: &str) -> Vec<u16> {
    let Some(comment) = line.trim_start().strip_prefix("//") else { return Vec::new() };
    let Some((_, after)) = comment.split_once("catalogue ") else { return Vec::new() };
    after
        .split([',', ' '])
        .filter(|part| !part.is_empty() && *part != "and")
        .map_while(|part| part.trim_end_matches(['.', ';', ')']).parse().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_begins_with_a_number_is_a_reason() {
        assert_eq!(reason("| 59 | needs a domain |"), Some((59, "needs a domain".to_owned())));
        assert_eq!(reason("| 59 | |"), None);
        assert_eq!(reason("| what | 59 |"), None);
        assert_eq!(reason("59: needs a domain"), None);
    }

    #[test]
    fn a_number_without_test_and_reason_is_open() {
        let test = super::super::file("src/a.rs", "/// catalogue 1, 2");
        let table = super::super::file(REASONS, "| 3 | by hand |\n| 4 | |");
        let open = open(&[test, table]);
        assert_eq!((open.first(), open.len()), (Some(&4), 128));
    }

    #[test]
    fn numbers_are_read_from_doc_comments_alone() {
        assert_eq!(numbers("    /// catalogue 65, 66 and 7."), [65, 66, 7]);
        assert_eq!(numbers("let a = \"catalogue 65\";"), [0_u16; 0]);
        assert_eq!(numbers("/// the catalogue of faults"), [0_u16; 0]);
    }
}

//! Which faults of the catalogue the tests name in their doc comments (`catalogue 65`).

use std::collections::BTreeMap;

use super::source::SourceFile;

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
    fn numbers_are_read_from_doc_comments_alone() {
        assert_eq!(numbers("    /// catalogue 65, 66 and 7."), [65, 66, 7]);
        assert_eq!(numbers("let a = \"catalogue 65\";"), [0_u16; 0]);
        assert_eq!(numbers("/// the catalogue of faults"), [0_u16; 0]);
    }
}

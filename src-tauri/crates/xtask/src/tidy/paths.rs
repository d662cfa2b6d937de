//! No file names a path of somebody's machine.

use super::Finding;
use super::source::SourceFile;

/// Beginnings of paths that exist on one machine. Written in two halves, so that this file does not find itself.
const BEGINNINGS: [&str; 6] = [
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/tm", "p/bash_jobs"),
    concat!("/Us", "ers/"),
    concat!("C:\\Us", "ers\\"),
];

/// Lines with such a path.
pub(crate) fn findings(files: &[SourceFile]) -> Vec<Finding> {
    files.iter().flat_map(in_file).collect()
}

fn in_file(file: &SourceFile) -> Vec<Finding> {
    let path_in = |line: &str| BEGINNINGS.iter().find(|beginning| begins(line, beginning)).copied();
    file.lines()
        .filter_map(|(number, line)| {
            path_in(line).map(|path| Finding::at(file, number, format!("a path of one machine ({path}…)")))
        })
        .collect()
}

/// The path begins here: what stands before is no part of a longer path or address.
fn begins(line: &str, beginning: &str) -> bool {
    line.match_indices(beginning).any(|(start, _)| {
        line[..start].chars().next_back().is_none_or(|before| !before.is_alphanumeric() && !".-_~}*".contains(before))
    })
}

#[cfg(test)]
mod tests {
    use super::super::source::file;
    use super::*;

    #[test]
    fn a_path_of_one_machine_is_found() {
        assert_eq!(findings(&[file("a.md", concat!("see /ro", "ot/x"))]).len(), 1);
    }

    #[test]
    fn the_same_letters_inside_an_address_are_fine() {
        assert_eq!(
            findings(&[file("a.md", concat!("src/wo", "rk/x and https://example.org/ho", "me/ and $HOME"))]),
            []
        );
    }
}

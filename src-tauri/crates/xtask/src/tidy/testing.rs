//! Every test file is reached by a test program, and a crate has one such program at most.

use std::collections::BTreeSet;

use super::Finding;
use super::source::SourceFile;

/// Test files that cargo would build apart, and files below `tests/it` that no `mod` line names.
pub(crate) fn findings(files: &[SourceFile]) -> Vec<Finding> {
    let rust: Vec<&SourceFile> = files.iter().filter(|file| file.is("rs")).collect();
    rust.iter().filter_map(|file| extra_program(file).or_else(|| forgotten(file, &rust))).collect()
}

/// The path below a crate's own `tests` folder: a folder beside `src`, inside a crate.
fn below_tests(path: &str) -> Option<(&str, &str)> {
    let (home, inside) = path.rsplit_once("/tests/")?;
    (!inside.contains("/src/") && !home.contains("/src/")).then_some((home, inside))
}

fn extra_program(file: &SourceFile) -> Option<Finding> {
    let (home, inside) = below_tests(&file.path)?;
    let known = ["it/main.rs", "it.rs", "e2e.rs", "e2e/main.rs"].contains(&inside);
    let program = !inside.contains('/') || inside.ends_with("/main.rs");
    (program && !known).then(|| {
        Finding::new(&file.path, format!("a second test program: make it a module of {home}/tests/it/main.rs"))
    })
}

fn forgotten(file: &SourceFile, rust: &[&SourceFile]) -> Option<Finding> {
    let (home, inside) = below_tests(&file.path)?;
    let (folder, name) = inside.rsplit_once('/')?;
    let (parent, module) = match name {
        "main.rs" => return None,
        "mod.rs" => folder.rsplit_once('/')?,
        _ => (folder, name.strip_suffix(".rs")?),
    };
    let parents: BTreeSet<String> = ["main.rs", "mod.rs"]
        .iter()
        .map(|name| format!("{home}/tests/{parent}/{name}"))
        .chain([format!("{home}/tests/{parent}.rs")])
        .collect();
    let declared = |file: &&SourceFile| {
        parents.contains(&file.path)
            && file.text.lines().any(|line| line.trim().trim_start_matches("pub ") == format!("mod {module};"))
    };
    (!rust.iter().any(declared))
        .then(|| Finding::new(&file.path, format!("never compiled: no `mod {module};` names it")))
}

#[cfg(test)]
mod tests {
    use super::super::source::file;
    use super::*;

    #[test]
    fn a_test_file_that_nobody_names_is_found() {
        let files = [file("c/tests/it/main.rs", "mod a;\n"), file("c/tests/it/a.rs", ""), file("c/tests/it/b.rs", "")];
        assert_eq!(findings(&files), [Finding::new("c/tests/it/b.rs", "never compiled: no `mod b;` names it")]);
    }

    #[test]
    fn a_second_test_program_is_found() {
        assert_eq!(findings(&[file("c/tests/more.rs", "")]).len(), 1);
        assert_eq!(findings(&[file("tests/e2e/tests/e2e.rs", "")]), []);
    }

    #[test]
    fn the_sources_of_a_test_crate_are_no_test_files() {
        assert_eq!(findings(&[file("tests/journeys/src/lib.rs", ""), file("src-tauri/tests/e2e/src/a.rs", "")]), []);
    }
}

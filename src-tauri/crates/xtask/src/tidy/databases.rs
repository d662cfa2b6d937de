//! Nobody but the engine touches the files of an open database: a second handle that is closed takes the engine's locks with it, and a
//! copy without the journal lacks the last commits.

use super::Finding;
use super::source::SourceFile;

/// Files of the house that name a database or its journal, and why that is safe. Everywhere else a name would be the first step to
/// opening one.
const NAMING: [(&str, &str); 2] = [
    ("src-tauri/crates/store/src/place.rs", "looks at the files before the engine opens them"),
    ("src-tauri/crates/core/src/bundle/form.rs", "the copy in a backup, which nobody has open"),
];

/// Files of the store that open, read or copy files themselves, and why that is safe.
const HANDLING: [(&str, &str); 5] = [
    ("src-tauri/crates/store/src/place.rs", "before any connection is open, under the folder's lock"),
    ("src-tauri/crates/store/src/generation.rs", "a small file beside the database"),
    ("src-tauri/crates/store/src/file.rs", "pages read before any connection is open, under the folder's lock"),
    ("src-tauri/crates/store/src/journal.rs", "frames read before any connection is open, under the folder's lock"),
    ("src-tauri/crates/store/src/backup.rs", "the copy that the engine wrote and closed, never the database itself"),
];

/// What makes a handle on a file, or copies one.
const CALLS: [&str; 11] = [
    "File::open(",
    "File::create(",
    "File::options(",
    "OpenOptions::",
    "fs::read(",
    "fs::read_to_string(",
    "fs::write(",
    "fs::copy(",
    "fs::hard_link(",
    "private::new_file(",
    "private::open_or_create(",
];

/// Names of databases where none should be, and files opened by the store where it should leave that to the engine.
pub(crate) fn findings(files: &[SourceFile]) -> Vec<Finding> {
    let ours = |file: &&SourceFile| {
        file.is("rs")
            && file.path.starts_with("src-tauri/")
            && !file.path.starts_with("src-tauri/crates/xtask/")
            && !file.is_test()
    };
    files.iter().filter(ours).flat_map(in_file).collect()
}

fn in_file(file: &SourceFile) -> Vec<Finding> {
    let text = super::without_comments(&file.without_tests());
    let may = |list: &[(&str, &str)]| list.iter().any(|(path, _)| *path == file.path);
    let in_store = file.path.starts_with("src-tauri/crates/store/src/");
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if names_a_database(line) && !may(&NAMING) {
            found.push(Finding::at(
                file,
                number + 1,
                "names a file of a database: leave it to the store and its engine",
            ));
        }
        if in_store && !may(&HANDLING) && CALLS.iter().any(|call| calls(line, call)) {
            found.push(Finding::at(file, number + 1, "opens or copies a file in the store: leave it to the engine"));
        }
    }
    found
}

/// Whether a line has this call, and not one of a longer name.
fn calls(line: &str, call: &str) -> bool {
    line.match_indices(call).any(|(at, _)| !line[..at].ends_with(|letter: char| letter.is_alphanumeric()))
}

/// Whether a text in quotation marks has a database's ending, or that of a journal or its index.
fn names_a_database(line: &str) -> bool {
    line.split('"').skip(1).step_by(2).any(|text| {
        text.contains(".db.")
            || text.contains(".db-")
            || [".db", "-wal", "-shm", "-journal"].iter().any(|ending| text.ends_with(ending))
    })
}

#[cfg(test)]
mod tests {
    use super::super::file;
    use super::*;

    /// catalogue 48
    #[test]
    fn a_file_of_a_database_is_touched_by_the_engine_alone() {
        let names = "fn f() { std::fs::copy(folder.join(\"portfolio.db\"), to) }";
        assert_eq!(findings(&[file("src-tauri/crates/core/src/a.rs", names)]).len(), 1);
        assert_eq!(findings(&[file("src-tauri/crates/core/src/a.rs", "let j = path(\"-wal\");")]).len(), 1);
        assert_eq!(findings(&[file("src-tauri/crates/store/src/a.rs", "let f = File::open(path)?;")]).len(), 1);
        assert_eq!(findings(&[file("src-tauri/crates/core/src/a.rs", "let f = File::open(list)?;")]), []);
        assert_eq!(findings(&[file("src-tauri/crates/store/src/place.rs", names)]), []);
    }

    #[test]
    fn tests_may_damage_databases() {
        let text = "#[cfg(test)]\nmod tests {\n    fn f() {\n        std::fs::read(\"portfolio.db\");\n    }\n}\n";
        assert_eq!(findings(&[file("src-tauri/crates/core/src/a.rs", text)]), []);
    }
}

//! The repository's own text files, and Rust text without its comments and tests.

use std::path::Path;

use anyhow::{Context, Result};

/// One text file; its path is relative to the root and has forward slashes everywhere.
#[derive(Debug)]
pub(crate) struct SourceFile {
    pub(crate) path: String,
    pub(crate) text: String,
}

impl SourceFile {
    pub(crate) fn is(&self, extension: &str) -> bool {
        self.path.rsplit_once('.').is_some_and(|(_, found)| found == extension)
    }

    /// Written by a program, not by a person.
    pub(crate) fn is_generated(&self) -> bool {
        self.path.ends_with("ipc/bindings.ts")
            || self.path.ends_with("Cargo.lock")
            || self.path.ends_with("package-lock.json")
    }

    /// Holds tests alone.
    pub(crate) fn is_test(&self) -> bool {
        self.path.contains("/tests/") || self.path.ends_with(".test.ts") || self.path.ends_with("/tests.rs")
    }

    /// The file without its inline test modules; lines keep their numbers.
    pub(crate) fn without_tests(&self) -> String {
        without_tests(&self.text)
    }

    /// The file's lines, numbered from 1.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }
}

const NOT_OURS: [&str; 5] = [".git", "node_modules", "target", "gen", ".svelte-kit"];
/// The built pages.
const PAGES: &str = "ui/dist";
const TEXT: [&str; 15] =
    ["rs", "toml", "ts", "js", "svelte", "html", "css", "sql", "md", "json", "yml", "yaml", "sh", "tsv", "xml"];

/// Every text file below the root that people write.
pub(crate) fn files(root: &Path) -> Result<Vec<SourceFile>> {
    let mut found = Vec::new();
    collect(root, root, &mut found)?;
    found.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(found)
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<SourceFile>) -> Result<()> {
    for entry in std::fs::read_dir(folder).with_context(|| format!("{} cannot be listed", folder.display()))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            if !NOT_OURS.contains(&name.as_str()) && path != root.join(PAGES) {
                collect(root, &path, found)?;
            }
        } else if path.extension().is_some_and(|extension| TEXT.iter().any(|known| extension == *known))
            || path.ends_with(".ci/run")
        {
            let text = std::fs::read_to_string(&path).with_context(|| format!("{} is not text", path.display()))?;
            let relative = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            found.push(SourceFile { path: relative, text });
        }
    }
    Ok(())
}

/// Empties the lines of items under `#[cfg(test)]`. rustfmt's layout is relied on: an item that opens a brace at the end of a line is
/// closed by a brace at the same indentation.
pub(crate) fn without_tests(text: &str) -> String {
    let mut kept = Vec::new();
    let mut closing: Option<String> = None;
    let mut after_attribute = false;
    for line in text.lines() {
        if let Some(end) = &closing {
            if line == end.as_str() {
                closing = None;
            }
            kept.push("");
        } else if line.trim() == "#[cfg(test)]" {
            after_attribute = true;
            kept.push("");
        } else if after_attribute {
            after_attribute = line.trim_start().starts_with("#[");
            if line.ends_with('{') {
                let indentation = &line[..line.len() - line.trim_start().len()];
                closing = Some(format!("{indentation}}}"));
            }
            kept.push("");
        } else {
            kept.push(line);
        }
    }
    kept.join("\n")
}

/// Empties whole-line comments; lines keep their numbers.
pub(crate) fn without_comments(text: &str) -> String {
    text.lines().map(|line| if line.trim_start().starts_with("//") { "" } else { line }).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
pub(crate) fn file(path: &str, text: &str) -> SourceFile {
    SourceFile { path: path.to_owned(), text: text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_tests_are_left_out_and_lines_keep_their_numbers() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() {\n    }\n}\nfn c() {}";
        assert_eq!(without_tests(text), "fn a() {}\n\n\n\n\n\nfn c() {}");
    }

    #[test]
    fn a_test_module_in_a_file_of_its_own_hides_nothing_else() {
        assert_eq!(without_tests("#[cfg(test)]\nmod tests;\nfn c() {}"), "\n\nfn c() {}");
    }

    #[test]
    fn comments_are_left_out() {
        assert_eq!(without_comments("/// uses `crate::a`\nuse crate::b;"), "\nuse crate::b;");
    }
}

//! Every crate keeps the workspace's lints, and one alone may hold `unsafe`: docs/decisions/0005.

use super::Finding;
use super::source::SourceFile;

/// Inherits no lints, because it changes one. Its own list has every other line of the workspace's.
const SYSTEM: &str = "src-tauri/crates/system/Cargo.toml";
const CHANGED: &str = "unsafe_code =";

/// Manifests that inherit no lints, and lines that the exception lacks.
pub(crate) fn findings(files: &[SourceFile]) -> Vec<Finding> {
    let Some(root) = files.iter().find(|file| file.path == "Cargo.toml") else {
        return Vec::new();
    };
    let manifests = files.iter().filter(|file| file.path.ends_with("/Cargo.toml"));
    manifests.flat_map(|file| if file.path == SYSTEM { lacking(file, root) } else { not_inherited(file) }).collect()
}

fn not_inherited(file: &SourceFile) -> Vec<Finding> {
    if file.text.contains("[lints]\nworkspace = true\n") {
        return Vec::new();
    }
    vec![Finding::new(&file.path, "inherits no lints: add `[lints]` with `workspace = true`")]
}

fn lacking(file: &SourceFile, root: &SourceFile) -> Vec<Finding> {
    let own: Vec<&str> = file.text.lines().map(bare).collect();
    lints(&root.text)
        .filter(|line| !line.starts_with(CHANGED) && !own.contains(line))
        .map(|line| Finding::new(&file.path, format!("lacks a lint of the workspace: {line}")))
        .collect()
}

/// The lines below `[workspace.lints…]`.
fn lints(text: &str) -> impl Iterator<Item = &str> {
    let mut inside = false;
    text.lines().map(bare).filter(move |line| {
        if line.starts_with('[') {
            inside = line.starts_with("[workspace.lints");
            return false;
        }
        inside && !line.is_empty()
    })
}

/// The line without its comment.
fn bare(line: &str) -> &str {
    line.split('#').next().unwrap_or_default().trim()
}

#[cfg(test)]
mod tests {
    use super::super::source::file;
    use super::*;

    const ROOT: &str = "[workspace.lints.rust]\nunsafe_code = \"forbid\"\n[workspace.lints.clippy]\n# Why.\ntodo = \"warn\" # so\n\n[profile.dev]\ndebug = 1\n";

    #[test]
    fn a_crate_that_inherits_no_lints_is_found() {
        let files =
            [file("Cargo.toml", ROOT), file("a/Cargo.toml", "[lints]\nworkspace = true\n"), file("b/Cargo.toml", "")];
        let found = findings(&files);
        assert_eq!((found.len(), found[0].place.as_str()), (1, "b/Cargo.toml"));
    }

    #[test]
    fn the_exception_lacks_no_lint_but_the_one_it_changes() {
        let whole = [
            file("Cargo.toml", ROOT),
            file(SYSTEM, "[lints.rust]\nunsafe_code = \"deny\"\n[lints.clippy]\ntodo = \"warn\"\n"),
        ];
        assert_eq!(findings(&whole), []);
        assert_eq!(findings(&[file("Cargo.toml", ROOT), file(SYSTEM, "")]).len(), 1);
    }
}

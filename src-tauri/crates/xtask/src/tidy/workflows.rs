//! What a workflow runs is named by the hash of a commit: a tag can be moved to other code, a commit cannot.

use std::collections::BTreeMap;

use super::Finding;
use super::source::SourceFile;

/// Letters of a full commit hash.
const HASH: usize = 40;

/// Actions that are not pinned, or pinned in two ways; and workflows that do not say what they may do.
pub(crate) fn findings(files: &[SourceFile]) -> Vec<Finding> {
    let ours: Vec<&SourceFile> =
        files.iter().filter(|file| file.path.starts_with(".github/") && (file.is("yml") || file.is("yaml"))).collect();
    let mut findings: Vec<Finding> = ours.iter().flat_map(|file| unpinned(file)).collect();
    findings.extend(ours.iter().filter_map(|file| unrestricted(file)));
    findings.extend(differing(&ours));
    findings
}

fn unpinned(file: &SourceFile) -> Vec<Finding> {
    used(file)
        .filter_map(|(line, action)| {
            wrong_with(action).map(|what| Finding::at(file, line, format!("{action}: {what}")))
        })
        .collect()
}

/// What follows `uses:`, with its comment, and the number of its line.
fn used(file: &SourceFile) -> impl Iterator<Item = (usize, &str)> {
    file.lines().filter_map(|(line, text)| {
        let text = text.trim_start();
        let action = text.strip_prefix("- ").map_or(text, str::trim_start).strip_prefix("uses:")?;
        Some((line, action.trim()))
    })
}

fn wrong_with(action: &str) -> Option<&'static str> {
    let (reference, comment) =
        action.split_once(" #").map_or((action, ""), |(reference, comment)| (reference, comment));
    let reference = reference.trim();
    // An action of this repository comes with the commit that runs it.
    if reference.starts_with("./") {
        return None;
    }
    let hash = reference.split_once('@').map_or("", |(_, hash)| hash);
    if hash.len() != HASH || !hash.bytes().all(|letter| matches!(letter, b'0'..=b'9' | b'a'..=b'f')) {
        return Some("pin it by the 40 hex digits of a commit");
    }
    let version = comment.trim().strip_prefix('v').unwrap_or_default();
    if version.split('.').count() == 3 && version.split('.').all(|part| part.parse::<u32>().is_ok()) {
        return None;
    }
    Some("name the whole version in a comment, like `# v1.2.3`")
}

/// A workflow without `permissions:` has those that the repository happens to grant.
fn unrestricted(file: &SourceFile) -> Option<Finding> {
    let is_workflow = file.path.starts_with(".github/workflows/");
    let says = file.lines().any(|(_, text)| text.starts_with("permissions:"));
    (is_workflow && !says).then(|| Finding::new(&file.path, "say at the top what it may do (`permissions:`)"))
}

/// An action is updated everywhere or nowhere.
fn differing(files: &[&SourceFile]) -> Vec<Finding> {
    let mut first: BTreeMap<&str, &str> = BTreeMap::new();
    let mut findings = Vec::new();
    for file in files {
        for (line, action) in used(file) {
            let Some((name, pin)) = action.split_once('@') else { continue };
            // Actions of one repository in several folders share its commit.
            let repository = name.match_indices('/').nth(1).map_or(name, |(end, _)| &name[..end]);
            if *first.entry(repository).or_insert(pin) != pin {
                findings.push(Finding::at(file, line, format!("{repository} is pinned otherwise elsewhere")));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::source::file;
    use super::*;

    const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

    fn workflow(uses: &str) -> SourceFile {
        file(".github/workflows/a.yml", &format!("permissions: {{}}\njobs:\n  a:\n    steps:\n      - uses: {uses}\n"))
    }

    fn found(uses: &str) -> usize {
        findings(&[workflow(uses)]).len()
    }

    #[test]
    fn an_action_is_pinned_by_a_whole_commit_hash() {
        assert_eq!(found(&format!("owner/action@{COMMIT} # v1.2.3")), 0);
        assert_eq!(found("owner/action@v1"), 1);
        assert_eq!(found("owner/action@main # v1.2.3"), 1);
        assert_eq!(found(&format!("owner/action@{} # v1.2.3", &COMMIT[..12])), 1);
        assert_eq!(found(&format!("owner/action@{} # v1.2.3", COMMIT.to_uppercase())), 1);
        assert_eq!(found("docker://image:1"), 1);
    }

    #[test]
    fn a_pinned_action_tells_its_version() {
        assert_eq!(found(&format!("owner/action@{COMMIT}")), 1);
        assert_eq!(found(&format!("owner/action@{COMMIT} # v1")), 1);
        assert_eq!(found(&format!("owner/action@{COMMIT} # newest")), 1);
    }

    #[test]
    fn an_action_of_this_repository_needs_no_pin() {
        assert_eq!(found("./.github/actions/rust"), 0);
    }

    #[test]
    fn a_named_step_is_read_too() {
        let step = "permissions: {}\n      - name: Look\n        uses: owner/action@v1\n";
        assert_eq!(findings(&[file(".github/workflows/a.yml", step)]).len(), 1);
        assert_eq!(findings(&[file(".github/actions/a/action.yml", step)]).len(), 1);
    }

    #[test]
    fn a_workflow_without_permissions_is_found() {
        assert_eq!(findings(&[file(".github/workflows/a.yml", "on: push\n")]).len(), 1);
        assert_eq!(findings(&[file(".github/actions/a/action.yml", "runs:\n")]), []);
    }

    #[test]
    fn an_action_has_one_pin_in_the_whole_repository() {
        let one = workflow(&format!("owner/action/restore@{COMMIT} # v1.2.3"));
        let same = workflow(&format!("owner/action/save@{COMMIT} # v1.2.3"));
        let other = workflow(&format!("owner/action/save@{} # v1.2.4", COMMIT.replace('0', "f")));
        assert_eq!(findings(&[one, same]), []);
        let one = workflow(&format!("owner/action/restore@{COMMIT} # v1.2.3"));
        assert_eq!(findings(&[one, other]).len(), 1);
    }

    #[test]
    fn other_files_are_left_alone() {
        assert_eq!(findings(&[file("docs/a.yml", "- uses: owner/action@v1\n")]), []);
    }
}

//! Files stay short enough to read in one sitting.

use super::Finding;
use super::source::SourceFile;

const LONGEST_FILE: usize = 400;
const LONGEST_COMPONENT: usize = 150;
const LONGEST_ARCHITECTURE: usize = 300;

/// Files over their length. Inline tests and a component's styles do not count.
pub(crate) fn findings(files: &[SourceFile]) -> Vec<Finding> {
    files.iter().filter(|file| !file.is_generated() && !file.is_test()).filter_map(too_long).collect()
}

fn too_long(file: &SourceFile) -> Option<Finding> {
    let (length, longest) = if file.is("rs") {
        (last_line(&file.without_tests()), LONGEST_FILE)
    } else if file.is("svelte") {
        (without_style(&file.text), LONGEST_COMPONENT)
    } else if file.is("ts") || file.is("sql") {
        (file.text.lines().count(), LONGEST_FILE)
    } else if file.path == "docs/architecture.md" {
        (file.text.lines().count(), LONGEST_ARCHITECTURE)
    } else {
        return None;
    };
    (length > longest)
        .then(|| Finding::new(&file.path, format!("{length} lines; at most {longest}: split it by concept")))
}

/// The number of the last line that holds something.
fn last_line(text: &str) -> usize {
    text.trim_end().lines().count()
}

fn without_style(text: &str) -> usize {
    let style = text
        .lines()
        .skip_while(|line| !line.starts_with("<style"))
        .take_while(|line| !line.starts_with("</style>"))
        .count();
    text.lines().count() - style
}

#[cfg(test)]
mod tests {
    use super::super::source::file;
    use super::*;

    #[test]
    fn a_file_of_401_lines_is_too_long_and_its_tests_do_not_count() {
        assert_eq!(findings(&[file("a.rs", &"x\n".repeat(401))]).len(), 1);
        let tested = format!("{}#[cfg(test)]\nmod tests {{\n{}}}\n", "x\n".repeat(400), "    x\n".repeat(200));
        assert_eq!(findings(&[file("a.rs", &tested)]), []);
    }

    #[test]
    fn a_component_has_150_lines_without_its_styles() {
        let component = format!("{}<style>\n{}</style>\n", "x\n".repeat(149), "x\n".repeat(90));
        assert_eq!(findings(&[file("A.svelte", &component)]), []);
        assert_eq!(findings(&[file("A.svelte", &"x\n".repeat(151))]).len(), 1);
    }

    #[test]
    fn generated_bindings_have_no_limit() {
        assert_eq!(findings(&[file("ui/src/ipc/bindings.ts", &"x\n".repeat(900))]), []);
    }
}

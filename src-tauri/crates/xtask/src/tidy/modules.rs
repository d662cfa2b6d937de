//! No two sibling modules of a crate import each other.

use std::collections::{BTreeMap, BTreeSet};

use super::Finding;
use super::source::{SourceFile, without_comments, without_tests};

type Path = Vec<String>;

/// Pairs of siblings that use each other, by a text scan of `crate::` and `super::` paths outside comments and tests.
pub(crate) fn findings(files: &[SourceFile]) -> Vec<Finding> {
    let mut crates: BTreeMap<&str, BTreeMap<Path, &SourceFile>> = BTreeMap::new();
    for file in files.iter().filter(|file| file.is("rs") && !file.is_test()) {
        if let Some((home, module)) = module_of(&file.path) {
            crates.entry(home).or_default().insert(module, file);
        }
    }
    crates.iter().flat_map(|(home, modules)| mutual(home, modules)).collect()
}

/// The crate's folder and the module's path in it: `a/src/b/c.rs` is `b::c` of `a`, `a/src/b/mod.rs` is `b`.
fn module_of(path: &str) -> Option<(&str, Path)> {
    let (home, inside) = path.rsplit_once("/src/")?;
    let mut module: Path = inside.strip_suffix(".rs")?.split('/').map(str::to_owned).collect();
    if module.last().is_some_and(|last| ["mod", "lib", "main"].contains(&last.as_str())) {
        module.pop();
    }
    Some((home, module))
}

fn mutual(home: &str, modules: &BTreeMap<Path, &SourceFile>) -> Vec<Finding> {
    let mut edges: BTreeSet<(Path, String, String)> = BTreeSet::new();
    for (module, file) in modules {
        for used in paths_in(&without_comments(&without_tests(&file.text)), module) {
            edges.extend(sibling_edge(module, &used).filter(|(parent, _, to)| {
                let mut sibling = parent.clone();
                sibling.push(to.clone());
                modules.keys().any(|known| known.starts_with(&sibling))
            }));
        }
    }
    let back =
        |(parent, from, to): &(Path, String, String)| edges.contains(&(parent.clone(), to.clone(), from.clone()));
    edges
        .iter()
        .filter(|edge| edge.1 < edge.2 && back(edge))
        .map(|(parent, one, other)| {
            let place = [&[home.to_owned()], parent.as_slice()].concat().join("::");
            Finding::new(place, format!("modules {one} and {other} import each other"))
        })
        .collect()
}

/// Where a module and a path part ways: (their common parent, the module's side, the path's side).
fn sibling_edge(module: &Path, used: &Path) -> Option<(Path, String, String)> {
    let common = module.iter().zip(used).take_while(|(one, other)| one == other).count();
    Some((module[..common].to_vec(), module.get(common)?.clone(), used.get(common)?.clone()))
}

/// Every `crate::` and `super::` path in a text, groups unfolded, as paths from the crate's root.
fn paths_in(text: &str, module: &Path) -> Vec<Path> {
    let mut found = Vec::new();
    for (start, _) in text.match_indices("crate::") {
        if !starts_inside_word(text, start) {
            unfold(&text[start + "crate::".len()..], Vec::new(), &mut found);
        }
    }
    for (start, _) in text.match_indices("super::") {
        if starts_inside_word(text, start) || text[..start].ends_with("super::") {
            continue;
        }
        let mut rest = &text[start..];
        let mut base = module.clone();
        while let Some(after) = rest.strip_prefix("super::") {
            base.pop();
            rest = after;
        }
        unfold(rest, base, &mut found);
    }
    found
}

fn starts_inside_word(text: &str, start: usize) -> bool {
    text[..start].chars().next_back().is_some_and(|before| before.is_alphanumeric() || before == '_' || before == '$')
}

/// Reads `a::b::{c, d::e}` after a base; returns what is left behind it.
fn unfold<'a>(text: &'a str, mut base: Path, found: &mut Vec<Path>) -> &'a str {
    let mut rest = text.trim_start();
    loop {
        if let Some(mut inside) = rest.strip_prefix('{') {
            loop {
                inside = unfold(inside, base.clone(), found).trim_start();
                match inside.strip_prefix(',') {
                    Some(next) if !next.trim_start().starts_with('}') => inside = next,
                    Some(next) => return next.trim_start().get(1..).unwrap_or_default(),
                    None => return inside.strip_prefix('}').unwrap_or_default(),
                }
            }
        }
        let length = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len());
        let (word, after) = rest.split_at(length);
        if !word.is_empty() {
            base.push(word.to_owned());
        }
        match after.strip_prefix("::") {
            Some(next) if !word.is_empty() => rest = next,
            _ => break rest = after,
        }
    }
    found.push(base);
    // `as name` belongs to the item.
    rest.trim_start()
        .strip_prefix("as ")
        .map_or(rest, |alias| alias.trim_start_matches(|letter: char| letter.is_alphanumeric() || letter == '_'))
}

#[cfg(test)]
mod tests {
    use super::super::source::file;
    use super::*;

    fn unfolded(text: &str, module: &[&str]) -> Vec<String> {
        let module: Path = module.iter().map(|&part| part.to_owned()).collect();
        paths_in(text, &module).iter().map(|path| path.join("::")).collect()
    }

    #[test]
    fn groups_are_unfolded() {
        let found = unfolded("use crate::{a::B, c::{D as E, f::G},};", &["x"]);
        assert_eq!(found, ["a::B", "c::D", "c::f::G"]);
    }

    #[test]
    fn super_goes_up_from_the_module() {
        assert_eq!(unfolded("use super::other::Thing; super::super::top()", &["a", "b"]), ["a::other::Thing", "top"]);
    }

    #[test]
    fn siblings_that_import_each_other_are_found() {
        let files = [file("c/src/a.rs", "use crate::b::B;"), file("c/src/b.rs", "fn b() { crate::a::a() }")];
        assert_eq!(findings(&files), [Finding::new("c", "modules a and b import each other")]);
    }

    #[test]
    fn deeper_modules_count_for_the_sibling_they_belong_to() {
        let files = [
            file("c/src/a/mod.rs", ""),
            file("c/src/a/inner.rs", "use crate::b::B;"),
            file("c/src/b/mod.rs", ""),
            file("c/src/b/deep.rs", "use crate::a::inner::A;"),
        ];
        assert_eq!(findings(&files).len(), 1);
    }

    #[test]
    fn one_direction_tests_and_comments_are_no_finding() {
        let files = [
            file("c/src/a.rs", "use crate::b::B;"),
            file("c/src/b.rs", "/// see crate::a::A\n#[cfg(test)]\nmod tests {\n    use crate::a::A;\n}"),
        ];
        assert_eq!(findings(&files), []);
    }

    #[test]
    fn an_item_of_the_root_is_no_module() {
        let files = [
            file("c/src/a.rs", "use crate::{b, Error};"),
            file("c/src/b.rs", "use crate::Error;"),
            file("c/src/lib.rs", ""),
        ];
        assert_eq!(findings(&files), []);
    }
}

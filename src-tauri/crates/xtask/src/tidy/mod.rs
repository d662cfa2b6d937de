//! `cargo xtask tidy`: the rules of the house that no compiler holds.

mod catalogue;
mod lints;
mod manifests;
mod modules;
mod names;
mod paths;
mod sizes;
pub(crate) mod source;
mod testing;
mod words;
mod workflows;

use std::fmt;

use anyhow::{Result, bail};

use crate::workspace::Workspace;
#[cfg(test)]
pub(crate) use source::file;
pub(crate) use source::{SourceFile, files, without_comments};

/// One place that breaks a rule.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    place: String,
    what: String,
}

impl Finding {
    fn new(place: impl Into<String>, what: impl Into<String>) -> Self {
        Self { place: place.into(), what: what.into() }
    }

    fn at(file: &SourceFile, line: usize, what: impl Into<String>) -> Self {
        Self::new(format!("{}:{line}", file.path), what)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}: {}", self.place, self.what)
    }
}

/// Checks every rule; an error when one is broken, after all findings are printed.
pub(crate) fn tidy(workspace: &Workspace) -> Result<()> {
    let files = files(workspace.root())?;
    let mut findings = manifests::findings(&manifests::uses(workspace.root())?);
    let rules = [
        lints::findings,
        modules::findings,
        names::findings,
        paths::findings,
        sizes::findings,
        testing::findings,
        words::findings,
        workflows::findings,
    ];
    findings.extend(rules.iter().flat_map(|rule| rule(&files)));
    findings.sort();
    for finding in &findings {
        println!("{finding}");
    }
    if !findings.is_empty() {
        bail!("{} places break a rule of the house", findings.len());
    }
    println!("{} files keep the rules of the house", files.len());
    Ok(())
}

/// Prints which numbers of the fault catalogue are named in doc comments, and where.
pub(crate) fn print_catalogue(workspace: &Workspace) -> Result<()> {
    let named = catalogue::named(&files(workspace.root())?);
    for (number, places) in &named {
        println!("{number:>4}  {}", places.join("  "));
    }
    println!("{} faults of the catalogue are named by tests", named.len());
    Ok(())
}

//! `cargo xtask tidy`: the rules of the house that no compiler holds.

mod catalogue;
mod databases;
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
        catalogue::findings,
        databases::findings,
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

/// Prints which numbers of the fault catalogue tests name, and where; which no test names, and why; and which are open.
pub(crate) fn print_catalogue(workspace: &Workspace) -> Result<()> {
    let files = files(workspace.root())?;
    let (named, mut reasons) = (catalogue::named(&files), catalogue::reasons(&files));
    println!("Named by tests:");
    for (number, places) in &named {
        println!("{number:>4}  {}", places.join("  "));
    }
    reasons.retain(|number, _| !named.contains_key(number));
    println!("Named by none, and why:");
    for (number, reason) in &reasons {
        println!("{number:>4}  {reason}");
    }
    let open = catalogue::open(&files);
    println!("{} named by tests, {} with a reason, {} open: {open:?}", named.len(), reasons.len(), open.len());
    Ok(())
}

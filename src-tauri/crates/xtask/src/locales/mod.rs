//! `cargo xtask locales`: the English and the Spanish words against each other and against the sources that use them.

mod usage;
mod words;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::tidy;
use crate::workspace::Workspace;

/// Checks the word lists; an error when something is missing, left over or not translated.
pub(crate) fn locales(workspace: &Workspace) -> Result<()> {
    let list = |language: &str| -> Result<words::Words> {
        let path = workspace.root().join("locales").join(format!("{language}.json"));
        let text = std::fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        let value: Value = serde_json::from_str(&text).with_context(|| format!("{} is not JSON", path.display()))?;
        Ok(words::flat(&value))
    };
    let (english, spanish) = (list("en")?, list("es")?);
    let mut findings = words::findings(&english, &spanish);
    findings.extend(usage::findings(&english, &tidy::files(workspace.root())?));
    for finding in &findings {
        println!("{finding}");
    }
    if !findings.is_empty() {
        bail!("{} findings in the words", findings.len());
    }
    println!("{} words and sentences in both languages, all of them used", english.len());
    Ok(())
}

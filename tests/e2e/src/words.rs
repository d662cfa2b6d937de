//! The words a person reads, by their key in `locales/`.

use anyhow::{Context, Result, anyhow};
use serde_json::Value;

/// The words of one language.
#[derive(Debug, Clone)]
pub struct Words {
    list: Value,
}

impl Words {
    /// The words of a key such as `ui.add.title`; placeholders stay as they are. An error when there are none.
    pub fn of(&self, key: &str) -> Result<String> {
        let found = key.split('.').try_fold(&self.list, |list, part| list.get(part)).and_then(Value::as_str);
        found.map(str::to_owned).ok_or_else(|| anyhow!("locales have no words for the key {key}"))
    }

    /// The words of a key with one placeholder filled in.
    pub fn with(&self, key: &str, name: &str, value: &str) -> Result<String> {
        Ok(self.of(key)?.replace(&format!("%{{{name}}}"), value))
    }
}

/// The English words.
pub fn english() -> Result<Words> {
    parsed(include_str!("../../../locales/en.json"))
}

/// The Spanish words.
pub fn spanish() -> Result<Words> {
    parsed(include_str!("../../../locales/es.json"))
}

fn parsed(text: &str) -> Result<Words> {
    Ok(Words { list: serde_json::from_str(text).context("a file of locales is not JSON")? })
}

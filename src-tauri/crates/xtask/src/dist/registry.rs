//! What stands in Wine's registry, as far as it is the user's own: `HKEY_CURRENT_USER`.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};

/// `KEY` alone for a key, `KEY|NAME` for a value in it; of numbers and texts the value as Wine writes it, without quotes.
pub(super) type Registry = BTreeMap<String, String>;

/// What Wine keeps there for itself, and changes at its own times.
const WINES_OWN: &str = "Software\\Wine";

/// Reads `user.reg` of a prefix in which nothing runs.
pub(super) fn read(prefix: &Path) -> Result<Registry> {
    let path = prefix.join("user.reg");
    let text = std::fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    Ok(parse(&text))
}

fn parse(text: &str) -> Registry {
    let mut found = Registry::new();
    let mut key = String::new();
    // A long value goes on in the next line.
    for line in text.replace("\\\n", "").lines() {
        if let Some(rest) = line.strip_prefix('[') {
            key = plain(rest.split(']').next().unwrap_or_default());
            found.insert(key.clone(), String::new());
        } else if let Some((name, value)) = line.split_once("\"=").or_else(|| line.split_once("@=")) {
            found.insert(format!("{key}|{}", plain(name.trim_start_matches('"'))), value_of(value));
        }
    }
    found.retain(|name, _| !name.starts_with(WINES_OWN));
    found
}

/// `"text"`, `str(2):"text"` and `dword:0000000a`, each without its wrapping.
fn value_of(written: &str) -> String {
    let value = written.strip_prefix("str(2):").unwrap_or(written);
    let value = value.strip_prefix("dword:").unwrap_or(value);
    plain(value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value))
}

fn plain(text: &str) -> String {
    text.replace("\\\"", "\"").replace("\\\\", "\\")
}

/// What `after` has that `before` has not, or has otherwise.
pub(super) fn added(before: &Registry, after: &Registry) -> Registry {
    after
        .iter()
        .filter(|(name, value)| before.get(*name) != Some(value))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str =
        "WINE REGISTRY Version 2\n\n[Software\\\\Wine\\\\Fonts] 17\n\"x\"=\"1\"\n\n[Environment] 17\n#time=1\n";

    #[test]
    fn keys_and_values_are_read_and_wines_own_are_left_out() {
        let after = format!(
            "{BEFORE}\n[Software\\\\A] 18\n@=\"all\"\n\"Run\"=\"\\\"C:\\\\x y.exe\\\" /S\"\n\"Size\"=dword:000004d2\n\"Icon\"=str(2):\"C:\\\\i.png\"\n\"Bytes\"=hex:01,\\\n  02\n"
        );
        let added = added(&parse(BEFORE), &parse(&after));
        let expected = [
            ("Software\\A", ""),
            ("Software\\A|", "all"),
            ("Software\\A|Bytes", "hex:01,  02"),
            ("Software\\A|Icon", "C:\\i.png"),
            ("Software\\A|Run", "\"C:\\x y.exe\" /S"),
            ("Software\\A|Size", "000004d2"),
        ];
        assert_eq!(added, expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
    }
}

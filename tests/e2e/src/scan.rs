//! Looking for plain text where there must be none.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Every file below a folder that holds one of these texts in plain bytes, with the text. Sockets and the like are passed over.
pub fn plain_texts(folder: &Path, texts: &[&str]) -> Result<Vec<(PathBuf, String)>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| format!("{} cannot be listed", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(plain_texts(&path, texts)?);
        } else if path.is_file() {
            let bytes = std::fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?;
            let held = texts.iter().filter(|text| holds(&bytes, text.as_bytes()) || holds(&bytes, &wide(text)));
            found.extend(held.map(|text| (path.clone(), (*text).to_owned())));
        }
    }
    Ok(found)
}

fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

/// The text in UTF-16, as browser engines keep it.
fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_in_a_file_below_in_both_encodings() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("deep")).expect("a folder in it");
        std::fs::write(folder.path().join("deep/plain"), b"\0\0EAC9999103402\0").expect("a file");
        std::fs::write(folder.path().join("wide"), wide("EAC9999103402")).expect("a file");
        std::fs::write(folder.path().join("other"), b"EAC999910340").expect("a file");
        assert_eq!(plain_texts(folder.path(), &["EAC9999103402"]).expect("readable").len(), 2);
    }
}

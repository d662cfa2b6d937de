//! The record that the practice mode writes when `CASEFOLIO_EVENTS` names a file: one JSON line a change.

use std::path::PathBuf;

use anyhow::Result;
use serde_json::Value;

/// One line of the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What happened: `changed`.
    pub kind: String,
    /// The receipt it happened to.
    pub receipt: String,
    /// What changed: codes such as `title` and `history_grew`.
    pub kinds: Vec<String>,
}

/// The record as a file that grows.
#[derive(Debug, Clone)]
pub struct Events {
    pub(crate) record: PathBuf,
}

impl Events {
    /// Every event so far, oldest first; none while the file is not there yet.
    pub fn all(&self) -> Result<Vec<Event>> {
        match std::fs::read_to_string(&self.record) {
            Ok(text) => Ok(parsed(&text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(error.into()),
        }
    }
}

fn parsed(text: &str) -> Vec<Event> {
    let whole_lines = text.rsplit_once('\n').map_or("", |(lines, _)| lines);
    whole_lines.lines().filter_map(|line| serde_json::from_str(line).ok()).map(|line| event(&line)).collect()
}

fn event(line: &Value) -> Event {
    let text = |field: &str| line[field].as_str().unwrap_or_default().to_owned();
    let kinds = line["kinds"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    Event { kind: text("event"), receipt: text("receipt"), kinds }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_once_it_is_whole() {
        let line = "{\"event\":\"changed\",\"receipt\":\"EAC9999103402\",\"kinds\":[\"title\"]}";
        assert_eq!(parsed(line), []);
        assert_eq!(parsed(&format!("{line}\n{{\"eve"))[0].kinds, ["title"]);
    }
}

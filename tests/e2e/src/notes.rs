//! What the notification service (dunst) received, and a person's click on it.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::process::{Environment, output};
use crate::until;

/// One notification as the service received it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Note {
    /// The name the sender gave itself.
    pub app: String,
    /// The bold line.
    pub summary: String,
    /// The text below it; may have several lines.
    pub body: String,
    /// Identifiers of the actions offered; `default` is the click on the note itself.
    pub actions: Vec<String>,
}

/// The notification service's record since the session began.
#[derive(Debug, Clone)]
pub struct Notes {
    pub(crate) record: PathBuf,
    pub(crate) environment: Environment,
}

impl Notes {
    /// Every note so far, oldest first.
    pub fn all(&self) -> Result<Vec<Note>> {
        Ok(parsed(&std::fs::read_to_string(&self.record).context("dunst's record")?))
    }

    /// Waits until more notes have come than `known`, and returns the later ones.
    pub async fn after(&self, known: usize, seconds: u64) -> Result<Vec<Note>> {
        until("a notification", seconds, async || {
            let notes = self.all()?;
            Ok((notes.len() > known).then(|| notes[known..].to_vec()))
        })
        .await
    }

    /// Takes all notes off the screen.
    pub fn close_all(&self) -> Result<()> {
        output(&["dunstctl", "close-all"], &self.environment).map(drop)
    }

    /// Clicks the note that has been on the screen longest. It must offer a `default` action.
    pub fn click(&self) -> Result<()> {
        output(&["dunstctl", "action", "0"], &self.environment).map(drop)
    }
}

/// Reads the record of `dunst -print`: blocks in braces of `field: 'value'` lines; values may run over several lines.
fn parsed(record: &str) -> Vec<Note> {
    let mut notes = Vec::new();
    // Nothing after the last closing brace: that note is still being written.
    let (whole, _) = record.rsplit_once("\n}\n").unwrap_or_default();
    for block in whole.split("\n}\n").filter_map(|block| block.split_once("{\n").map(|(_, inside)| inside)) {
        let Some((_, actions)) = block.split_once("\tactions: {\n") else { continue };
        notes.push(Note {
            app: value(block, "appname", "summary"),
            summary: value(block, "summary", "body"),
            body: value(block, "body", "icon"),
            actions: actions.lines().take_while(|line| *line != "\t}").filter_map(action).collect(),
        });
    }
    notes
}

/// The text between `field: '` and the `'` before the next field.
fn value(block: &str, field: &str, next: &str) -> String {
    let from_field = block.split_once(&format!("\t{field}: '")).map_or("", |(_, rest)| rest);
    from_field.split_once(&format!("'\n\t{next}: ")).map_or("", |(value, _)| value).to_owned()
}

fn action(line: &str) -> Option<String> {
    line.trim().strip_prefix('"')?.split_once('"').map(|(name, _)| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORD: &str = "{\n\tappname: 'Casefolio'\n\tsummary: 'It's news'\n\tbody: 'The body\ntwo lines'\n\ticon: 'x'\n\traw_icon set: false\n\
        \tid: 2\n\tactions: {\n\t\t\"default\": \"Open\"\n\t\t\"later\": \"Later\"\n\t}\n\tscript_count: 0\n}\n";

    #[test]
    fn a_note_is_read_from_the_services_record() {
        let expected = Note {
            app: "Casefolio".to_owned(),
            summary: "It's news".to_owned(),
            body: "The body\ntwo lines".to_owned(),
            actions: vec!["default".to_owned(), "later".to_owned()],
        };
        assert_eq!(parsed(&format!("{RECORD}{RECORD}")), [expected.clone(), expected]);
    }

    #[test]
    fn a_note_that_is_still_being_written_waits() {
        assert_eq!(parsed(&RECORD[..RECORD.len() - 40]), []);
    }
}

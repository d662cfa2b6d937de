//! What the program prints: JSON or words on standard output, remarks on standard error.

use std::io::{self, Stdout, Write};
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

use crate::error::Error;

/// The two streams. Each line goes out whole, at once, under one lock.
pub(crate) struct Output {
    json: bool,
    stdout: Mutex<Stdout>,
}

impl Output {
    /// Output as JSON, or as words.
    pub(crate) fn new(json: bool) -> Self {
        Self { json, stdout: Mutex::new(io::stdout()) }
    }

    /// Prints one thing: its JSON as one line, or its words.
    pub(crate) fn print<T: Serialize>(&self, wire: &T, words: impl FnOnce() -> String) -> Result<(), Error> {
        let mut text = if self.json { serde_json::to_string(wire).map_err(io::Error::other)? } else { words() };
        text.push('\n');
        let mut stdout = self.stdout.lock().unwrap_or_else(PoisonError::into_inner);
        stdout.write_all(text.as_bytes())?;
        stdout.flush()?;
        Ok(())
    }

    /// Prints words alone; nothing with JSON.
    pub(crate) fn words(&self, words: impl FnOnce() -> String) -> Result<(), Error> {
        if self.json {
            return Ok(());
        }
        let mut stdout = self.stdout.lock().unwrap_or_else(PoisonError::into_inner);
        writeln!(stdout, "{}", words())?;
        stdout.flush()?;
        Ok(())
    }
}

/// Writes words to standard error; where nobody reads them there is nobody to tell.
pub(crate) fn remark(words: &str) {
    drop(writeln!(io::stderr(), "casefolio-cli: {words}"));
}

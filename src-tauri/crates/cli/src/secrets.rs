//! What is typed or piped in: passwords, codes, secrets and lists.

use std::io::{self, IsTerminal, Read};

use casefolio_system::standard_input;
use zeroize::Zeroizing;

use crate::error::Error;
use crate::language::Words;

/// The longest line that is read as a secret, in bytes.
const LONGEST_LINE: usize = 64 * 1024;
/// The longest list that is read, in bytes; a little more than a list may have, so that a longer one is noticed.
const LONGEST_LIST: u64 = 16 * 1024 * 1024 + 1;

/// Standard input, read line by line in the order in which the command asks.
pub(crate) struct Input {
    words: Words,
    /// Whether the first line is the password, terminal or not.
    password_on_stdin: bool,
    terminal: bool,
}

impl Input {
    /// Input for one run.
    pub(crate) fn new(words: Words, password_on_stdin: bool) -> Self {
        Self { words, password_on_stdin, terminal: io::stdin().is_terminal() }
    }

    /// The password that opens a portfolio: from the first line of stdin or the terminal. None: nobody can be asked, or the person
    /// just pressed Enter; the key of this computer is to be tried.
    pub(crate) fn password(&self) -> Result<Option<Zeroizing<String>>, Error> {
        if self.password_on_stdin {
            return line()?.map(Some).ok_or(Error::PasswordMissing);
        }
        if !self.terminal {
            return Ok(None);
        }
        let typed = self.prompt("cli.prompt.password")?;
        Ok((!typed.is_empty()).then_some(typed))
    }

    /// The password now valid, where it has to be typed.
    pub(crate) fn current_password(&self) -> Result<Zeroizing<String>, Error> {
        self.line_or_prompt("cli.prompt.current_password")?.ok_or(Error::PasswordMissing)
    }

    /// A password being chosen; typed twice on a terminal.
    pub(crate) fn new_password(&self) -> Result<Zeroizing<String>, Error> {
        let first = self.line_or_prompt("cli.prompt.new_password")?.ok_or(Error::PasswordMissing)?;
        if self.asks() && *first != *self.prompt("cli.prompt.new_password_again")? {
            return Err(Error::PasswordsDiffer);
        }
        Ok(first)
    }

    /// A recovery code.
    pub(crate) fn recovery_code(&self) -> Result<Zeroizing<String>, Error> {
        self.line_or_prompt("cli.prompt.recovery_code")?.ok_or(Error::RecoveryCodeMissing)
    }

    /// A recovery code on the next line of stdin, terminal or not.
    #[expect(clippy::unused_self, reason = "whoever reads standard input holds this")]
    pub(crate) fn recovery_code_line(&self) -> Result<Zeroizing<String>, Error> {
        line()?.ok_or(Error::RecoveryCodeMissing)
    }

    /// A client secret; none if the line is empty or missing.
    pub(crate) fn client_secret(&self) -> Result<Option<Zeroizing<String>>, Error> {
        let secret = self.line_or_prompt("cli.prompt.client_secret")?;
        Ok(secret.map(|secret| Zeroizing::new(secret.trim().to_owned())).filter(|secret| !secret.is_empty()))
    }

    fn asks(&self) -> bool {
        self.terminal && !self.password_on_stdin
    }

    fn line_or_prompt(&self, key: &str) -> Result<Option<Zeroizing<String>>, Error> {
        if self.asks() { self.prompt(key).map(Some) } else { line() }
    }

    fn prompt(&self, key: &str) -> Result<Zeroizing<String>, Error> {
        rpassword::prompt_password(format!("{} ", self.words.say(key))).map(Zeroizing::new).map_err(Error::Input)
    }
}

/// The next line of stdin without its line break; none at the end.
fn line() -> Result<Option<Zeroizing<String>>, Error> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(256));
    let mut input = standard_input::unbuffered().map_err(Error::Input)?;
    // A byte at a time: what comes after the line is for others.
    let mut byte = [0];
    while bytes.len() < LONGEST_LINE && !bytes.ends_with(b"\n") {
        match input.read_exact(&mut byte) {
            Ok(()) => bytes.extend_from_slice(&byte),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => break,
            Err(error) => return Err(Error::Input(error)),
        }
    }
    if bytes.is_empty() {
        return Ok(None);
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| Error::Input(io::ErrorKind::InvalidData.into()))?;
    Ok(Some(Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned())))
}

/// All that is left of stdin, as bytes; of a list larger than is allowed only so much that this is noticed.
pub(crate) fn list() -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    io::stdin().lock().take(LONGEST_LIST).read_to_end(&mut bytes).map_err(Error::Input)?;
    Ok(bytes)
}

//! Windows: the command line in the `Run` key, and the mark by which the Task Manager switches an entry off.
//! Source: Microsoft, "Run and `RunOnce` Registry Keys"; the mark is not documented, the Task Manager writes it.

use std::io;
use std::path::Path;

use super::{unwritable, writable};

/// The longest command line that is run from the key.
const LONGEST: usize = 260;

/// The command line. The program always stands in quotes: without them Windows would try every part before a space.
pub(super) fn command(program: &Path, arguments: &[String]) -> io::Result<String> {
    let mut command = format!("\"{}\"", writable(program)?);
    for argument in arguments {
        // Ours are plain words; quotes and a backslash before one would need rules of their own.
        if argument.chars().any(|sign| sign.is_control() || sign == '"') || argument.ends_with('\\') {
            return Err(unwritable("an argument"));
        }
        let quote = if argument.is_empty() || argument.contains(' ') { "\"" } else { "" };
        command.extend([" ", quote, argument, quote]);
    }
    if command.encode_utf16().count() > LONGEST {
        return Err(unwritable("a command of more than 260 characters"));
    }
    Ok(command)
}

/// Whether the mark says that the entry is switched off: its first byte is odd.
pub(super) fn is_switched_off(mark: &[u8]) -> bool {
    mark.first().is_some_and(|first| first % 2 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(program: &str, arguments: &[&str]) -> io::Result<String> {
        let root = if cfg!(windows) { "C:\\" } else { "/" };
        let arguments: Vec<String> = arguments.iter().map(|&argument| argument.to_owned()).collect();
        let command = command(Path::new(&format!("{root}{program}")), &arguments)?;
        Ok(command.replacen(root, "", 1))
    }

    /// catalogue 116
    #[test]
    fn a_path_with_spaces_is_quoted() {
        assert_eq!(
            made("Program Files\\casefolio.exe", &["--hidden"]).unwrap(),
            "\"Program Files\\casefolio.exe\" --hidden"
        );
        assert_eq!(made("a.exe", &["", "two words"]).unwrap(), "\"a.exe\" \"\" \"two words\"");
    }

    #[test]
    fn what_would_end_the_quotes_is_refused() {
        for argument in ["a\"b", "a b\\", "a\nb"] {
            assert_eq!(made("a.exe", &[argument]).unwrap_err().kind(), io::ErrorKind::InvalidInput);
        }
        assert_eq!(made(&"x".repeat(260), &[]).unwrap_err().kind(), io::ErrorKind::InvalidInput);
    }

    #[test]
    fn an_odd_mark_switches_off() {
        assert!(is_switched_off(&[3, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]));
        assert!(is_switched_off(&[1]) && is_switched_off(&[7]));
        assert!(!is_switched_off(&[2]) && !is_switched_off(&[6]) && !is_switched_off(&[]));
    }
}

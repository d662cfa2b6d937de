//! Programs that are looked at from outside: one whose memory is looked through after it locked a strict portfolio, and one that ends
//! in the midst of its work.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::{Arc, mpsc};

use casefolio_core::Portfolio;
use casefolio_keys::Passphrase;
use zeroize::Zeroizing;

use super::{Phase, core, say};

/// Room for every line that is sent.
const LONGEST: usize = 2048;

/// Reads a passphrase from standard input, opens the portfolio in `folder`, says `open`; at the next line locks it and says `locked`; ends
/// at the one after that.
pub fn open_and_lock(folder: &Path) -> Result<(), String> {
    // Past the buffer of the standard library, which lives as long as the program.
    let mut input = File::open("/dev/stdin").map_err(|error| error.to_string())?;
    let portfolio = open(folder, &mut input)?;
    say("open");
    line(&mut input).map_err(|error| error.to_string())?;
    drop(portfolio);
    say("locked");
    line(&mut input).map_err(|error| error.to_string())?;
    Ok(())
}

/// Ends while other threads read the portfolio in `folder`, as a program does that is quit.
pub fn leave_in_the_midst(folder: &Path) -> Result<(), String> {
    const READERS: usize = 3;
    let core = core(folder, Phase::Create);
    let entry = core.choose(None).map_err(|error| error.to_string())?;
    let portfolio = Arc::new(core.unlock_with_computer(&entry).map_err(|error| error.to_string())?);
    let (done, waiting) = mpsc::channel();
    for _ in 0..READERS {
        let (portfolio, core, entry, done) = (Arc::clone(&portfolio), core.clone(), entry.clone(), done.clone());
        std::thread::spawn(move || {
            loop {
                // What they find does not matter; opening anew is refused, for it is open, after the ciphers were set up.
                drop(portfolio.note_recovery_confirmed());
                drop(core.unlock_with_computer(&entry));
                let _nobody_waits = done.send(());
            }
        });
    }
    waiting.iter().take(READERS).for_each(drop);
    Ok(())
}

fn open(folder: &Path, input: &mut File) -> Result<Portfolio, String> {
    let core = core(folder, Phase::Create);
    let passphrase = Passphrase::typed(line(input).map_err(|error| error.to_string())?);
    let passphrase = passphrase.map_err(|error| error.to_string())?;
    let entry = core.choose(None).map_err(|error| error.to_string())?;
    core.unlock(&entry, &passphrase).map_err(|error| error.to_string())
}

fn line(input: &mut File) -> io::Result<Zeroizing<String>> {
    let mut line = Zeroizing::new(String::with_capacity(LONGEST));
    let mut byte = [0_u8];
    while input.read(&mut byte)? > 0 && byte[0] != b'\n' && line.len() < LONGEST {
        line.push(char::from(byte[0]));
    }
    Ok(line)
}

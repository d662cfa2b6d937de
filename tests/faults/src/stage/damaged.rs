//! What must hold of a damaged portfolio: it is kept as it is, and what is made of it is there as a whole or not at all.

use std::fs;
use std::path::Path;

use super::State;
use super::words;
use crate::acknowledged::Acknowledged;
use crate::inspection::{self, Seen};
use crate::life::{CASES, Phase, SAVED, USER};
use crate::tree;

/// How many cases can be saved, in the folder of the life.
pub(super) const COUNT: &str = "can-be-saved";
/// How the names of folders begin that were set aside.
pub(super) const ASIDE: &str = "damaged-";

/// What can be seen of the portfolio that was made; nothing where there is none yet.
pub(super) fn look(phase: Phase, before: &Path, folder: &Path) -> Result<Seen, String> {
    let damaged = fs::read(before.join(database(before)?)).map_err(words)?;
    let files = tree::files(folder).map_err(words)?;
    let databases = files.iter().filter(|file| file.ends_with("portfolio.db"));
    let mut kept = Vec::new();
    for file in databases {
        if fs::read(folder.join(file)).map_err(words)? == damaged {
            kept.push(file);
        }
    }
    let [kept] = kept.as_slice() else { return Err(format!("the damaged database is there {} times", kept.len())) };
    if phase == Phase::Salvage {
        inspection::look_for(folder, SAVED, false)
    } else if **kept == database(before)? {
        Ok(Seen::default())
    } else {
        inspection::look_for(folder, USER, true)
    }
}

fn database(folder: &Path) -> Result<std::path::PathBuf, String> {
    let files = tree::files(folder).map_err(words)?;
    files.into_iter().find(|file| file.ends_with("portfolio.db")).ok_or_else(|| "there is no database".to_owned())
}

/// All that could be saved is in the new portfolio, or there is none.
pub(super) fn salvaged(folder: &Path, seen: &Seen, said: &Acknowledged) -> Result<State, String> {
    let wanted = fs::read_to_string(folder.join(COUNT)).map_err(words)?;
    match seen.exists {
        false if said.did("salvage") => Err("it was said to be saved".into()),
        false => Ok(State::Old),
        true if seen.cases.to_string() == wanted => Ok(State::New),
        true => Err(format!("{} cases of {wanted} were saved", seen.cases)),
    }
}

/// The backup is in the place of the damaged portfolio, or that one is, or for a moment nothing.
pub(super) fn restored(folder: &Path, seen: &Seen, said: &Acknowledged) -> Result<State, String> {
    match seen.exists {
        true if seen.cases == u64::from(CASES) => Ok(State::New),
        true => Err(format!("{} cases were restored", seen.cases)),
        false if said.did("restore") => Err("it was said to be restored".into()),
        false => {
            let aside = tree::files(folder).map_err(words)?;
            let aside = aside.iter().any(|file| file.iter().any(|name| name.to_string_lossy().starts_with(ASIDE)));
            Ok(if aside { State::Between } else { State::Old })
        }
    }
}

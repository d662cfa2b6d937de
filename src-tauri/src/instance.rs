//! One window program over a data folder, also where no session bus is there to find the first one by.

use std::fs::{File, TryLockError};

use casefolio_core::Home;
use casefolio_system::private;

/// A hold on the data folder, until dropped or until the program ends, however it ends.
#[derive(Debug)]
pub(crate) struct Claim {
    _lock: Option<File>,
}

/// Another window program holds the data folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Taken;

/// Claims the data folder. One that cannot be written gives an empty claim: what is wrong with it is said when it is used.
pub(crate) fn claim(home: &Home) -> Result<Claim, Taken> {
    let path = home.path().join("window.lock");
    let made = private::create_folder(home.path()).and_then(|()| private::open_or_create(&path));
    let Ok(lock) = made else { return Ok(Claim { _lock: None }) };
    match lock.try_lock() {
        Ok(()) => Ok(Claim { _lock: Some(lock) }),
        Err(TryLockError::WouldBlock) => Err(Taken),
        Err(TryLockError::Error(_)) => Ok(Claim { _lock: None }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> (std::path::PathBuf, Home) {
        let path = std::env::temp_dir().join(format!("casefolio-claim-{}", std::process::id()));
        (path.clone(), Home::at(path.join("home")))
    }

    #[test]
    fn the_second_program_over_a_data_folder_is_told_of_the_first_until_that_ends() {
        let (folder, home) = folder();
        let first = claim(&home).unwrap();
        assert_eq!(claim(&home).unwrap_err(), Taken);
        drop(first);
        drop(claim(&home).unwrap());
        std::fs::remove_dir_all(&folder).unwrap();
        // A file stands where the folder should.
        std::fs::write(&folder, b"").unwrap();
        // Nothing can be locked there, and nobody is kept out.
        let without_lock = claim(&home).unwrap();
        assert!(claim(&home).is_ok());
        drop(without_lock);
        std::fs::remove_file(&folder).unwrap();
    }
}

//! Secrets on their way in.

use serde::Deserialize;
use specta::Type;
use zeroize::Zeroizing;

/// A passphrase on its way to the keys: wiped when it goes, never printed.
#[derive(Deserialize, Type)]
#[serde(transparent)]
pub(crate) struct Typed(#[specta(type = String)] Zeroizing<String>);

impl Typed {
    pub(crate) fn into_inner(self) -> Zeroizing<String> {
        self.0
    }
}

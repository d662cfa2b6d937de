//! Drives the real window of Casefolio as a person does, in a desktop session of its own: a virtual display, a private bus, a real key
//! store (gnome-keyring) and a real notification service (dunst). Elements are found by role and accessible name, as a screen reader
//! finds them. `docs/decisions/0002-webdriver-without-tauri-driver.md` says why `WebKitWebDriver` is spoken to directly.

mod computer;
mod desktop;
mod elsewhere;
mod events;
mod gnome;
mod notes;
mod panel;
mod process;
mod scan;
mod session;
mod waiting;
mod window;
mod words;

pub use computer::{Computer, Ending};
pub use desktop::Cover;
pub use elsewhere::Elsewhere;
pub use events::{Event, Events};
pub use gnome::Gnome;
pub use notes::{Note, Notes};
pub use panel::Panel;
pub use process::program;
pub use scan::plain_texts;
pub use session::Session;
pub use waiting::until;
pub use window::{Page, Window};
pub use words::{Words, english, spanish};

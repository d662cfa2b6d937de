//! What comes from outside, and what holds whatever it is: a file, an answer of the service, a setting, a script.
//!
//! Each [`Target`] takes any bytes and checks more than that nothing panics: what is accepted reads back equal, what is refused says
//! nothing of what stood in it, and what is made of a text is no larger than the text. `cargo test` runs the seeds (`seeds/TARGET/`) and
//! some thousands of mutations of them; `cargo xtask fuzz` runs libFuzzer.
#![expect(clippy::unwrap_used, reason = "a target ends by panicking when what should hold does not")]

mod answers;
mod import;
pub mod mutation;
mod portfolio;
mod script;
mod settings;
mod slot_file;
mod wording;

/// Takes an input, and panics where something does not hold that should.
pub type Check = Box<dyn FnMut(&[u8])>;

/// Something of the program that reads what others wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The slot file `keys.json` of a portfolio.
    SlotFile,
    /// A list of receipts to be added.
    Import,
    /// What the status service answers.
    Answers,
    /// Settings of the service and of the user, and what is typed beside them.
    Settings,
    /// A script of the practice service.
    Script,
}

impl Target {
    /// Every target.
    pub const ALL: [Self; 5] = [Self::SlotFile, Self::Import, Self::Answers, Self::Settings, Self::Script];

    /// Its name on the command line, and the folder of its seeds.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SlotFile => "slot_file",
            Self::Import => "import",
            Self::Answers => "answers",
            Self::Settings => "settings",
            Self::Script => "script",
        }
    }

    /// The target of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|target| target.name() == name)
    }

    /// Makes what the target needs once (a folder, a portfolio), and gives what checks an input.
    #[must_use]
    pub fn start(self) -> Check {
        match self {
            Self::SlotFile => slot_file::start(),
            Self::Import => import::start(),
            Self::Answers => answers::start(),
            Self::Settings => settings::start(),
            Self::Script => script::start(),
        }
    }
}

//! Cases of which nothing is told: by the person they are about, or by their matter.

use std::collections::HashSet;

use casefolio_domain::{Case, CaseId};
pub use casefolio_store::muted::Group;
use casefolio_store::{cases, muted};

use crate::error::Error;
use crate::events::PortfolioEvent;
use crate::portfolio::Portfolio;

/// The people and matters of which nothing is told.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Muted {
    people: HashSet<String>,
    matters: HashSet<String>,
}

impl Muted {
    /// Whether it holds what a case has of this group.
    #[must_use]
    pub fn holds<S>(&self, case: &Case<S>, group: Group) -> bool {
        let names = match group {
            Group::Person => &self.people,
            Group::Matter => &self.matters,
        };
        names.contains(group.of(case))
    }

    /// Whether nothing is told of a case: by itself, its person or its matter.
    #[must_use]
    pub fn mutes<S>(&self, case: &Case<S>) -> bool {
        case.wishes.muted || self.holds(case, Group::Person) || self.holds(case, Group::Matter)
    }
}

impl Portfolio {
    /// Whether nothing is told of all cases that are about the same person as this one, or belong to the same matter. Nothing happens where
    /// it is about nobody, or labelled nothing.
    pub fn mute_all_like(&self, id: CaseId, group: Group, muted: bool) -> Result<(), Error> {
        let case = self.store.read(|c| cases::by_id(c, id))?.ok_or(Error::NoSuchCase)?;
        let name = group.of(&case);
        if !name.is_empty() {
            self.store.write(|t| muted::set(t, (group, name), muted))?;
            self.tell(&PortfolioEvent::CasesEdited);
        }
        Ok(())
    }

    /// The people and matters of which nothing is told.
    pub fn muted(&self) -> Result<Muted, Error> {
        let list = |c: &_, group| Ok::<_, casefolio_store::Error>(muted::list(c, group)?.into_iter().collect());
        Ok(self.store.read(|c| Ok(Muted { people: list(c, Group::Person)?, matters: list(c, Group::Matter)? }))?)
    }
}

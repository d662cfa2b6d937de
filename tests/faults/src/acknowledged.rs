//! What the program said it holds for committed, line by line.

use std::collections::BTreeMap;

/// The lines of a run, understood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Acknowledged {
    /// The recovery code of the portfolio that was made.
    pub created: Option<String>,
    /// The new recovery code that was shown, to be typed again.
    pub offered: Option<String>,
    /// How many cases were saved out of a damaged portfolio.
    pub salvaged: Option<u64>,
    /// The recovery code that came with the new key.
    pub renewed: Option<String>,
    /// How many cases are in it, after they were added.
    pub added: Option<u64>,
    /// Answers that were committed: receipt, and when in microseconds.
    pub checked: BTreeMap<String, i64>,
    /// Changes that were committed: receipt, and when in microseconds.
    pub changed: BTreeMap<String, i64>,
    /// Changes that were told, and how often.
    pub told: BTreeMap<i64, u32>,
    /// Of how many changes each notice behind the lock told.
    pub told_behind_lock: Vec<usize>,
    /// Other things that were done, by name.
    pub done: Vec<String>,
    /// The code of the problem with which the phase ended.
    pub problem: Option<String>,
    /// What became of the phase when it was tried again in the same program: `done`, or the code of a problem.
    pub again: Option<String>,
    /// Whether the phase ended well at the first try.
    pub ended: bool,
}

impl Acknowledged {
    /// Understands lines; one that is not known is an error that names it.
    pub fn of<T: AsRef<str>>(lines: &[T]) -> Result<Self, String> {
        let mut all = Self::default();
        for line in lines {
            all.take(line.as_ref()).ok_or_else(|| format!("the program said {:?}", line.as_ref()))?;
        }
        Ok(all)
    }

    fn take(&mut self, line: &str) -> Option<()> {
        let words: Vec<&str> = line.split(' ').collect();
        match words.as_slice() {
            ["created", code] => self.created = Some((*code).to_owned()),
            ["offered", code] => self.offered = Some((*code).to_owned()),
            ["renewed", code] => self.renewed = Some((*code).to_owned()),
            ["salvaged", count] => self.salvaged = Some(count.parse().ok()?),
            ["added", count] => self.added = Some(count.parse().ok()?),
            ["checked", receipt, at] => drop(self.checked.insert((*receipt).to_owned(), at.parse().ok()?)),
            ["changed", receipt, at] => drop(self.changed.insert((*receipt).to_owned(), at.parse().ok()?)),
            ["told", change] => *self.told.entry(change.parse().ok()?).or_default() += 1,
            ["told-behind-lock", changes] => self.told_behind_lock.push(changes.parse().ok()?),
            ["did", what] => self.done.push((*what).to_owned()),
            ["problem", code] => self.problem = Some((*code).to_owned()),
            ["again", outcome] => self.again = Some((*outcome).to_owned()),
            ["done"] => self.ended = true,
            _ => return None,
        }
        Some(())
    }

    /// Whether this was said to be done.
    #[must_use]
    pub fn did(&self, what: &str) -> bool {
        self.done.iter().any(|done| done == what)
    }
}

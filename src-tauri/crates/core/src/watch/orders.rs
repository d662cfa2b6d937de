//! What a watcher is told to do: orders that came during a round become one.

use casefolio_domain::CaseId;
use tokio::sync::mpsc;

use super::round::Order;

/// What a watcher is told.
pub(super) enum Command {
    Check(Vec<CaseId>),
    Look,
    Wake,
    Stop,
}

impl Command {
    /// This command and those that came meanwhile, as one: an order about all cases holds every other in it. None to stop.
    pub(super) fn with_those_waiting(self, waiting: &mut mpsc::UnboundedReceiver<Self>) -> Option<Wanted> {
        let mut wanted = Wanted::default();
        let mut next = Some(self);
        while let Some(command) = next {
            match command {
                Self::Check(ids) => wanted.check(ids),
                Self::Look => wanted.look = true,
                Self::Wake => (wanted.look, wanted.woken) = (true, true),
                Self::Stop => return None,
            }
            next = waiting.try_recv().ok();
        }
        Some(wanted)
    }
}

/// What several commands ask for together.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    check: Option<Order>,
    look: bool,
    /// Whether the computer woke up.
    pub(super) woken: bool,
}

impl Wanted {
    /// What the clock asks for.
    pub(super) fn tick() -> Self {
        Self { look: true, ..Self::default() }
    }

    fn check(&mut self, ids: Vec<CaseId>) {
        self.check = Some(match self.check.take() {
            Some(Order::These(mut known)) if !ids.is_empty() => {
                known.extend(ids);
                known.sort_unstable();
                known.dedup();
                Order::These(known)
            }
            None if !ids.is_empty() => Order::These(ids),
            Some(Order::All | Order::These(_) | Order::Due) | None => Order::All,
        });
    }

    /// The rounds to go: the person's own order first.
    pub(super) fn orders(self) -> Vec<Order> {
        let look = self.look && self.check != Some(Order::All);
        self.check.into_iter().chain(look.then_some(Order::Due)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_ordered_meanwhile_becomes_one() {
        let together = |commands: Vec<Command>| {
            let (sender, mut waiting) = mpsc::unbounded_channel();
            for command in commands {
                sender.send(command).map_err(drop).unwrap();
            }
            let first = waiting.try_recv().unwrap();
            first.with_those_waiting(&mut waiting).map(Wanted::orders)
        };
        let these = |ids: &[i64]| Command::Check(ids.iter().copied().map(CaseId).collect());
        let all = || Command::Check(Vec::new());
        let due = Order::Due;
        assert_eq!(together(vec![Command::Look, Command::Look]), Some(vec![due.clone()]));
        assert_eq!(together(vec![Command::Look, these(&[1]), all(), these(&[2]), all()]), Some(vec![Order::All]));
        let united = Order::These([1, 2, 3].map(CaseId).to_vec());
        assert_eq!(together(vec![these(&[1, 2]), these(&[2, 3])]), Some(vec![united.clone()]));
        assert_eq!(together(vec![Command::Look, these(&[1, 2, 3])]), Some(vec![united, due.clone()]), "new cases too");
        assert_eq!(together(vec![Command::Wake, Command::Look]), Some(vec![due]));
        assert_eq!(together(vec![all(), Command::Stop, Command::Look]), None);
    }
}

//! Keeps what was under way while a person was forgotten from being kept for them after all.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::store::PersonId;

/// People share so many counters: to be taken for another costs a look-up and nothing else.
const COUNTERS: usize = 64;

/// Counts how often people were forgotten.
pub(super) struct Tickets([AtomicU64; COUNTERS]);

/// How often a person had been forgotten when it was taken.
#[derive(Clone, Copy, Debug)]
pub struct Ticket<'c> {
    counter: &'c AtomicU64,
    count: u64,
}

impl Default for Tickets {
    fn default() -> Self {
        Self([const { AtomicU64::new(0) }; COUNTERS])
    }
}

impl Tickets {
    pub(super) fn take(&self, person: &PersonId) -> Ticket<'_> {
        let counter = self.of(person);
        Ticket {
            counter,
            count: counter.load(Ordering::SeqCst),
        }
    }

    /// Voids all tickets of a person. What is kept is removed after this, not before.
    pub(super) fn void(&self, person: &PersonId) {
        self.of(person).fetch_add(1, Ordering::SeqCst);
    }

    fn of(&self, person: &PersonId) -> &AtomicU64 {
        let mut hasher = DefaultHasher::new();
        person.hash(&mut hasher);
        &self.0[hasher.finish() as usize % COUNTERS]
    }
}

impl Ticket<'_> {
    /// Keeps something by `insert`, unless the person was forgotten since. Who is forgotten in this
    /// very moment has it taken away by `remove`.
    pub(super) fn keep(self, insert: impl FnOnce(), remove: impl FnOnce()) {
        if self.is_void() {
            return;
        }
        insert();
        if self.is_void() {
            remove();
        }
    }

    fn is_void(self) -> bool {
        self.counter.load(Ordering::SeqCst) != self.count
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn what_was_asked_for_before_somebody_was_forgotten_is_not_kept() {
        let (tickets, person) = (Tickets::default(), PersonId::new());
        let kept = Cell::new(0);
        let keep = |ticket: Ticket<'_>| {
            ticket.keep(|| kept.set(kept.get() + 1), || kept.set(kept.get() - 1));
        };
        keep(tickets.take(&person));
        assert_eq!(kept.get(), 1);
        let ticket = tickets.take(&person);
        tickets.void(&person);
        keep(ticket);
        assert_eq!(kept.get(), 1);
    }

    #[test]
    fn who_is_forgotten_as_it_is_kept_has_it_taken_away() {
        let (tickets, person) = (Tickets::default(), PersonId::new());
        let kept = Cell::new(false);
        tickets.take(&person).keep(
            || {
                kept.set(true);
                tickets.void(&person);
            },
            || kept.set(false),
        );
        assert!(!kept.get());
    }
}

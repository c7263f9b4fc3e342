//! The memory that the collections of all requests may take together, from when they are read until their
//! answers are gone.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Error, PersonId};

/// One person may have one of so many parts, so that nobody can take all from the others.
const PARTS: u64 = 4;

/// What there is of it, for the whole process; clones share it.
#[derive(Clone, Debug)]
pub struct AnswerMemory(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    max: u64,
    max_each: u64,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    all: u64,
    /// Of those who have any.
    by_person: HashMap<PersonId, u64>,
}

impl AnswerMemory {
    /// `max` bytes. A person may have a quarter of them, and one answer of `answer` bytes in any case.
    #[must_use]
    pub fn new(max: u64, answer: u64) -> Self {
        Self(Arc::new(Inner {
            max,
            max_each: answer.max(max / PARTS),
            taken: Mutex::default(),
        }))
    }

    /// A share of `person`'s, of nothing yet.
    pub(super) fn share(&self, person: &PersonId) -> Share {
        Share {
            memory: self.clone(),
            person: person.clone(),
            bytes: 0,
        }
    }

    fn take(&self, person: &PersonId, bytes: u64) -> Result<(), Error> {
        let mut taken = self.taken();
        let all = taken.all.saturating_add(bytes);
        let before = taken.by_person.get(person).copied().unwrap_or(0);
        let own = before.saturating_add(bytes);
        if all > self.0.max || own > self.0.max_each {
            return Err(Error::NoMemory);
        }
        taken.all = all;
        taken.by_person.insert(person.clone(), own);
        Ok(())
    }

    fn give_back(&self, person: &PersonId, bytes: u64) {
        let mut taken = self.taken();
        taken.all = taken.all.saturating_sub(bytes);
        if let Entry::Occupied(mut own) = taken.by_person.entry(person.clone()) {
            *own.get_mut() = own.get().saturating_sub(bytes);
            if *own.get() == 0 {
                own.remove();
            }
        }
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        // Nothing is left half-way while it is locked.
        self.0.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What one request has of it; given back when it is dropped.
#[derive(Debug)]
pub(super) struct Share {
    memory: AnswerMemory,
    person: PersonId,
    bytes: u64,
}

impl Share {
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Takes so many bytes more. Nobody waits for them: two who each have a part could wait for each other.
    ///
    /// # Errors
    ///
    /// [`Error::NoMemory`] where there are not so many left, of all or of the person's.
    pub(super) fn grow(&mut self, bytes: u64) -> Result<(), Error> {
        if bytes > 0 {
            self.memory.take(&self.person, bytes)?;
            self.bytes += bytes;
        }
        Ok(())
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        if self.bytes > 0 {
            self.memory.give_back(&self.person, self.bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fits(memory: &AnswerMemory, person: &PersonId, bytes: u64) -> bool {
        memory.share(person).grow(bytes).is_ok()
    }

    #[test]
    fn a_person_has_a_quarter_and_all_have_no_more_than_there_is() {
        let memory = AnswerMemory::new(100, 10);
        let people: Vec<_> = (0..5).map(|_| PersonId::new()).collect();
        let mut shares = Vec::new();
        for person in &people[..4] {
            assert!(!fits(&memory, person, 26));
            let mut share = memory.share(person);
            assert!(share.grow(20).is_ok() && share.grow(6).is_err() && share.grow(5).is_ok());
            assert!(!fits(&memory, person, 1));
            shares.push(share);
        }
        assert!(!fits(&memory, &people[4], 1));
        shares.pop();
        assert!(fits(&memory, &people[4], 25));
        assert!(fits(&memory, &people[3], 25) && !fits(&memory, &people[0], 1));
    }

    #[test]
    fn a_person_has_as_much_as_one_answer_in_any_case() {
        let memory = AnswerMemory::new(100, 90);
        let (ada, grace) = (PersonId::new(), PersonId::new());
        let mut share = memory.share(&ada);
        assert!(share.grow(90).is_ok() && share.grow(1).is_err());
        assert!(!fits(&memory, &grace, 11) && fits(&memory, &grace, 10));
        assert!(!fits(&memory, &grace, u64::MAX));
    }

    proptest! {
        #[test]
        fn what_is_taken_is_what_the_shares_have(
            steps in proptest::collection::vec((0..3_usize, 0..5_usize, 0..40_u64), 0..100),
        ) {
            let memory = AnswerMemory::new(100, 30);
            let people: Vec<_> = (0..3).map(|_| PersonId::new()).collect();
            let mut shares: Vec<(usize, Share)> = Vec::new();
            for (person, step, bytes) in steps {
                let all: u64 = shares.iter().map(|(_, share)| share.bytes()).sum();
                let of = |wanted: usize| {
                    let own = shares.iter().filter(|(person, _)| *person == wanted);
                    own.map(|(_, share)| share.bytes()).sum::<u64>()
                };
                match step {
                    0 => {
                        shares.pop();
                    }
                    1 if !shares.is_empty() => {
                        shares.swap_remove(0);
                    }
                    2 if !shares.is_empty() => {
                        let index = shares.len() / 2;
                        let own = of(shares[index].0);
                        let grown = shares[index].1.grow(bytes).is_ok();
                        prop_assert_eq!(grown, all + bytes <= 100 && own + bytes <= 30);
                    }
                    _ => {
                        let mut share = memory.share(&people[person]);
                        let grown = share.grow(bytes).is_ok();
                        prop_assert_eq!(grown, all + bytes <= 100 && of(person) + bytes <= 30);
                        shares.push((person, share));
                    }
                }
                let all: u64 = shares.iter().map(|(_, share)| share.bytes()).sum();
                prop_assert_eq!(memory.taken().all, all);
                prop_assert_eq!(memory.taken().by_person.values().sum::<u64>(), all);
            }
            drop(shares);
            prop_assert_eq!(memory.taken().all, 0);
            prop_assert_eq!(memory.taken().by_person.len(), 0);
        }
    }
}

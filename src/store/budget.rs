//! How much of what is stored one request may have in memory.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::answer_memory::Share;
use super::{AnswerMemory, Error, PersonId};

/// How much longer than the collections in it an answer may be before that counts.
const FREE: u64 = 64 * 1024;

/// The bytes of collections that one request may still read. They are kept compressed: a few kilobytes
/// may stand for many megabytes.
///
/// What it has taken of the memory for all requests is given back when its last clone is dropped. So
/// whatever holds what was read, or makes it, has a clone.
#[derive(Clone, Debug)]
pub struct Budget(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    max: u64,
    warn_only: bool,
    memory: AnswerMemory,
    /// None where nothing was read.
    share: Mutex<Option<Share>>,
}

impl Budget {
    /// At most `max` bytes; where it is to warn only, as many as `memory` has.
    #[must_use]
    pub fn new(max: u64, warn_only: bool, memory: AnswerMemory) -> Self {
        Self(Arc::new(Inner {
            max,
            warn_only,
            memory,
            share: Mutex::default(),
        }))
    }

    /// Takes note of so many bytes of `person`'s that are about to be read. One request reads nobody else's.
    ///
    /// # Errors
    ///
    /// [`Error::TooMuch`] where there are not so many left, [`Error::NoMemory`] where other requests leave
    /// none for them: they must not be read.
    pub fn take(&self, person: &PersonId, bytes: u64) -> Result<(), Error> {
        if bytes == 0 {
            return Ok(());
        }
        let Inner { max, warn_only, .. } = *self.0;
        let mut share = self.share();
        let used = share.as_ref().map_or(0, Share::bytes);
        let found = used.saturating_add(bytes);
        if found > max && !warn_only {
            return Err(Error::TooMuch { found, max });
        }
        let share = share.get_or_insert_with(|| self.0.memory.share(person));
        share.grow(bytes)?;
        if used <= max && max < found {
            tracing::warn!(limit = "answerBytes", max, found, "over a limit");
        }
        Ok(())
    }

    /// How many bytes each of so many collections may have so that all can be read at once.
    pub(super) fn each(&self, collections: u64) -> i64 {
        let used = self.share().as_ref().map_or(0, Share::bytes);
        let each = self.0.max.saturating_sub(used) / collections.max(1);
        i64::try_from(each).unwrap_or(i64::MAX)
    }

    /// Takes note of the length of the answer that was made of what was read, if anything was: a short
    /// collection is copied into it as often as it was selected.
    ///
    /// # Errors
    ///
    /// [`Error::NoMemory`]
    pub fn cover(&self, answer: u64) -> Result<(), Error> {
        match &mut *self.share() {
            Some(share) if answer > share.bytes().saturating_add(FREE) => {
                share.grow(answer - share.bytes())
            }
            _ => Ok(()),
        }
    }

    /// Whether anything was read.
    #[must_use]
    pub fn is_used(&self) -> bool {
        self.share().is_some()
    }

    fn share(&self) -> MutexGuard<'_, Option<Share>> {
        // Nothing is left half-way while it is locked.
        self.0.share.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget(max: u64, warn_only: bool) -> Budget {
        Budget::new(max, warn_only, AnswerMemory::new(1_000_000, 1_000_000))
    }

    #[test]
    fn what_is_refused_leaves_the_rest_for_others() {
        let (budget, ada) = (budget(10, false), PersonId::new());
        assert!(budget.take(&ada, 6).is_ok());
        let refused = budget.take(&ada, 5);
        assert!(matches!(
            refused,
            Err(Error::TooMuch { found: 11, max: 10 })
        ));
        assert!(budget.take(&ada, u64::MAX).is_err());
        assert!(budget.take(&ada, 4).is_ok() && budget.take(&ada, 0).is_ok());
        assert!(budget.take(&ada, 1).is_err());
    }

    #[test]
    fn one_that_only_warns_has_what_there_is_memory_for() {
        let (budget, ada) = (budget(10, true), PersonId::new());
        for bytes in [11, 1, 999_988] {
            assert!(budget.take(&ada, bytes).is_ok());
        }
        for bytes in [1, u64::MAX] {
            assert!(matches!(budget.take(&ada, bytes), Err(Error::NoMemory)));
        }
    }

    #[test]
    fn what_it_took_comes_back_with_its_last_clone() {
        let (memory, ada) = (AnswerMemory::new(100, 100), PersonId::new());
        let of_another = || Budget::new(100, false, memory.clone()).take(&ada, 100);
        let budget = Budget::new(100, false, memory.clone());
        assert!(!budget.is_used() && of_another().is_ok());
        assert!(budget.take(&ada, 1).is_ok() && budget.is_used());
        // Nothing of what was refused remains taken.
        for _ in 0..2 {
            assert!(matches!(of_another(), Err(Error::NoMemory)));
        }
        let clone = budget.clone();
        drop(budget);
        assert!(of_another().is_err());
        drop(clone);
        assert!(of_another().is_ok());
    }

    #[test]
    fn an_answer_of_many_copies_takes_what_it_has() {
        let (memory, ada) = (AnswerMemory::new(1_000_000, 1_000_000), PersonId::new());
        let budget = Budget::new(1_000_000, false, memory.clone());
        // Nothing was read.
        assert!(budget.cover(u64::MAX).is_ok() && !budget.is_used());
        assert!(budget.take(&ada, 100).is_ok());
        assert!(matches!(budget.cover(u64::MAX), Err(Error::NoMemory)));
        assert!(budget.cover(100 + FREE).is_ok());
        let rest = |bytes| memory.share(&ada).grow(bytes).is_ok();
        assert!(rest(999_900) && !rest(999_901));
        assert!(budget.cover(900_000).is_ok());
        assert!(rest(100_000) && !rest(100_001));
    }
}

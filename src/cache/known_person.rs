//! A person as they were looked up, with what was answered from that and nothing else, and with their token.

use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use super::AccessToken;
use crate::store::Person;

/// Longer answers are made each time: as many are kept as there are people in memory.
const LONGEST: usize = 1024;

/// A person as they were looked up. An answer that took no more than that is kept with them, and so is the token that
/// was opened for them. Both go with them: whoever is looked up anew has none.
#[derive(Debug)]
pub struct KnownPerson {
    person: Person,
    answer: OnceLock<KeptAnswer>,
    token: Mutex<Option<Arc<AccessToken>>>,
}

#[derive(Debug)]
struct KeptAnswer {
    document: u64,
    text: Box<[u8]>,
}

impl KnownPerson {
    /// Nothing was answered yet, and no token opened.
    #[must_use]
    pub fn new(person: Person) -> Self {
        Self {
            person,
            answer: OnceLock::new(),
            token: Mutex::default(),
        }
    }

    /// The token that was last opened for them. It may have expired, or been replaced in the store.
    #[must_use]
    pub fn token(&self) -> Option<Arc<AccessToken>> {
        self.held_token().clone()
    }

    /// Keeps a token that was opened for them.
    pub fn keep_token(&self, token: &Arc<AccessToken>) {
        *self.held_token() = Some(token.clone());
    }

    fn held_token(&self) -> MutexGuard<'_, Option<Arc<AccessToken>>> {
        self.token.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The text that the document of this number was answered, if it is kept.
    #[must_use]
    pub fn answer(&self, document: u64) -> Option<&[u8]> {
        let kept = self.answer.get()?;
        (kept.document == document).then_some(&*kept.text)
    }

    /// Keeps the text that a document was answered from nothing but who the person is. The first one stays: a client
    /// has one document for that.
    pub fn keep_answer(&self, document: u64, text: &[u8]) {
        if text.len() <= LONGEST {
            self.answer.get_or_init(|| KeptAnswer {
                document,
                text: text.into(),
            });
        }
    }
}

impl Deref for KnownPerson {
    type Target = Person;

    fn deref(&self) -> &Person {
        &self.person
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::store::PersonId;

    fn somebody() -> KnownPerson {
        KnownPerson::new(Person {
            id: PersonId::new(),
            account_id: None,
            spotify_user_id: "ada".to_owned(),
            display_name: None,
            uri: None,
            external_url: None,
            images: None,
            told_at: DateTime::UNIX_EPOCH,
        })
    }

    #[test]
    fn an_answer_is_its_documents_alone() {
        let person = somebody();
        assert_eq!(person.answer(1), None);
        person.keep_answer(1, b"one");
        person.keep_answer(2, b"two");
        assert_eq!(person.answer(1), Some(&b"one"[..]));
        assert_eq!(person.answer(2), None);
        assert_eq!(somebody().answer(1), None);
    }

    #[test]
    fn what_is_long_is_not_kept() {
        let person = somebody();
        person.keep_answer(1, &[b' '; LONGEST + 1]);
        assert_eq!(person.answer(1), None);
        person.keep_answer(2, &[b' '; LONGEST]);
        assert!(person.answer(2).is_some());
    }
}

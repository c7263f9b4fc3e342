//! Pages that were made once, so that a benchmark measures the server and not the making of pages.

use std::collections::HashMap;

use super::answer::Answer;

/// The most bytes of bodies that are kept.
const MAX_BYTES: usize = 32 * 1024 * 1024;

/// Answers by all that they depend on. When there are too many, it starts again.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    answers: HashMap<String, Answer>,
    bytes: usize,
}

impl Kept {
    pub(crate) fn get(&self, key: &str) -> Option<Answer> {
        self.answers.get(key).cloned()
    }

    pub(crate) fn keep(&mut self, key: String, answer: &Answer) {
        self.bytes += answer.0.len() + key.len();
        if self.bytes > MAX_BYTES {
            self.answers.clear();
            self.bytes = answer.0.len() + key.len();
        }
        self.answers.insert(key, answer.clone());
    }
}

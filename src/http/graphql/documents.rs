//! Documents that were executed before: clients send the same few over and over, and reading and
//! validating one costs more than answering it from memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use async_graphql::parser::types::ExecutableDocument;
use moka::sync::Cache;

use crate::graphql::Outline;

/// What they may take in memory, about.
const BYTES: u64 = 8 * 1024 * 1024;

/// Longer ones are read each time: nobody sends them often.
const LONGEST: usize = 16 * 1024;

/// How much more a document takes in memory than its text, about.
const GROWTH: usize = 40;

/// A document that is valid, for the operation that it was kept with.
pub(super) struct Known {
    /// As it was sent.
    pub(super) sent: ExecutableDocument,
    /// As it is executed.
    pub(super) executed: ExecutableDocument,
    /// Whether fields are selected more than once.
    pub(super) repeats: bool,
    /// Of an operation that takes no variables: it is prepared once for all requests.
    pub(super) settled: Option<Settled>,
}

/// What came of preparing an operation, besides the document that is executed.
pub(super) struct Settled {
    /// Like no other's.
    pub(super) number: u64,
    /// Whether it is a query, which only reads.
    pub(super) is_query: bool,
    /// Whether it was answered from who the caller is, and nothing else.
    pub(super) asks_caller_alone: AtomicBool,
    pub(super) outline: Arc<Outline>,
    pub(super) cost: u64,
}

impl Settled {
    pub(super) fn new(is_query: bool, outline: Arc<Outline>, cost: u64) -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        Self {
            number: NUMBER.fetch_add(1, Ordering::Relaxed),
            is_query,
            asks_caller_alone: AtomicBool::new(false),
            outline,
            cost,
        }
    }
}

/// The text of a document, and which of its operations is executed.
pub(super) type Key = (String, Option<String>);

/// What is known of documents. Clones share it.
#[derive(Clone)]
pub(crate) struct Documents(Cache<Key, Arc<Known>>);

impl Documents {
    /// None yet.
    pub(crate) fn new() -> Self {
        let weight = |(text, name): &Key, _: &Arc<Known>| {
            let text = text.len() + name.as_ref().map_or(0, String::len);
            u32::try_from(text * GROWTH).unwrap_or(u32::MAX)
        };
        Self(Cache::builder().max_capacity(BYTES).weigher(weight).build())
    }

    /// The document, if it was executed before.
    pub(super) fn find(&self, key: &Key) -> Option<Arc<Known>> {
        self.0.get(key)
    }

    /// Whether a document of this text is worth keeping.
    pub(super) fn takes(text: &str) -> bool {
        text.len() <= LONGEST
    }

    /// Keeps a document that was found valid as it was sent.
    pub(super) fn keep(&self, key: Key, known: Known) {
        self.0.insert(key, Arc::new(known));
    }
}

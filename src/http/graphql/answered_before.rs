//! Answers that take nothing but who the caller is, as `{ me { displayName } }` does. One is kept with what is
//! remembered of the caller, and given once more to the same document, for as long as that is believed: it would
//! come out the same.

use std::sync::atomic::Ordering;

use async_graphql::Response;

use super::documents::Known;
use super::json::Text;
use crate::loaders::Scope;
use crate::metrics::{Lookups, Metrics};

/// Gives answers once more, and counts them.
pub(crate) struct AnsweredBefore(Lookups);

impl AnsweredBefore {
    pub(crate) fn new(metrics: &Metrics) -> Self {
        Self(metrics.cache_lookups("answers"))
    }

    /// What the operation was answered for the caller of `scope`, if it is kept. They are looked up only for an
    /// operation that needs them.
    pub(super) async fn find(&self, document: &Known, scope: &Scope) -> Option<Text> {
        let operation = document.settled.as_ref()?;
        if !operation.asks_caller_alone.load(Ordering::Relaxed) {
            return None;
        }
        let person = &scope.viewer().await.ok()?.person;
        let kept = person
            .answer(operation.number)
            // A profile that is a day old is asked for.
            .filter(|_| person.is_recent(scope.now()));
        self.0.count(kept.is_some());
        Some(Text::again(kept?, scope.budget()))
    }

    /// Keeps what came of executing a query, if nothing was needed for it but who the caller of `scope` is.
    pub(super) fn keep(document: &Known, scope: &Scope, response: &Response, text: &Text) {
        if let Some(operation) = &document.settled
            && operation.is_query
            && response.is_ok()
            && scope.needed_caller_alone()
            && let Some(viewer) = scope.known_viewer()
            && let Some(text) = text.in_one_piece()
        {
            operation.asks_caller_alone.store(true, Ordering::Relaxed);
            viewer.person.keep_answer(operation.number, text);
        }
    }
}

//! Where errors lie in a response, as a tree of their paths.

use std::collections::HashMap;

use async_graphql::{PathSegment, ServerError};

/// A place in the response, and what failed there or beneath it.
#[derive(Debug, Default)]
pub(super) struct Failures {
    here: bool,
    fields: HashMap<String, Self>,
    items: HashMap<usize, Self>,
}

impl Failures {
    /// Of all errors that have a path. Of several at one place the first is kept: there is to be one
    /// at the most (section 6.4.4 of the GraphQL specification).
    pub(super) fn of(errors: &mut Vec<ServerError>) -> Self {
        let mut root = Self::default();
        errors.retain(|error| error.path.is_empty() || root.add(&error.path));
        root
    }

    /// Whether it was not there yet.
    fn add(&mut self, path: &[PathSegment]) -> bool {
        let mut place = self;
        for segment in path {
            place = match segment {
                PathSegment::Field(name) => place.fields.entry(name.clone()).or_default(),
                PathSegment::Index(index) => place.items.entry(*index).or_default(),
            };
        }
        !std::mem::replace(&mut place.here, true)
    }

    /// Whether what should stand here failed.
    pub(super) fn here(&self) -> bool {
        self.here
    }

    /// Whether fields of what stands here failed, or what is inside of them.
    pub(super) fn in_fields(&self) -> bool {
        !self.fields.is_empty()
    }

    pub(super) fn field(&self, key: &str) -> Option<&Self> {
        self.fields.get(key)
    }

    pub(super) fn item(&self, index: usize) -> Option<&Self> {
        self.items.get(&index)
    }
}

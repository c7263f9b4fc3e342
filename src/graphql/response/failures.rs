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
    /// Of all errors that have a path.
    pub(super) fn of(errors: &[ServerError]) -> Self {
        let mut root = Self::default();
        for error in errors.iter().filter(|error| !error.path.is_empty()) {
            root.add(&error.path);
        }
        root
    }

    fn add(&mut self, path: &[PathSegment]) {
        let mut place = self;
        for segment in path {
            place = match segment {
                PathSegment::Field(name) => place.fields.entry(name.clone()).or_default(),
                PathSegment::Index(index) => place.items.entry(*index).or_default(),
            };
        }
        place.here = true;
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

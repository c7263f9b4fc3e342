//! For whom something is kept.

use crate::store::PersonId;

/// A person, and what they prove themselves with: one token may show less than another of the same
/// person's, so what came by one is not given to the other. Sessions share the token that is stored
/// for the person.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Owner {
    /// Who it is.
    pub person: PersonId,
    /// The hash of a bearer; `None`: the stored token.
    pub bearer: Option<[u8; 32]>,
}

impl std::fmt::Debug for Owner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Owner")
            .field("person", &self.person)
            .finish_non_exhaustive()
    }
}

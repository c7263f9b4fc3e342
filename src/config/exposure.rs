//! What the server shows of itself.

/// What helps developers, and tells strangers more than they need. `PRODUCTION=true` turns all of it
/// off; each has a variable of its own, which counts more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exposure {
    /// `INTROSPECTION`: whether the schema can be asked for.
    pub introspection: bool,
    /// `FIELD_SUGGESTIONS`: whether errors guess which name was meant.
    pub suggestions: bool,
    /// `PLAYGROUND`: whether there is a page to try queries on.
    pub playground: bool,
    /// `GET_DOCUMENTS`: whether a GET may carry a document, and not just the name of one.
    pub get_documents: bool,
}

impl Exposure {
    /// All of it, or nothing.
    #[must_use]
    pub fn new(everything: bool) -> Self {
        Self {
            introspection: everything,
            suggestions: everything,
            playground: everything,
            get_documents: everything,
        }
    }
}

impl Default for Exposure {
    fn default() -> Self {
        Self::new(true)
    }
}

//! Which documents are known by a name.

use std::path::PathBuf;

/// Persisted documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Documents {
    /// `TRUSTED_DOCUMENTS`: a file that lists all that may be executed.
    pub trusted: Option<PathBuf>,
    /// `PERSISTED_QUERY_BYTES`: how much is kept of what clients register; nothing where it is 0.
    pub registered_bytes: u64,
}

impl Default for Documents {
    fn default() -> Self {
        Self {
            trusted: None,
            registered_bytes: 8 * 1024 * 1024,
        }
    }
}

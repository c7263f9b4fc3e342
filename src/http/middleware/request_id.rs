//! What joins a client's report to the log.

use std::sync::Arc;

use uuid::Uuid;

/// A request's own name, made here: a client's would let it write into the log.
#[derive(Clone, Debug)]
pub(crate) struct RequestId(Arc<str>);

impl RequestId {
    /// A new one.
    #[must_use]
    pub(crate) fn new() -> Self {
        let id = Uuid::new_v4().simple();
        Self(Arc::from(&*id.encode_lower(&mut Uuid::encode_buffer())))
    }

    /// As it stands in the header, the log and errors.
    #[must_use]
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for RequestId {
    fn default() -> Self {
        Self::new()
    }
}

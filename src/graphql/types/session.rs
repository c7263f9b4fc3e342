//! A person's sessions.

use async_graphql::{ID, SimpleObject};

use crate::graphql::scalars::DateTime;
use crate::store;

/// A browser or an app that you are logged in with.
#[derive(SimpleObject)]
pub(crate) struct Session {
    /// What to give to `revokeSession`. It is no credential.
    id: ID,
    /// What an app called the device that it runs on, or which browser it was; null where neither is
    /// known.
    device_name: Option<String>,
    /// When you logged in with it.
    created_at: DateTime,
    /// When it was last used, to within five minutes.
    last_used_at: DateTime,
    /// Whether it is the one that this request came with.
    current: bool,
}

impl Session {
    /// A session, seen in a request that came with the session called `current`, if with any.
    pub(crate) fn new(session: store::Session, current: Option<&str>) -> Self {
        Self {
            current: current == Some(session.id.as_str()),
            id: ID(session.id),
            device_name: session.device_name,
            created_at: DateTime(session.created_at),
            last_used_at: DateTime(session.last_used_at),
        }
    }
}

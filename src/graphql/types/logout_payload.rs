//! What `logout` gives.

use async_graphql::SimpleObject;

/// What `logout` gives.
#[derive(SimpleObject)]
pub(crate) struct LogoutPayload {
    /// Whether there was a session to end. False is no failure: you are not logged in either way.
    pub logged_out: bool,
}

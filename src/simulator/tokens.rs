//! Tokens as a test gets them.

use std::fmt;

use serde::Serialize;

/// An access token and the refresh token that goes with it. They are worth nothing outside the simulator, but
/// are kept out of what is printed all the same, so that tests can search logs for them.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Tokens {
    /// For the Web API, as `Authorization: Bearer …`.
    pub access_token: String,
    /// For the token endpoint.
    pub refresh_token: String,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens").finish_non_exhaustive()
    }
}

//! An access token of somebody whose tokens the server keeps.

use chrono::{DateTime, Utc};
use secrecy::SecretString;

/// An access token, and which version of the stored record it came from.
#[derive(Debug)]
pub struct AccessToken {
    /// For the Web API.
    pub secret: SecretString,
    /// When Spotify stops accepting it.
    pub expires_at: DateTime<Utc>,
    /// Told back when Spotify refuses the token.
    pub version: i64,
}

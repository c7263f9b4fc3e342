//! What the person allowed at Spotify.

use async_graphql::SimpleObject;

use crate::auth::{SCOPES, reauthorize_by};
use crate::graphql::scalars::DateTime;
use crate::store::TokenRecord;

/// What you allowed this server at Spotify, and for how long.
#[derive(SimpleObject)]
pub(crate) struct Authorization {
    /// When you last logged in.
    granted_at: DateTime,
    /// When it ends, six months later, and your sessions with it. Log in again before, and nothing is
    /// interrupted. In the two weeks before the end of the session that asks, answers say so in
    /// `extensions.authorization { reauthorizeBy loginUrl }`.
    reauthorize_by: DateTime,
    /// What you allowed, in Spotify's words, such as `playlist-read-private`.
    scopes: Vec<String>,
}

impl From<TokenRecord> for Authorization {
    fn from(record: TokenRecord) -> Self {
        let scopes = match &record.scope {
            Some(scopes) => scopes.split_whitespace().map(str::to_owned).collect(),
            // Left out where it is what was asked for (RFC 6749, section 5.1).
            None => SCOPES.map(str::to_owned).to_vec(),
        };
        Self {
            granted_at: DateTime(record.granted_at),
            reauthorize_by: DateTime(reauthorize_by(record.granted_at)),
            scopes,
        }
    }
}

//! Who may ask for the person's Spotify access token.

use axum::http::HeaderMap;
use axum::http::header::ORIGIN;

use crate::auth::{Carrier, Credential};
use crate::config::SpotifyAccessTokenFor;

/// Whether a request with these headers, of somebody with this credential, comes from whom the
/// settings allow. A page always says where it is from, and cannot say otherwise; what has no page is
/// an app, if it sends a token of its own rather than a browser's cookie.
pub(super) fn may_ask(
    allowed: &SpotifyAccessTokenFor,
    credential: &Credential,
    headers: &HeaderMap,
) -> bool {
    let mut origins = headers.get_all(ORIGIN).iter();
    match (origins.next(), origins.next(), credential) {
        (
            _,
            _,
            Credential::None
            | Credential::Malformed(_)
            | Credential::MalformedCookie
            | Credential::Bearer(_),
        )
        | (Some(_), Some(_), _) => false,
        (Some(origin), None, _) => allowed
            .origins
            .iter()
            .any(|allowed| allowed.as_bytes() == origin.as_bytes()),
        (None, _, Credential::Session { carrier, .. }) => {
            allowed.apps && *carrier == Carrier::ApiToken
        }
    }
}

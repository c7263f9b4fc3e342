//! Who calls: `Authorization: Bearer <access token>`.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;

use super::error::Error;
use crate::simulator::accounts::Bearer;
use crate::simulator::shared::Shared;

impl FromRequestParts<Arc<Shared>> for Bearer {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, Error> {
        if !parts.headers.contains_key(AUTHORIZATION) {
            return Err(Error::NO_TOKEN);
        }
        let token = token(&parts.headers).ok_or(Error::BAD_TOKEN)?;
        if token.is_empty() {
            return Err(Error::NO_TOKEN);
        }
        shared
            .vault()
            .check(token, shared.now())
            .map_err(Error::from)
    }
}

/// The bearer token of a request, whatever it is worth.
pub(crate) fn token(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

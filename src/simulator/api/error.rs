//! The errors of the Web API, in its nested shape.

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::WWW_AUTHENTICATE;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::simulator::accounts::BadToken;

/// A status and the message that Spotify sends with it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Error {
    status: StatusCode,
    message: &'static str,
}

impl Error {
    pub(crate) const NO_TOKEN: Self = Self::new(StatusCode::UNAUTHORIZED, "No token provided");
    pub(crate) const BAD_TOKEN: Self = Self::new(StatusCode::UNAUTHORIZED, "Invalid access token");
    pub(crate) const EXPIRED: Self =
        Self::new(StatusCode::UNAUTHORIZED, "The access token expired");
    pub(crate) const SCOPE: Self = Self::new(StatusCode::FORBIDDEN, "Insufficient client scope");
    pub(crate) const FORBIDDEN: Self = Self::new(StatusCode::FORBIDDEN, "Forbidden");
    pub(crate) const NOT_FOUND: Self = Self::new(StatusCode::NOT_FOUND, "Resource not found");
    pub(crate) const NO_SERVICE: Self = Self::new(StatusCode::NOT_FOUND, "Service not found");
    pub(crate) const BAD_ID: Self = Self::new(StatusCode::BAD_REQUEST, "Invalid base62 id");
    pub(crate) const BAD_LIMIT: Self = Self::new(StatusCode::BAD_REQUEST, "Invalid limit");
    pub(crate) const BAD_OFFSET: Self = Self::new(StatusCode::BAD_REQUEST, "Invalid offset");
    pub(crate) const BAD_FIELDS: Self = Self::new(StatusCode::BAD_REQUEST, "Invalid fields");
    pub(crate) const METHOD: Self = Self::new(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed");

    const fn new(status: StatusCode, message: &'static str) -> Self {
        Self { status, message }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let body = json!({ "error": { "status": self.status.as_u16(), "message": self.message } });
        let mut response = (self.status, Json(body)).into_response();
        if self.status == StatusCode::UNAUTHORIZED {
            let challenge = format!(
                r#"Bearer realm="spotify", error="invalid_token", error_description="{}""#,
                self.message
            );
            if let Ok(challenge) = challenge.parse() {
                response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
            }
        }
        response
    }
}

impl From<BadToken> for Error {
    fn from(bad: BadToken) -> Self {
        match bad {
            BadToken::Unknown => Self::BAD_TOKEN,
            BadToken::Expired => Self::EXPIRED,
        }
    }
}

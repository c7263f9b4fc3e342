//! The page at `/`, from the binary.

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue};
use axum::response::{Html, IntoResponse, Response};

use super::state::HttpState;

/// Spotify's own picture hosts.
const PICTURES: &str = "https://*.scdn.co https://*.spotifycdn.com";

/// The page.
pub(super) async fn index(State(state): State<HttpState>) -> Response {
    let pictures = state.picture_origin.as_deref().unwrap_or_default();
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
         img-src 'self' {PICTURES} {pictures}; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'"
    );
    let mut response = Html(include_str!("../../playground/index.html")).into_response();
    if let Ok(policy) = HeaderValue::from_str(policy.trim()) {
        response
            .headers_mut()
            .insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// Its looks.
pub(super) async fn style() -> impl IntoResponse {
    (
        headers("text/css; charset=utf-8"),
        include_str!("../../playground/playground.css"),
    )
}

/// Its behaviour.
pub(super) async fn script() -> impl IntoResponse {
    (
        headers("text/javascript; charset=utf-8"),
        include_str!("../../playground/playground.js"),
    )
}

fn headers(content_type: &'static str) -> [(HeaderName, &'static str); 2] {
    [
        (CONTENT_TYPE, content_type),
        (CACHE_CONTROL, "public, max-age=300"),
    ]
}

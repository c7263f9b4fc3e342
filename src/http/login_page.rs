//! What a login that failed shows: a page to a person, JSON to a client that asks for it.

use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::plain_page::PlainPage;
use super::state::HttpState;

/// The failure in the form that the client asks for. Nothing was stored.
pub(super) fn failure(
    state: &HttpState,
    headers: &HeaderMap,
    status: StatusCode,
    message: &str,
) -> Response {
    if !wants_html(headers) {
        let body = axum::Json(json!({ "ok": false, "error": message }));
        return (status, body).into_response();
    }
    let page = PlainPage {
        base_path: &state.base_path,
        title: "Login failed · lockstep",
        heading: "You are not logged in",
        text: &format!("{message}."),
        button: "Try again",
        failed: true,
    };
    (status, page).into_response()
}

/// Browsers name `text/html`; other clients do not.
fn wants_html(headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

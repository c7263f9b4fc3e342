//! What a login that failed shows: a page to a person, JSON to a client that asks for it.

use askama::Template;
use axum::http::header::{ACCEPT, CONTENT_SECURITY_POLICY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use serde_json::json;

use super::state::HttpState;

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Login failed · lockstep</title>
  <link rel="stylesheet" href="{{ base_path }}plain.css">
</head>
<body>
  <main class="card">
    <h1>You are not logged in</h1>
    <p class="reason">{{ message }}.</p>
    <p><a class="button" href="{{ base_path }}login/spotify/">Try again</a> <a href="{{ base_path }}">Back to the start</a></p>
  </main>
</body>
</html>
"#
)]
struct Page<'a> {
    base_path: &'a str,
    message: &'a str,
}

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
    let page = Page {
        base_path: &state.base_path,
        message,
    };
    let html = page.render().unwrap_or_else(|_| message.to_owned());
    let mut response = (status, Html(html)).into_response();
    response.headers_mut().insert(
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; style-src 'self'; frame-ancestors 'none'"),
    );
    response
}

/// Browsers name `text/html`; other clients do not.
fn wants_html(headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

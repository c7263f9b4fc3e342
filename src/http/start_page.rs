//! What stands at `/` where there is no page to try queries on: browsers land there after a login.

use askama::Template;
use axum::extract::State;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};

use super::state::HttpState;

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>lockstep</title>
  <link rel="stylesheet" href="{{ base_path }}plain.css">
</head>
<body>
  <main class="card">
    <h1>lockstep</h1>
    <p>This is the server of the lockstep player. If you came here by logging in, go back to the player.</p>
    <p><a class="button" href="{{ base_path }}login/spotify/">Log in with Spotify</a></p>
  </main>
</body>
</html>
"#
)]
struct Page<'a> {
    base_path: &'a str,
}

/// The page.
pub(super) async fn start_page(State(state): State<HttpState>) -> Response {
    let page = Page {
        base_path: &state.base_path,
    };
    let Ok(html) = page.render() else {
        return StatusCode::NO_CONTENT.into_response();
    };
    let mut response = Html(html).into_response();
    response.headers_mut().insert(
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; style-src 'self'; frame-ancestors 'none'"),
    );
    response
}

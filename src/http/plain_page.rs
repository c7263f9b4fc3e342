//! A page without scripts: a few words and a way to log in.

use askama::Template;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::response::{Html, IntoResponse, Response};

/// What it says. All of it is escaped.
#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>{{ title }}</title>
  <link rel="stylesheet" href="{{ base_path }}plain.css">
</head>
<body>
  <main class="card">
    <h1>{{ heading }}</h1>
    <p{% if failed %} class="reason"{% endif %}>{{ text }}</p>
    <p><a class="button" href="{{ base_path }}login/spotify/">{{ button }}</a>{% if failed %} <a href="{{ base_path }}">Back to the start</a>{% endif %}</p>
  </main>
</body>
</html>
"#
)]
pub(super) struct PlainPage<'a> {
    pub(super) base_path: &'a str,
    pub(super) title: &'a str,
    pub(super) heading: &'a str,
    pub(super) text: &'a str,
    /// What is to be pressed to log in.
    pub(super) button: &'a str,
    /// Whether the text is the reason for a failure, which leads back to the start too.
    pub(super) failed: bool,
}

impl IntoResponse for PlainPage<'_> {
    fn into_response(self) -> Response {
        let html = self.render().unwrap_or_else(|_| self.text.to_owned());
        let mut response = Html(html).into_response();
        response.headers_mut().insert(
            CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(
                "default-src 'none'; style-src 'self'; frame-ancestors 'none'",
            ),
        );
        response
    }
}

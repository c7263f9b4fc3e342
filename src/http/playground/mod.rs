//! The page at `/` and what it loads, from the binary: `playground/build` makes the files.

mod file;
mod files;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use super::graphql::plain_error;
use super::state::HttpState;
use crate::graphql::Code;
use file::File;

/// Spotify's own picture hosts.
const PICTURES: &str = "https://*.scdn.co https://*.spotifycdn.com";

/// To be asked for anew at each use, which costs an empty answer where nothing changed.
const REVALIDATE: HeaderValue = HeaderValue::from_static("no-cache");

/// The name has a hash of the content.
const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// A worker has the policy that its own file came with, and loads its chunks by `import`.
const ASSET_POLICY: HeaderValue =
    HeaderValue::from_static("default-src 'none'; script-src 'self'; frame-ancestors 'none'");

/// The page.
pub(super) async fn page(State(state): State<HttpState>, request: HeaderMap) -> Response {
    let mut response = serve("index.html", &request, REVALIDATE);
    if let Ok(policy) = HeaderValue::from_str(&page_policy(state.picture_origin.as_deref())) {
        response
            .headers_mut()
            .insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// What the page loads.
pub(super) async fn asset(
    name: Result<Path<String>, PathRejection>,
    request: HeaderMap,
) -> Response {
    // What is not text is no file's name, as little as an empty one.
    let name = name.map_or_else(|_| String::new(), |Path(name)| name);
    let mut response = serve(&format!("assets/{name}"), &request, FOREVER);
    response
        .headers_mut()
        .insert(CONTENT_SECURITY_POLICY, ASSET_POLICY);
    response
}

/// Whose work the page holds.
pub(super) async fn licenses(request: HeaderMap) -> Response {
    serve("licenses.md", &request, REVALIDATE)
}

/// The looks of the pages that need no script.
pub(super) async fn plain_style() -> impl IntoResponse {
    let headers: [(HeaderName, &str); 2] = [
        (CONTENT_TYPE, "text/css; charset=utf-8"),
        (CACHE_CONTROL, "public, max-age=300"),
    ];
    (headers, include_str!("plain.css"))
}

fn serve(path: &str, request: &HeaderMap, caching: HeaderValue) -> Response {
    let Ok(index) = files::FILES.binary_search_by_key(&path, |file| file.path) else {
        return plain_error(
            StatusCode::NOT_FOUND,
            Code::BadRequest,
            "there is no such file: reload the page",
        );
    };
    let mut response = files::FILES[index].answer(request);
    response.headers_mut().insert(CACHE_CONTROL, caching);
    response
}

/// Nothing but what the binary holds, and pictures. `unsafe-inline` for styles only: Monaco writes
/// style elements and attributes as it lays text out, with no way to give it a nonce. A style can
/// send nothing anywhere but to the picture hosts, since no other source of anything is let through.
/// `data:` pictures are the icons in Monaco's style sheet.
fn page_policy(picture_origin: Option<&str>) -> String {
    let pictures = match picture_origin {
        Some(origin) => format!("{PICTURES} {origin}"),
        None => PICTURES.to_owned(),
    };
    format!(
        "default-src 'none'; script-src 'self'; worker-src 'self'; \
         style-src 'self' 'unsafe-inline'; font-src 'self'; connect-src 'self'; \
         img-src 'self' data: {pictures}; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'"
    )
}

#[cfg(test)]
mod tests;

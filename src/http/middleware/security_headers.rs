//! What every answer tells a browser, where the handler did not say otherwise.

use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;

const DEFAULTS: [(HeaderName, HeaderValue); 7] = [
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
    ),
    // No page of another origin may hold one as a picture or a script, or keep hold of its window.
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    // Answers are one person's: no proxy may keep them.
    (CACHE_CONTROL, HeaderValue::from_static("no-store")),
];

/// A year. Of this host alone: what others of its domain do is not known here.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Adds what is missing.
pub(super) fn security_headers(response: &mut Response, https: bool) {
    let headers = response.headers_mut();
    headers.reserve(DEFAULTS.len());
    for (name, value) in DEFAULTS {
        headers.entry(name).or_insert(value);
    }
    if https {
        headers.insert(STRICT_TRANSPORT_SECURITY, HSTS);
    }
}

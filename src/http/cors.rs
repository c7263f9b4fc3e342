//! Which other origins' pages may read answers, with the person's cookie: those that are listed, and
//! no others. Where none is, nothing of CORS is spoken and browsers refuse by themselves.

use std::time::Duration;

use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderName, HeaderValue, Method};
use tower_http::cors::{AllowHeaders, AllowOrigin, CorsLayer};

/// How long a browser may remember a preflight's answer; Chromium forgets after as long.
const PREFLIGHT_LASTS: Duration = Duration::from_secs(7200);

/// What a page gets to read besides the body.
const EXPOSED: [HeaderName; 5] = [
    HeaderName::from_static("x-request-id"),
    HeaderName::from_static("traceresponse"),
    HeaderName::from_static("ratelimit"),
    HeaderName::from_static("ratelimit-policy"),
    RETRY_AFTER,
];

/// Answers preflights, and marks answers as readable, for `origins`; `None` where there are none.
#[must_use]
pub(super) fn cors(origins: &[HeaderValue]) -> Option<CorsLayer> {
    let layer = CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins.iter().cloned()))
        .allow_credentials(true)
        .allow_methods([Method::GET, Method::POST])
        // Whatever headers the page of a listed origin sends: to tell them apart from others' by a
        // header is what preflights are for.
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers(EXPOSED)
        .max_age(PREFLIGHT_LASTS);
    (!origins.is_empty()).then_some(layer)
}

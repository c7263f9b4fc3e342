//! Whom a request is for: a request of HTTP/1.1 says so once. One that does not, or twice, is refused
//! (RFC 9112, section 3.2), as whoever stands in between may have taken it for another's.

use axum::extract::Request;
use axum::http::header::HOST;
use axum::http::{StatusCode, Version};
use axum::response::Response;

use crate::graphql::Code;
use crate::http::graphql::plain_error;

/// The answer to a request that does not say it as it must.
pub(super) fn refusal(request: &Request) -> Option<Response> {
    let is_said_once = request.headers().get_all(HOST).iter().count() == 1;
    if is_said_once || request.version() != Version::HTTP_11 {
        return None;
    }
    Some(plain_error(
        StatusCode::BAD_REQUEST,
        Code::BadRequest,
        "a request of HTTP/1.1 must have one Host header",
    ))
}

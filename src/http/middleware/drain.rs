//! Lets clients go while the process is about to stop: whoever keeps a connection open (a reverse
//! proxy does) is told to open its next one, which then goes to another instance. So no request is
//! lost on a connection that is closed as it arrives.

use axum::http::header::CONNECTION;
use axum::http::{HeaderValue, Version};
use axum::response::Response;

use crate::shutdown::Shutdown;

/// Ends HTTP/1 connections with their next answer once the shutdown has begun. HTTP/2 has a message
/// for it, which the server sends by itself.
pub(super) fn drain(response: &mut Response, version: Version, shutdown: &Shutdown) {
    if version <= Version::HTTP_11 && shutdown.has_begun() {
        response
            .headers_mut()
            .insert(CONNECTION, HeaderValue::from_static("close"));
    }
}

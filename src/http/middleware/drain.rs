//! Lets clients go while the process is about to stop: whoever keeps a connection open (a reverse
//! proxy does) is told to open its next one, which then goes to another instance. So no request is
//! lost on a connection that is closed as it arrives.

use axum::extract::{Request, State};
use axum::http::header::CONNECTION;
use axum::http::{HeaderValue, Version};
use axum::middleware::Next;
use axum::response::Response;

use crate::http::state::HttpState;

/// Ends HTTP/1 connections with their next answer once the shutdown has begun. HTTP/2 has a message
/// for it, which the server sends by itself.
pub(crate) async fn drain(
    State(state): State<HttpState>,
    request: Request,
    next: Next,
) -> Response {
    let http1 = request.version() <= Version::HTTP_11;
    let mut response = next.run(request).await;
    if http1 && state.shutdown.has_begun() {
        response
            .headers_mut()
            .insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

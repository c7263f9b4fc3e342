//! What every request goes through. One concern a file.

mod catch_panic;
mod host;
mod request_id;
mod request_log;
mod security_headers;
mod trace_context;
mod unread_body;

use axum::extract::{Request, State};
use axum::http::header::CONNECTION;
use axum::http::{HeaderValue, Version};
use axum::middleware::Next;
use axum::response::Response;
use tokio::time::Instant;
use tracing::Instrument;

pub(super) use catch_panic::message;
pub(super) use request_id::RequestId;

use super::state::HttpState;
use catch_panic::catch_panic;
use request_log::RequestLog;
use security_headers::security_headers;
use unread_body::UnreadBody;

/// All of it, from the outside to the inside. It is one layer of the router: each would put the request's
/// future into a box of its own.
pub(super) async fn surround(
    State(state): State<HttpState>,
    mut request: Request,
    next: Next,
) -> Response {
    let version = request.version();
    let deadline = Instant::now() + state.http.request_timeout;
    let log = RequestLog::begin(&state, &mut request);
    let (request, unread) = UnreadBody::of(request);
    let mut response = match host::refusal(&request) {
        Some(refusal) => {
            // It lets go of its body.
            drop(request);
            refusal
        }
        None => {
            let answer = catch_panic(log.id(), next.run(request));
            answer.instrument(log.span()).await
        }
    };
    security_headers(&mut response, state.https);
    log.end(&mut response);
    let is_clear = unread.discard(state.largest_body(), deadline).await;
    // While the process is about to stop, whoever keeps a connection open (a reverse proxy does) is told
    // to open its next one, which then goes to another instance. So no request is lost on a connection
    // that is closed as it arrives. HTTP/2 has a message for it, which the server sends by itself.
    if version <= Version::HTTP_11 && (!is_clear || state.shutdown.has_begun()) {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(CONNECTION, close);
    }
    response
}

//! What every request goes through. One concern a file.

mod catch_panic;
mod drain;
mod request_id;
mod request_log;
mod security_headers;
mod trace_context;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

pub(super) use catch_panic::message;
pub(super) use request_id::RequestId;

use super::state::HttpState;
use catch_panic::catch_panic;
use drain::drain;
use request_log::request_log;
use security_headers::security_headers;

/// All of it, from the outside to the inside. It is one layer of the router: each would put the request's
/// future into a box of its own.
pub(super) async fn surround(
    State(state): State<HttpState>,
    request: Request,
    next: Next,
) -> Response {
    let version = request.version();
    let answer = async |id: RequestId, request| {
        let mut response = catch_panic(&id, next.run(request)).await;
        security_headers(&mut response, state.https);
        drain(&mut response, version, &state.shutdown);
        response
    };
    request_log(&state, request, answer).await
}

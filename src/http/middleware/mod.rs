//! What every request goes through. One concern a file.

mod catch_panic;
mod host;
mod request_id;
mod request_log;
mod security_headers;
mod trace_context;
mod unread_body;

use std::convert::Infallible;
use std::future::ready;
use std::task::{Context, Poll};

use axum::extract::Request;
use axum::http::header::CONNECTION;
use axum::http::{HeaderValue, Version};
use axum::response::Response;
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Either};
use tokio::time::Instant;
use tower::Service;
use tracing::Instrument;

pub(super) use catch_panic::message;
pub(super) use request_id::RequestId;

use super::state::HttpState;
use catch_panic::catch_panic;
use request_log::RequestLog;
use security_headers::security_headers;
use unread_body::UnreadBody;

/// A handler with all of it around. It is one layer of the router: each would put the request's future into a box
/// of its own.
#[derive(Clone)]
pub(super) struct Surrounded<H> {
    handler: H,
    state: HttpState,
}

impl<H> Surrounded<H> {
    pub(super) fn new(handler: H, state: HttpState) -> Self {
        Self { handler, state }
    }
}

impl<H> Service<Request> for Surrounded<H>
where
    H: Service<Request, Response = Response, Error = Infallible>,
    H::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.handler.poll_ready(cx)
    }

    /// From the outside to the inside, and back.
    fn call(&mut self, mut request: Request) -> Self::Future {
        let version = request.version();
        let deadline = Instant::now() + self.state.http.request_timeout;
        let mut log = RequestLog::begin(self.state.clone(), &mut request);
        let (request, unread) = UnreadBody::of(request);
        let answer = match host::refusal(&request) {
            // Its body is let go of with it, when this returns.
            Some(refusal) => Either::Left(ready(Ok(refusal))),
            None => Either::Right(self.handler.call(request)),
        };
        Box::pin(async move {
            let answer = answer.map(|Ok(response)| response);
            let answer = catch_panic(log.id(), answer).instrument(log.span());
            let mut response = answer.await;
            security_headers(&mut response, log.state.https);
            log.end(&mut response);
            let state = &log.state;
            let is_clear = unread.discard(state.largest_body(), deadline).await;
            // While the process is about to stop, whoever keeps a connection open (a reverse proxy does) is told
            // to open its next one, which then goes to another instance. So no request is lost on a connection
            // that is closed as it arrives. HTTP/2 has a message for it, which the server sends by itself.
            if version <= Version::HTTP_11 && (!is_clear || state.shutdown.has_begun()) {
                let close = HeaderValue::from_static("close");
                response.headers_mut().insert(CONNECTION, close);
            }
            Ok(response)
        })
    }
}

//! A panic is a bug, and ends the request that met it: not the process, and not without an answer.

use std::any::Any;
use std::panic::AssertUnwindSafe;

use axum::response::Response;
use futures_util::FutureExt;

use super::RequestId;
use crate::http::graphql::internal_error;

/// Answers a masked 500 where `answer` panics, and logs what the panic said.
pub(super) fn catch_panic(
    request_id: &RequestId,
    answer: impl Future<Output = Response>,
) -> impl Future<Output = Response> {
    // What a handler shares with others is behind locks that a panic does not poison.
    let answer = AssertUnwindSafe(answer).catch_unwind();
    answer.map(|answered| {
        answered.unwrap_or_else(|panic| {
            tracing::error!(panic = message(&*panic), "a handler panicked");
            internal_error(request_id.as_str())
        })
    })
}

/// What a panic said.
pub(crate) fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("something that is not text")
}

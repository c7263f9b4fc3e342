//! Reads a body of bounded size in bounded time.

use axum::body::Body;
use axum::http::header::{CONTENT_LENGTH, EXPECT};
use axum::http::{HeaderMap, StatusCode};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use http_body::Body as _;
use tokio::time::Instant;

use super::refusal::Refusal;

/// Refuses what is going to be over the limit, where the client waits for leave to send it.
///
/// # Errors
/// 413
pub(super) fn refuse_announced(headers: &HeaderMap, limit: usize) -> Result<(), Refusal> {
    let length = headers.get(CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if headers.contains_key(EXPECT) && length.is_some_and(|length| length > limit) {
        return Err(too_large(limit));
    }
    Ok(())
}

/// Reads `body` to its end, at most `limit` bytes, before `deadline`.
///
/// What is over the limit is read and thrown away for as long again: a client that is still sending
/// when the connection closes would see that, and not the answer.
///
/// # Errors
/// 413 over the limit, 408 past the deadline, 400 where the client stops half-way.
pub(super) async fn read(body: Body, limit: usize, deadline: Instant) -> Result<Bytes, Refusal> {
    match tokio::time::timeout_at(deadline, collect(body, limit)).await {
        Ok(outcome) => outcome,
        Err(_) => Err(Refusal::new(
            StatusCode::REQUEST_TIMEOUT,
            "the body did not arrive within the request's time",
        )),
    }
}

async fn collect(body: Body, limit: usize) -> Result<Bytes, Refusal> {
    // As much as is announced at once: growing step by step would need twice as much for a while.
    let announced = body.size_hint().exact().unwrap_or(0);
    let announced = usize::try_from(announced).unwrap_or(usize::MAX).min(limit);
    let mut stream = body.into_data_stream();
    let mut read = BytesMut::with_capacity(announced);
    let mut length = 0_usize;
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| Refusal::bad_request("the body ends half-way"))?;
        length = length.saturating_add(chunk.len());
        if length <= limit {
            read.extend_from_slice(&chunk);
        } else if length > limit.saturating_mul(2) {
            break;
        } else {
            read = BytesMut::new();
        }
    }
    if length > limit {
        return Err(too_large(limit));
    }
    Ok(read.freeze())
}

fn too_large(limit: usize) -> Refusal {
    Refusal::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        format!("the body is larger than {limit} bytes, which is this server's limit"),
    )
}

//! Reads a body of bounded size in bounded time.

use axum::body::Body;
use axum::http::header::{CONTENT_LENGTH, EXPECT};
use axum::http::{HeaderMap, StatusCode};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use http_body::Body as _;
use tokio::time::Instant;

use super::refusal::Refusal;
use crate::auth::Credential;
use crate::config::{Http, Limits};

/// The most that is read of a body, before it is known what the request is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bound {
    bytes: usize,
    advice: &'static str,
}

impl Bound {
    /// As much as an upload may have. Without a credential there can be no upload, so that nobody
    /// in particular makes the server keep much.
    pub(super) fn new(credential: &Credential, http: &Http, limits: &Limits) -> Self {
        let body = usize::try_from(limits.body_bytes).unwrap_or(usize::MAX);
        if matches!(credential, Credential::None) && !limits.warn_only {
            Self {
                bytes: body,
                advice: "; uploads may be larger: log in, or send an access token",
            }
        } else {
            Self {
                bytes: body.max(http.max_upload_bytes),
                advice: "",
            }
        }
    }

    fn exceeded(self) -> Refusal {
        let Self { bytes, advice } = self;
        Refusal::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("the body is larger than {bytes} bytes, which is this server's limit{advice}"),
        )
    }
}

/// Holds a body that was read to what its operation may have.
///
/// # Errors
/// 413
pub(super) fn check(
    bytes: usize,
    is_upload: bool,
    http: &Http,
    limits: &Limits,
) -> Result<(), Refusal> {
    let found = u64::try_from(bytes).unwrap_or(u64::MAX);
    let (max, what) = if is_upload {
        (http.max_upload_bytes as u64, "an upload")
    } else {
        (limits.body_bytes, "what uploads no collection")
    };
    if found <= max {
        return Ok(());
    }
    if limits.warn_only {
        tracing::warn!(limit = "bodyBytes", max, found, "over a limit");
        return Ok(());
    }
    Err(Refusal::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        format!(
            "the body has {found} bytes, and {max} are the most that this server takes of {what}"
        ),
    ))
}

/// Refuses what is going to be over the limit, where the client waits for leave to send it.
///
/// # Errors
/// 413
pub(super) fn refuse_announced(headers: &HeaderMap, bound: Bound) -> Result<(), Refusal> {
    let length = headers.get(CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if headers.contains_key(EXPECT) && length.is_some_and(|length| length > bound.bytes) {
        return Err(bound.exceeded());
    }
    Ok(())
}

/// Reads `body` to its end, as far as `bound` allows, before `deadline`.
///
/// What is over the limit is read and thrown away for as long again: a client that is still sending
/// when the connection closes would see that, and not the answer.
///
/// # Errors
/// 413 over the limit, 408 past the deadline, 400 where the client stops half-way.
pub(super) async fn read(body: Body, bound: Bound, deadline: Instant) -> Result<Bytes, Refusal> {
    match tokio::time::timeout_at(deadline, collect(body, bound)).await {
        Ok(outcome) => outcome,
        Err(_) => Err(Refusal::new(
            StatusCode::REQUEST_TIMEOUT,
            "the body did not arrive within the request's time",
        )),
    }
}

async fn collect(body: Body, bound: Bound) -> Result<Bytes, Refusal> {
    let limit = bound.bytes;
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
        return Err(bound.exceeded());
    }
    Ok(read.freeze())
}

//! Reads a body of bounded size in bounded time.

use axum::body::{Body, BodyDataStream};
use axum::http::header::{CONTENT_LENGTH, EXPECT};
use axum::http::{HeaderMap, StatusCode};
use bytes::Bytes;
use futures_util::StreamExt;
use hyper::body::Body as _;
use tokio::time::Instant;

use super::deadline::finished_by;
use super::refusal::Refusal;
use super::rejected::Rejected;
use super::upload_memory::{CountedBody, Spent, UploadMemory};
use crate::auth::Credential;
use crate::config::{Http, Limits};
use crate::graphql::before_execution;
use crate::loaders::Scope;

/// The most that is read of a body, before it is known what the request is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bound {
    bytes: usize,
    advice: &'static str,
    /// Whether there is a credential, be it a wrong one.
    claimed: bool,
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
                claimed: false,
            }
        } else {
            Self {
                bytes: body.max(http.max_upload_bytes),
                advice: "",
                claimed: !matches!(credential, Credential::None),
            }
        }
    }

    fn exceeded(self) -> Refusal {
        let Self { bytes, advice, .. } = self;
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

/// Reads `body` to its end, as far as `bound` and `memory` allow, before `deadline`.
///
/// What is more than anybody may send is read of people alone whom `scope` knows: others could keep its
/// memory from them.
///
/// # Errors
/// 413 over the limit, 503 where the memory is spent, 408 past the deadline, 400 where the client
/// stops half-way; and why the caller is not known.
pub(super) async fn read(
    body: Body,
    bound: Bound,
    scope: &Scope,
    memory: &UploadMemory,
    deadline: Instant,
) -> Result<Bytes, Rejected> {
    let announced = body.size_hint().exact().unwrap_or(0);
    let announced = usize::try_from(announced).unwrap_or(usize::MAX);
    let room = announced.min(bound.bytes);
    let kept = keep(body.into_data_stream(), bound, scope, memory.body(), room);
    let in_time = finished_by(deadline, kept).await;
    in_time.unwrap_or_else(|_| {
        let message = "the body did not arrive within the request's time";
        Err(Refusal::new(StatusCode::REQUEST_TIMEOUT, message).into())
    })
}

async fn keep(
    mut stream: BodyDataStream,
    bound: Bound,
    scope: &Scope,
    mut body: CountedBody,
    room: usize,
) -> Result<Bytes, Rejected> {
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| Refusal::bad_request("the body ends half-way"))?;
        let length = body.length() + chunk.len();
        if length > bound.bytes {
            return Err(bound.exceeded().into());
        }
        if bound.claimed && body.costs(length) {
            scope.viewer().await.map_err(before_execution)?;
        }
        body.extend(&chunk, room)
            .map_err(|Spent| Refusal::no_memory())?;
    }
    Ok(body.freeze())
}

//! What is left of a request's body when the answer is there, as where the request was refused by its
//! head. On a connection of HTTP/1 it stands in front of the next request, and a client that is still
//! sending when the connection closes sees that, and not the answer (RFC 9112, section 9.6). So it
//! is read and thrown away first.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::Version;
use axum::http::header::EXPECT;
use futures_util::StreamExt;
use hyper::body::{Body as _, Frame, SizeHint};
use tokio::sync::oneshot;
use tokio::sync::oneshot::error::TryRecvError;
use tokio::time::{Instant, timeout, timeout_at};

/// How long no more of it comes until it is not waited for: a client may want to see the answer first.
const PATIENCE: Duration = Duration::from_secs(2);

/// The body of a request that is being answered, as it will be left.
pub(super) struct UnreadBody(Option<oneshot::Receiver<Left>>);

/// What a handler has left of a body.
enum Left {
    Rest(Body),
    /// All of it, and the client waits for leave to send it. To read it would be to give leave.
    Unsent,
}

impl UnreadBody {
    /// Keeps hold of the body of `request`. HTTP/2 needs none of this: each of its streams ends alone.
    pub(super) fn of(request: Request) -> (Request, Self) {
        if request.version() > Version::HTTP_11 || request.body().is_end_stream() {
            return (request, Self(None));
        }
        let (back, left) = oneshot::channel();
        let waits = request.headers().contains_key(EXPECT);
        let lent = |body| Lent {
            body: Some(body),
            back: Some(back),
            waits,
        };
        (request.map(|body| Body::new(lent(body))), Self(Some(left)))
    }

    /// Reads what is left of it, at most `bytes` and until `deadline`; tells whether that was all.
    pub(super) async fn discard(self, bytes: usize, deadline: Instant) -> bool {
        let Some(mut left) = self.0 else {
            return true;
        };
        let body = match left.try_recv() {
            Ok(Left::Rest(body)) => body,
            Ok(Left::Unsent) | Err(TryRecvError::Empty) => return false,
            Err(TryRecvError::Closed) => return true,
        };
        if body.size_hint().lower() > bytes as u64 {
            return false;
        }
        // Every request's future would have room for it, and few need it.
        let all = Box::pin(read_away(body, bytes));
        timeout_at(deadline, all).await.unwrap_or(false)
    }
}

/// Reads `body` to its end, at most `bytes`; tells whether that was all.
async fn read_away(body: Body, bytes: usize) -> bool {
    let mut stream = body.into_data_stream();
    let mut room = bytes;
    loop {
        match timeout(PATIENCE, stream.next()).await {
            Ok(None) => return true,
            Ok(Some(Ok(chunk))) if chunk.len() <= room => room -= chunk.len(),
            _ => return false,
        }
    }
}

/// A body that is handed back when it is dropped before its end.
struct Lent {
    body: Option<Body>,
    back: Option<oneshot::Sender<Left>>,
    waits: bool,
}

impl hyper::body::Body for Lent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.waits = false;
        let Some(body) = &mut self.body else {
            return Poll::Ready(None);
        };
        let polled = Pin::new(body).poll_frame(cx);
        if let Poll::Ready(None) = polled {
            self.body = None;
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        let none = || SizeHint::with_exact(0);
        self.body.as_ref().map_or_else(none, Body::size_hint)
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let (Some(body), Some(back)) = (self.body.take(), self.back.take()) {
            // Where nobody asks for it, the whole request is given up.
            let _ = back.send(if self.waits {
                Left::Unsent
            } else {
                Left::Rest(body)
            });
        }
    }
}

//! The requests of a connection of HTTP/2, which overlap, and the time in which there are none.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes};
use hyper::body::{Frame, SizeHint};
use tokio::sync::watch;
use tokio::time::timeout;

use super::pace::Taken;

/// An answer is handed over in pieces of at most so many bytes, each when the client has taken those before
/// it: what is handed over cannot be told from what is taken. As large as a frame is, unless the client
/// wants larger ones.
const PIECE: usize = 16 * 1024;

/// How many are open.
#[derive(Default)]
pub(super) struct Streams(Arc<watch::Sender<Count>>);

#[derive(Default)]
struct Count {
    open: usize,
    /// Whether any has been.
    begun: bool,
}

/// One that is. It closes when this is dropped.
pub(super) struct Stream(Arc<watch::Sender<Count>>);

impl Streams {
    /// A request begins.
    pub(super) fn open(&self) -> Stream {
        self.0.send_modify(|count| {
            count.open += 1;
            count.begun = true;
        });
        Stream(self.0.clone())
    }

    /// Waits until none was open for so long since the first of all. Before that there is nothing to wait
    /// for: the stream below bounds it.
    pub(super) fn idle(&self, patience: Duration) -> impl Future<Output = ()> {
        let mut count = self.0.subscribe();
        async move {
            loop {
                // Never an error: `self` is the sender.
                let _ = count.wait_for(|count| count.begun && count.open == 0).await;
                // One that came and went meanwhile is a change as well.
                if timeout(patience, count.changed()).await.is_err() {
                    return;
                }
            }
        }
    }
}

impl Stream {
    /// Keeps it open until `body` is written.
    pub(super) fn hold(self, body: Body) -> Body {
        Body::new(Held {
            body,
            rest: Bytes::new(),
            taken: Taken::begin(),
            _stream: self,
        })
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.0.send_modify(|count| count.open -= 1);
    }
}

struct Held {
    body: Body,
    /// What is left of the frame that came last.
    rest: Bytes,
    taken: Arc<Taken>,
    _stream: Stream,
}

impl hyper::body::Body for Held {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if self.rest.is_empty() {
            let frame = match ready!(Pin::new(&mut self.body).poll_frame(cx)) {
                Some(Ok(frame)) => frame,
                end => return Poll::Ready(end),
            };
            self.rest = match frame.into_data() {
                Ok(data) => data,
                Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
            };
        }
        let length = self.rest.len().min(PIECE);
        self.taken.add(length);
        let piece = self.rest.split_to(length);
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let (rest, body) = (self.rest.len() as u64, self.body.size_hint());
        let mut hint = SizeHint::new();
        hint.set_lower(body.lower() + rest);
        if let Some(upper) = body.upper() {
            hint.set_upper(upper + rest);
        }
        hint
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use hyper::body::Body as _;
    use tokio::time::{Instant, sleep};

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(75);
    const HOUR: Duration = Duration::from_secs(3600);

    #[tokio::test(start_paused = true)]
    async fn it_is_idle_when_the_last_was_closed_for_so_long() {
        let streams = Streams::default();
        let start = Instant::now();
        let requests = async {
            let (first, second) = (streams.open(), streams.open());
            sleep(HOUR).await;
            drop(first);
            sleep(HOUR).await;
            drop(second);
            // In the last moment another, which is over at once.
            sleep(PATIENCE - Duration::from_secs(1)).await;
            drop(streams.open());
        };
        tokio::join!(streams.idle(PATIENCE), requests);
        let expected = HOUR * 2 + PATIENCE * 2 - Duration::from_secs(1);
        assert_eq!(start.elapsed().as_secs(), expected.as_secs());
        // Whoever asks then waits as long.
        streams.idle(PATIENCE).await;
        let expected = expected + PATIENCE;
        assert_eq!(start.elapsed().as_secs(), expected.as_secs());
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_without_streams_is_none_of_its_business() {
        let streams = Streams::default();
        assert!(timeout(HOUR, streams.idle(PATIENCE)).await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_is_being_written_holds_its_stream() {
        let streams = Streams::default();
        let mut idle = pin!(streams.idle(PATIENCE));
        let body = streams.open().hold(Body::from("answer"));
        assert!(timeout(HOUR, idle.as_mut()).await.is_err());
        drop(body);
        assert!(timeout(HOUR, idle).await.is_ok());
    }

    #[tokio::test]
    async fn a_large_answer_goes_in_pieces_and_stays_the_same() {
        let answer: Vec<u8> = (0..100_000_u32).map(|n| n as u8).collect();
        let mut body = Streams::default().open().hold(Body::from(answer.clone()));
        let mut written = Vec::new();
        while !body.is_end_stream() {
            let left = answer.len() - written.len();
            assert_eq!(body.size_hint().exact(), Some(left as u64));
            let frame = std::future::poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await;
            let piece = frame.unwrap().unwrap().into_data().unwrap();
            assert!(piece.len() <= PIECE, "{}", piece.len());
            written.extend(piece);
        }
        assert_eq!(written, answer);
    }
}

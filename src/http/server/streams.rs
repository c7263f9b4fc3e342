//! The requests of a connection of HTTP/2, which overlap, and the time in which there are none.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use http_body::{Frame, SizeHint};
use tokio::sync::watch;
use tokio::time::timeout;

/// How many are open.
#[derive(Default)]
pub(super) struct Streams(Arc<watch::Sender<usize>>);

/// One that is. It closes when this is dropped.
pub(super) struct Stream(Arc<watch::Sender<usize>>);

impl Streams {
    /// A request begins.
    pub(super) fn open(&self) -> Stream {
        self.0.send_modify(|open| *open += 1);
        Stream(self.0.clone())
    }

    /// Waits until none was open for so long, counting from the first that is opened after this was
    /// called. Before that there is nothing to wait for: the stream below bounds it.
    pub(super) fn idle(&self, patience: Duration) -> impl Future<Output = ()> {
        let mut open = self.0.subscribe();
        async move {
            // Never an error: `self` is the sender.
            let _ = open.changed().await;
            loop {
                let _ = open.wait_for(|open| *open == 0).await;
                // One that came and went meanwhile is a change as well.
                if timeout(patience, open.changed()).await.is_err() {
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
            _stream: self,
        })
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.0.send_modify(|open| *open -= 1);
    }
}

struct Held {
    body: Body,
    _stream: Stream,
}

impl http_body::Body for Held {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

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
}

//! How fast the answers of HTTP/2 are taken. Requests overlap there, and a client that takes one answer
//! may leave another for ever, in memory: each is held to what a connection of HTTP/1 is held to.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use hyper::rt::Executor;
use tokio::sync::Notify;
use tokio::time::sleep;

use super::patient::BYTES_A_WINDOW;

tokio::task_local! {
    /// What is taken of the answer that this task writes.
    static TAKEN: Arc<Taken>;
}

/// How much the client has taken of an answer.
#[derive(Default)]
pub(super) struct Taken {
    begun: Notify,
    bytes: AtomicUsize,
}

impl Taken {
    /// That of the stream whose task this is, whose answer is there.
    pub(super) fn begin() -> Arc<Self> {
        let taken = TAKEN.try_with(Arc::clone).unwrap_or_default();
        taken.begun.notify_one();
        taken
    }

    /// So many bytes more.
    pub(super) fn add(&self, bytes: usize) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Waits until too few were taken for a whole window.
    async fn too_slowly(&self, window: Duration) {
        self.begun.notified().await;
        loop {
            let before = self.bytes.load(Ordering::Relaxed);
            sleep(window).await;
            if self.bytes.load(Ordering::Relaxed) - before < BYTES_A_WINDOW {
                return;
            }
        }
    }
}

/// Runs each stream of a connection as a task, until its answer is taken too slowly. What is dropped
/// then, the protocol calls a stream that is reset.
#[derive(Clone)]
pub(super) struct Paced {
    /// The window in which some must be taken.
    pub(super) window: Duration,
}

impl<F: Future<Output = ()> + Send + 'static> Executor<F> for Paced {
    fn execute(&self, stream: F) {
        let (window, taken) = (self.window, Arc::new(Taken::default()));
        tokio::spawn(TAKEN.scope(taken.clone(), async move {
            tokio::select! {
                biased;
                () = stream => {}
                () = taken.too_slowly(window) => tracing::debug!("an answer was read too slowly"),
            }
        }));
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;
    use tokio::time::Instant;

    use super::*;

    const WINDOW: Duration = Duration::from_secs(30);
    const HOUR: Duration = Duration::from_secs(3600);

    /// Whether an answer is taken to its end, of which `bytes` go every ten seconds, and how long it takes.
    async fn written_to(bytes: usize) -> (bool, u64) {
        let (done, outcome) = oneshot::channel();
        let start = Instant::now();
        Paced { window: WINDOW }.execute(async move {
            // It may take its time to be there.
            sleep(HOUR).await;
            let taken = Taken::begin();
            for _ in 0..100 {
                sleep(Duration::from_secs(10)).await;
                taken.add(bytes);
            }
            let _ = done.send(());
        });
        let done = outcome.await.is_ok();
        (done, (start.elapsed() - HOUR).as_secs())
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_is_given_up_when_too_little_of_it_is_taken_and_not_before_it_is_there() {
        assert_eq!(written_to(0).await, (false, 30));
        assert_eq!(written_to(8 * 1024).await, (false, 30));
        assert_eq!(written_to(16 * 1024).await, (true, 1000));
    }
}

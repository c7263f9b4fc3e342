//! Something that is being fetched, and awaited by any number of resolvers.
//!
//! A dataloader holds its lock until its batch is done. A batch of ours only starts tasks, and gives
//! out what to wait for: one for each key where Spotify is asked, which has no call for many things at
//! once, and one for all where the store is. A slow playlist then holds up nobody who waits for
//! another, a thousand resolvers do not take turns at the lock, and one that is given up takes nothing
//! away from those who wait for the same.

use std::pin::Pin;
use std::task::{Context, Poll};

use dataloader::BatchFn;
use dataloader::cached::Loader;
use futures_util::FutureExt;
use futures_util::future::Shared;
use tokio::task::{JoinHandle, unconstrained};
use tracing::Instrument;

use crate::auth::Error;

/// A batch that one query answers is never cut up: the query takes any number of keys.
const WHOLE_BATCH: usize = usize::MAX;

/// How often resolvers that want something of the store let the others go first: once for those beside
/// them, and once more for those a level deeper. Each turn costs as many steps as there are resolvers.
const TURNS: usize = 2;

/// What a loader gives for a key: clones await the same outcome.
pub(crate) type Flight<T> = Shared<Task<T>>;

/// A loader of flights.
pub(crate) type FlightLoader<K, T, B> = Loader<K, Flight<T>, B>;

/// Starts fetching. It goes on without being polled, and ends with the last clone of what is
/// returned, at the latest with the request.
pub(crate) fn start<T>(fetch: impl Future<Output = Result<T, Error>> + Send + 'static) -> Flight<T>
where
    T: Clone + Send + 'static,
{
    Task(tokio::spawn(fetch.in_current_span())).shared()
}

/// A loader of flights. It waits for no further keys: there is nothing to be had by it.
pub(crate) fn loader<K, T, B>(batch: B) -> Loader<K, Flight<T>, B>
where
    K: Eq + std::hash::Hash + Clone + std::fmt::Debug,
    T: Clone,
    B: BatchFn<K, Flight<T>>,
{
    Loader::new(batch).with_yield_count(0)
}

/// A loader of flights that have many keys each. It waits for the keys of all resolvers of a list.
pub(crate) fn gathering<K, T, B>(batch: B) -> Loader<K, Flight<T>, B>
where
    K: Eq + std::hash::Hash + Clone + std::fmt::Debug,
    T: Clone,
    B: BatchFn<K, Flight<T>>,
{
    Loader::new(batch)
        .with_max_batch_size(WHOLE_BATCH)
        .with_yield_count(TURNS)
}

/// What came of the flight for `key`.
pub(crate) async fn outcome<K, T, B>(loader: &Loader<K, Flight<T>, B>, key: K) -> Result<T, Error>
where
    K: Eq + std::hash::Hash + Clone + std::fmt::Debug,
    T: Clone,
    B: BatchFn<K, Flight<T>>,
{
    begin(loader, key).await?.await
}

/// The flight for `key`, which the loader keeps for whoever asks for its outcome.
pub(crate) async fn begin<K, T, B>(
    loader: &Loader<K, Flight<T>, B>,
    key: K,
) -> Result<Flight<T>, Error>
where
    K: Eq + std::hash::Hash + Clone + std::fmt::Debug,
    T: Clone,
    B: BatchFn<K, Flight<T>>,
{
    // The lock is taken for moments. Charged to the task's budget, it would end the task's turn every
    // few dozen resolvers.
    let loaded = unconstrained(loader.try_load(key)).await;
    loaded.map_err(|_| super::LEFT_OUT)
}

/// A task that ends when this is dropped.
pub(crate) struct Task<T>(JoinHandle<Result<T, Error>>);

impl<T> Future for Task<T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let outcome = Pin::new(&mut self.0).poll(context);
        outcome.map(|done| done.unwrap_or(Err(Error::Internal("a loader's task failed"))))
    }
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::sync::Notify;

    use super::*;

    #[tokio::test]
    async fn all_who_wait_get_the_one_outcome_whoever_gives_up() {
        let go = Arc::new(Notify::new());
        let waiting = go.clone();
        let flight = start(async move {
            waiting.notified().await;
            Ok(Arc::new(7))
        });
        let given_up = flight.clone();
        assert!(given_up.now_or_never().is_none());
        go.notify_one();
        let (a, b) = tokio::join!(flight.clone(), flight);
        assert!(Arc::ptr_eq(&a.unwrap(), &b.unwrap()));
    }

    #[tokio::test]
    async fn it_ends_when_nobody_can_ask_for_it_any_more() {
        let alive = Arc::new(());
        let held = alive.clone();
        let flight = start::<()>(async move {
            let _held = held;
            std::future::pending().await
        });
        tokio::task::yield_now().await;
        assert_eq!(Arc::strong_count(&alive), 2);
        drop(flight);
        while Arc::strong_count(&alive) > 1 {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn a_panic_is_an_error_of_this_one_thing() {
        let flight = start::<()>(async { panic!("a bug") });
        assert!(matches!(flight.await, Err(Error::Internal(_))));
    }
}

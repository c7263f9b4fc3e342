//! What is being fetched at this moment, so that requests which need the same of one person's wait
//! for one call.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::future::WeakShared;

use super::flight::{self, Flight, Task};
use crate::auth::Error;

/// The flights of a kind, by what they fetch. Clones share them.
pub(crate) struct Flights<K, T: Clone>(Arc<Inner<K, T>>);

struct Inner<K, T: Clone> {
    under_way: Mutex<HashMap<K, Entry<T>>>,
    number: AtomicU64,
}

/// Held weakly: a flight ends with the last request that waits for it.
struct Entry<T: Clone> {
    number: u64,
    flight: WeakShared<Task<T>>,
}

/// How a request came by a flight.
pub(crate) enum Boarded<T: Clone> {
    /// It is the request's own.
    Begun(Flight<T>),
    /// Another request had begun it.
    Joined(Flight<T>),
}

impl<K, T> Flights<K, T>
where
    K: Clone + Eq + Hash + Send + 'static,
    T: Clone + Send + Sync + 'static,
{
    /// Joins the flight for `key`, or begins one with `fetch`.
    pub(crate) fn board<F>(&self, key: &K, fetch: impl FnOnce() -> F) -> Boarded<T>
    where
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let mut under_way = self.0.lock();
        let joined = under_way.get(key).and_then(|entry| entry.flight.upgrade());
        if let Some(flight) = joined {
            return Boarded::Joined(flight);
        }
        let number = self.0.number.fetch_add(1, Ordering::Relaxed);
        let landing = Landing {
            flights: self.0.clone(),
            key: key.clone(),
            number,
        };
        let fetch = fetch();
        let flight = flight::start(async move {
            let _landing = landing;
            fetch.await
        });
        if let Some(weak) = flight.downgrade() {
            let entry = Entry {
                number,
                flight: weak,
            };
            under_way.insert(key.clone(), entry);
        }
        Boarded::Begun(flight)
    }

    /// How many are under way.
    #[cfg(test)]
    fn count(&self) -> usize {
        self.0.lock().len()
    }
}

impl<K, T: Clone> Inner<K, T> {
    fn lock(&self) -> MutexGuard<'_, HashMap<K, Entry<T>>> {
        self.under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K, T: Clone> Default for Flights<K, T> {
    fn default() -> Self {
        Self(Arc::new(Inner {
            under_way: Mutex::default(),
            number: AtomicU64::default(),
        }))
    }
}

/// Takes a flight off the list when it has ended, however it did: who comes later begins another.
struct Landing<K: Eq + Hash, T: Clone> {
    flights: Arc<Inner<K, T>>,
    key: K,
    number: u64,
}

impl<K: Eq + Hash, T: Clone> Drop for Landing<K, T> {
    fn drop(&mut self) {
        let mut under_way = self.flights.lock();
        // Another may have begun since this one was given up.
        if under_way
            .get(&self.key)
            .is_some_and(|entry| entry.number == self.number)
        {
            under_way.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::Notify;

    use super::*;

    fn begun<T: Clone>(boarded: Boarded<T>) -> Flight<T> {
        match boarded {
            Boarded::Begun(flight) => flight,
            Boarded::Joined(_) => panic!("joined"),
        }
    }

    fn joined<T: Clone>(boarded: Boarded<T>) -> Flight<T> {
        match boarded {
            Boarded::Joined(flight) => flight,
            Boarded::Begun(_) => panic!("begun"),
        }
    }

    #[tokio::test]
    async fn who_comes_while_it_is_under_way_joins_it_whoever_gives_up() {
        let flights = Flights::<u8, u8>::default();
        let go = Arc::new(Notify::new());
        let waiting = go.clone();
        let first = begun(flights.board(&1, || async move {
            waiting.notified().await;
            Ok(7)
        }));
        let second = joined(flights.board(&1, || async { panic!("fetched twice") }));
        let other = begun(flights.board(&2, || async { Ok(8) }));
        drop(first);
        go.notify_one();
        assert_eq!((second.await.unwrap(), other.await.unwrap()), (7, 8));
        assert_eq!(flights.count(), 0);
    }

    #[tokio::test]
    async fn who_comes_after_it_begins_another_though_the_old_one_is_still_held() {
        let flights = Flights::<u8, u8>::default();
        let held = begun(flights.board(&1, || async { Ok(1) }));
        assert_eq!(held.clone().await.unwrap(), 1);
        let again = begun(flights.board(&1, || async { Ok(2) }));
        assert_eq!(again.await.unwrap(), 2);
        assert_eq!(held.await.unwrap(), 1);
    }

    #[tokio::test]
    async fn it_ends_when_nobody_waits_any_more() {
        let flights = Flights::<u8, u8>::default();
        let flight = begun(flights.board(&1, std::future::pending));
        tokio::task::yield_now().await;
        drop(flight);
        let again = begun(flights.board(&1, || async { Ok(2) }));
        assert_eq!(again.await.unwrap(), 2);
        while flights.count() > 0 {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn a_panic_ends_this_one_flight() {
        let flights = Flights::<u8, u8>::default();
        let flight = begun(flights.board(&1, || async { panic!("a bug") }));
        assert!(matches!(flight.await, Err(Error::Internal(_))));
        assert_eq!(flights.count(), 0);
        assert!(begun(flights.board(&1, || async { Ok(1) })).await.is_ok());
    }
}

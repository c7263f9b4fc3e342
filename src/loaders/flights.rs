//! What is being fetched at this moment, so that requests which need the same of one person's wait
//! for one call.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::future::WeakShared;
use tokio::time::{Instant, timeout_at};

use super::flight::{self, Flight, Task};
use crate::auth::Error;
use crate::spotify;

/// The flights of a kind, by what they fetch.
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

    /// Waits until `deadline` for what the flight for `key` brings, which `fetch` begins where there is
    /// none. `count` is told of each flight whether it was joined.
    ///
    /// # Errors
    /// The flight's, unless it is that of another request which had less time or fewer calls left.
    pub(crate) async fn share<F>(
        &self,
        key: &K,
        deadline: Instant,
        fetch: impl Fn() -> F,
        count: impl Fn(bool),
    ) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let mut first = true;
        loop {
            let (flight, joined) = match self.board(key, &fetch) {
                Boarded::Begun(flight) => (flight, false),
                Boarded::Joined(flight) => (flight, true),
            };
            count(joined);
            let outcome = timeout_at(deadline, flight).await;
            match outcome.map_err(|_| spotify::Error::DeadlineExceeded)? {
                Err(error) if joined && may_differ(&error, first, deadline) => first = false,
                outcome => return outcome,
            }
        }
    }

    /// How many are under way.
    #[cfg(test)]
    fn count(&self) -> usize {
        self.0.lock().len()
    }
}

/// Whether a request that has until `deadline` may fare better by itself than the `first` flight that it
/// joined, or a later one: what was used up was another request's time, or its calls.
fn may_differ(error: &Error, first: bool, deadline: Instant) -> bool {
    use spotify::Error as E;
    let left = deadline.saturating_duration_since(Instant::now());
    match error {
        _ if left.is_zero() => false,
        Error::CallsExhausted(_) | Error::Spotify(E::DeadlineExceeded) => true,
        // Whoever has no time for the wait would only find that out one after the other.
        Error::Spotify(E::RateLimited { retry_after }) => *retry_after < left,
        // Perhaps there was no time to try again.
        Error::Spotify(E::Connection | E::Unreadable { .. } | E::Unavailable { .. }) => first,
        _ => false,
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
    use std::time::Duration;

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

    /// What two get who share: the second joins the first's, which brings each of `outcomes` in turn
    /// to whoever begins a flight. And how many flights there were.
    async fn shared_by_two(outcomes: Vec<Result<u8, Error>>) -> (Vec<Result<u8, Error>>, usize) {
        let flights = Flights::<u8, u8>::default();
        let deadline = Instant::now() + Duration::from_secs(60);
        let left = Arc::new(Mutex::new(outcomes.into_iter()));
        let begun = Arc::new(AtomicU64::default());
        let fetch = || {
            let (left, begun) = (left.clone(), begun.clone());
            async move {
                begun.fetch_add(1, Ordering::Relaxed);
                // The other one boards meanwhile.
                tokio::task::yield_now().await;
                left.lock().unwrap().next().unwrap()
            }
        };
        let share = || flights.share(&1, deadline, fetch, |_| {});
        let (first, second) = tokio::join!(share(), share());
        let begun = begun.load(Ordering::Relaxed);
        (vec![first, second], usize::try_from(begun).unwrap())
    }

    fn unavailable() -> Error {
        Error::Spotify(spotify::Error::Unavailable {
            status: 500,
            message: String::new(),
        })
    }

    #[tokio::test]
    async fn what_another_request_had_too_little_of_does_not_fail_who_joined_it() {
        for theirs in [
            Error::CallsExhausted(0),
            spotify::Error::DeadlineExceeded.into(),
            spotify::Error::RateLimited {
                retry_after: Duration::from_secs(9),
            }
            .into(),
            spotify::Error::Connection.into(),
            unavailable(),
        ] {
            let outcomes = vec![Err(theirs.clone()), Ok(7)];
            let (outcomes, begun) = shared_by_two(outcomes).await;
            assert!(outcomes[0].is_err(), "{theirs}");
            assert!(matches!(outcomes[1], Ok(7)), "{theirs}");
            assert_eq!(begun, 2);
        }
    }

    #[tokio::test]
    async fn what_asking_again_would_not_change_is_everybodys() {
        let forbidden = || spotify::Error::Forbidden {
            message: String::new(),
        };
        let (outcomes, begun) = shared_by_two(vec![Err(forbidden().into())]).await;
        assert!(outcomes.iter().all(Result::is_err));
        assert_eq!(begun, 1);
        // It has a minute.
        let limited = spotify::Error::RateLimited {
            retry_after: Duration::from_secs(61),
        };
        let (outcomes, begun) = shared_by_two(vec![Err(limited.into())]).await;
        assert!(outcomes.iter().all(Result::is_err));
        assert_eq!(begun, 1);
        // Its own second try is the last.
        let (outcomes, begun) = shared_by_two(vec![Err(unavailable()), Err(unavailable())]).await;
        assert!(outcomes.iter().all(Result::is_err));
        assert_eq!(begun, 2);
    }
}

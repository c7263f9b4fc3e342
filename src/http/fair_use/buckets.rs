//! Many buckets, each as large as a minute's points, in bounded memory.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::Clock as Timer;
use governor::middleware::{StateInformationMiddleware, StateSnapshot};
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed, StateStore};
use governor::{Quota, RateLimiter};
use moka::policy::EvictionPolicy;
use moka::sync::Cache;

use super::payer::Payer;
use crate::clock::Clock;

/// How many are kept. Of more, those are forgotten that were not used for longest, and whoever comes
/// back to one finds it full. Each takes about 200 bytes.
const BUCKETS: u64 = 100_000;

/// After this long, twice what it takes to fill, a bucket is as good as new.
const FULL_AFTER: Duration = Duration::from_secs(120);

/// The buckets of all who pay.
pub(super) struct Buckets {
    limiter: RateLimiter<Payer, Bounded, ByClock, StateInformationMiddleware>,
    clock: ByClock,
    size: NonZeroU32,
}

/// A bucket has fewer points than were asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooFew {
    /// How long it takes until there are as many.
    pub(super) wait: Duration,
    /// How many there are.
    pub(super) left: u32,
}

impl Buckets {
    /// Each holds `a_minute` points and fills within a minute.
    pub(super) fn new(a_minute: NonZeroU32, clock: Clock) -> Self {
        let clock = ByClock(clock);
        let quota = Quota::per_minute(a_minute);
        let limiter = RateLimiter::new(quota, Bounded::new(BUCKETS), clock.clone());
        Self {
            limiter,
            clock,
            size: a_minute,
        }
    }

    /// Takes `points` out of a bucket, or all that it can hold where that is less.
    ///
    /// # Errors
    /// See [`TooFew`]. Nothing is taken then.
    pub(super) fn take(&self, payer: &Payer, points: NonZeroU32) -> Result<u32, TooFew> {
        let points = points.min(self.size);
        match self.limiter.check_key_n(payer, points) {
            Ok(Ok(snapshot)) => Ok(StateSnapshot::remaining_burst_capacity(&snapshot)),
            Ok(Err(not_until)) => {
                let wait = not_until.wait_time_from(self.clock.now());
                let a_point = not_until.quota().replenish_interval().as_nanos().max(1);
                let missing = wait.as_nanos().div_ceil(a_point);
                let missing = u32::try_from(missing).unwrap_or(u32::MAX);
                let left = points.get().saturating_sub(missing);
                Err(TooFew { wait, left })
            }
            // No more are asked for than a bucket holds.
            Err(_) => Err(TooFew {
                wait: FULL_AFTER,
                left: 0,
            }),
        }
    }

    /// How many points a full one holds.
    pub(super) fn size(&self) -> u32 {
        self.size.get()
    }
}

/// The state of the buckets that were used last.
struct Bounded(Cache<Payer, Arc<InMemoryState>>);

impl Bounded {
    fn new(capacity: u64) -> Self {
        let cache = Cache::builder()
            .max_capacity(capacity)
            // Not by how often they were used: a new bucket must be kept, or it would be full always.
            .eviction_policy(EvictionPolicy::lru())
            .time_to_idle(FULL_AFTER);
        Self(cache.build())
    }
}

impl StateStore for Bounded {
    type Key = Payer;

    fn measure_and_replace<T, F, E>(&self, key: &Payer, f: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let state = self.0.get_with_by_ref(key, Arc::default);
        state.measure_and_replace(&NotKeyed::NonKey, f)
    }
}

/// The process's clock, as the limiter reads it.
#[derive(Clone)]
struct ByClock(Clock);

impl Timer for ByClock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn points(number: u32) -> NonZeroU32 {
        NonZeroU32::new(number).unwrap()
    }

    fn payer(last: u32) -> Payer {
        Payer::Address(std::net::Ipv4Addr::from(last).into())
    }

    #[test]
    fn a_bucket_holds_a_minutes_points_and_fills_as_time_goes_by() {
        let clock = Clock::system();
        let buckets = Buckets::new(points(6000), clock.clone());
        assert_eq!(buckets.take(&payer(1), points(5000)), Ok(1000));
        let TooFew { wait, left } = buckets.take(&payer(1), points(3000)).unwrap_err();
        assert!((19..=20).contains(&wait.as_secs()), "{wait:?}");
        assert!((1000..=1100).contains(&left), "{left}");
        // Nothing was taken, and nobody else's was touched.
        assert!(buckets.take(&payer(1), points(1000)).is_ok());
        assert_eq!(buckets.take(&payer(2), points(5000)), Ok(1000));

        clock.advance(TimeDelta::seconds(10));
        assert!(buckets.take(&payer(1), points(1000)).is_ok());
        assert!(buckets.take(&payer(1), points(1000)).is_err());
        clock.advance(TimeDelta::seconds(3600));
        assert_eq!(buckets.take(&payer(1), points(1)), Ok(5999));
    }

    #[test]
    fn what_costs_more_than_a_bucket_holds_takes_a_full_one() {
        let clock = Clock::system();
        let buckets = Buckets::new(points(100), clock.clone());
        assert_eq!(buckets.take(&payer(1), points(5000)), Ok(0));
        assert!(buckets.take(&payer(1), points(5000)).is_err());
        clock.advance(TimeDelta::seconds(60));
        assert_eq!(buckets.take(&payer(1), points(5000)), Ok(0));
    }

    #[test]
    fn more_payers_than_are_kept_cost_no_more_memory() {
        let bounded = Bounded::new(100);
        for last in 0..10_000 {
            let taken: Result<(), ()> =
                bounded.measure_and_replace(&payer(last), |_| Ok(((), 1.into())));
            assert!(taken.is_ok());
        }
        bounded.0.run_pending_tasks();
        assert!(
            bounded.0.entry_count() <= 100,
            "{}",
            bounded.0.entry_count()
        );
        // The last that came is known still: it cannot begin anew by that.
        let known = bounded.measure_and_replace(&payer(9999), |state| {
            state.map(|state| ((), state)).ok_or(())
        });
        assert_eq!(known, Ok(()));
    }
}

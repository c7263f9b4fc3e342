//! What one request is paid from, and what its answer tells of it.

use std::num::NonZeroU32;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue};

use super::REQUEST;
use super::buckets::{Buckets, TooFew};
use super::payer::Payer;
use crate::store::PersonId;

/// After <https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/>.
const RATELIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATELIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// How long it takes to fill an empty bucket, in seconds.
const WINDOW: u64 = 60;

/// One payer's bucket.
pub(crate) struct Account<'a> {
    /// `None`: there is no limit.
    buckets: Option<&'a Buckets>,
    payer: Payer,
    left: u32,
}

/// There are too few points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Exhausted {
    /// In whole seconds, rounded up, so that waiting that long is long enough.
    pub(crate) retry_after: u64,
}

impl<'a> Account<'a> {
    pub(super) fn new(buckets: Option<&'a Buckets>, payer: Payer) -> Self {
        Self {
            buckets,
            payer,
            left: 0,
        }
    }

    /// Whether it is known to be this person's.
    pub(crate) fn is_of(&self, person: &PersonId) -> bool {
        matches!(&self.payer, Payer::Person(payer) if payer == person)
    }

    /// Pays.
    ///
    /// # Errors
    /// Where there are too few points; nothing is paid then.
    pub(crate) fn charge(&mut self, points: u64) -> Result<(), Exhausted> {
        self.take(points).map_err(|wait| Exhausted {
            retry_after: whole_seconds(wait),
        })
    }

    /// Pays for what a request asks for, after the request itself: what costs more than the bucket can
    /// hold then takes all that it can hold, or it would never be answered.
    ///
    /// # Errors
    /// Where there are too few points; nothing more is paid then. Who comes back pays for the request
    /// again, and so has to wait for that as well.
    pub(crate) fn charge_cost(&mut self, cost: u64) -> Result<(), Exhausted> {
        let Some(size) = self.buckets.map(Buckets::size) else {
            return Ok(());
        };
        let most = u64::from(size).saturating_sub(REQUEST);
        self.take(cost.min(most)).map_err(|wait| {
            let request = Duration::from_secs(WINDOW * REQUEST) / size;
            Exhausted {
                retry_after: whole_seconds(wait + request),
            }
        })
    }

    /// How long it takes until there are as many points, where there are too few.
    fn take(&mut self, points: u64) -> Result<(), Duration> {
        let points = u32::try_from(points).unwrap_or(u32::MAX);
        let (Some(points), Some(buckets)) = (NonZeroU32::new(points), self.buckets) else {
            return Ok(());
        };
        let taken = buckets.take(&self.payer, points);
        let (Ok(left) | Err(TooFew { left, .. })) = taken;
        self.left = left;
        taken.map(|_| ()).map_err(|few| few.wait)
    }

    /// Tells what there may be spent, what of it is left, and how long it takes until all is there
    /// again.
    pub(crate) fn tell(&self, headers: &mut HeaderMap) {
        let Some(size) = self.buckets.map(Buckets::size) else {
            return;
        };
        let spent = u64::from(size - self.left);
        let full_after = (spent * WINDOW).div_ceil(u64::from(size));
        let lines = [
            (RATELIMIT_POLICY, format!("\"points\";q={size};w={WINDOW}")),
            (
                RATELIMIT,
                format!("\"points\";r={};t={full_after}", self.left),
            ),
        ];
        for (name, line) in lines {
            if let Ok(value) = HeaderValue::from_str(&line) {
                headers.insert(name, value);
            }
        }
    }
}

fn whole_seconds(duration: Duration) -> u64 {
    (duration.as_secs() + u64::from(duration.subsec_nanos() > 0)).max(1)
}

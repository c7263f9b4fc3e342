//! What is counted, and under which names. `docs/metrics.md` tells what each means.
//!
//! A leaf: whoever counts calls a method that says what happened, and knows neither names nor the
//! exporter. Labels take few values, none of which a client can make up: a name that a client may
//! choose would make a time series each.

mod families;
mod labels;
mod lookups;
mod outcome;
mod process;

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;

use self::families::Families;
use self::labels::{
    Cache, Called, Code, Endpoint, Gate, Http, Lookup, Operation, Outcome, Pool, Route, Status,
};
pub use self::lookups::Lookups;
pub use self::outcome::{Login, TokenRefresh};

/// The media type of [`Metrics::encode`].
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The process's counters. Clones share them.
#[derive(Clone)]
pub struct Metrics(Arc<Families>);

/// How a pool of database connections stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolUse {
    /// What the pool is for.
    pub name: &'static str,
    /// How many connections it may have.
    pub size: usize,
    /// How many are open.
    pub open: usize,
    /// How many are at work.
    pub in_use: usize,
    /// How many operations wait for one.
    pub waiting: usize,
}

impl Metrics {
    /// Everything at zero.
    #[must_use]
    pub fn new() -> Self {
        let metrics = Self(Arc::new(Families::new()));
        for outcome in TokenRefresh::ALL {
            metrics.token_refreshes(*outcome);
        }
        for outcome in Login::ALL {
            metrics.logins(*outcome);
        }
        metrics
    }

    /// From now on errors of these codes are counted, from 0.
    pub fn expect_errors(&self, codes: impl IntoIterator<Item = &'static str>) {
        for code in codes {
            self.graphql_errors(code);
        }
    }

    /// A request to the public listener begins; it is in flight until it ends.
    pub fn http_request_begins(&self) {
        self.0.http_in_flight.inc();
    }

    /// A request that has begun was answered, or (no status) its client went away before that.
    /// `route` is one of the router's own.
    pub fn http_request_ends(
        &self,
        method: &str,
        route: &str,
        status: Option<u16>,
        took: Duration,
    ) {
        self.0.http_in_flight.dec();
        self.0
            .http_requests
            .get_or_create(&Http::new(method, route, status))
            .inc();
        self.0
            .http_duration
            .get_or_create(&Route::new(route))
            .observe(took.as_secs_f64());
    }

    /// A GraphQL request was answered. `operation` is the operation's type, `field` its root field
    /// as the schema has it, `codes` those of its errors.
    pub fn graphql_request<'c>(
        &self,
        operation: &'static str,
        field: &str,
        codes: impl IntoIterator<Item = &'c str>,
    ) {
        let mut first = None;
        for code in codes {
            first = first.or(Some(code));
            self.graphql_errors(code).inc();
        }
        let labels = Operation {
            operation,
            field: field.to_owned(),
            code: first.unwrap_or("OK").to_owned(),
        };
        self.0.graphql_requests.get_or_create(&labels).inc();
    }

    fn graphql_errors(&self, code: &str) -> impl Deref<Target = Counter> {
        let code = code.to_owned();
        self.0.graphql_errors.get_or_create(&Code { code })
    }

    /// One try of a call to Spotify is over. `endpoint` is its template, not its address.
    pub fn spotify_request(&self, endpoint: &'static str, status: Option<u16>, took: Duration) {
        let labels = Endpoint {
            endpoint,
            status: Status(status),
        };
        self.0.spotify_requests.get_or_create(&labels).inc();
        self.0
            .spotify_duration
            .get_or_create(&Called { endpoint })
            .observe(took.as_secs_f64());
    }

    /// A call came through a gate, or gave up before it.
    pub fn gate_waited(&self, gate: &'static str, wait: Duration) {
        self.0
            .gate_wait
            .get_or_create(&Gate { gate })
            .observe(wait.as_secs_f64());
    }

    /// A gate was shut.
    pub fn gate_shut(&self, gate: &'static str) {
        self.0.gate_shut.get_or_create(&Gate { gate }).inc();
    }

    /// How much longer a gate is shut, at this moment.
    pub fn set_gate_opens_in(&self, gate: &'static str, left: Duration) {
        self.0
            .gate_opens_in
            .get_or_create(&Gate { gate })
            .set(left.as_secs_f64());
    }

    /// A refresh of an access token ended.
    pub fn token_refresh(&self, outcome: TokenRefresh) {
        self.token_refreshes(outcome).inc();
    }

    fn token_refreshes(&self, outcome: TokenRefresh) -> impl Deref<Target = Counter> {
        let outcome = outcome.as_str();
        self.0.token_refreshes.get_or_create(&Outcome { outcome })
    }

    /// The counters of look-ups of whose a bearer token is, which are there from now on.
    #[must_use]
    pub fn identity_lookups(&self) -> Lookups {
        let counter = |outcome| {
            let lookups = self.0.identity_lookups.get_or_create(&Outcome { outcome });
            lookups.clone()
        };
        Lookups::new(counter)
    }

    /// The counters of look-ups in a cache, which are there from now on.
    #[must_use]
    pub fn cache_lookups(&self, cache: &'static str) -> Lookups {
        let counter = |outcome| {
            let labels = Lookup { cache, outcome };
            self.0.cache_lookups.get_or_create(&labels).clone()
        };
        Lookups::new(counter)
    }

    /// How much a cache holds at this moment.
    pub fn set_cache_size(&self, cache: &'static str, entries: u64, bytes: u64) {
        let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let labels = Cache { cache };
        self.0
            .cache_entries
            .get_or_create(&labels)
            .set(number(entries));
        self.0.cache_bytes.get_or_create(&labels).set(number(bytes));
    }

    /// A login came back from Spotify.
    pub fn login(&self, outcome: Login) {
        self.logins(outcome).inc();
    }

    fn logins(&self, outcome: Login) -> impl Deref<Target = Counter> {
        let outcome = outcome.as_str();
        self.0.logins.get_or_create(&Outcome { outcome })
    }

    /// How the database's connections stand, at this moment.
    pub fn set_pools(&self, pools: &[PoolUse]) {
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        for pool in pools {
            let labels = Pool { pool: pool.name };
            let inner = &*self.0;
            for (gauges, count) in [
                (&inner.pool_size, pool.size),
                (&inner.pool_open, pool.open),
                (&inner.pool_in_use, pool.in_use),
                (&inner.pool_waiting, pool.waiting),
            ] {
                gauges.get_or_create(&labels).set(number(count));
            }
        }
    }

    /// How many statements the database was sent so far.
    pub fn set_statements(&self, count: u64) {
        self.0.statements.inner().store(count, Ordering::Relaxed);
    }

    /// Everything, as text that Prometheus reads: see [`CONTENT_TYPE`].
    ///
    /// # Errors
    /// None that is known: writing to a string does not fail.
    pub fn encode(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.0.registry)?;
        Ok(text)
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Metrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

//! What is counted, and under which names. `docs/metrics.md` tells what each means.
//!
//! A leaf: whoever counts calls a method that says what happened, and knows neither names nor the
//! exporter. Labels take few values, none of which a client can make up: a name that a client may
//! choose would make a time series each.

mod labels;
mod outcome;
mod process;

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::{Family, MetricConstructor};
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Metric, Registry};

use self::labels::{
    Build, Cache, Called, Code, Endpoint, Gate, Http, Lookup, Operation, Outcome, Pool, Route,
    Status,
};
pub use self::outcome::{Login, TokenRefresh};
use self::process::Process;

/// The media type of [`Metrics::encode`].
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// From an answer out of memory to the end of `REQUEST_TIMEOUT_SECONDS`.
const LATENCIES: [f64; 14] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
];

/// A call waits for its turn for milliseconds, or for Spotify's `Retry-After`.
const WAITS: [f64; 10] = [0.001, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 30.0, 120.0];

/// The process's counters. Clones share them.
#[derive(Clone)]
pub struct Metrics(Arc<Inner>);

type Histograms<L> = Family<L, Histogram, Buckets>;
type Seconds = Gauge<f64, AtomicU64>;

struct Inner {
    registry: Registry,
    http_requests: Family<Http, Counter>,
    http_duration: Histograms<Route>,
    http_in_flight: Gauge,
    graphql_requests: Family<Operation, Counter>,
    graphql_errors: Family<Code, Counter>,
    spotify_requests: Family<Endpoint, Counter>,
    spotify_duration: Histograms<Called>,
    gate_wait: Histograms<Gate>,
    gate_shut: Family<Gate, Counter>,
    gate_opens_in: Family<Gate, Seconds>,
    token_refreshes: Family<Outcome, Counter>,
    identity_lookups: Family<Outcome, Counter>,
    cache_lookups: Family<Lookup, Counter>,
    cache_entries: Family<Cache, Gauge>,
    cache_bytes: Family<Cache, Gauge>,
    logins: Family<Outcome, Counter>,
    pool_size: Family<Pool, Gauge>,
    pool_open: Family<Pool, Gauge>,
    pool_in_use: Family<Pool, Gauge>,
    pool_waiting: Family<Pool, Gauge>,
    statements: Counter,
}

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
        let mut registry = Registry::default();
        registry.register_collector(Box::new(Process::new()));
        let ours = registry.sub_registry_with_prefix("lockstep");
        let build = Info::new(Build {
            version: env!("CARGO_PKG_VERSION"),
        });
        ours.register("build", "The version that runs", build);
        let inner = Inner {
            http_requests: counter(ours, "http_requests", "Answered HTTP requests"),
            http_duration: histogram(
                ours,
                "http_request_duration_seconds",
                "Time from a request's head to its answer's",
                &LATENCIES,
            ),
            http_in_flight: add(
                ours,
                "http_requests_in_flight",
                "HTTP requests being answered",
            ),
            graphql_requests: counter(
                ours,
                "graphql_requests",
                "GraphQL requests by operation, its root field, and the first error's code",
            ),
            graphql_errors: counter(ours, "graphql_errors", "GraphQL errors by code"),
            spotify_requests: counter(
                ours,
                "spotify_requests",
                "Calls to Spotify, each try for itself; status none: no answer",
            ),
            spotify_duration: histogram(
                ours,
                "spotify_request_duration_seconds",
                "Time of one try of a call to Spotify",
                &LATENCIES,
            ),
            gate_wait: histogram(
                ours,
                "spotify_gate_wait_seconds",
                "Time that a call waited for its turn, or for a rate limit to pass",
                &WAITS,
            ),
            gate_shut: counter(
                ours,
                "spotify_gate_shut",
                "Times that a 429 of Spotify's held back all calls",
            ),
            gate_opens_in: add(
                ours,
                "spotify_gate_opens_in_seconds",
                "How much longer calls are held back; 0: they are not",
            ),
            token_refreshes: counter(ours, "token_refreshes", "Refreshes of access tokens"),
            identity_lookups: counter(
                ours,
                "identity_lookups",
                "Looks into the memory of whose a bearer token is",
            ),
            cache_lookups: counter(
                ours,
                "cache_lookups",
                "Looks into what is remembered between requests",
            ),
            cache_entries: add(ours, "cache_entries", "Things that are remembered"),
            cache_bytes: add(ours, "cache_bytes", "Memory that they take, about"),
            logins: counter(ours, "logins", "Logins that came back from Spotify"),
            pool_size: add(
                ours,
                "database_pool_size",
                "Connections that the pool may have",
            ),
            pool_open: add(
                ours,
                "database_pool_open",
                "Connections that the pool has open",
            ),
            pool_in_use: add(ours, "database_pool_in_use", "Connections at work"),
            pool_waiting: add(
                ours,
                "database_pool_waiting",
                "Operations that wait for a connection",
            ),
            statements: add(
                ours,
                "database_statements",
                "Statements sent to the database",
            ),
            registry,
        };
        let metrics = Self(Arc::new(inner));
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

    /// A request to the public listener begins; it is in flight until the result is dropped.
    #[must_use]
    pub fn http_request_begins(&self) -> InFlight {
        self.0.http_in_flight.inc();
        InFlight(self.0.http_in_flight.clone())
    }

    /// A request was answered, or (no status) its client went away before that. `route` is one of
    /// the router's own.
    pub fn http_request(&self, method: &str, route: &str, status: Option<u16>, took: Duration) {
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

    /// Whose a bearer is was remembered, or not.
    pub fn identity_lookup(&self, remembered: bool) {
        let outcome = if remembered { "hit" } else { "miss" };
        self.0
            .identity_lookups
            .get_or_create(&Outcome { outcome })
            .inc();
    }

    /// Something was remembered from another request, or not.
    pub fn cache_lookup(&self, cache: &'static str, remembered: bool) {
        let outcome = if remembered { "hit" } else { "miss" };
        let labels = Lookup { cache, outcome };
        self.0.cache_lookups.get_or_create(&labels).inc();
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

/// A request being answered.
#[derive(Debug)]
pub struct InFlight(Gauge);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// Makes a histogram with the buckets of its family.
#[derive(Clone, Copy)]
struct Buckets(&'static [f64]);

impl MetricConstructor<Histogram> for Buckets {
    fn new_metric(&self) -> Histogram {
        Histogram::new(self.0.iter().copied())
    }
}

fn add<M: Metric + Clone + Default>(registry: &mut Registry, name: &str, help: &str) -> M {
    let metric = M::default();
    registry.register(name, help, metric.clone());
    metric
}

/// The exporter ends its name in `_total`.
fn counter<L>(registry: &mut Registry, name: &str, help: &str) -> Family<L, Counter>
where
    Family<L, Counter>: Metric + Clone + Default,
{
    add(registry, name, help)
}

fn histogram<L>(
    registry: &mut Registry,
    name: &str,
    help: &str,
    buckets: &'static [f64],
) -> Histograms<L>
where
    Histograms<L>: Metric + Clone,
    L: Clone + std::hash::Hash + Eq,
{
    let family = Family::new_with_constructor(Buckets(buckets));
    registry.register(name, help, family.clone());
    family
}

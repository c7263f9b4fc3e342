//! What is counted, by its name, with the sentence that tells what it is.

use std::sync::atomic::AtomicU64;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::{Family, MetricConstructor};
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Metric, Registry};

use super::labels::{
    Build, Cache, Called, Code, Endpoint, Gate, Http, Lookup, Operation, Outcome, Pool, Route,
};
use super::process::Process;

/// From an answer out of memory to the end of `REQUEST_TIMEOUT_SECONDS`.
const LATENCIES: [f64; 14] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
];

/// A call waits for its turn for milliseconds, or for Spotify's `Retry-After`.
const WAITS: [f64; 10] = [0.001, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 30.0, 120.0];

type Histograms<L> = Family<L, Histogram, Buckets>;
type Seconds = Gauge<f64, AtomicU64>;

/// Everything that is counted.
pub(super) struct Families {
    pub(super) registry: Registry,
    pub(super) http_requests: Family<Http, Counter>,
    pub(super) http_duration: Histograms<Route>,
    pub(super) http_in_flight: Gauge,
    pub(super) graphql_requests: Family<Operation, Counter>,
    pub(super) graphql_errors: Family<Code, Counter>,
    pub(super) spotify_requests: Family<Endpoint, Counter>,
    pub(super) spotify_duration: Histograms<Called>,
    pub(super) gate_wait: Histograms<Gate>,
    pub(super) gate_shut: Family<Gate, Counter>,
    pub(super) gate_opens_in: Family<Gate, Seconds>,
    pub(super) token_refreshes: Family<Outcome, Counter>,
    pub(super) identity_lookups: Family<Outcome, Counter>,
    pub(super) cache_lookups: Family<Lookup, Counter>,
    pub(super) cache_entries: Family<Cache, Gauge>,
    pub(super) cache_bytes: Family<Cache, Gauge>,
    pub(super) logins: Family<Outcome, Counter>,
    pub(super) pool_size: Family<Pool, Gauge>,
    pub(super) pool_open: Family<Pool, Gauge>,
    pub(super) pool_in_use: Family<Pool, Gauge>,
    pub(super) pool_waiting: Family<Pool, Gauge>,
    pub(super) statements: Counter,
}

impl Families {
    /// Everything at zero.
    pub(super) fn new() -> Self {
        let mut registry = Registry::default();
        registry.register_collector(Box::new(Process::new()));
        let ours = registry.sub_registry_with_prefix("lockstep");
        let build = Info::new(Build {
            version: env!("CARGO_PKG_VERSION"),
        });
        ours.register("build", "The version that runs", build);
        Self {
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
        }
    }
}

/// Makes a histogram with the buckets of its family.
#[derive(Clone, Copy)]
pub(super) struct Buckets(&'static [f64]);

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

//! The labels, each with the few values it takes.

use std::fmt::{Error, Write};

use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};

/// Derives what a set of labels needs.
macro_rules! labels {
    ($($(#[$doc:meta])* $name:ident { $($field:ident: $type:ty),+ })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
        pub(super) struct $name {
            $(pub(super) $field: $type,)+
        }
    )+};
}

labels! {
    /// Which version runs.
    Build { version: &'static str }
    /// An HTTP request.
    Http { method: &'static str, route: String, status: Status }
    /// Where a request went.
    Route { route: String }
    /// What was asked of Spotify.
    Called { endpoint: &'static str }
    /// A GraphQL request.
    Operation { operation: &'static str, field: String, code: String }
    /// A GraphQL error.
    Code { code: String }
    /// A call to Spotify.
    Endpoint { endpoint: &'static str, status: Status }
    /// One of Spotify's services.
    Gate { gate: &'static str }
    /// A cache, and whether it had what was looked for.
    Lookup { cache: &'static str, outcome: &'static str }
    /// A cache.
    Cache { cache: &'static str }
    /// What came of it.
    Outcome { outcome: &'static str }
    /// A pool of database connections.
    Pool { pool: &'static str }
}

impl Http {
    pub(super) fn new(method: &str, route: &str, status: Option<u16>) -> Self {
        // A client may make methods up.
        let method = ["GET", "POST", "HEAD", "OPTIONS"]
            .into_iter()
            .find(|known| *known == method)
            .unwrap_or("other");
        Self {
            method,
            route: route.to_owned(),
            status: Status(status),
        }
    }
}

impl Route {
    pub(super) fn new(route: &str) -> Self {
        Self {
            route: route.to_owned(),
        }
    }
}

/// An HTTP status, or `none`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Status(pub(super) Option<u16>);

impl EncodeLabelValue for Status {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> Result<(), Error> {
        match self.0 {
            Some(status) => write!(encoder, "{status}"),
            None => encoder.write_str("none"),
        }
    }
}

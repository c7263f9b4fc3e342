//! What an operation costs, told to clients that ask: `GraphQL-Cost: report`.

use async_graphql::{Response, value};
use axum::http::{HeaderMap, HeaderName};

use crate::config::Limits;

/// As Hot Chocolate's clients know it.
const GRAPHQL_COST: HeaderName = HeaderName::from_static("graphql-cost");

/// Puts into `response` what it was estimated to cost and how often Spotify was asked, each beside
/// its limit, where the client asks for it.
pub(super) fn report_cost(
    response: &mut Response,
    headers: &HeaderMap,
    limits: &Limits,
    (estimated, calls): (u64, u64),
) {
    let asked = headers.get(GRAPHQL_COST);
    if asked.is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"report")) {
        let cost = value!({
            "estimated": estimated,
            "max": limits.cost,
            "upstreamCalls": calls,
            "maxUpstreamCalls": limits.upstream_calls,
        });
        response.extensions.insert("cost".to_owned(), cost);
    }
}

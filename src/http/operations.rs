//! The second listener: for those who run the server, not for the public.

use std::time::Duration;

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::readiness::Readiness;
use super::state::HttpState;
use crate::metrics::CONTENT_TYPE as METRICS_TYPE;

/// How long the database may take to answer. Probes wait for seconds at most.
const DATABASE_TIME: Duration = Duration::from_secs(2);

#[derive(Clone)]
struct Operations {
    state: HttpState,
    readiness: Readiness,
}

/// Every route of the second listener.
pub fn operations_router(state: HttpState) -> Router {
    let readiness = Readiness::new(state.services.store.clone(), DATABASE_TIME);
    Router::new()
        .route("/healthz", get(health))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .fallback(|| async {
            let body = json!({ "error": "there is /healthz, /readyz and /metrics" });
            no_store(StatusCode::NOT_FOUND, body)
        })
        .with_state(Operations { state, readiness })
}

/// The process lives. Whether it can work is `/readyz`: restarting it would not bring a database
/// back.
async fn health() -> Response {
    no_store(StatusCode::OK, json!({ "status": "ok" }))
}

/// Whether to send requests here.
async fn ready(State(operations): State<Operations>) -> Response {
    if operations.state.shutdown.has_begun() {
        let body = json!({ "status": "unavailable", "reason": "shutting down" });
        return no_store(StatusCode::SERVICE_UNAVAILABLE, body);
    }
    match operations.readiness.check().await {
        Ok(()) => no_store(StatusCode::OK, json!({ "status": "ok" })),
        Err(reason) => {
            let body = json!({ "status": "unavailable", "reason": reason });
            no_store(StatusCode::SERVICE_UNAVAILABLE, body)
        }
    }
}

async fn metrics(State(Operations { state, .. }): State<Operations>) -> Response {
    let store = &state.services.store;
    state.metrics.set_pools(&store.pools());
    state.metrics.set_statements(store.statement_count());
    state.services.spotify.count_gates();
    state.services.cache.count();
    match state.metrics.encode() {
        Ok(text) => {
            let headers = [(CONTENT_TYPE, METRICS_TYPE), (CACHE_CONTROL, "no-store")];
            (headers, text).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "metrics cannot be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn no_store(status: StatusCode, body: Value) -> Response {
    let mut response = (status, Json(body)).into_response();
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

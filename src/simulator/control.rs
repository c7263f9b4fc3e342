//! The simulator from another process: `/_simulator/…`, in JSON.
//!
//! | request | does |
//! |---|---|
//! | `GET /_simulator/counts` | what was asked: `{"counts": {endpoint: n}, "bytes": …}` |
//! | `DELETE /_simulator/requests` | forgets what was asked |
//! | `POST /_simulator/tokens` | `{"person": …, "scopes": […], "ttl_seconds": 3600}` → both tokens |
//! | `POST /_simulator/people/{id}/revoke` | what this person allowed is taken back |

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

use super::data::Person;
use super::shared::Shared;
use super::tokens::Tokens;

const DONE: StatusCode = StatusCode::NO_CONTENT;

/// The endpoints under `/_simulator`.
pub(crate) fn router() -> Router<Arc<Shared>> {
    Router::new()
        .route("/_simulator/counts", get(counts))
        .route("/_simulator/requests", delete(reset))
        .route("/_simulator/tokens", post(mint))
        .route("/_simulator/people/{id}/revoke", post(revoke))
}

type Sim = State<Arc<Shared>>;

#[derive(Serialize)]
struct Counts {
    counts: BTreeMap<String, usize>,
    bytes: u64,
}

async fn counts(State(shared): Sim) -> Json<Counts> {
    Json(Counts {
        counts: shared.recorder.counts(),
        bytes: shared.recorder.bytes(),
    })
}

async fn reset(State(shared): Sim) -> StatusCode {
    shared.recorder.reset();
    DONE
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mint {
    person: String,
    scopes: Vec<String>,
    ttl_seconds: u64,
}

async fn mint(State(shared): Sim, Json(mint): Json<Mint>) -> Result<Json<Tokens>, StatusCode> {
    let person = Person::find(&mint.person).ok_or(StatusCode::NOT_FOUND)?;
    let scopes: Vec<&str> = mint.scopes.iter().map(String::as_str).collect();
    Ok(Json(shared.mint(
        person,
        &scopes,
        Duration::from_secs(mint.ttl_seconds),
    )))
}

async fn revoke(State(shared): Sim, Path(id): Path<String>) -> StatusCode {
    shared.vault().revoke(&id);
    DONE
}

//! The simulator from another process: `/_simulator/…`, in JSON.
//!
//! | request | does |
//! |---|---|
//! | `GET /_simulator/requests` | what was asked: [`Request`](super::Request)s |
//! | `GET /_simulator/counts` | `{"counts": {endpoint: n}, "bytes": …, "max_in_flight": …}` |
//! | `DELETE /_simulator/requests` | forgets what was asked |
//! | `POST /_simulator/faults` | `{"endpoint": "GET /v1/me", "fault": …, "times": 3, "after": 0, "parameters": {…}, "person": …}` |
//! | `DELETE /_simulator/faults` | no more faults, what hangs goes on |
//! | `POST /_simulator/release` | what hangs goes on |
//! | `PUT /_simulator/rate_limit` | `{"allowance": 100, "window_seconds": 30}`; `null` ends it |
//! | `POST /_simulator/tokens` | `{"person": …, "scopes": […], "ttl_seconds": 3600}` → both tokens |
//! | `POST /_simulator/tokens/expire` | every access token has expired |
//! | `POST /_simulator/people/{id}/revoke` | what this person allowed is taken back |
//! | `POST /_simulator/clock` | `{"advance_seconds": 3600}` |
//! | `PATCH /_simulator/options` | `{"mode": "legacy", "rotation": "rotate", "code_reply": "complete", "access_token_ttl_seconds": 60, "with_account_id": false}` |
//! | `POST /_simulator/playlists/{id}/entries` | `{"position": 0, "count": 1}`: inserts |
//! | `DELETE /_simulator/playlists/{id}/entries` | `{"position": 0, "count": 1}`: removes |
//!
//! A fault is `{"status": {"status": 503, "body": "empty"}}`, `{"rate_limited": {"seconds": 2}}`, `"drop"`,
//! `{"latency": 50}` (milliseconds) and so on: [`Fault`] in snake case.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, patch, post, put};
use axum::{Json, Router};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::data::{Person, Playlist};
use super::fault::{Fault, Rule};
use super::options::{CodeReply, Mode, Rotation};
use super::record::Request;
use super::shared::Shared;
use super::tokens::Tokens;
use super::window::Window;

const DONE: StatusCode = StatusCode::NO_CONTENT;

/// The endpoints under `/_simulator`.
pub(crate) fn router() -> Router<Arc<Shared>> {
    Router::new()
        .route("/_simulator/requests", get(requests).delete(reset))
        .route("/_simulator/counts", get(counts))
        .route("/_simulator/faults", post(add_fault).delete(clear_faults))
        .route("/_simulator/release", post(release))
        .route("/_simulator/rate_limit", put(rate_limit))
        .route("/_simulator/tokens", post(mint))
        .route("/_simulator/tokens/expire", post(expire))
        .route("/_simulator/people/{id}/revoke", post(revoke))
        .route("/_simulator/clock", post(clock))
        .route("/_simulator/options", patch(options))
        .route(
            "/_simulator/playlists/{id}/entries",
            post(insert).delete(remove),
        )
}

type Sim = State<Arc<Shared>>;

async fn requests(State(shared): Sim) -> Json<Vec<Request>> {
    Json(shared.recorder.requests())
}

async fn reset(State(shared): Sim) -> StatusCode {
    shared.recorder.reset();
    DONE
}

#[derive(Serialize)]
struct Counts {
    counts: BTreeMap<String, usize>,
    bytes: u64,
    max_in_flight: usize,
}

async fn counts(State(shared): Sim) -> Json<Counts> {
    Json(Counts {
        counts: shared.recorder.counts(),
        bytes: shared.recorder.bytes(),
        max_in_flight: shared.recorder.most_in_flight(None),
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewFault {
    endpoint: String,
    fault: Fault,
    times: Option<u32>,
    #[serde(default)]
    after: u32,
    #[serde(default)]
    parameters: BTreeMap<String, String>,
    person: Option<String>,
}

async fn add_fault(State(shared): Sim, Json(new): Json<NewFault>) -> StatusCode {
    let mut rule = Rule::on(&new.endpoint, new.fault).after(new.after);
    if let Some(times) = new.times {
        rule = rule.times(times);
    }
    if let Some(person) = &new.person {
        rule = rule.by(person);
    }
    for (name, value) in &new.parameters {
        rule = rule.with(name, value);
    }
    shared.faults().add(rule);
    DONE
}

async fn clear_faults(State(shared): Sim) -> StatusCode {
    shared.faults().clear();
    shared.release();
    DONE
}

async fn release(State(shared): Sim) -> StatusCode {
    shared.release();
    DONE
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RateLimit {
    allowance: u32,
    window_seconds: u32,
}

async fn rate_limit(State(shared): Sim, Json(limit): Json<Option<RateLimit>>) -> StatusCode {
    *shared.window() = limit.map(|limit| {
        Window::new(
            limit.allowance,
            TimeDelta::seconds(limit.window_seconds.into()),
        )
    });
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

async fn expire(State(shared): Sim) -> StatusCode {
    shared.vault().expire_access(shared.now());
    DONE
}

async fn revoke(State(shared): Sim, Path(id): Path<String>) -> StatusCode {
    shared.vault().revoke(&id);
    DONE
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance_seconds: u32,
}

async fn clock(State(shared): Sim, Json(by): Json<Advance>) -> StatusCode {
    shared
        .clock
        .advance(TimeDelta::seconds(by.advance_seconds.into()));
    DONE
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewOptions {
    mode: Option<Mode>,
    rotation: Option<Rotation>,
    code_reply: Option<CodeReply>,
    access_token_ttl_seconds: Option<u32>,
    with_account_id: Option<bool>,
}

async fn options(State(shared): Sim, Json(new): Json<NewOptions>) -> StatusCode {
    let mut options = shared.options_mut();
    options.mode = new.mode.unwrap_or(options.mode);
    options.rotation = new.rotation.unwrap_or(options.rotation);
    options.code_reply = new.code_reply.unwrap_or(options.code_reply);
    options.with_account_id = new.with_account_id.unwrap_or(options.with_account_id);
    if let Some(seconds) = new.access_token_ttl_seconds {
        options.access_token_ttl = Duration::from_secs(seconds.into());
    }
    DONE
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Range {
    position: u32,
    count: u32,
}

async fn insert(state: Sim, path: Path<String>, Json(range): Json<Range>) -> StatusCode {
    edit(state, path, |playlist| {
        playlist.insert(range.position, range.count)
    })
}

async fn remove(state: Sim, path: Path<String>, Json(range): Json<Range>) -> StatusCode {
    edit(state, path, |playlist| {
        playlist.remove(range.position, range.count)
    })
}

fn edit(
    State(shared): Sim,
    Path(id): Path<String>,
    change: impl FnOnce(&mut Playlist),
) -> StatusCode {
    match shared.catalogue_mut().edit(&id, change) {
        Some(()) => DONE,
        None => StatusCode::NOT_FOUND,
    }
}

//! Around every request: notes it, lets the bad day have it, and answers.

use std::sync::Arc;
use std::time::Instant;

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::header::CONTENT_LENGTH;
use axum::http::response::Parts;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_timer::Delay;
use futures_util::stream;

use super::api::bearer;
use super::connection::Connection;
use super::fault::Fault;
use super::misfortune;
use super::query::Query;
use super::record;
use super::shared::Shared;

/// The longest token request that is read.
const MAX_FORM: usize = 64 * 1024;

/// Records, spoils and answers a request.
pub(crate) async fn observe(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    let arrived = Instant::now();
    let connection = request
        .extensions()
        .get::<ConnectInfo<Connection>>()
        .map(|ConnectInfo(connection)| connection.clone());
    let template = request
        .extensions()
        .get::<MatchedPath>()
        .map(MatchedPath::as_str);
    let path = request.uri().path().to_owned();
    let endpoint = format!("{} {}", request.method(), template.unwrap_or(&path));
    let mut query = Query::parse(request.uri().query().unwrap_or_default()).into_pairs();
    let request = if request.method() == Method::POST && path == "/api/token" {
        let (parts, body) = request.into_parts();
        let Ok(body) = to_bytes(body, MAX_FORM).await else {
            return StatusCode::PAYLOAD_TOO_LARGE.into_response();
        };
        if let Some(grant_type) = Query::parse(&body).get("grant_type") {
            query.push(("grant_type".to_owned(), grant_type.to_owned()));
        }
        Request::from_parts(parts, Body::from(body))
    } else {
        request
    };
    let person = bearer::token(request.headers()).and_then(|token| shared.vault().owner(token));
    let in_flight = shared.recorder.arrive(record::Request {
        endpoint: endpoint.clone(),
        path,
        query: query.clone(),
        at: shared.now(),
        person: person.map(|person| person.id.to_owned()),
        status: None,
        bytes: 0,
    });

    let (latency, fault) =
        shared
            .faults()
            .befall(&endpoint, &query, person.map(|person| person.id));
    let is_api = endpoint.contains(" /v1/");
    let limited = is_api.then(|| shared.window().as_mut()?.call(shared.now()).err());
    let limited = limited.flatten();
    let halves = limited.is_none() && matches!(fault, Some(Fault::HalfBody));
    let response = match (limited, fault) {
        (Some(seconds), _) => Some(misfortune::rate_limited(seconds)),
        (None, None | Some(Fault::Latency(_) | Fault::HalfBody)) => Some(next.run(request).await),
        (None, Some(Fault::RateLimited(retry_after))) => {
            Some(misfortune::too_many(&retry_after, None, shared.now()))
        }
        (None, Some(Fault::QuotaExceeded(retry_after))) => {
            let reason = Some("QUOTA_EXCEEDED");
            Some(misfortune::too_many(&retry_after, reason, shared.now()))
        }
        (None, Some(Fault::Status { status, body })) => Some(misfortune::status(status, body)),
        (None, Some(Fault::Drop)) => None,
        (None, Some(Fault::LoseAnswer)) => {
            next.run(request).await;
            None
        }
        (None, Some(Fault::Hang)) => {
            let mut released = shared.released.subscribe();
            // Released, or the simulator is gone: either way the wait is over.
            let _ = released.changed().await;
            Some(next.run(request).await)
        }
    };
    if !latency.is_zero() {
        // Not tokio's timer, which is late by up to two milliseconds: measurements are told in this time.
        Delay::new(latency.saturating_sub(arrived.elapsed())).await;
    }
    let Some(response) = response else {
        return cut(connection.as_ref());
    };
    let (parts, body) = response.into_parts();
    // Every body here is made in one piece.
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let status = parts.status.as_u16();
    if halves {
        let half = body.len() / 2;
        in_flight.answered(status, half as u64);
        return halve(parts, body, half);
    }
    in_flight.answered(status, body.len() as u64);
    Response::from_parts(parts, Body::from(body))
}

/// Cuts the connection; what is returned is never seen.
fn cut(connection: Option<&Connection>) -> Response {
    if let Some(connection) = connection {
        connection.cut();
    }
    StatusCode::BAD_GATEWAY.into_response()
}

/// Promises the whole body, sends the first half, breaks off.
fn halve(mut parts: Parts, mut body: Bytes, half: usize) -> Response {
    let promised = body.len().max(1);
    body.truncate(half);
    parts
        .headers
        .insert(CONTENT_LENGTH, HeaderValue::from(promised));
    let pieces = stream::unfold(Some(body), |rest| async move {
        match rest {
            Some(half) => Some((Ok::<Bytes, std::io::Error>(half), None)),
            None => {
                // What was sent so far goes out before the connection breaks.
                tokio::task::yield_now().await;
                Some((Err(std::io::ErrorKind::ConnectionReset.into()), None))
            }
        }
    });
    Response::from_parts(parts, Body::from_stream(pieces))
}

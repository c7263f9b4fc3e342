//! Request → parameters → document → execution under a deadline → response.

use std::sync::Arc;

use async_graphql::ServerError;
use axum::Extension;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE, SET_COOKIE, VARY};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::Response;
use mediatype::MediaType;
use tokio::time::Instant;

use super::answer::Answer;
use super::body::{self, Bound};
use super::boundary;
use super::cost::report_cost;
use super::csrf::refuse_forgeable;
use super::media_type::{ResponseType, is_utf8};
use super::operation::prepare;
use super::params::Params;
use super::persisted::find;
use super::refusal::Refusal;
use super::rejected::Rejected;
use super::reminder::remind;
use super::response::{Reached, executed, rejected};
use crate::graphql::{Code, bound_errors, bound_message, bound_total, code_of, dress};
use crate::http::client_address::ClientAddress;
use crate::http::compression::Accepted;
use crate::http::credential::credential;
use crate::http::fair_use::{Account, REQUEST};
use crate::http::middleware::RequestId;
use crate::http::report::Report;
use crate::http::spotify_token;
use crate::http::state::HttpState;
use crate::loaders::{Meter, Scope};
use crate::store::Budget;

/// `/graphql`.
pub(crate) async fn graphql(
    State(state): State<HttpState>,
    Extension(request_id): Extension<RequestId>,
    request: Request,
) -> Response {
    let accepted = Accepted::of(request.headers());
    let response = respond(&state, &request_id, request).await;
    accepted.compress(response).await
}

async fn respond(state: &HttpState, request_id: &RequestId, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Some(media_type) = ResponseType::negotiate(&parts.headers) else {
        let refusal = Refusal::new(
            StatusCode::NOT_ACCEPTABLE,
            "Accept must allow application/graphql-response+json or application/json",
        );
        let refused = refusal.into_response(ResponseType::Json);
        return vary(reported(state, refused, Report::default()));
    };
    let deadline = Instant::now() + state.http.request_timeout;
    let client = parts.extensions.get::<ClientAddress>().copied();
    let credential = credential(&parts.headers, state.cookies);
    let mut account = state.fair_use.account(&credential, client);
    let mut report = Report::default();
    let bound = Bound::new(&credential, &state.http, &state.limits);
    let fingerprint = credential.fingerprint();
    let allowed = &state.spotify_access_token_for;
    let allowed = spotify_token::may_ask(allowed, &credential, &parts.headers);
    let meter = Meter::new(state.limits.upstream_calls, state.limits.warn_only);
    let memory = state.answer_memory.clone();
    let budget = Budget::new(state.limits.answer_bytes, state.limits.warn_only, memory);
    let services = state.services.clone();
    let scope = Scope::new(services, credential, deadline, meter, budget);
    let scope = Arc::new(scope.giving_spotify_token(allowed));
    let read = read(state, &parts, body, deadline, (bound, &scope), &mut account);
    let response = match read.await {
        Ok(params) => {
            let asker = (scope, fingerprint, &mut account);
            let within = (media_type, deadline);
            let request = (&parts, params);
            answer(state, request_id, request, asker, within, &mut report).await
        }
        Err(rejected) => Err(rejected),
    };
    let mut response = response.unwrap_or_else(|rejected| {
        rejected.into_response(state, request_id, media_type, &mut report)
    });
    if let Some(fingerprint) = fingerprint
        && report
            .codes
            .iter()
            .any(|code| code == Code::Unauthenticated.as_str())
    {
        state.fair_use.forget(&fingerprint);
    }
    account.tell(response.headers_mut());
    vary(reported(state, response, report))
}

/// Counts the answer, and sends along what the log is to tell of it.
fn reported(state: &HttpState, mut response: Response, mut report: Report) -> Response {
    if let Some(refusal) = response.extensions_mut().remove::<Report>() {
        report.codes.extend(refusal.codes);
    }
    state.metrics.graphql_request(
        report.operation.unwrap_or("none"),
        report.root_field.as_deref().unwrap_or("none"),
        report.codes.iter().map(String::as_str),
    );
    response.extensions_mut().insert(report);
    response
}

async fn read(
    state: &HttpState,
    parts: &Parts,
    body: Body,
    deadline: Instant,
    (bound, scope): (Bound, &Scope),
    account: &mut Account<'_>,
) -> Result<Params, Rejected> {
    account.charge(REQUEST).map_err(Refusal::exhausted)?;
    match parts.method {
        Method::GET => {
            refuse_forgeable(&parts.headers, scope.is_by_cookie())?;
            Ok(Params::from_query_string(&parts.uri)?)
        }
        Method::POST => {
            expect_json(&parts.headers)?;
            body::refuse_announced(&parts.headers, bound)?;
            let body = body::read(body, bound, scope, &state.upload_memory, deadline).await?;
            Ok(Params::from_json(&body)?)
        }
        _ => Err(Refusal::method("GET, POST", "use POST, or GET for a query").into()),
    }
}

/// Only JSON is taken. Pages of other origins can send the other types without a preflight, with the
/// person's cookie, and so forge requests; this one they cannot.
fn expect_json(headers: &HeaderMap) -> Result<(), Refusal> {
    let unsupported = |message| Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message);
    let mut content_types = headers.get_all(CONTENT_TYPE).iter();
    if !content_types.next().is_some_and(is_json) || content_types.next().is_some() {
        return Err(unsupported(
            "Content-Type must be application/json, in UTF-8",
        ));
    }
    let mut encodings = headers.get_all(CONTENT_ENCODING).iter();
    if !encodings.all(|encoding| encoding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return Err(unsupported(
            "the body must not be compressed: send no Content-Encoding",
        ));
    }
    Ok(())
}

fn is_json(content_type: &HeaderValue) -> bool {
    // What most clients send needs no reading.
    if content_type == "application/json" {
        return true;
    }
    let text = content_type.to_str().ok();
    let media_type = text.and_then(|text| MediaType::parse(text).ok());
    media_type.is_some_and(|media_type| {
        let json = MediaType::new(mediatype::names::APPLICATION, mediatype::names::JSON);
        media_type.essence() == json && is_utf8(&media_type)
    })
}

async fn answer(
    state: &HttpState,
    request_id: &RequestId,
    (parts, mut params): (&Parts, Params),
    (scope, fingerprint, account): (Arc<Scope>, Option<[u8; 32]>, &mut Account<'_>),
    (media_type, deadline): (ResponseType, Instant),
    report: &mut Report,
) -> Result<Response, Rejected> {
    let asked = std::mem::take(&mut params.document);
    let asked = find(state, &parts.method, asked)?;
    let prepared = prepare(state, &asked, params, &parts.method, report)?;
    let cost = prepared.cost;
    report.cost = Some(cost);
    account.charge_cost(cost).map_err(Refusal::exhausted)?;
    let Answer {
        mut response,
        data,
        reached,
    } = Answer::to(prepared, state, request_id, &scope, deadline).await?;
    if reached == Reached::Executed {
        state.persisted.register(&asked);
    }
    let viewer = scope.known_viewer();
    if let (Some(viewer), Some(fingerprint)) = (viewer, fingerprint)
        && !account.is_of(&viewer.person.id)
    {
        state.fair_use.remember(fingerprint, &viewer.person.id);
    }
    report.person = viewer.map(|viewer| viewer.person.id.clone());
    remind(&mut response, &scope, state);
    dress_all(&mut response.errors, state, request_id);
    for code in response.errors.iter().filter_map(code_of) {
        report.code(code);
    }
    let spent = (cost, scope.calls_made());
    report_cost(&mut response, &parts.headers, &state.limits, spent);
    let mut written = match reached {
        Reached::Executed => executed(response, data, media_type),
        Reached::Refused | Reached::Missed => rejected(&response.errors, reached, media_type),
    };
    if scope.logged_out() {
        if let Some(fingerprint) = fingerprint {
            state.fair_use.forget(&fingerprint);
        }
        if let Ok(cookie) = HeaderValue::from_str(&state.cookies.clear_session().to_string()) {
            written.headers_mut().append(SET_COOKIE, cookie);
        }
    }
    Ok(written)
}

/// Makes of `errors` what a client gets to read.
fn dress_all(errors: &mut Vec<ServerError>, state: &HttpState, request_id: &RequestId) {
    let boundary = boundary(state, request_id);
    let mut left_out = bound_errors(errors, &state.limits);
    for error in errors.iter_mut() {
        *error = dress(
            std::mem::replace(error, ServerError::new("", None)),
            boundary,
        );
        bound_message(error, &state.limits);
    }
    left_out += bound_total(errors);
    if let (1.., Some(last)) = (left_out, errors.last()) {
        errors.push(ServerError {
            message: format!("{left_out} more errors are left out"),
            extensions: last.extensions.clone(),
            ..ServerError::new("", None)
        });
    }
}

/// The response depends on what the client accepts, and on who it is.
fn vary(mut response: Response) -> Response {
    response
        .headers_mut()
        .append(VARY, HeaderValue::from(ACCEPT));
    response
}

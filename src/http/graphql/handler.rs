//! Request → parameters → document → execution under a deadline → response.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use async_graphql::parser::parse_query;
use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, OperationDefinition, OperationType,
};
use async_graphql::{Positioned, ServerError, Variables};
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, CONTENT_TYPE, SET_COOKIE, VARY};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::Response;
use axum::{Extension, http::request::Parts};
use futures_util::FutureExt;
use mediatype::{MediaType, ReadParams};
use tokio::time::Instant;

use super::body;
use super::media_type::ResponseType;
use super::params::Params;
use super::refusal::Refusal;
use super::response::{Reached, write};
use crate::graphql::{Boundary, Code, code_of, dress, request_error};
use crate::http::credential::credential;
use crate::http::middleware::RequestId;
use crate::http::report::Report;
use crate::http::state::HttpState;
use crate::loaders::{Loaders, Scope};

/// What resolvers get to give up in by themselves, so that the rest of an answer is kept, before
/// the whole request is cut off.
const GRACE: Duration = Duration::from_millis(500);

/// `/graphql`.
pub(crate) async fn graphql(
    State(state): State<HttpState>,
    Extension(request_id): Extension<RequestId>,
    request: Request,
) -> Response {
    let Some(media_type) = ResponseType::negotiate(request.headers()) else {
        let refusal = Refusal::new(
            StatusCode::NOT_ACCEPTABLE,
            "Accept must allow application/graphql-response+json or application/json",
        );
        let refused = refusal.into_response(ResponseType::Json);
        return vary(reported(&state, refused, Report::default()));
    };
    let deadline = Instant::now() + state.request_timeout;
    let mut report = Report::default();
    let response = match read(&state, request, deadline).await {
        Ok((parts, params)) => {
            let within = (media_type, deadline);
            answer(&state, &request_id, parts, params, within, &mut report).await
        }
        Err(refusal) => Err(refusal),
    };
    let response = response.unwrap_or_else(|refusal| refusal.into_response(media_type));
    vary(reported(&state, response, report))
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
    request: Request,
    deadline: Instant,
) -> Result<(Parts, Params), Refusal> {
    let (parts, body) = request.into_parts();
    let params = match parts.method {
        Method::GET => Params::from_query_string(&parts.uri)?,
        Method::POST => {
            expect_json(&parts.headers)?;
            let body = body::read(body, state.max_upload_bytes, deadline).await?;
            Params::from_json(&body)?
        }
        _ => return Err(Refusal::method("GET, POST", "use POST, or GET for a query")),
    };
    Ok((parts, params))
}

/// Only JSON is taken: the other types can be sent across origins without a preflight, with the
/// person's cookie.
fn expect_json(headers: &HeaderMap) -> Result<(), Refusal> {
    let content_type = headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok());
    let json = content_type
        .and_then(|text| MediaType::parse(text).ok())
        .is_some_and(|media_type| {
            let charset = media_type.get_param(mediatype::names::CHARSET);
            media_type.essence()
                == MediaType::new(mediatype::names::APPLICATION, mediatype::names::JSON)
                && charset.is_none_or(|charset| charset.as_str().eq_ignore_ascii_case("utf-8"))
        });
    if json {
        Ok(())
    } else {
        Err(Refusal::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "Content-Type must be application/json, in UTF-8",
        ))
    }
}

async fn answer(
    state: &HttpState,
    request_id: &RequestId,
    parts: Parts,
    params: Params,
    (media_type, deadline): (ResponseType, Instant),
    report: &mut Report,
) -> Result<Response, Refusal> {
    let document = match parse_query(&params.query) {
        Ok(document) => document,
        Err(error) => {
            let place = ServerError::from(error);
            let mut error = request_error(Code::GraphqlParseFailed, place.message);
            error.locations = place.locations;
            report.code(Code::GraphqlParseFailed.as_str());
            return Ok(write(failed(error), Reached::Refused, media_type));
        }
    };
    let operation = match operation(&document, params.operation_name.as_deref()) {
        Ok(operation) => operation,
        Err(message) => {
            let error = request_error(Code::GraphqlValidationFailed, message);
            report.code(Code::GraphqlValidationFailed.as_str());
            return Ok(write(failed(error), Reached::Refused, media_type));
        }
    };
    report.operation = Some(match operation.node.ty {
        OperationType::Query => "query",
        OperationType::Mutation => "mutation",
        OperationType::Subscription => "subscription",
    });
    report.root_field = Some(state.root_fields.label(&operation.node).to_owned());
    if let Some(name) = operation_name(&document, operation) {
        report.name(name);
    }
    if parts.method == Method::GET && operation.node.ty != OperationType::Query {
        return Err(Refusal::method("POST", "GET is for queries only: use POST"));
    }
    let variables = match &params.variables {
        Some(text) => state.input_types.variables(&operation.node, text)?,
        None => Variables::default(),
    };

    let credential = credential(&parts.headers, state.cookies);
    let scope = Scope::new(state.services.clone(), credential, deadline);
    let loaders = Loaders::new(scope);
    let mut request = async_graphql::Request::new(params.query).variables(variables);
    request.operation_name = params.operation_name;
    request.set_parsed_query(document);
    let within = (media_type, deadline);
    Ok(execute(state, request_id, request, loaders, within, report).await)
}

async fn execute(
    state: &HttpState,
    request_id: &RequestId,
    request: async_graphql::Request,
    loaders: Loaders,
    (media_type, deadline): (ResponseType, Instant),
    report: &mut Report,
) -> Response {
    let loaders = Arc::new(loaders);
    let execution = state.schema.execute(request.data(loaders.clone()));
    let execution = AssertUnwindSafe(execution).catch_unwind();
    let (mut response, reached) = match tokio::time::timeout_at(deadline + GRACE, execution).await {
        Ok(Ok(response)) => {
            let reached = Reached::by(&response);
            (response, reached)
        }
        Ok(Err(_panic)) => {
            tracing::error!("a resolver panicked");
            let refusal = Refusal::internal(request_id.as_str());
            return refusal.into_response(media_type);
        }
        Err(_) => {
            let message = "the request's time was over: ask for less at once";
            (
                failed(request_error(Code::Timeout, message)),
                Reached::Executed,
            )
        }
    };
    report.person = loaders
        .scope()
        .known_viewer()
        .map(|viewer| viewer.person.id.clone());
    let boundary = Boundary {
        request_id: request_id.as_str(),
        login_url: &state.login_url,
    };
    response.errors = response
        .errors
        .into_iter()
        .map(|error| dress(error, boundary))
        .collect();
    for code in response.errors.iter().filter_map(code_of) {
        report.code(code);
    }
    let mut written = write(response, reached, media_type);
    if loaders.scope().logged_out()
        && let Ok(cookie) = HeaderValue::from_str(&state.cookies.clear_session().to_string())
    {
        written.headers_mut().append(SET_COOKIE, cookie);
    }
    written
}

/// The operation that is to be executed (section 6.1 of the GraphQL specification).
fn operation<'d>(
    document: &'d ExecutableDocument,
    name: Option<&str>,
) -> Result<&'d Positioned<OperationDefinition>, String> {
    match (&document.operations, name) {
        (DocumentOperations::Single(operation), None) => Ok(operation),
        (DocumentOperations::Multiple(operations), None) if operations.len() == 1 => operations
            .values()
            .next()
            .ok_or_else(|| "the document has no operation".to_owned()),
        (DocumentOperations::Multiple(_), None) => {
            Err("the document has several operations: name one by \"operationName\"".to_owned())
        }
        (DocumentOperations::Multiple(operations), Some(name)) if operations.contains_key(name) => {
            Ok(&operations[name])
        }
        (_, Some(_)) => Err("the document has no operation of that \"operationName\"".to_owned()),
    }
}

/// What the document calls this operation of its.
fn operation_name<'d>(
    document: &'d ExecutableDocument,
    operation: &Positioned<OperationDefinition>,
) -> Option<&'d str> {
    document
        .operations
        .iter()
        .find(|(_, known)| std::ptr::eq(*known, operation))
        .and_then(|(name, _)| name)
        .map(|name| name.as_str())
}

fn failed(error: ServerError) -> async_graphql::Response {
    async_graphql::Response::from_errors(vec![error])
}

/// The response depends on what the client accepts, and on who it is.
fn vary(mut response: Response) -> Response {
    response
        .headers_mut()
        .append(VARY, HeaderValue::from(ACCEPT));
    response
}

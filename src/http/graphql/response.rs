//! Writes what execution gave. One table of statuses.

use async_graphql::ServerError;
use async_graphql_axum::GraphQLResponse;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use hyper::body::Body as _;

use super::json::Text;
use super::media_type::ResponseType;

/// How far a well-formed request came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reached {
    /// The document or the variables were refused: nothing was executed.
    Refused,
    /// The document is not known by its name. That is half of a conversation, and no failure: Apollo's
    /// older clients read no other status than 200.
    Missed,
    /// It was executed, be it with errors.
    Executed,
}

/// The statuses of the specification. Under `application/json` clients read the body of a 200 only.
fn status(reached: Reached, media_type: ResponseType) -> StatusCode {
    match (reached, media_type) {
        (Reached::Refused, ResponseType::GraphqlResponse) => StatusCode::BAD_REQUEST,
        (Reached::Refused, ResponseType::Json) | (Reached::Missed | Reached::Executed, _) => {
            StatusCode::OK
        }
    }
}

impl Reached {
    /// Errors of execution have a path; those of validation have none, and no other stands by them.
    pub(super) fn by(response: &async_graphql::Response) -> Self {
        let executed =
            response.is_ok() || response.errors.iter().any(|error| !error.path.is_empty());
        if executed {
            Self::Executed
        } else {
            Self::Refused
        }
    }
}

/// Answers of more bytes are taken apart once they are on their way: it takes about as long as sending them.
const LARGE: u64 = 64 * 1024;

/// How many headers an answer has in the end, with those of the middleware. Room for a few at a time would
/// be made three times.
const HEADERS: usize = 14;

/// Writes `response`, which something was executed for, with the text of its `data` where there is any.
pub(super) fn executed(
    response: async_graphql::Response,
    data: Option<Text>,
    media_type: ResponseType,
) -> Response {
    let written = match data.map(|data| data.into_body(&response)) {
        Some(Ok(body)) => {
            if body.size_hint().lower() > LARGE {
                tokio::spawn(async move { drop(response) });
            }
            Response::new(body)
        }
        // Writing to memory does not fail.
        Some(Err(_)) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        None => GraphQLResponse::from(response).into_response(),
    };
    finished(written, Reached::Executed, media_type)
}

/// Writes why nothing was executed. There is no `data`.
pub(super) fn rejected(
    errors: &[ServerError],
    reached: Reached,
    media_type: ResponseType,
) -> Response {
    let written = axum::Json(serde_json::json!({ "errors": errors })).into_response();
    finished(written, reached, media_type)
}

fn finished(mut written: Response, reached: Reached, media_type: ResponseType) -> Response {
    *written.status_mut() = status(reached, media_type);
    let headers = written.headers_mut();
    headers.reserve(HEADERS);
    headers.insert(CONTENT_TYPE, media_type.header_value());
    if reached == Reached::Missed {
        // It is going to be known in a moment.
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    written
}

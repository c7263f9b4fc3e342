//! Requests of which nothing is executed.

use async_graphql::ServerError;
use axum::response::Response;

use super::boundary;
use super::media_type::ResponseType;
use super::refusal::Refusal;
use super::response::{Reached, rejected};
use crate::graphql::{bound_message, code_of, dress};
use crate::http::middleware::RequestId;
use crate::http::report::Report;
use crate::http::state::HttpState;

/// Why nothing is executed.
#[derive(Debug)]
pub(super) enum Rejected {
    /// The request does not go with HTTP.
    Http(Refusal),
    /// The document or the variables are wrong, or a large body is of nobody that is known.
    Graphql(Box<ServerError>),
    /// The document is not known by the name that the request gives.
    Missed(Box<ServerError>),
}

impl From<ServerError> for Rejected {
    fn from(error: ServerError) -> Self {
        Self::Graphql(Box::new(error))
    }
}

impl From<Refusal> for Rejected {
    fn from(refusal: Refusal) -> Self {
        Self::Http(refusal)
    }
}

impl Rejected {
    /// What the client reads.
    pub(super) fn into_response(
        self,
        state: &HttpState,
        request_id: &RequestId,
        media_type: ResponseType,
        report: &mut Report,
    ) -> Response {
        let (error, reached) = match self {
            Self::Http(refusal) => return refusal.into_response(media_type),
            Self::Graphql(error) => (error, Reached::Refused),
            Self::Missed(error) => (error, Reached::Missed),
        };
        let mut error = dress(*error, boundary(state, request_id));
        bound_message(&mut error, &state.limits);
        report.codes.extend(code_of(&error).map(str::to_owned));
        rejected(&[error], reached, media_type)
    }
}

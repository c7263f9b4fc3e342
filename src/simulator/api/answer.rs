//! A successful answer: filtered, and as it is sent.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde_json::Value;

use super::error::Error;
use crate::simulator::fields::Fields;
use crate::simulator::query::Query;

/// A body.
#[derive(Clone, Debug)]
pub(crate) struct Answer(pub(crate) Bytes);

impl Answer {
    /// Answers with all of `value`.
    pub(crate) fn whole(value: &Value) -> Self {
        Self(value.to_string().into())
    }

    /// Answers with `value`, less what the `fields` of the query leave out.
    pub(crate) fn filtered(value: Value, query: &Query) -> Result<Self, Error> {
        let fields = Fields::parse(query.get("fields").unwrap_or_default())
            .map_err(|_| Error::BAD_FIELDS)?;
        Ok(Self::whole(&match fields {
            Some(fields) => fields.apply(value),
            None => value,
        }))
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let headers = [
            (CONTENT_TYPE, "application/json; charset=utf-8"),
            (CACHE_CONTROL, "private, max-age=0"),
        ];
        (headers, self.0).into_response()
    }
}

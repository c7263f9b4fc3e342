//! A successful answer: filtered, tagged, and not sent again to somebody who has it.

use std::hash::{DefaultHasher, Hash, Hasher};

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde_json::Value;

use super::error::Error;
use crate::simulator::fields::Fields;
use crate::simulator::query::Query;

/// A body and its entity tag.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) body: Bytes,
    tag: String,
}

impl Answer {
    /// Answers with all of `value`.
    pub(crate) fn whole(value: &Value) -> Self {
        let body = value.to_string();
        let mut hasher = DefaultHasher::new();
        body.hash(&mut hasher);
        Self {
            body: body.into(),
            tag: format!("\"{:016x}\"", hasher.finish()),
        }
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

    /// Sends it, or 304 where the request names its tag.
    pub(crate) fn send(self, request: &HeaderMap) -> Response {
        let is_known = request
            .get_all(IF_NONE_MATCH)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .any(|known| known.trim().trim_start_matches("W/") == self.tag);
        let headers = [
            (ETAG, self.tag),
            (CACHE_CONTROL, "private, max-age=0".to_owned()),
        ];
        if is_known {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        let kind = [(CONTENT_TYPE, "application/json; charset=utf-8")];
        (headers, kind, self.body).into_response()
    }
}

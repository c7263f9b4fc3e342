//! A successful answer: filtered, tagged, and not sent again to somebody who has it.

use std::hash::{DefaultHasher, Hash, Hasher};

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::error::Error;
use crate::simulator::fields::Fields;
use crate::simulator::query::Query;

/// Answers with `value`, less what the `fields` of the query leave out.
pub(crate) fn answer(value: Value, query: &Query, request: &HeaderMap) -> Result<Response, Error> {
    let fields =
        Fields::parse(query.get("fields").unwrap_or_default()).map_err(|_| Error::BAD_FIELDS)?;
    let value = match fields {
        Some(fields) => fields.apply(value),
        None => value,
    };
    Ok(tagged(&value, request))
}

/// Answers with `value`, or 304 where the client names its tag.
pub(crate) fn tagged(value: &Value, request: &HeaderMap) -> Response {
    let body = value.to_string();
    let mut hasher = DefaultHasher::new();
    body.hash(&mut hasher);
    let tag = format!("\"{:016x}\"", hasher.finish());
    let is_known = request
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|known| known.trim().trim_start_matches("W/") == tag);
    let headers = [
        (ETAG, tag),
        (CACHE_CONTROL, "private, max-age=0".to_owned()),
    ];
    if is_known {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    let kind = [(CONTENT_TYPE, "application/json; charset=utf-8")];
    (headers, kind, body).into_response()
}

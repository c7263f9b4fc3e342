//! The answers that report a fault.

use axum::Json;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::fault::{Body, RetryAfter};

/// What a proxy in front of Spotify sends.
const PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Bad gateway</title></head>\
    <body><h1>Something went wrong</h1><p>Upstream connect error.</p></body></html>\n";

/// The refusal of a call beyond the app's rate limit.
pub(crate) fn rate_limited(seconds: u64) -> Response {
    too_many(&RetryAfter::Seconds(seconds), None, DateTime::UNIX_EPOCH)
}

/// 429, with a reason or without.
pub(crate) fn too_many(
    retry_after: &RetryAfter,
    reason: Option<&str>,
    now: DateTime<Utc>,
) -> Response {
    let mut error = json!({ "status": 429, "message": "API rate limit exceeded" });
    if let Some(reason) = reason {
        error["message"] = "Quota exceeded".into();
        error["reason"] = reason.into();
    }
    let body = Json(json!({ "error": error }));
    let mut response = (StatusCode::TOO_MANY_REQUESTS, body).into_response();
    let value = match retry_after {
        RetryAfter::Missing => return response,
        RetryAfter::Seconds(seconds) => seconds.to_string(),
        RetryAfter::Date(seconds) => {
            let ahead = TimeDelta::try_seconds(i64::try_from(*seconds).unwrap_or(i64::MAX));
            let date = ahead
                .and_then(|ahead| now.checked_add_signed(ahead))
                .unwrap_or(now);
            date.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
        }
        RetryAfter::Text(text) => text.clone(),
    };
    if let Ok(value) = HeaderValue::from_str(&value) {
        response.headers_mut().insert(RETRY_AFTER, value);
    }
    response
}

/// A status with a body of one's choice.
pub(crate) fn status(status: u16, body: Body) -> Response {
    let body = match body {
        Body::Nested(message) => {
            Json(json!({ "error": { "status": status, "message": message } })).into_response()
        }
        Body::Flat { error, description } => {
            Json(json!({ "error": error, "error_description": description })).into_response()
        }
        Body::Html => Html(PAGE).into_response(),
        Body::Text(text) => text.into_response(),
        Body::Json(text) => ([(CONTENT_TYPE, "application/json")], text).into_response(),
        Body::Empty => ().into_response(),
    };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, body).into_response()
}

//! Requests that are answered before anything is executed.

use axum::body::Body;
use axum::http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};

use super::media_type::ResponseType;
use crate::graphql::Code;
use crate::http::fair_use::Exhausted;
use crate::http::report::Report;

/// Why a request is not executed.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    code: Code,
    message: String,
    allow: Option<&'static str>,
    request_id: Option<String>,
    /// In seconds.
    retry_after: Option<u64>,
}

impl Refusal {
    /// The request is not a well-formed GraphQL request.
    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// The request is at fault as `status` says.
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        let code = match status {
            StatusCode::PAYLOAD_TOO_LARGE => Code::PayloadTooLarge,
            StatusCode::REQUEST_TIMEOUT => Code::Timeout,
            StatusCode::FORBIDDEN => Code::CsrfPrevented,
            StatusCode::TOO_MANY_REQUESTS => Code::RateLimited,
            StatusCode::SERVICE_UNAVAILABLE => Code::ServiceUnavailable,
            _ => Code::BadRequest,
        };
        Self {
            status,
            code,
            message: message.into(),
            allow: None,
            request_id: None,
            retry_after: None,
        }
    }

    /// A bug, found in the log under `request_id`.
    pub(crate) fn internal(request_id: &str) -> Self {
        Self {
            code: Code::InternalServerError,
            request_id: Some(request_id.to_owned()),
            ..Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal error; the request id leads to it in the server's log",
            )
        }
    }

    /// The method does not go with the request; `allow` lists those that do.
    pub(crate) fn method(allow: &'static str, message: impl Into<String>) -> Self {
        Self {
            allow: Some(allow),
            ..Self::new(StatusCode::METHOD_NOT_ALLOWED, message)
        }
    }

    /// Whoever it comes from asks for more than their share.
    pub(crate) fn exhausted(exhausted: Exhausted) -> Self {
        let seconds = exhausted.retry_after;
        Self {
            retry_after: Some(seconds),
            ..Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                format!(
                    "this is more than everybody's share: try again in {seconds} s, and ask for less \
                     at once"
                ),
            )
        }
    }

    /// Other requests' bodies leave no memory for this one's.
    pub(crate) fn no_memory() -> Self {
        Self {
            // Most uploads are over in a moment.
            retry_after: Some(1),
            ..Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "too much is being uploaded at once, and nothing of this was stored: try again in 1 s",
            )
        }
    }

    /// Writes it. There is no `data`: nothing was executed.
    pub(crate) fn into_response(self, media_type: ResponseType) -> Response {
        let mut extensions = json!({ "code": self.code.as_str() });
        if let Some(request_id) = self.request_id {
            extensions["requestId"] = request_id.into();
        }
        if let Some(seconds) = self.retry_after {
            extensions["retryAfterSeconds"] = seconds.into();
        }
        let mut response = error(self.status, &self.message, &extensions, media_type);
        if let Some(allow) = self.allow {
            response
                .headers_mut()
                .insert(ALLOW, HeaderValue::from_static(allow));
        }
        if let Some(seconds) = self.retry_after {
            response
                .headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// An error outside of the GraphQL endpoint, in its shape.
pub(crate) fn plain_error(status: StatusCode, code: Code, message: &str) -> Response {
    let extensions = json!({ "code": code.as_str() });
    error(status, message, &extensions, ResponseType::Json)
}

/// A bug outside of the GraphQL endpoint, in its shape.
pub(crate) fn internal_error(request_id: &str) -> Response {
    Refusal::internal(request_id).into_response(ResponseType::Json)
}

fn error(
    status: StatusCode,
    message: &str,
    extensions: &Value,
    media_type: ResponseType,
) -> Response {
    let code = extensions["code"].as_str().unwrap_or_default();
    let body = json!({ "errors": [{ "message": message, "extensions": extensions }] });
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, media_type.header_value());
    response.extensions_mut().insert(Report::of_code(code));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_bug_is_masked_and_leads_to_the_log() {
        let response = Refusal::internal("r1").into_response(ResponseType::GraphqlResponse);
        assert_eq!(response.status(), 500);
        let body = axum::body::to_bytes(response.into_body(), 10_000).await;
        let body: Value = serde_json::from_slice(&body.unwrap()).unwrap();
        let error = &body["errors"][0];
        let extensions = json!({ "code": "INTERNAL_SERVER_ERROR", "requestId": "r1" });
        assert_eq!(error["extensions"], extensions);
        assert_eq!(body.get("data"), None);
    }
}

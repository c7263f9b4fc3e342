//! `POST /api/token`: exchanges a code or a refresh token for an access token.

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};

use super::vault::{BadRefresh, Code, Issued};
use crate::simulator::options::CodeReply;
use crate::simulator::query::Query;
use crate::simulator::shared::Shared;
use crate::simulator::{CLIENT_ID, CLIENT_SECRET};

/// A refusal of the token endpoint: its two fields, flat.
#[derive(Debug)]
struct Refused {
    error: &'static str,
    description: &'static str,
}

const fn refused(error: &'static str, description: &'static str) -> Refused {
    Refused { error, description }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let body = json!({ "error": self.error, "error_description": self.description });
        (
            StatusCode::BAD_REQUEST,
            [(CACHE_CONTROL, "no-store")],
            Json(body),
        )
            .into_response()
    }
}

/// Answers the token endpoint.
pub(crate) async fn token(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    match exchange(&shared, &headers, &body) {
        Ok(reply) => ([(CACHE_CONTROL, "no-store")], Json(reply)).into_response(),
        Err(refused) => refused.into_response(),
    }
}

fn exchange(shared: &Shared, headers: &HeaderMap, body: &[u8]) -> Result<Value, Refused> {
    let is_form = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    let form = if is_form {
        Query::parse(body)
    } else {
        Query::default()
    };
    authenticate(headers)?;
    match form.get("grant_type") {
        Some("authorization_code") => exchange_code(shared, &form),
        Some("refresh_token") => refresh(shared, &form),
        Some("client_credentials") => Ok(app_token(shared)),
        Some(_) => Err(refused(
            "unsupported_grant_type",
            "grant_type must be client_credentials, authorization_code or refresh_token",
        )),
        None => Err(refused(
            "unsupported_grant_type",
            "grant_type parameter is missing",
        )),
    }
}

/// The client identifies itself with HTTP Basic.
fn authenticate(headers: &HeaderMap) -> Result<(), Refused> {
    let credentials = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Basic "))
        .and_then(|encoded| STANDARD.decode(encoded.trim()).ok())
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or(refused("invalid_client", ""))?;
    match credentials.split_once(':') {
        Some((CLIENT_ID, CLIENT_SECRET)) => Ok(()),
        Some((CLIENT_ID, _)) => Err(refused("invalid_client", "Invalid client secret")),
        _ => Err(refused("invalid_client", "Invalid client")),
    }
}

fn exchange_code(shared: &Shared, form: &Query) -> Result<Value, Refused> {
    let code = form
        .get("code")
        .ok_or(refused("invalid_request", "code must be supplied"))?;
    let redirect_uri = form
        .get("redirect_uri")
        .ok_or(refused("invalid_request", "redirect_uri must be supplied"))?;
    let now = shared.now();
    let options = shared.options();
    let mut vault = shared.vault();
    // Whatever comes of it, a code is good for one attempt.
    let code = vault
        .redeem(code)
        .ok_or(refused("invalid_grant", "Invalid authorization code"))?;
    if code.issued_at + options.code_ttl <= now {
        return Err(refused("invalid_grant", "Authorization code expired"));
    }
    if code.redirect_uri != redirect_uri {
        return Err(refused("invalid_grant", "Invalid redirect URI"));
    }
    verify(&code, form.get("code_verifier"))?;
    let issued = vault.authorize(code.person, code.scopes, now, options.access_token_ttl);
    let mut reply = reply(issued, options.access_token_ttl.as_secs());
    match options.code_reply {
        CodeReply::Complete => {}
        CodeReply::WithoutRefreshToken => {
            reply.remove("refresh_token");
        }
        CodeReply::WithoutAccessToken => {
            reply.remove("access_token");
        }
    }
    Ok(Value::Object(reply))
}

/// RFC 7636: the verifier hashes to the challenge that the authorization began with.
fn verify(code: &Code, verifier: Option<&str>) -> Result<(), Refused> {
    match (&code.challenge, verifier) {
        (None, _) => Ok(()),
        (Some(_), None) => Err(refused("invalid_request", "code_verifier required")),
        (Some(challenge), Some(verifier)) => {
            let hashed = digest(&SHA256, verifier.as_bytes());
            if URL_SAFE_NO_PAD.encode(hashed) == *challenge {
                Ok(())
            } else {
                Err(refused("invalid_grant", "code_verifier was incorrect"))
            }
        }
    }
}

fn refresh(shared: &Shared, form: &Query) -> Result<Value, Refused> {
    let token = form
        .get("refresh_token")
        .ok_or(refused("invalid_request", "refresh_token must be supplied"))?;
    let options = shared.options();
    let issued = shared
        .vault()
        .refresh(
            token,
            options.rotation,
            options.refresh_token_lifetime,
            shared.now(),
            options.access_token_ttl,
        )
        .map_err(|bad| match bad {
            BadRefresh::Unknown => refused("invalid_grant", "Invalid refresh token"),
            BadRefresh::Revoked => refused("invalid_grant", "Refresh token revoked"),
            BadRefresh::Expired => refused("invalid_grant", "Refresh token expired"),
        })?;
    Ok(Value::Object(reply(
        issued,
        options.access_token_ttl.as_secs(),
    )))
}

/// A token of the app's own, which is nobody's and reads nobody's data.
fn app_token(shared: &Shared) -> Value {
    let expires_in = shared.options().access_token_ttl.as_secs();
    json!({
        "access_token": shared.vault().app_token(),
        "token_type": "Bearer",
        "expires_in": expires_in,
    })
}

fn reply(issued: Issued, expires_in: u64) -> Map<String, Value> {
    let mut reply = Map::new();
    reply.insert("access_token".into(), issued.access_token.into());
    reply.insert("token_type".into(), "Bearer".into());
    reply.insert("expires_in".into(), expires_in.into());
    reply.insert("scope".into(), issued.scope.into());
    if let Some(refresh_token) = issued.refresh_token {
        reply.insert("refresh_token".into(), refresh_token.into());
    }
    reply
}

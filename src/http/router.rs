//! The table of contents.

use axum::Router;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{any, get};
use tower_http::catch_panic::CatchPanicLayer;

use super::graphql::{graphql, plain_error};
use super::middleware::{drain, request_log, security_headers};
use super::state::HttpState;
use super::{login, playground};
use crate::graphql::Code;

/// Every route there is.
pub fn router(state: HttpState) -> Router {
    Router::new()
        // Clients.
        .route("/graphql", any(graphql))
        // People.
        .route("/", get(playground::page))
        .route("/assets/{name}", get(playground::asset))
        .route("/licenses.md", get(playground::licenses))
        .route("/plain.css", get(playground::plain_style))
        // Browsers on their way to Spotify and back.
        .route("/login/spotify/", get(login::spotify))
        .route("/login/spotify", get(login::with_slash))
        .fallback(|| async {
            plain_error(
                StatusCode::NOT_FOUND,
                Code::BadRequest,
                "there is nothing here: GraphQL is at /graphql",
            )
        })
        .method_not_allowed_fallback(|| async {
            plain_error(
                StatusCode::METHOD_NOT_ALLOWED,
                Code::BadRequest,
                "this address answers GET only",
            )
        })
        .layer(CatchPanicLayer::custom(|_| {
            plain_error(
                StatusCode::INTERNAL_SERVER_ERROR,
                Code::InternalServerError,
                "internal error; the response's x-request-id leads to it in the server's log",
            )
        }))
        .layer(from_fn(security_headers))
        .layer(from_fn_with_state(state.clone(), drain))
        .layer(from_fn_with_state(state.clone(), request_log))
        .with_state(state)
}

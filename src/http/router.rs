//! The table of contents.

use std::convert::Infallible;

use axum::Router;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{any, get};
use tower::util::option_layer;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::SizeAbove;

use super::cors::cors;
use super::graphql::{graphql, plain_error};
use super::middleware::{catch_panic, drain, request_log, security_headers};
use super::start_page::start_page;
use super::state::HttpState;
use super::{login, playground};
use crate::graphql::Code;

/// In bytes: what is smaller fits into a packet or two as it is.
const WORTH_COMPRESSING: u16 = 1024;

/// Every route there is.
pub fn router(state: HttpState) -> Router {
    let page = if state.exposure.playground {
        Router::new()
            .route("/", get(playground::page))
            .route("/assets/{name}", get(playground::asset))
            .route("/licenses.md", get(playground::licenses))
    } else {
        Router::new().route("/", get(start_page))
    };
    let endpoint = any(graphql)
        .layer::<_, Infallible>(compression())
        .layer(option_layer(cors(&state.cors_allowed_origins)));
    let logins = Router::new()
        .route("/login/spotify/", get(login::spotify))
        .route("/login/spotify", get(login::with_slash))
        .route_layer(from_fn_with_state(state.clone(), login::limit));
    let routes = Router::new()
        // Clients.
        .route("/graphql", endpoint)
        // People.
        .merge(page)
        .route("/plain.css", get(playground::plain_style))
        // Browsers on their way to Spotify and back.
        .merge(logins);
    layered(routes, state)
}

/// Of the API's answers: the page's files are kept compressed, and what belongs to a login holds secrets
/// beside what the address says, whose length would tell of them.
fn compression() -> CompressionLayer<SizeAbove> {
    CompressionLayer::new()
        // Each answer is compressed for one client, once.
        .quality(CompressionLevel::Fastest)
        .compress_when(SizeAbove::new(WORTH_COMPRESSING))
}

/// What every route stands in: it survives panics, is logged and counted, and answers in GraphQL's
/// shape where it has no answer of its own.
pub fn layered(routes: Router<HttpState>, state: HttpState) -> Router {
    routes
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
        .layer(from_fn(catch_panic))
        .layer(from_fn_with_state(state.clone(), security_headers))
        .layer(from_fn_with_state(state.clone(), drain))
        .layer(from_fn_with_state(state.clone(), request_log))
        .with_state(state)
}

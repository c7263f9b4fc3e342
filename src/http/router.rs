//! The table of contents.

use axum::Router;
use axum::http::StatusCode;
use axum::routing::{any, get};
use tower::layer::layer_fn;

use super::cors::cors;
use super::graphql::{graphql, plain_error};
use super::middleware::Surrounded;
use super::start_page::start_page;
use super::state::HttpState;
use super::{login, playground};
use crate::graphql::Code;

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
    let mut endpoint = any(graphql);
    if let Some(cors) = cors(&state.cors_allowed_origins) {
        endpoint = endpoint.layer(cors);
    }
    let routes = Router::new()
        // Clients.
        .route("/graphql", endpoint)
        // People.
        .merge(page)
        .route("/plain.css", get(playground::plain_style))
        // Browsers on their way to Spotify and back.
        .route("/login/spotify/", get(login::spotify))
        .route("/login/spotify", get(login::with_slash));
    layered(routes, state)
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
        .layer(layer_fn({
            let state = state.clone();
            move |handler| Surrounded::new(handler, state.clone())
        }))
        .with_state(state)
}

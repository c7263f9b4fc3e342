//! Everything the simulator answers to.

use std::sync::Arc;

use axum::Router;
use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use super::accounts::{authorize, token};
use super::data::images;
use super::shared::Shared;
use super::{api, control, observe};

/// The accounts service, the Web API, and under `/_simulator` what Spotify does not have.
pub(crate) fn router(shared: Arc<Shared>) -> Router {
    let spotify = Router::new()
        .route("/authorize", get(authorize::show).post(authorize::submit))
        .route("/api/token", post(token::token))
        .merge(api::router())
        .method_not_allowed_fallback(|| async { api::Error::METHOD })
        .fallback(|| async { api::Error::NO_SERVICE })
        .layer(from_fn_with_state(Arc::clone(&shared), observe::observe));
    let own = Router::new()
        .route("/_simulator/images/{seed}/{size}", get(image))
        .merge(control::router());
    own.merge(spotify).with_state(shared)
}

/// A picture of a playlist, an album or a person.
async fn image(Path((seed, size)): Path<(String, u32)>) -> Response {
    let headers = [
        (CONTENT_TYPE, "image/svg+xml"),
        // Spotify's expire within a day.
        (CACHE_CONTROL, "public, max-age=86400"),
    ];
    (headers, images::svg(&seed, size)).into_response()
}

//! The Web API: what of it an app needs to read a person's playlists.

mod answer;
pub(crate) mod bearer;
mod error;
mod items;
mod kept;
mod me;
mod paging;
mod playlist;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

use super::shared::Shared;
pub(crate) use error::Error;
pub(crate) use kept::Kept;

/// The endpoints under `/v1`.
pub(crate) fn router() -> Router<Arc<Shared>> {
    Router::new()
        .route("/v1/me", get(me::profile))
        .route("/v1/me/playlists", get(me::playlists))
        .route("/v1/playlists/{id}", get(playlist::playlist))
        .route("/v1/playlists/{id}/items", get(items::items))
        .route("/v1/playlists/{id}/tracks", get(items::tracks))
}

//! `GET /v1/playlists/{id}/items`, and `GET /v1/playlists/{id}/tracks`, which it replaced.

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use serde_json::{Map, Value};

use super::answer::Answer;
use super::error::Error;
use super::paging::Paging;
use crate::simulator::accounts::Bearer;
use crate::simulator::data::id::is_base62;
use crate::simulator::data::shape::Shape;
use crate::simulator::data::{Playlist, Quirk};
use crate::simulator::options::Mode;
use crate::simulator::query::Query;
use crate::simulator::shared::Shared;

/// Parameters that the links to other pages carry on.
const CARRIED: [&str; 3] = ["additional_types", "fields", "market"];

/// A page of entries, at most 50. An app that has only the legacy endpoint gets 404.
pub(crate) async fn items(
    State(shared): State<Arc<Shared>>,
    bearer: Bearer,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Answer, Error> {
    if shared.options().mode == Mode::Legacy {
        return Err(Error::NO_SERVICE);
    }
    page(&shared, &bearer, &id, "items", 50, query)
}

/// A page of entries, at most 100, for apps that still have this endpoint; 403 for those in development mode.
pub(crate) async fn tracks(
    State(shared): State<Arc<Shared>>,
    bearer: Bearer,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Answer, Error> {
    if shared.options().mode == Mode::Development {
        return Err(Error::FORBIDDEN);
    }
    page(&shared, &bearer, &id, "tracks", 100, query)
}

fn page(
    shared: &Shared,
    bearer: &Bearer,
    id: &str,
    key: &str,
    max_limit: u32,
    query: Option<String>,
) -> Result<Answer, Error> {
    let text = query.unwrap_or_default();
    let query = Query::parse(&text);
    if !is_base62(id) {
        return Err(Error::BAD_ID);
    }
    let paging = Paging::parse(&query, max_limit, i32::MAX.unsigned_abs())?;
    let shape = shared.shape(&query);
    let carried: Vec<_> = CARRIED
        .into_iter()
        .filter_map(|name| query.get(name).map(|value| (name, value)))
        .collect();
    let catalogue = shared.catalogue();
    let playlist = catalogue.playlist(id).ok_or(Error::NOT_FOUND)?;
    if !may_read(playlist, bearer, &shape) {
        return Err(Error::FORBIDDEN);
    }
    if playlist.public != Some(true) && !bearer.has_scope("playlist-read-private") {
        return Err(Error::SCOPE);
    }
    let snapshot = playlist.snapshot_id();
    let kept = format!("{:?} {key} {id} {snapshot} {text}", shape.mode);
    if let Some(answer) = shared.kept().get(&kept) {
        return Ok(answer);
    }
    let page = entries(playlist, paging, key, &carried, &shape);
    drop(catalogue);
    let answer = Answer::filtered(Value::Object(page), &query)?;
    shared.kept().keep(kept, &answer);
    Ok(answer)
}

/// Whether the caller is given the entries. In extended quota mode everybody's were given.
pub(crate) fn may_read(playlist: &Playlist, bearer: &Bearer, shape: &Shape<'_>) -> bool {
    shape.mode == Mode::Legacy || playlist.belongs_to(bearer.person)
}

/// A page of a playlist (`PagingPlaylistTrackObject`).
pub(crate) fn entries(
    playlist: &Playlist,
    paging: Paging,
    key: &str,
    carried: &[(&str, &str)],
    shape: &Shape<'_>,
) -> Map<String, Value> {
    let items = playlist.page(paging.offset, paging.limit, shape);
    let has_next = playlist.quirk == Quirk::NextForEver
        || paging.offset.saturating_add(paging.limit) < playlist.len();
    let path = format!("{}/v1/playlists/{}/{key}", shape.url, playlist.id());
    paging.object(&path, carried, items, playlist.claimed_total(), has_next)
}

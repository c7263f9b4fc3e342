//! `GET /v1/playlists/{id}`.

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use serde_json::{Value, json};

use super::answer::Answer;
use super::error::Error;
use super::items::{entries, may_read};
use super::paging::Paging;
use crate::simulator::accounts::Bearer;
use crate::simulator::data::id::is_base62;
use crate::simulator::query::Query;
use crate::simulator::shared::Shared;

/// A playlist with its first entries, where the caller may read them (`PlaylistObject`).
pub(crate) async fn playlist(
    State(shared): State<Arc<Shared>>,
    bearer: Bearer,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Answer, Error> {
    let text = query.unwrap_or_default();
    let query = Query::parse(&text);
    let shape = shared.shape(&query);
    if !is_base62(&id) {
        return Err(Error::BAD_ID);
    }
    let catalogue = shared.catalogue();
    let playlist = catalogue.playlist(&id).ok_or(Error::NOT_FOUND)?;
    let mut object = playlist.describe(&shape);
    object.insert("followers".into(), json!({ "href": null, "total": 3 }));
    let readable = may_read(playlist, &bearer, &shape);
    // What is said of it is a part of the key: not all that changes makes another snapshot.
    let snapshot = playlist.snapshot_id();
    let said = Value::from(object.clone());
    let kept = format!("{:?} {readable} {snapshot} {said} {text}", shape.mode);
    if let Some(answer) = shared.kept().get(&kept) {
        return Ok(answer);
    }
    if readable {
        for key in shape.paging_keys() {
            let paging = Paging {
                limit: if *key == "tracks" { 100 } else { 50 },
                offset: 0,
            };
            object.insert(
                (*key).into(),
                entries(playlist, paging, key, &[], &shape).into(),
            );
        }
    }
    drop(catalogue);
    let answer = Answer::filtered(Value::Object(object), &query)?;
    shared.kept().keep(kept, &answer);
    Ok(answer)
}

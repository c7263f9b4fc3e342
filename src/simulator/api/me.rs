//! `GET /v1/me` and `GET /v1/me/playlists`.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use serde_json::{Value, json};

use super::answer::Answer;
use super::error::Error;
use super::paging::Paging;
use crate::simulator::accounts::Bearer;
use crate::simulator::query::Query;
use crate::simulator::shared::Shared;

/// The highest offset of `GET /v1/me/playlists`.
const MAX_OFFSET: u32 = 100_000;

/// The caller's profile (`PrivateUserObject`).
pub(crate) async fn profile(State(shared): State<Arc<Shared>>, bearer: Bearer) -> Answer {
    let person = bearer.person;
    let shape = shared.shape(&Query::default());
    let mut object = person.reference(shape.url);
    object.insert("display_name".into(), person.display_name.into());
    object.insert("images".into(), person.images(shape.url));
    if shared.options().with_account_id {
        object.insert("account_id".into(), person.account_id.into());
    }
    if shape.full() {
        object.insert("followers".into(), json!({ "href": null, "total": 2 }));
        if bearer.has_scope("user-read-email") {
            object.insert(
                "email".into(),
                format!("{}@example.org", person.account_id).into(),
            );
        }
        if bearer.has_scope("user-read-private") {
            object.insert("country".into(), person.country.into());
            object.insert("product".into(), "premium".into());
            object.insert(
                "explicit_content".into(),
                json!({ "filter_enabled": false, "filter_locked": false }),
            );
        }
    }
    Answer::whole(&Value::Object(object))
}

/// The playlists in the caller's library (`SimplifiedPlaylistObject`).
pub(crate) async fn playlists(
    State(shared): State<Arc<Shared>>,
    bearer: Bearer,
    RawQuery(query): RawQuery,
) -> Result<Answer, Error> {
    if !bearer.has_scope("playlist-read-private") {
        return Err(Error::SCOPE);
    }
    let query = Query::parse(query.unwrap_or_default());
    let paging = Paging::parse(&query, 50, MAX_OFFSET)?;
    let shape = shared.shape(&query);
    let with_collaborative = bearer.has_scope("playlist-read-collaborative");
    let catalogue = shared.catalogue();
    let visible: Vec<_> = catalogue
        .library(bearer.person)
        .filter(|playlist| with_collaborative || !playlist.collaborative)
        .collect();
    let items = visible
        .iter()
        .skip(paging.offset as usize)
        .take(paging.limit as usize)
        .map(|playlist| {
            let mut object = playlist.describe(&shape);
            for key in shape.paging_keys() {
                let href = format!("{}/v1/playlists/{}/{key}", shape.url, playlist.id());
                let reference = json!({ "href": href, "total": playlist.claimed_total() });
                object.insert((*key).into(), reference);
            }
            Value::Object(object)
        })
        .collect();
    let total = u32::try_from(visible.len()).unwrap_or(u32::MAX);
    let has_next = paging.offset.saturating_add(paging.limit) < total;
    let path = format!("{}/v1/me/playlists", shape.url);
    let page = paging.object(&path, &[], items, Some(total), has_next);
    Ok(Answer::whole(&Value::Object(page)))
}

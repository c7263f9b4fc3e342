//! What the answers must be: what Spotify says when it is asked directly, in the schema's words. What
//! it does not say is null here; where the answer must say something nevertheless, the tests tell.

use std::cmp::Reverse;
use std::time::Duration;

use lockstep_api::simulator::{ALL_SCOPES, Mode};
use reqwest::Client;
use serde_json::{Value, json};

use crate::support::TestApp;

/// All fields of an edge.
pub const EDGE: &str = "
    cursor position addedAt addedBy { id displayName uri externalUrl } isLocal
    node {
        __typename id uri name durationMs explicit externalUrl
        ... on Track {
            artists { id name uri externalUrl }
            album { id name uri externalUrl albumType releaseDate images { url width height } }
            discNumber trackNumber isrc isPlayable
        }
        ... on Episode {
            description releaseDate images { url width height }
            show { id name uri externalUrl publisher images { url width height } }
        }
    }";

/// All fields of a playlist but its tracks.
pub const PLAYLIST: &str = "
    id uri name description public collaborative snapshotId externalUrl
    images { url width height } owner { id displayName uri externalUrl } trackCount";

/// What Spotify answers to that person. Not counted.
pub async fn ask(app: &TestApp, person: &str, path: &str) -> Value {
    let hour = Duration::from_secs(3600);
    let token = app.spotify.mint(person, &ALL_SCOPES, hour).access_token;
    let http = Client::builder().no_proxy().build().unwrap();
    let url = format!("{}{path}", app.spotify.url());
    let answer = http.get(url).bearer_auth(token).send().await.unwrap();
    let text = answer.error_for_status().unwrap().text().await.unwrap();
    serde_json::from_str(&text).unwrap()
}

/// What Spotify says of each entry of a playlist, and of the item in it. Not counted.
pub async fn entries(app: &TestApp, person: &str, id: &str, mode: Mode) -> Vec<(Value, Value)> {
    let (place, key) = match mode {
        Mode::Development | Mode::Transitional => ("items", "item"),
        Mode::Legacy => ("tracks", "track"),
    };
    let mut entries = Vec::new();
    loop {
        let offset = entries.len();
        let path = format!("/v1/playlists/{id}/{place}?limit=50&offset={offset}");
        let mut page = ask(app, person, &path).await;
        for entry in page["items"].as_array_mut().unwrap() {
            let item = entry.get_mut(key).map_or(Value::Null, Value::take);
            entries.push((entry.take(), item));
        }
        if page["next"].is_null() {
            app.spotify.reset_counts();
            return entries;
        }
    }
}

/// The edges of a playlist, all of them, without their cursors.
pub async fn edges(app: &TestApp, person: &str, id: &str, mode: Mode) -> Vec<Value> {
    let entries = entries(app, person, id, mode).await;
    let numbered = entries.iter().enumerate();
    numbered
        .map(|(position, (entry, item))| edge(position, entry, item))
        .collect()
}

/// A playlist as an answer has it.
pub fn playlist(said: &Value, description: Value, track_count: Value) -> Value {
    json!({
        "id": said["id"], "uri": said["uri"], "name": said["name"], "description": description,
        "public": said["public"], "collaborative": said["collaborative"],
        "snapshotId": said["snapshot_id"], "externalUrl": said["external_urls"]["spotify"],
        "images": images(&said["images"]), "owner": user(&said["owner"]),
        "trackCount": track_count,
    })
}

/// An edge without its cursor.
pub fn edge(position: usize, entry: &Value, item: &Value) -> Value {
    json!({
        "position": position, "addedAt": entry["added_at"], "addedBy": user(&entry["added_by"]),
        "isLocal": entry["is_local"], "node": node(item),
    })
}

fn node(said: &Value) -> Value {
    match said["type"].as_str() {
        Some("track") => track(said),
        Some("episode") => episode(said),
        _ => Value::Null,
    }
}

/// A track, whatever kind Spotify says it is.
pub fn track(said: &Value) -> Value {
    json!({
        "__typename": "Track", "id": said["id"], "uri": said["uri"], "name": said["name"],
        "durationMs": said["duration_ms"], "explicit": said["explicit"],
        "externalUrl": said["external_urls"]["spotify"],
        "artists": each(&said["artists"], artist), "album": album(&said["album"]),
        "discNumber": said["disc_number"], "trackNumber": said["track_number"],
        "isrc": said["external_ids"]["isrc"], "isPlayable": said["is_playable"],
    })
}

fn episode(said: &Value) -> Value {
    json!({
        "__typename": "Episode", "id": said["id"], "uri": said["uri"], "name": said["name"],
        "durationMs": said["duration_ms"], "explicit": said["explicit"],
        "externalUrl": said["external_urls"]["spotify"], "description": said["description"],
        "releaseDate": said["release_date"], "images": images(&said["images"]),
        "show": show(&said["show"]),
    })
}

fn show(said: &Value) -> Value {
    if said.is_null() {
        return Value::Null;
    }
    json!({
        "id": said["id"], "name": said["name"], "uri": said["uri"],
        "externalUrl": said["external_urls"]["spotify"], "publisher": said["publisher"],
        "images": images(&said["images"]),
    })
}

fn album(said: &Value) -> Value {
    if said.is_null() {
        return Value::Null;
    }
    json!({
        "id": said["id"], "name": said["name"], "uri": said["uri"],
        "externalUrl": said["external_urls"]["spotify"], "albumType": said["album_type"],
        "releaseDate": said["release_date"], "images": images(&said["images"]),
    })
}

fn artist(said: &Value) -> Value {
    json!({
        "id": said["id"], "name": said["name"], "uri": said["uri"],
        "externalUrl": said["external_urls"]["spotify"],
    })
}

/// An owner or somebody who added an entry; the latter come without a name.
fn user(said: &Value) -> Value {
    if said.is_null() {
        return Value::Null;
    }
    json!({
        "id": said["id"], "displayName": said["display_name"], "uri": said["uri"],
        "externalUrl": said["external_urls"]["spotify"],
    })
}

/// Pictures, the largest first, those of no known size last.
pub fn images(said: &Value) -> Value {
    let mut images = said.as_array().cloned().unwrap_or_default();
    images.sort_by_key(|image| Reverse(image["width"].as_u64()));
    each(
        &images.into(),
        |image| json!({ "url": image["url"], "width": image["width"], "height": image["height"] }),
    )
}

fn each(list: &Value, of: impl Fn(&Value) -> Value) -> Value {
    let list = list.as_array().into_iter().flatten();
    list.filter(|said| !said.is_null()).map(of).collect()
}

//! A field that fails is null, and all that was asked for beside it is there: each field that may be
//! null and can fail.

use lockstep_api::simulator::{Fault, Rule, data};
use serde_json::{Value, json};

use crate::support::{Answer, TestApp};

/// Takes out of an answer the one field at `path`, which must be null with an error of this code,
/// and holds the rest to have all that was asked for.
fn assert_fails_alone(answer: &Answer, path: &[Value], code: &str) -> Value {
    assert_eq!(answer.status, 200);
    let error = answer.error();
    assert_eq!(error["path"], json!(path), "{error}");
    assert_eq!(error["extensions"]["code"], code, "{error}");
    let mut data = answer.partial_data();
    let mut place = &mut data;
    for segment in path {
        place = match segment {
            Value::String(field) => place.get_mut(field).unwrap(),
            index => place
                .get_mut(usize::try_from(index.as_u64().unwrap()).unwrap())
                .unwrap(),
        };
    }
    assert!(place.is_null(), "{place}");
    *place = json!("failed");
    data
}

#[tokio::test]
async fn a_playlist() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    app.spotify
        .inject(Rule::on("GET /v1/playlists/{id}", Fault::status(403)));
    let id = data::playlist_id(50);
    let query = format!("{{ me {{ id }} playlist(id: \"{id}\") {{ id }} after: me {{ uri }} }}");
    let data = assert_fails_alone(&ada.query(&query).await, &["playlist".into()], "FORBIDDEN");
    assert_eq!(data["me"]["id"], data::ADA);
    assert!(data["after"]["uri"].is_string());
}

#[tokio::test]
async fn metadata() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let query = "{ me { id } metadata(trackId: \"no track\") { id } after: me { uri } }";
    let data = assert_fails_alone(
        &ada.query(query).await,
        &["metadata".into()],
        "BAD_USER_INPUT",
    );
    assert_eq!(data["me"]["id"], data::ADA);
    assert!(data["after"]["uri"].is_string());
}

#[tokio::test]
async fn the_tracks_of_a_playlist() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let items = "GET /v1/playlists/{id}/items";
    app.spotify.inject(Rule::on(items, Fault::status(403)));
    // One more than comes with the playlist itself.
    let id = data::playlist_id(51);
    let query = format!(
        "{{ playlist(id: \"{id}\") {{ name tracks(first: 51) {{ nodes {{ uri }} }} trackCount }} }}"
    );
    let path = ["playlist".into(), "tracks".into()];
    let data = assert_fails_alone(&ada.query(&query).await, &path, "FORBIDDEN");
    assert!(data["playlist"]["name"].is_string());
    assert_eq!(data["playlist"]["trackCount"], 51);
}

#[tokio::test]
async fn the_tracks_of_one_of_several_playlists() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let query = format!(
        "{{ a: playlist(id: \"{0}\") {{ tracks(first: 1) {{ totalCount }} id }}
            b: playlist(id: \"{0}\") {{ tracks(first: -1) {{ totalCount }} id }} }}",
        data::playlist_id(50)
    );
    let path = ["b".into(), "tracks".into()];
    let data = assert_fails_alone(&ada.query(&query).await, &path, "BAD_USER_INPUT");
    assert_eq!(data["a"]["tracks"]["totalCount"], 50);
    assert_eq!(data["b"]["id"], data["a"]["id"]);
}

#[tokio::test]
async fn the_metadata_of_a_track() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let query = format!(
        "{{ playlist(id: \"{}\") {{ tracks(first: 1) {{ nodes {{ uri ... on Track {{
            good: metadata {{ id }} bad: metadata(type: \"no type!\") {{ id }} name
        }} }} totalCount }} }} }}",
        data::playlist_id(50)
    );
    let path = ["playlist", "tracks", "nodes"].map(Value::from);
    let path = [&path[..], &[json!(0), "bad".into()]].concat();
    let data = assert_fails_alone(&ada.query(&query).await, &path, "BAD_USER_INPUT");
    let tracks = &data["playlist"]["tracks"];
    assert_eq!(tracks["totalCount"], 50);
    let track = &tracks["nodes"][0];
    assert!(track["uri"].is_string() && track["name"].is_string());
    assert_eq!(track.get("good"), Some(&json!(null)));
}

/// Asks a field of `me` while a table is away that nothing else of the request needs.
async fn of_me(field: &str, selection: &str, table: &str) {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    let query = format!("{{ me {{ id {field} {selection} uri }} }}");
    let whole = ada.query(&query).await.data();
    assert_eq!(whole["me"]["id"], data::ADA);
    app.execute(&format!("ALTER TABLE {table} RENAME TO elsewhere"))
        .await;
    let path = ["me".into(), field.into()];
    let data = assert_fails_alone(&ada.query(&query).await, &path, "INTERNAL_SERVER_ERROR");
    assert_eq!(data["me"]["id"], data::ADA);
    assert!(data["me"]["uri"].is_string());
}

#[tokio::test]
async fn when_the_token_expires() {
    of_me("tokenExpiresAt", "", "tokens").await;
}

#[tokio::test]
async fn what_was_authorized() {
    of_me("authorization", "{ __typename }", "tokens").await;
}

#[tokio::test]
async fn the_sessions() {
    of_me("sessions", "{ __typename }", "sessions").await;
}

#[tokio::test]
async fn spotifys_access_token() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let query = "{ me { id } spotifyAccessToken { __typename } after: me { uri } }";
    let path = ["spotifyAccessToken".into()];
    let data = assert_fails_alone(&ada.query(query).await, &path, "FORBIDDEN");
    assert_eq!(data["me"]["id"], data::ADA);
    assert!(data["after"]["uri"].is_string());
}

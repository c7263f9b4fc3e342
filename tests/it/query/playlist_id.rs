//! `playlist(id)`: how a playlist may be named, and how not.

use lockstep_api::simulator::data::{self, playlist_id};
use serde_json::{Value, json};

use crate::support::TestApp;

const QUERY: &str = "query($id: ID!) { playlist(id: $id) { id name } }";
const PLAYLIST: &str = "GET /v1/playlists/{id}";

#[tokio::test]
async fn an_id_a_uri_and_a_link_name_the_same_playlist() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    let id = playlist_id(50);
    let expected = json!({ "playlist": { "id": id, "name": "Fifty for the road" } });
    for name in [
        id.clone(),
        format!("spotify:playlist:{id}"),
        format!("spotify:user:ada.lindqvist:playlist:{id}"),
        format!("https://open.spotify.com/playlist/{id}"),
        format!("https://open.spotify.com/playlist/{id}?si=0123456789abcdef"),
        format!("https://open.spotify.com/intl-de/playlist/{id}?si=0123&pi=u-x#top"),
        format!("http://open.spotify.com/playlist/{id}/"),
    ] {
        let answer = ada.graphql(QUERY, json!({ "id": name })).await;
        assert_eq!(answer.data(), expected, "{name}");
    }
    let requests = app.spotify.requests();
    let asked = requests.iter().filter(|asked| asked.endpoint == PLAYLIST);
    assert!(
        asked
            .clone()
            .all(|asked| asked.path == format!("/v1/playlists/{id}"))
    );
    assert_eq!(asked.count(), 7);
}

#[tokio::test]
async fn what_names_no_playlist_is_refused_without_asking_spotify() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    app.spotify.reset_counts();
    let id = playlist_id(50);
    for nonsense in [
        String::new(),
        "nonsense".to_owned(),
        "a".repeat(10_000),
        format!("{id}\0"),
        format!("{id}/../../me"),
        format!("spotify:track:{id}"),
    ] {
        let answer = ada.graphql(QUERY, json!({ "id": nonsense })).await;
        assert_eq!(answer.status, 200, "{nonsense:?}");
        assert_eq!(answer.code(), "BAD_USER_INPUT", "{nonsense:?}");
        let error = answer.error();
        assert_eq!(error["extensions"]["argument"], "id");
        assert_eq!(error["path"], json!(["playlist"]));
        let message = error["message"].as_str().unwrap();
        assert!(
            message.starts_with("id: ") && message.len() < 200,
            "{message}"
        );
        assert_eq!(answer.partial_data(), json!({ "playlist": null }));
    }
    assert!(
        app.spotify.counts().is_empty(),
        "{:?}",
        app.spotify.counts()
    );
}

#[tokio::test]
async fn a_number_in_place_of_an_id_is_refused_as_well() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    app.spotify.reset_counts();
    for id in [json!(7), json!(-1), json!("7")] {
        assert_eq!(
            ada.graphql(QUERY, json!({ "id": id })).await.code(),
            "BAD_USER_INPUT"
        );
    }
    let literal = ada.query("{ playlist(id: 7) { name } }").await;
    assert_eq!(literal.code(), "BAD_USER_INPUT");
    assert!(app.spotify.counts().is_empty());
}

#[tokio::test]
async fn a_playlist_that_spotify_does_not_have_is_null_without_an_error() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    let answer = ada.graphql(QUERY, json!({ "id": data::UNKNOWN })).await;
    assert_eq!(answer.data(), json!({ "playlist": null }));
    let query = format!(
        "{{ a: playlist(id: \"{}\") {{ tracks {{ totalCount }} }} b: playlist(id: \"{}\") {{ id }} }}",
        data::UNKNOWN,
        data::ODD
    );
    let answer = ada.query(&query).await.data();
    assert_eq!(
        answer,
        json!({ "a": Value::Null, "b": { "id": data::ODD } })
    );
}

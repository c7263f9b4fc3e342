//! A playlist without its tracks: one's own, somebody else's, and one with nothing but gaps.

use lockstep_api::simulator::Mode;
use lockstep_api::simulator::data::{self, SIZES, playlist_id};
use serde_json::{Value, json};

use super::oracle::{self, PLAYLIST};
use crate::support::{Answer, Caller, TestApp};

async fn playlist(caller: &Caller, id: &str, fields: &str) -> Answer {
    let query = format!("query($id: ID!) {{ playlist(id: $id) {{ {fields} }} }}");
    caller.graphql(&query, json!({ "id": id })).await
}

#[tokio::test]
async fn a_playlist_has_all_that_spotify_says_of_it_in_every_mode() {
    for mode in [Mode::Development, Mode::Transitional, Mode::Legacy] {
        let app = TestApp::with(|setup| setup.spotify.mode = mode).await;
        let ada = app.bearer(data::ADA);
        for id in SIZES
            .map(playlist_id)
            .iter()
            .map(String::as_str)
            .chain([data::COLLABORATIVE, data::SHARED])
        {
            let said = oracle::ask(&app, data::ADA, &format!("/v1/playlists/{id}")).await;
            let held = app.spotify.playlist(id);
            let text = held.description.clone().filter(|text| !text.is_empty());
            let expected = oracle::playlist(&said, json!(text), held.len().into());
            let given = playlist(&ada, id, PLAYLIST).await.data()["playlist"].take();
            assert_eq!(given, expected);
        }
    }
}

#[tokio::test]
async fn a_description_is_plain_text_and_null_where_there_is_none() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    let text = "<b>\"Fish\" & chips</b> 'n / &amp; 🍟 &#x27;";
    for (written, read) in [
        (Some(text), json!(text)),
        (Some("سلام & Grüße"), json!("سلام & Grüße")),
        (Some(""), Value::Null),
        (None, Value::Null),
    ] {
        app.spotify.edit_playlist(data::ODD, |playlist| {
            playlist.description = written.map(str::to_owned);
        });
        let given = playlist(&ada, data::ODD, "description").await.data();
        assert_eq!(given["playlist"]["description"], read);
    }
}

#[tokio::test]
async fn a_picture_that_somebody_uploaded_comes_without_its_size() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    let mut uploaded = 0;
    for id in app.spotify.library(data::ADA) {
        let given = playlist(&ada, &id, "images { url width height }")
            .await
            .data();
        for image in given["playlist"]["images"].as_array().unwrap() {
            assert!(image["url"].as_str().unwrap().starts_with("http"));
            assert_eq!(image["width"], image["height"]);
            uploaded += usize::from(image["width"].is_null());
        }
    }
    assert!(uploaded > 0, "no playlist has such a picture");
}

#[tokio::test]
async fn somebody_elses_playlist_is_described_and_its_tracks_are_refused_with_the_reason() {
    let app = TestApp::start().await;
    for ada in [app.logged_in(data::ADA).await, app.bearer(data::ADA)] {
        app.spotify.reset_counts();
        let fields = format!("{PLAYLIST} tracks(first: 100) {{ totalCount nodes {{ uri }} }}");
        let answer = playlist(&ada, data::FOLLOWED, &fields).await;
        assert_eq!(answer.status, 200);
        let mut given = answer.partial_data()["playlist"].take();
        assert_eq!(given["tracks"], Value::Null);
        assert!(
            given.as_object_mut().unwrap().remove("tracks").is_some(),
            "the key is kept"
        );
        assert_eq!(
            app.spotify.count("GET /v1/playlists/{id}/items"),
            1,
            "asked once"
        );

        let said = oracle::ask(
            &app,
            data::ADA,
            &format!("/v1/playlists/{}", data::FOLLOWED),
        )
        .await;
        let expected = oracle::playlist(&said, json!("موسيقى لآخر الليل"), Value::Null);
        assert_eq!(given, expected);
        assert_eq!(given["owner"]["displayName"], "أمينة بن يوسف");
        assert_eq!(given["images"].as_array().unwrap().len(), 3);

        assert_eq!(answer.code(), "FORBIDDEN");
        let error = answer.error();
        assert_eq!(error["path"], json!(["playlist", "tracks"]));
        let spotify = json!({ "status": 403, "message": "Forbidden" });
        assert_eq!(error["extensions"]["spotify"], spotify);
        let message = error["message"].as_str().unwrap();
        assert!(
            message.contains("only to its owner and collaborators"),
            "{message}"
        );
    }
}

#[tokio::test]
async fn tracks_are_refused_alike_however_many_are_wanted() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    for first in [0, 1, 1000] {
        let fields = format!("name tracks(first: {first}) {{ totalCount }}");
        let answer = playlist(&ada, data::FOLLOWED, &fields).await;
        assert_eq!(answer.code(), "FORBIDDEN", "first: {first}");
        let name = answer.partial_data()["playlist"]["name"].take();
        assert_eq!(name, "ليالي الدار البيضاء");
    }
}

#[tokio::test]
async fn collaborators_read_the_tracks_as_the_owner_does() {
    let app = TestApp::start().await;
    for (person, id) in [
        (data::ADA, data::COLLABORATIVE),
        (data::JOERG, data::COLLABORATIVE),
        (data::MINSEO, data::COLLABORATIVE),
        (data::ADA, data::SHARED),
    ] {
        let caller = app.bearer(person);
        let fields = "collaborative trackCount tracks(first: 1000) { nodes { id } }";
        let given = playlist(&caller, id, fields).await.data()["playlist"].take();
        let nodes = given["tracks"]["nodes"].as_array().unwrap();
        let ids: Vec<_> = nodes
            .iter()
            .map(|node| node["id"].as_str().map(str::to_owned))
            .collect();
        assert_eq!(ids, app.spotify.playlist(id).track_ids());
        assert_eq!(given["collaborative"], true);
        assert_eq!(given["trackCount"], nodes.len());
    }
}

#[tokio::test]
async fn a_playlist_of_nulls_and_gaps_is_as_whole_as_it_can_be() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    let fields = format!("{PLAYLIST} tracks(first: 100) {{ totalCount nodes {{ id }} }}");
    let mut given = playlist(&ada, data::BARE, &fields).await.data()["playlist"].take();
    let tracks = given.as_object_mut().unwrap().remove("tracks").unwrap();
    let expected = json!({
        "id": data::BARE, "uri": format!("spotify:playlist:{}", data::BARE), "name": "",
        "description": null, "public": null, "collaborative": false, "snapshotId": null,
        "externalUrl": null, "images": [], "owner": null, "trackCount": 70,
    });
    assert_eq!(given, expected);
    assert_eq!(tracks["totalCount"], 70);
    assert_eq!(tracks["nodes"].as_array().unwrap().len(), 70);
}

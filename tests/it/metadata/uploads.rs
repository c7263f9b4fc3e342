//! Uploads that are kept: the newest counts, a retry makes no second record, people are apart.

use bytes::Bytes;
use futures_util::future::join_all;
use lockstep_api::simulator::data;
use lockstep_api::store::{MetadataKey, NewMetadata, PersonId};
use serde_json::{Value, json};

use super::{READ, TRACK};
use crate::support::TestApp;

#[tokio::test]
async fn the_last_upload_counts_whatever_its_version_and_the_others_are_kept() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    for (version, text) in [(3, r#"{"n":1}"#), (1, r#"{"n":2}"#)] {
        ada.upload(TRACK, "beats", version, text).await.data();
    }
    let link = format!("https://open.spotify.com/track/{TRACK}?si=x");
    for track in [TRACK, &format!("spotify:track:{TRACK}"), &link] {
        let found = ada.graphql(READ, json!({ "track": track })).await.data();
        assert_eq!(found["metadata"]["version"], 1, "{track}");
        assert_eq!(found["metadata"]["collection"], json!({ "n": 2 }));
    }
    assert_eq!(app.count_rows("metadata"), 2);
}

#[tokio::test]
async fn an_episode_is_no_track_of_the_same_id() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    let episode = format!("spotify:episode:{TRACK}");
    let stored = ada.upload(&episode, "beats", 1, "{}").await.uploaded();
    assert_eq!(stored["trackId"], episode);
    let link = format!("https://open.spotify.com/episode/{TRACK}?si=x");
    for (track, found) in [(episode.as_str(), true), (&link, true), (TRACK, false)] {
        let answer = ada.graphql(READ, json!({ "track": track })).await.data();
        assert_eq!(answer["metadata"].is_object(), found, "{track}");
    }
}

#[tokio::test]
async fn the_very_same_upload_again_makes_no_second_record() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    let same = (0..50).map(|_| ada.upload(TRACK, "beats", 1, r#"{"beats":[0.5]}"#));
    let ids: Vec<Value> = join_all(same)
        .await
        .iter()
        .map(|a| a.uploaded()["id"].clone())
        .collect();
    assert!(ids.iter().all(|id| *id == ids[0]));
    assert_eq!(app.count_rows("metadata"), 1);
    let texts: Vec<String> = (0..50).map(|n| format!(r#"{{"n":{n}}}"#)).collect();
    let different = texts.iter().map(|text| ada.upload(TRACK, "beats", 1, text));
    for answer in join_all(different).await {
        answer.data();
    }
    assert_eq!(app.count_rows("metadata"), 51);
}

#[tokio::test]
async fn only_the_newest_is_what_a_retry_repeats() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    let mut ids = Vec::new();
    for (kind, version, text) in [
        ("beats", 1, r#"{"n":1}"#),
        ("beats", 1, r#"{"n":2}"#),
        // Back to what it was: an upload of its own.
        ("beats", 1, r#"{"n":1}"#),
        ("beats", 2, r#"{"n":1}"#),
        ("beats", 2, r#"{ "n": 1 }"#),
        ("chords", 2, r#"{"n":1}"#),
    ] {
        for _ in 0..2 {
            ids.push(ada.upload(TRACK, kind, version, text).await.uploaded()["id"].clone());
        }
    }
    assert!(ids.chunks(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(app.count_rows("metadata"), 6);
}

#[tokio::test]
async fn the_longest_names_of_local_files_are_taken() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    let title = "%D0%A7".repeat(300);
    let local = format!("spotify:local:::{title}:200");
    ada.upload(&local, &"x".repeat(64), 1, "{}").await.data();
    let asked = json!({ "track": local, "type": "x".repeat(64) });
    let found = ada.graphql(READ, asked).await.data();
    assert!(found["metadata"].is_object());
}

#[tokio::test]
async fn people_tracks_and_types_are_kept_apart() {
    let app = TestApp::start().await;
    let (ada, minseo) = (app.bearer(data::ADA), app.bearer(data::MINSEO));
    ada.upload(TRACK, "beats", 1, r#"{"whose":"ada"}"#)
        .await
        .data();
    let local = "spotify:local:Somebody:An+Album:A+Song:200";
    ada.upload(local, "chords", 1, r#"{"whose":"ada"}"#)
        .await
        .data();
    for (caller, track, kind, there) in [
        (&ada, TRACK, "beats", true),
        (&ada, TRACK, "chords", false),
        (&ada, local, "chords", true),
        (&ada, local, "beats", false),
        (&minseo, TRACK, "beats", false),
    ] {
        let asked = json!({ "track": track, "type": kind });
        let found = caller.graphql(READ, asked).await.data();
        assert_eq!(found["metadata"].is_object(), there, "{track} {kind}");
    }
}

#[tokio::test]
async fn a_thousand_tracks_with_metadata_cost_one_statement() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    let track = app.spotify.playlist(&data::playlist_id(1000)).track_ids()[7]
        .clone()
        .unwrap();
    ada.upload(&track, "beats", 4, r#"{"beats":[1]}"#)
        .await
        .data();
    ada.query("{ me { id } }").await.data();
    let playlist = data::playlist_id(1000);
    let one = "... on Track { id metadata { version } }";
    let whole = "... on Track { id metadata { version collection } }";
    let other = "... on Track { other: metadata(type: \"other\") { version } }";
    for (selected, place) in [
        (format!("nodes {{ {one} }}"), ""),
        (format!("nodes {{ {whole} }}"), ""),
        (format!("nodes {{ {one} {other} }}"), ""),
        (format!("edges {{ node {{ {other} {one} }} }}"), "/node"),
        (
            format!("edges {{ node {{ {one} }} node {{ {other} }} }}"),
            "/node",
        ),
    ] {
        let before = app.store.statement_count();
        let query = format!(
            "{{ playlist(id: \"{playlist}\") {{ tracks(first: 1000) {{ {selected} }} }} }}"
        );
        let answer = ada.query(&query).await.data();
        assert_eq!(app.store.statement_count() - before, 1, "{selected}");
        let tracks = &answer["playlist"]["tracks"];
        let list = tracks["nodes"].as_array().or(tracks["edges"].as_array());
        let nodes: Vec<_> = list
            .unwrap()
            .iter()
            .map(|item| item.pointer(place).unwrap())
            .collect();
        assert_eq!(nodes.len(), 1000);
        let with: Vec<_> = nodes.iter().filter(|node| node["id"] == *track).collect();
        assert!(!with.is_empty());
        for node in with {
            assert_eq!(node["metadata"]["version"], 4, "{selected}");
            assert!(node["other"].is_null());
        }
    }
}

#[tokio::test]
async fn collections_that_are_too_much_for_one_answer_are_not_even_unpacked() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    // The session's cookie begins with whose it is.
    let cookies = ada.cookies();
    let (_, value) = cookies.split_once('=').unwrap();
    let person = PersonId::parse(value.split_once('.').unwrap().0).unwrap();
    let max = app.config.limits.answer_bytes;
    let half = usize::try_from(max).unwrap() / 2 + 100;
    let large = Bytes::from(format!("{{\"a\":\"{}\"}}", "x".repeat(half)));
    for kind in ["a", "b"] {
        let key = MetadataKey {
            track_id: TRACK.to_owned(),
            kind: kind.to_owned(),
        };
        let new = NewMetadata {
            key,
            version: 1,
            content: large.clone(),
            created_at: app.clock.now(),
        };
        app.store.insert_metadata(&person, new).await.unwrap();
    }
    let both = |fields: &str| {
        let one = |kind: &str| {
            format!("{kind}: metadata(trackId: \"{TRACK}\", type: \"{kind}\") {{ {fields} }}")
        };
        format!("{{ me {{ id }} {} {} }}", one("a"), one("b"))
    };
    let sizes = ada.query(&both("sizeBytes")).await.data();
    assert_eq!(sizes["b"]["sizeBytes"], large.len());
    let answer = ada.query(&both("collection")).await;
    let refused = json!({ "me": { "id": data::ADA }, "a": null, "b": null });
    assert_eq!(answer.partial_data(), refused);
    for error in answer.errors() {
        let expected = json!({ "code": "QUERY_TOO_COMPLEX", "limit": "answerBytes",
            "max": max, "found": 2 * large.len() });
        assert_eq!(error["extensions"], expected);
        assert!(error["message"].as_str().unwrap().contains("fewer at once"));
    }
    assert_eq!(answer.errors().len(), 2);
}

#[tokio::test]
async fn a_session_reads_its_uploads_while_spotify_is_down() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    ada.upload(TRACK, "beats", 1, "{}").await.data();
    app.spotify.reset_counts();
    let found = ada.graphql(READ, json!({ "track": TRACK })).await.data();
    assert!(found["metadata"].is_object());
    assert!(app.spotify.requests().is_empty());
}

//! What players upload for a track, and read back.

use futures_util::future::join_all;
use lockstep_api::simulator::data;
use serde_json::{Value, json};

use crate::support::{Answer, Caller, TestApp};

const TRACK: &str = "6rqhFgbbKwnb9MLmUQDhG6";
const UPLOAD: &str = "mutation($input: UploadMetadataInput!) { uploadMetadata(input: $input) {
    metadata { id trackId type version sizeBytes sha256 createdAt } } }";
const READ: &str = "query($track: ID!, $type: String! = \"beats\") {
    metadata(trackId: $track, type: $type) { id version collection } }";

/// Sends `collection` as it is written.
async fn upload(
    caller: &Caller,
    track: &str,
    kind: &str,
    version: i64,
    collection: &str,
) -> Answer {
    let track = json!(track);
    let (kind, query) = (json!(kind), json!(UPLOAD));
    caller
        .post_graphql(format!(
            r#"{{"query":{query},"variables":{{"input":{{"trackId":{track},"type":{kind},
                "version":{version},"collection":{collection}}}}}}}"#
        ))
        .await
}

fn kept(answer: &Answer) -> Value {
    answer.data()["uploadMetadata"]["metadata"].clone()
}

#[tokio::test]
async fn the_text_comes_back_as_it_was_sent() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    for text in [
        r#"{ "z": 1.10, "a": [1e400, -0, 123456789012345678901234567890.5] , "": {} }"#,
        r#"{"emoji":"🥁 \ud83e\udd41","escapes":"\u0000\t\"\\\/","拍":["späť",null,true]}"#,
        "{}",
    ] {
        let uploaded = kept(&upload(&ada, TRACK, "beats", 1, text).await);
        assert_eq!(uploaded["sizeBytes"], text.len());
        let answer = ada.graphql(READ, json!({ "track": TRACK })).await;
        assert!(answer.text().contains(text), "{}", answer.text());
    }
}

#[tokio::test]
async fn the_last_upload_counts_whatever_its_version_and_the_others_are_kept() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    for (version, text) in [(3, r#"{"n":1}"#), (1, r#"{"n":2}"#)] {
        upload(&ada, TRACK, "beats", version, text).await.data();
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
async fn the_very_same_upload_again_makes_no_second_record() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    let same = (0..50).map(|_| upload(&ada, TRACK, "beats", 1, r#"{"beats":[0.5]}"#));
    let ids: Vec<Value> = join_all(same)
        .await
        .iter()
        .map(|a| kept(a)["id"].clone())
        .collect();
    assert!(ids.iter().all(|id| *id == ids[0]));
    assert_eq!(app.count_rows("metadata"), 1);
    let texts: Vec<String> = (0..50).map(|n| format!(r#"{{"n":{n}}}"#)).collect();
    let different = texts
        .iter()
        .map(|text| upload(&ada, TRACK, "beats", 1, text));
    for answer in join_all(different).await {
        answer.data();
    }
    assert_eq!(app.count_rows("metadata"), 51);
}

#[tokio::test]
async fn people_tracks_and_types_are_kept_apart() {
    let app = TestApp::start().await;
    let (ada, minseo) = (app.bearer(data::ADA), app.bearer(data::MINSEO));
    upload(&ada, TRACK, "beats", 1, r#"{"whose":"ada"}"#)
        .await
        .data();
    let local = "spotify:local:Somebody:An+Album:A+Song:200";
    upload(&ada, local, "chords", 1, r#"{"whose":"ada"}"#)
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
async fn what_is_no_collection_is_refused_and_nothing_is_kept() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000));
    for text in [
        "[]",
        "\"text\"",
        "1",
        r#"{"a":1,"a":2}"#,
        r#"{"a":"\ud800"}"#,
        &deep,
    ] {
        let answer = upload(&ada, TRACK, "beats", 1, text).await;
        assert_eq!(answer.code(), "BAD_USER_INPUT", "{text:.40}");
        assert_eq!(answer.error()["extensions"]["argument"], "input.collection");
    }
    assert_eq!(
        upload(&ada, TRACK, "beats", 1, "null").await.code(),
        "BAD_USER_INPUT"
    );
    assert_eq!(
        upload(&ada, TRACK, "beats", 1, r#"{"a":NaN}"#).await.code(),
        "BAD_REQUEST"
    );
    let large = format!(r#"{{"a":"{}"}}"#, "x".repeat(1024 * 1024));
    assert_eq!(
        upload(&ada, TRACK, "beats", 1, &large).await.code(),
        "PAYLOAD_TOO_LARGE"
    );
    assert_eq!(app.count_rows("metadata"), 0);
}

#[tokio::test]
async fn what_it_is_of_is_judged_argument_by_argument() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    let long = "x".repeat(10_000);
    for track in ["", "nonsense", "../x", &long] {
        let answer = upload(&ada, track, "beats", 1, "{}").await;
        assert_eq!(answer.code(), "BAD_USER_INPUT", "{track:.20}");
        assert_eq!(answer.error()["extensions"]["argument"], "input.trackId");
    }
    let long = "x".repeat(65);
    for kind in ["", "../beats", "two words", "béats", ".x", &long] {
        let answer = upload(&ada, TRACK, kind, 1, "{}").await;
        assert_eq!(answer.code(), "BAD_USER_INPUT", "{kind}");
        assert_eq!(answer.error()["extensions"]["argument"], "input.type");
    }
    for version in [i64::from(i32::MAX) + 1, i64::MIN] {
        let answer = upload(&ada, TRACK, "beats", version, "{}").await;
        assert_eq!(answer.code(), "BAD_USER_INPUT", "{version}");
        assert_eq!(answer.error()["extensions"]["argument"], "input.version");
    }
    assert_eq!(app.count_rows("metadata"), 0);
}

#[tokio::test]
async fn a_thousand_tracks_with_metadata_cost_one_statement() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    let track = app.spotify.playlist(&data::playlist_id(1000)).track_ids()[7]
        .clone()
        .unwrap();
    upload(&ada, &track, "beats", 4, r#"{"beats":[1]}"#)
        .await
        .data();
    ada.query("{ me { id } }").await.data();
    for selected in ["version", "version collection"] {
        let before = app.store.statement_count();
        let query = format!(
            "{{ playlist(id: \"{}\") {{ tracks(first: 1000) {{ nodes {{
                ... on Track {{ id metadata {{ {selected} }} }} }} }} }} }}",
            data::playlist_id(1000)
        );
        let answer = ada.query(&query).await.data();
        assert_eq!(app.store.statement_count() - before, 1, "{selected}");
        let nodes = answer["playlist"]["tracks"]["nodes"].as_array().unwrap();
        assert_eq!(nodes.len(), 1000);
        let with = nodes.iter().filter(|node| node["id"] == *track);
        assert!(with.clone().count() > 0);
        assert!(
            with.into_iter()
                .all(|node| node["metadata"]["version"] == 4)
        );
    }
}

#[tokio::test]
async fn a_session_reads_its_uploads_while_spotify_is_down() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    upload(&ada, TRACK, "beats", 1, "{}").await.data();
    app.spotify.reset_counts();
    let found = ada.graphql(READ, json!({ "track": TRACK })).await.data();
    assert!(found["metadata"].is_object());
    assert!(app.spotify.requests().is_empty());
}

//! `after`: cursors that lead on, and those that lead nowhere.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use lockstep_api::simulator::data::{self, playlist_id};
use serde_json::{Value, json};

use crate::support::{Caller, TestApp};

const QUERY: &str = "query($id: ID!, $first: Int, $after: String) { playlist(id: $id) { name
    tracks(first: $first, after: $after) { totalCount edges { position node { id } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }";
const LIBRARY: &str = "query($first: Int, $after: String) { me { id
    playlists(first: $first, after: $after) { edges { node { id } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }";

async fn tracks(caller: &Caller, id: &str, first: u32, after: &Value) -> Value {
    let variables = json!({ "id": id, "first": first, "after": after });
    caller.graphql(QUERY, variables).await.data()["playlist"]["tracks"].take()
}

async fn end_cursor(caller: &Caller, id: &str, first: u32) -> Value {
    tracks(caller, id, first, &Value::Null).await["pageInfo"]["endCursor"].take()
}

#[tokio::test]
async fn a_cursor_survives_a_restart_and_serves_whoever_may_read_the_list() {
    let mut app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let after = end_cursor(&ada, data::COLLABORATIVE, 60).await;
    app.restart().await;
    let ids = app.spotify.playlist(data::COLLABORATIVE).track_ids();
    for caller in [ada, app.bearer(data::MINSEO)] {
        let page = tracks(&caller, data::COLLABORATIVE, 50, &after).await;
        assert_eq!(page["edges"].as_array().unwrap().len(), 13);
        assert_eq!(page["edges"][0]["position"], 60);
        assert_eq!(page["edges"][0]["node"]["id"].as_str(), ids[60].as_deref());
        assert_eq!(page["pageInfo"]["hasPreviousPage"], true);
        assert_eq!(page["pageInfo"]["hasNextPage"], false);
    }
}

#[tokio::test]
async fn any_edges_cursor_leads_to_the_entry_behind_it() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    let query = "query($id: ID!) { playlist(id: $id) { tracks(first: 100) { edges { cursor } } } }";
    let answer = ada
        .graphql(query, json!({ "id": playlist_id(101) }))
        .await
        .data();
    let edges = answer["playlist"]["tracks"]["edges"]
        .as_array()
        .unwrap()
        .clone();
    for at in [0, 48, 49, 50, 98, 99] {
        let page = tracks(&ada, &playlist_id(101), 1, &edges[at]["cursor"]).await;
        assert_eq!(page["edges"][0]["position"], at + 1);
    }
}

#[tokio::test]
async fn behind_the_last_entry_is_an_empty_page() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    let id = playlist_id(101);
    let last = end_cursor(&ada, &id, 1000).await;
    // As a client may hold it whose playlist has become shorter, and as nobody was ever given it.
    let far = |position: u32| json!(URL_SAFE_NO_PAD.encode(format!("{id}:{position}")));
    for after in [
        last,
        far(5000),
        far(99_999),
        far(100_000),
        far(u32::MAX - 1),
        far(u32::MAX),
    ] {
        let page = tracks(&ada, &id, 50, &after).await;
        let info = json!({
            "hasNextPage": false, "hasPreviousPage": true, "startCursor": null, "endCursor": null,
        });
        assert_eq!(page["edges"], json!([]));
        assert_eq!(page["pageInfo"], info);
        assert_eq!(page["totalCount"], 101);
    }
    let far = URL_SAFE_NO_PAD.encode("me.playlists:4000000000");
    let answer = ada.graphql(LIBRARY, json!({ "after": far })).await.data();
    assert_eq!(answer["me"]["playlists"]["edges"], json!([]));
    assert_eq!(answer["me"]["playlists"]["pageInfo"]["hasNextPage"], false);
}

#[tokio::test]
async fn a_cursor_that_is_none_of_this_list_is_refused_by_name() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let id = playlist_id(1000);
    let own = end_cursor(&ada, &id, 10).await.as_str().unwrap().to_owned();
    let other = end_cursor(&ada, &playlist_id(101), 10)
        .await
        .as_str()
        .unwrap()
        .to_owned();
    let answer = ada.query(LIBRARY).await.data();
    let library = answer["me"]["playlists"]["pageInfo"]["endCursor"]
        .as_str()
        .unwrap()
        .to_owned();
    let mut hostile = vec![
        String::new(),
        " ".to_owned(),
        "nonsense".to_owned(),
        "0".to_owned(),
        "null".to_owned(),
        "../".to_owned(),
        "' OR 1=1 --".to_owned(),
        "a".repeat(10_000),
        "€".repeat(4000),
        "\0".to_owned(),
        format!("{own}="),
        format!("{own}A"),
        format!(" {own}"),
        own[1..].to_owned(),
        own[..own.len() - 1].to_owned(),
        own.to_uppercase(),
        STANDARD.encode("arrayconnection:10"),
        URL_SAFE_NO_PAD.encode([0xff, 0xfe, 0x00]),
    ];
    for text in ["10", ":", ":10", "x:10"] {
        hostile.push(URL_SAFE_NO_PAD.encode(text));
    }
    for position in [
        "",
        "-1",
        "+1",
        "01",
        "1.0",
        "4294967296",
        "99999999999999999999",
        "1:1",
        "١",
        "1 ",
    ] {
        for list in [id.as_str(), "me.playlists"] {
            hostile.push(URL_SAFE_NO_PAD.encode(format!("{list}:{position}")));
        }
    }
    app.spotify.reset_counts();
    let of_tracks = hostile.iter().chain([&other, &library]);
    for after in of_tracks {
        let answer = ada
            .graphql(QUERY, json!({ "id": id, "after": after }))
            .await;
        refused(&answer, json!(["playlist", "tracks"]), after);
        assert_eq!(
            answer.partial_data()["playlist"]["name"],
            "A thousand kilometres"
        );
    }
    for after in hostile.iter().chain([&own, &other]) {
        let answer = ada.graphql(LIBRARY, json!({ "after": after })).await;
        refused(&answer, json!(["me", "playlists"]), after);
        assert!(answer.partial_data().is_null());
    }
    assert_eq!(app.spotify.count("GET /v1/playlists/{id}/items"), 0);
    assert_eq!(app.spotify.count("GET /v1/me/playlists"), 0);
}

fn refused(answer: &crate::support::Answer, path: Value, after: &str) {
    assert_eq!(answer.code(), "BAD_USER_INPUT", "{after:?}");
    let error = answer.error();
    assert_eq!(error["extensions"]["argument"], "after");
    assert_eq!(error["path"], path);
    let message = error["message"].as_str().unwrap();
    assert!(
        message.starts_with("after: is not a cursor of this list"),
        "{message}"
    );
    assert!(message.len() < 200, "{message}");
}

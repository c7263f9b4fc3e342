//! What of an answer is null when something fails, and in which order it stands.

use lockstep_api::simulator::{Fault, Rule, data};
use serde_json::json;

use crate::support::TestApp;

/// `data` as it is written.
fn written(text: &str) -> &str {
    let data = text.strip_prefix("{\"data\":").unwrap();
    data.split(",\"errors\":").next().unwrap()
}

#[tokio::test]
async fn a_field_that_may_not_be_null_takes_all_data_along() {
    let app = TestApp::start().await;
    let answer = app.anonymous().query("{ __typename me { id } }").await;
    assert_eq!(answer.json().get("data"), Some(&json!(null)));
    assert_eq!(answer.code(), "UNAUTHENTICATED");
    assert_eq!(answer.error()["path"], json!(["me"]));
}

#[tokio::test]
async fn a_field_that_is_asked_for_twice_fails_once() {
    let app = TestApp::start().await;
    let query = "{ me { id } ...F me { uri } } fragment F on Query { me { displayName } }";
    let answer = app.anonymous().query(query).await;
    assert_eq!(answer.code(), "UNAUTHENTICATED");
}

#[tokio::test]
async fn a_field_that_may_be_null_leaves_its_siblings_intact() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let items = "GET /v1/playlists/{id}/items";
    app.spotify.inject(Rule::on(items, Fault::status(403)));
    let id = &data::playlist_id(51);
    let query = format!(
        "{{
        me {{ id }}
        playlist(id: \"{id}\") {{ tracks(first: 51) {{ totalCount nodes {{ uri }} }} id }}
        metadata(trackId: \"no track\") {{ id }}
        after: __typename
    }}"
    );
    let answer = ada.query(&query).await;
    let expected = format!(
        "{{\"me\":{{\"id\":\"{}\"}},\"playlist\":{{\"tracks\":null,\"id\":\"{id}\"}},\
         \"metadata\":null,\"after\":\"Query\"}}",
        data::ADA
    );
    assert_eq!(written(answer.text()), expected);
    let mut codes: Vec<_> = answer.errors();
    codes.sort_by_key(|error| error["path"].to_string());
    assert_eq!(codes[0]["path"], json!(["metadata"]));
    assert_eq!(codes[0]["extensions"]["code"], "BAD_USER_INPUT");
    assert_eq!(codes[1]["path"], json!(["playlist", "tracks"]));
    assert_eq!(codes[1]["extensions"]["code"], "FORBIDDEN");
}

#[tokio::test]
async fn fields_stand_as_they_were_selected_however_long_each_takes() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let id = &data::playlist_id(50);
    let query = format!("{{
        slow: playlist(id: \"{id}\") {{ ...Slow id }}
        quick: __typename
        ...Rest
    }}
    fragment Slow on Playlist {{ tracks(first: 1) {{ totalCount }} name }}
    fragment Rest on Query {{ me {{ uri ... on Me {{ id }} }} quick: __typename last: __typename }}");
    let answer = ada.query(&query).await;
    let data = answer.data();
    let expected = format!(
        "{{\"slow\":{{\"tracks\":{{\"totalCount\":{}}},\"name\":{},\"id\":\"{id}\"}},\
         \"quick\":\"Query\",\"me\":{{\"uri\":{},\"id\":{}}},\"last\":\"Query\"}}",
        data["slow"]["tracks"]["totalCount"],
        data["slow"]["name"],
        data["me"]["uri"],
        data["me"]["id"],
    );
    assert_eq!(
        written(answer.text().trim_end_matches('}')),
        expected.trim_end_matches('}')
    );
}

#[tokio::test]
async fn an_entry_that_no_fragment_is_for_is_an_empty_object() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let query = |inside: &str| {
        format!(
            "{{ playlist(id: \"{}\") {{ tracks(first: 1000) {{ nodes {{ {inside} }} }} }} }}",
            data::ODD
        )
    };
    let kinds = ada.query(&query("__typename uri")).await.data();
    let tracks = ada.query(&query("... on Track { uri }")).await.data();
    let kinds = kinds["playlist"]["tracks"]["nodes"]
        .as_array()
        .unwrap()
        .clone();
    let tracks = tracks["playlist"]["tracks"]["nodes"]
        .as_array()
        .unwrap()
        .clone();
    assert_eq!(kinds.len(), tracks.len());
    for (kind, track) in kinds.iter().zip(&tracks) {
        let expected = match kind["__typename"].as_str() {
            Some("Track") => json!({ "uri": kind["uri"] }),
            Some(_) => json!({}),
            None => json!(null),
        };
        assert_eq!(*track, expected);
    }
    assert!(tracks.contains(&json!({})), "no episode among them");
    assert!(tracks.contains(&json!(null)), "no removed entry among them");
}

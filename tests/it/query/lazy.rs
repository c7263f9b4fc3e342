//! What an answer costs: nothing is asked of Spotify that the query does not need, nothing twice,
//! and nothing waits for what it does not depend on.

use lockstep_api::simulator::data::{self, playlist_id};
use lockstep_api::simulator::{Fault, Rule};
use serde_json::{Value, json};

use super::calls;
use crate::support::TestApp;

const PLAYLIST: &str = "GET /v1/playlists/{id}";
const ITEMS: &str = "GET /v1/playlists/{id}/items";

/// The offsets of the pages that were asked for.
fn pages(app: &TestApp) -> Vec<u32> {
    let requests = app.spotify.requests();
    let items = requests.iter().filter(|request| request.endpoint == ITEMS);
    let mut pages: Vec<u32> = items
        .map(|request| {
            assert_eq!(request.parameter("limit"), Some("50"));
            request.parameter("offset").unwrap().parse().unwrap()
        })
        .collect();
    pages.sort_unstable();
    pages
}

#[tokio::test]
async fn a_query_costs_the_calls_that_its_fields_need() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let thousand = playlist_id(1000);
    for (fields, expected) in [
        ("__typename", calls([(PLAYLIST, 1)])),
        ("name", calls([(PLAYLIST, 1)])),
        (
            "name trackCount owner { id } images { url }",
            calls([(PLAYLIST, 1)]),
        ),
        ("tracks(first: 0) { totalCount }", calls([(PLAYLIST, 1)])),
        ("tracks(first: 10) { nodes { id } }", calls([(PLAYLIST, 1)])),
        ("tracks { nodes { id } }", calls([(PLAYLIST, 1)])),
        (
            "tracks(first: 51) { nodes { id } }",
            calls([(PLAYLIST, 1), (ITEMS, 1)]),
        ),
        (
            "tracks(first: 1000) { nodes { id } }",
            calls([(PLAYLIST, 1), (ITEMS, 19)]),
        ),
    ] {
        app.spotify.reset_counts();
        let query = format!("{{ playlist(id: \"{thousand}\") {{ {fields} }} }}");
        ada.query(&query).await.data();
        assert_eq!(app.spotify.counts(), expected, "{fields}");
    }
    app.spotify.reset_counts();
    let none =
        "query($no: Boolean = false) { me { id playlists @include(if: $no) { totalCount } } }";
    ada.query(none).await.data();
    ada.query("{ __typename }").await.data();
    assert_eq!(app.spotify.counts(), calls([]));
}

#[tokio::test]
async fn an_empty_playlist_and_a_small_one_cost_no_more_than_they_hold() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    for (size, expected) in [(0, vec![]), (1, vec![]), (50, vec![]), (51, vec![50])] {
        app.spotify.reset_counts();
        let id = playlist_id(size);
        let query =
            format!("{{ playlist(id: \"{id}\") {{ tracks(first: 1000) {{ nodes {{ id }} }} }} }}");
        ada.query(&query).await.data();
        assert_eq!(pages(&app), expected, "{size}");
    }
}

#[tokio::test]
async fn going_on_behind_a_cursor_asks_for_the_pages_from_there_on() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    let query = "query($id: ID!, $first: Int, $after: String) { playlist(id: $id) {
        tracks(first: $first, after: $after) { pageInfo { endCursor } } } }";
    let mut variables = json!({ "id": playlist_id(1000), "first": 10 });
    for (first, expected) in [
        (10, vec![]),
        (40, vec![]),
        (50, vec![50]),
        (75, vec![100, 150]),
    ] {
        app.spotify.reset_counts();
        variables["first"] = first.into();
        let answer = ada.graphql(query, variables.clone()).await.data();
        assert_eq!(pages(&app), expected, "first: {first}");
        variables["after"] = answer["playlist"]["tracks"]["pageInfo"]["endCursor"].clone();
    }
}

#[tokio::test]
async fn one_playlist_under_three_names_is_asked_for_once_and_so_are_its_pages() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    app.spotify.reset_counts();
    let id = playlist_id(1000);
    let query = format!(
        "{{ a: playlist(id: \"{id}\") {{ name tracks(first: 100) {{ nodes {{ id }} }} }}
            b: playlist(id: \"spotify:playlist:{id}\") {{ name one: tracks(first: 60) {{ nodes {{ id }} }}
                two: tracks(first: 120) {{ nodes {{ id }} }} }}
            c: playlist(id: \"https://open.spotify.com/playlist/{id}?si=1\") {{ tracks {{ nodes {{ id }} }} }} }}"
    );
    let answer = ada.query(&query).await.data();
    assert_eq!(answer["a"]["name"], answer["b"]["name"]);
    let nodes = |value: &Value| value["nodes"].as_array().unwrap().clone();
    let longest = nodes(&answer["b"]["two"]);
    assert_eq!(longest.len(), 120);
    assert_eq!(nodes(&answer["a"]["tracks"]), longest[..100]);
    assert_eq!(nodes(&answer["b"]["one"]), longest[..60]);
    assert_eq!(nodes(&answer["c"]["tracks"]), longest[..50]);
    assert_eq!(app.spotify.counts(), calls([(PLAYLIST, 1), (ITEMS, 2)]));
    assert_eq!(pages(&app), [50, 100]);
}

#[tokio::test]
async fn nothing_of_one_request_is_kept_for_the_next() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let query = format!("{{ playlist(id: \"{}\") {{ name }} }}", data::ODD);
    let before = ada.query(&query).await.data();
    app.spotify
        .edit_playlist(data::ODD, |playlist| playlist.name = "Renamed".to_owned());
    let after = ada.query(&query).await.data();
    assert_ne!(before, after);
    assert_eq!(after["playlist"]["name"], "Renamed");
}

#[tokio::test]
async fn two_playlists_are_asked_for_at_the_same_time() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    app.spotify.inject(Rule::on(PLAYLIST, Fault::Hang));
    let query = format!(
        "{{ a: playlist(id: \"{}\") {{ id }} b: playlist(id: \"{}\") {{ id }} }}",
        data::ODD,
        data::SHARED
    );
    let both = async {
        app.spotify.wait_for(PLAYLIST, 2).await;
        app.spotify.clear_faults();
    };
    let (answer, ()) = tokio::join!(ada.query(&query), both);
    let expected = json!({ "a": { "id": data::ODD }, "b": { "id": data::SHARED } });
    assert_eq!(answer.data(), expected);
}

#[tokio::test]
async fn a_slow_playlist_does_not_hold_up_the_tracks_of_another() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    app.spotify.inject(Rule::on(PLAYLIST, Fault::Hang).times(1));
    let query = format!(
        "{{ a: playlist(id: \"{}\") {{ tracks(first: 100) {{ totalCount }} }}
            b: playlist(id: \"{}\") {{ tracks(first: 100) {{ totalCount }} }} }}",
        playlist_id(100),
        playlist_id(101)
    );
    let one_goes_ahead = async {
        app.spotify.wait_for(ITEMS, 1).await;
        app.spotify.clear_faults();
    };
    let (answer, ()) = tokio::join!(ada.query(&query), one_goes_ahead);
    let answer = answer.data();
    assert_eq!(answer["a"]["tracks"]["totalCount"], 100);
    assert_eq!(answer["b"]["tracks"]["totalCount"], 101);
}

#[tokio::test]
async fn a_slow_page_does_not_hold_up_another_selection() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let slow = Rule::on(ITEMS, Fault::Hang).with("offset", "50");
    app.spotify.inject(slow);
    // `b` needs a second round of calls, while `a` waits in its first.
    let query = format!(
        "{{ a: playlist(id: \"{}\") {{ tracks(first: 100) {{ nodes {{ id }} }} }}
            b: playlist(id: \"{}\") {{ tracks(first: 40) {{ nodes {{ id }} }} }}
            me {{ playlists {{ nodes {{ id }} }} }} }}",
        playlist_id(100),
        data::BARE
    );
    let others_go_ahead = async {
        app.spotify.wait_for(ITEMS, 2).await;
        app.spotify.wait_for("GET /v1/me/playlists", 1).await;
        app.spotify.clear_faults();
    };
    let (answer, ()) = tokio::join!(ada.query(&query), others_go_ahead);
    let answer = answer.data();
    assert_eq!(
        answer["a"]["tracks"]["nodes"].as_array().unwrap().len(),
        100
    );
    assert_eq!(answer["b"]["tracks"]["nodes"].as_array().unwrap().len(), 40);
}

#[tokio::test]
async fn all_pages_of_a_selection_are_asked_for_at_the_same_time() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    app.spotify.inject(Rule::on(ITEMS, Fault::Hang));
    let query = format!(
        "{{ playlist(id: \"{}\") {{ tracks(first: 1000) {{ nodes {{ id }} }} }} }}",
        playlist_id(1000)
    );
    let all = async {
        app.spotify.wait_for(ITEMS, 19).await;
        app.spotify.clear_faults();
    };
    let (answer, ()) = tokio::join!(ada.query(&query), all);
    let nodes = answer.data()["playlist"]["tracks"]["nodes"].take();
    assert_eq!(nodes.as_array().unwrap().len(), 1000);
}

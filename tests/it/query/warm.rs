//! What is asked of Spotify for what was asked for before.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::TimeDelta;
use lockstep_api::config::Cache;
use lockstep_api::simulator::data::{self, playlist_id};
use lockstep_api::simulator::{ALL_SCOPES, Fault, Rule};
use serde_json::{Value, json};

use super::calls;
use crate::support::{Caller, TestApp};

const PLAYLIST: &str = "GET /v1/playlists/{id}";
const ITEMS: &str = "GET /v1/playlists/{id}/items";
const QUERY: &str = "query($id: ID!, $first: Int) { playlist(id: $id) { name snapshotId trackCount
    tracks(first: $first) { totalCount nodes { uri name } } } }";

/// So long that it is not over, however slow the machine is, unless a test lets it pass.
const FRESHNESS: Duration = Duration::from_secs(60);

async fn app() -> TestApp {
    TestApp::with(|setup| {
        setup.config.cache = Cache {
            playlist_freshness: FRESHNESS,
            ..Cache::default()
        };
    })
    .await
}

/// Lets the time pass within which nothing is asked again.
fn later(app: &TestApp) {
    app.clock.advance(TimeDelta::from_std(FRESHNESS).unwrap());
}

async fn read(caller: &Caller, id: &str) -> Value {
    let variables = json!({ "id": id, "first": 1000 });
    caller.graphql(QUERY, variables).await.data()["playlist"].take()
}

/// What `read` gives, and the calls that it cost.
async fn cost(app: &TestApp, caller: &Caller, id: &str) -> (Value, BTreeMap<String, usize>) {
    app.spotify.reset_counts();
    let playlist = read(caller, id).await;
    (playlist, app.spotify.counts())
}

#[tokio::test]
async fn a_playlist_just_seen_costs_nothing_and_later_one_small_call_whatever_its_size() {
    let app = app().await;
    let ada = app.logged_in(data::ADA).await;
    let id = playlist_id(1000);
    let (first, cost_of_first) = cost(&app, &ada, &id).await;
    assert_eq!(first["tracks"]["nodes"].as_array().unwrap().len(), 1000);
    assert_eq!(cost_of_first, calls([(PLAYLIST, 1), (ITEMS, 19)]));
    assert_eq!(cost(&app, &ada, &id).await, (first.clone(), calls([])));
    later(&app);
    let again = cost(&app, &ada, &id).await;
    assert_eq!(again, (first, calls([(PLAYLIST, 1)])));
    assert!(app.spotify.bytes_sent() < 4000);
    // It counts as seen again.
    assert_eq!(cost(&app, &ada, &id).await.1, calls([]));
}

#[tokio::test]
async fn what_has_changed_is_read_anew() {
    let app = app().await;
    let ada = app.logged_in(data::ADA).await;
    let id = playlist_id(101);
    let before = read(&ada, &id).await;
    app.spotify.edit_playlist(&id, |playlist| {
        playlist.name = "Renamed".to_owned();
        playlist.remove(0, 1);
    });
    assert_eq!(read(&ada, &id).await, before, "it was just seen");
    later(&app);
    let (after, cost) = cost(&app, &ada, &id).await;
    assert_eq!(after["name"], "Renamed");
    assert_ne!(after["snapshotId"], before["snapshotId"]);
    let nodes = |playlist: &Value| playlist["tracks"]["nodes"].as_array().unwrap().clone();
    assert_eq!(nodes(&after), nodes(&before)[1..]);
    assert_eq!(cost, calls([(PLAYLIST, 1), (ITEMS, 2)]));
}

#[tokio::test]
async fn only_the_pages_that_are_missing_are_asked_for() {
    let app = app().await;
    let ada = app.logged_in(data::ADA).await;
    let id = playlist_id(1000);
    ada.graphql(QUERY, json!({ "id": id, "first": 100 }))
        .await
        .data();
    let (_, cost) = cost(&app, &ada, &id).await;
    assert_eq!(cost, calls([(PLAYLIST, 1), (ITEMS, 18)]));
}

#[tokio::test]
async fn what_is_read_now_is_not_told_to_be_of_what_was_just_seen() {
    let app = app().await;
    let ada = app.logged_in(data::ADA).await;
    let id = playlist_id(101);
    let query = "query($id: ID!, $after: String) { playlist(id: $id) { snapshotId trackCount
        tracks(first: 50, after: $after) { totalCount pageInfo { endCursor } } } }";
    let page = async |after: &Value| {
        let variables = json!({ "id": id, "after": after });
        ada.graphql(query, variables).await.data()["playlist"].take()
    };
    let first = page(&Value::Null).await;
    assert_eq!(first["trackCount"], 101);
    app.spotify
        .edit_playlist(&id, |playlist| playlist.remove(0, 1));
    let second = page(&first["tracks"]["pageInfo"]["endCursor"]).await;
    // So who walks knows to begin anew.
    assert_ne!(second["snapshotId"], first["snapshotId"]);
    assert_eq!(second["trackCount"], 100);
    assert_eq!(second["tracks"]["totalCount"], 100);
}

#[tokio::test]
async fn no_playlist_is_asked_for_where_none_of_its_entries_is_wanted() {
    let app = app().await;
    let ada = app.logged_in(data::ADA).await;
    let query = "{ me { playlists(first: 50) { nodes { tracks(first: 0) { totalCount } } } } }";
    read(&ada, &playlist_id(50)).await;
    later(&app);
    app.spotify.reset_counts();
    ada.query(query).await.data();
    assert_eq!(app.spotify.count(PLAYLIST), 0);
}

#[tokio::test]
async fn who_may_not_see_a_playlist_any_more_is_shown_it_for_the_time_of_freshness_at_the_most() {
    let app = app().await;
    let minseo = app.logged_in(data::MINSEO).await;
    let id = data::COLLABORATIVE;
    let seen = read(&minseo, id).await;
    assert_eq!(seen["tracks"]["nodes"].as_array().unwrap().len(), 73);
    app.spotify
        .edit_playlist(id, |playlist| playlist.collaborators.clear());
    later(&app);
    let answer = minseo
        .graphql(QUERY, json!({ "id": id, "first": 1000 }))
        .await;
    assert_eq!(answer.code(), "FORBIDDEN");
    let playlist = answer.partial_data()["playlist"].take();
    assert_eq!(playlist["tracks"], Value::Null);
    assert_eq!(playlist["trackCount"], Value::Null);
}

#[tokio::test]
async fn a_clock_that_is_set_back_makes_nothing_fresh() {
    let app = app().await;
    let minseo = app.logged_in(data::MINSEO).await;
    let id = data::COLLABORATIVE;
    read(&minseo, id).await;
    app.spotify
        .edit_playlist(id, |playlist| playlist.collaborators.clear());
    app.clock.advance(TimeDelta::minutes(-30));
    let answer = minseo
        .graphql(QUERY, json!({ "id": id, "first": 1000 }))
        .await;
    assert_eq!(answer.code(), "FORBIDDEN");
}

#[tokio::test]
async fn a_playlist_that_is_gone_is_gone_for_good() {
    let app = app().await;
    let ada = app.logged_in(data::ADA).await;
    let id = playlist_id(50);
    let seen = read(&ada, &id).await;
    later(&app);
    for status in [404, 403] {
        app.spotify
            .inject(Rule::on(PLAYLIST, Fault::status(status)));
        app.spotify.inject(Rule::on(ITEMS, Fault::status(status)));
        for _ in 0..2 {
            let variables = json!({ "id": id, "first": 1000 });
            let gone = ada.graphql(QUERY, variables).await;
            assert_eq!(gone.partial_data()["playlist"], Value::Null, "{status}");
        }
        app.spotify.clear_faults();
    }
    // Back, it is read like one never seen.
    let (back, cost) = cost(&app, &ada, &id).await;
    assert_eq!((back, cost), (seen, calls([(PLAYLIST, 1)])));
}

#[tokio::test]
async fn an_outage_gives_nothing_old_as_if_it_were_new() {
    let app = app().await;
    let ada = app.logged_in(data::ADA).await;
    let id = playlist_id(50);
    let seen = read(&ada, &id).await;
    app.spotify
        .inject(Rule::on("GET /v1/*", Fault::status(500)));
    assert_eq!(read(&ada, &id).await, seen);
    later(&app);
    let variables = json!({ "id": id, "first": 1000 });
    let answer = ada.graphql(QUERY, variables).await;
    assert_eq!(answer.code(), "UPSTREAM_ERROR");
}

#[tokio::test]
async fn nobody_is_given_what_another_was_shown() {
    let app = app().await;
    let ada = app.logged_in(data::ADA).await;
    let private = playlist_id(49);
    assert_eq!(app.spotify.playlist(&private).public, Some(false));
    let shown = read(&ada, &private).await;
    for other in [data::MINSEO, data::AMINA] {
        for caller in [app.logged_in(other).await, app.bearer(other)] {
            let variables = json!({ "id": private, "first": 1000 });
            let answer = caller.graphql(QUERY, variables).await;
            assert_eq!(answer.code(), "FORBIDDEN");
            assert_eq!(answer.partial_data()["playlist"]["tracks"], Value::Null);
            assert!(!answer.text().contains("spotify:track:"));
        }
    }
    assert_eq!(cost(&app, &ada, &private).await, (shown, calls([])));
}

#[tokio::test]
async fn a_token_is_not_shown_what_another_token_of_the_same_person_was() {
    let app = app().await;
    let private = playlist_id(49);
    let shown = read(&app.logged_in(data::ADA).await, &private).await;
    assert_eq!(read(&app.bearer(data::ADA), &private).await, shown);
    let hour = Duration::from_secs(3600);
    let narrow = app.spotify.mint(data::ADA, &[ALL_SCOPES[1]], hour);
    let narrow = app.anonymous().with_bearer(&narrow.access_token);
    app.spotify.reset_counts();
    narrow
        .graphql(QUERY, json!({ "id": private, "first": 1000 }))
        .await;
    assert_eq!(app.spotify.count(PLAYLIST), 1, "Spotify decides");
}

#[tokio::test]
async fn a_playlist_out_of_the_library_is_read_from_what_is_kept_once_spotify_confirms_it() {
    let app = app().await;
    let minseo = app.logged_in(data::MINSEO).await;
    app.spotify.follow(data::MINSEO, data::COLLABORATIVE);
    let library =
        "{ me { playlists(first: 200) { nodes { id tracks(first: 100) { nodes { uri } } } } } }";
    let tracks = |data: Value| {
        let nodes = data["me"]["playlists"]["nodes"].as_array().unwrap().clone();
        let of = nodes
            .into_iter()
            .find(|node| node["id"] == data::COLLABORATIVE);
        of.unwrap()["tracks"].take()
    };
    let small = "{ me { playlists(first: 200) { nodes { id } } } }";
    assert!(minseo.query(small).await.data()["me"].is_object());
    read(&minseo, data::COLLABORATIVE).await;
    app.spotify.reset_counts();
    let answer = minseo.query(library).await;
    assert_eq!(
        tracks(answer.partial_data())["nodes"]
            .as_array()
            .unwrap()
            .len(),
        73
    );
    let of_it = |endpoint: &str| {
        let requests = app.spotify.requests();
        let those = requests.iter().filter(|request| {
            request.endpoint == endpoint && request.path.contains(data::COLLABORATIVE)
        });
        those.count()
    };
    assert_eq!((of_it(PLAYLIST), of_it(ITEMS)), (0, 0));

    // The library still lists it, with its length; its entries are no longer theirs to see.
    app.spotify.edit_playlist(data::COLLABORATIVE, |playlist| {
        playlist.collaborators.clear()
    });
    later(&app);
    let answer = minseo.query(library).await;
    assert_eq!(tracks(answer.partial_data()), Value::Null);
}

#[tokio::test]
async fn with_no_memory_for_it_every_request_is_like_the_first() {
    let app = TestApp::with(|setup| setup.config.cache = Cache::OFF).await;
    let ada = app.logged_in(data::ADA).await;
    for _ in 0..2 {
        let (_, cost) = cost(&app, &ada, &playlist_id(101)).await;
        assert_eq!(cost, calls([(PLAYLIST, 1), (ITEMS, 2)]));
    }
}

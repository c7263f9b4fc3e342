//! A playlist that was seen before is asked for together with the pages that are wanted of it: as long
//! as it has not changed since, one round trip brings all of it.

use chrono::TimeDelta;
use lockstep_api::config::Cache;
use lockstep_api::simulator::data::{self, playlist_id};
use lockstep_api::simulator::{Fault, Rule};
use serde_json::{Value, json};

use crate::support::{Answer, Caller, TestApp};

const PLAYLIST: &str = "GET /v1/playlists/{id}";
const ITEMS: &str = "GET /v1/playlists/{id}/items";
const LIST: &str = "{ me { playlists(first: 1000) { nodes { id } } } }";
const QUERY: &str = "query($id: ID!, $first: Int, $after: String) { playlist(id: $id) { snapshotId
    tracks(first: $first, after: $after) { pageInfo { endCursor } nodes { ... on Track { id } } } } }";

async fn app() -> TestApp {
    TestApp::with(|setup| setup.config.cache = Cache::default()).await
}

/// Asks for the list of playlists, as a player does before it opens one of them.
async fn list(app: &TestApp, caller: &Caller) {
    caller.query(LIST).await.data();
    app.spotify.reset_counts();
}

async fn open(caller: &Caller, id: &str, first: u32, after: Value) -> Answer {
    let variables = json!({ "id": id, "first": first, "after": after });
    caller.graphql(QUERY, variables).await
}

/// The answer to a query whose pages are on their way before Spotify has said anything of the playlist;
/// `meanwhile` happens before it does.
async fn ahead(
    app: &TestApp,
    query: impl Future<Output = Answer>,
    pages: usize,
    meanwhile: impl FnOnce(),
) -> Value {
    app.spotify.inject(Rule::on(PLAYLIST, Fault::Hang));
    let release = async {
        app.spotify.wait_for(PLAYLIST, 1).await;
        app.spotify.wait_for(ITEMS, pages).await;
        meanwhile();
        app.spotify.clear_faults();
    };
    let (answer, ()) = tokio::join!(query, release);
    answer.data()["playlist"].take()
}

fn ids(playlist: &Value) -> Vec<Option<String>> {
    let nodes = playlist["tracks"]["nodes"].as_array().unwrap().iter();
    nodes
        .map(|node| node["id"].as_str().map(str::to_owned))
        .collect()
}

#[tokio::test]
async fn all_of_a_playlist_out_of_the_list_comes_in_one_round_trip() {
    let app = app().await;
    let ada = app.logged_in(data::ADA).await;
    let id = playlist_id(1000);
    list(&app, &ada).await;
    let shown = ahead(&app, open(&ada, &id, 1000, Value::Null), 19, || ()).await;
    assert_eq!(ids(&shown), app.spotify.playlist(&id).track_ids());
    assert_eq!(
        (app.spotify.count(PLAYLIST), app.spotify.count(ITEMS)),
        (1, 19)
    );
    // It is kept, as what comes in two is.
    app.clock.advance(TimeDelta::seconds(5));
    app.spotify.reset_counts();
    let again = open(&ada, &id, 1000, Value::Null).await.data();
    assert_eq!(again["playlist"], shown);
    assert_eq!(
        (app.spotify.count(PLAYLIST), app.spotify.count(ITEMS)),
        (1, 0)
    );
}

#[tokio::test]
async fn who_scrolls_slowly_waits_for_one_round_trip_a_page() {
    let app = app().await;
    let ada = app.bearer(data::ADA);
    let id = playlist_id(1000);
    let tracks = app.spotify.playlist(&id).track_ids();
    let first = open(&ada, &id, 75, Value::Null).await.data()["playlist"].take();
    assert_eq!(ids(&first), tracks[..75]);
    app.clock.advance(TimeDelta::minutes(5));
    app.spotify.reset_counts();
    let cursor = first["tracks"]["pageInfo"]["endCursor"].clone();
    // The page that it ended in is kept.
    let next = ahead(&app, open(&ada, &id, 75, cursor), 1, || ()).await;
    assert_eq!(ids(&next), tracks[75..150]);
    assert_eq!(
        (app.spotify.count(PLAYLIST), app.spotify.count(ITEMS)),
        (1, 1)
    );
}

#[tokio::test]
async fn what_has_changed_since_is_read_as_it_is_now() {
    let app = app().await;
    let ada = app.logged_in(data::ADA).await;
    let id = playlist_id(101);
    list(&app, &ada).await;
    app.spotify.edit_playlist(&id, |playlist| {
        playlist.remove(0, 1);
        playlist.insert(100, 60);
    });
    let shown = open(&ada, &id, 1000, Value::Null).await.data()["playlist"].take();
    let now = app.spotify.playlist(&id);
    assert_eq!(shown["snapshotId"], now.snapshot_id());
    assert_eq!(ids(&shown), now.track_ids());
    // Two pages, of the three that it had, were asked for in vain.
    assert_eq!(
        (app.spotify.count(PLAYLIST), app.spotify.count(ITEMS)),
        (1, 2 + 3)
    );
}

#[tokio::test]
async fn what_changes_in_this_moment_is_never_kept_as_what_it_is_not() {
    let app = app().await;
    let ada = app.logged_in(data::ADA).await;
    let id = playlist_id(101);
    list(&app, &ada).await;
    let edit = || {
        app.spotify
            .edit_playlist(&id, |playlist| playlist.remove(0, 1));
    };
    let query = open(&ada, &id, 1000, Value::Null);
    let shown = ahead(&app, query, 2, edit).await;
    let now = app.spotify.playlist(&id);
    assert_eq!(shown["snapshotId"], now.snapshot_id());
    assert_eq!(ids(&shown), now.track_ids());
    app.clock.advance(TimeDelta::seconds(5));
    let later = open(&ada, &id, 1000, Value::Null).await.data();
    assert_eq!(later["playlist"], shown);
}

#[tokio::test]
async fn a_list_that_comes_late_takes_nothing_back_that_is_newer() {
    let app = app().await;
    let ada = app.logged_in(data::ADA).await;
    let id = playlist_id(101);
    list(&app, &ada).await;
    let shown = open(&ada, &id, 1000, Value::Null).await.data();
    app.spotify
        .edit_playlist(&id, |playlist| playlist.remove(0, 1));
    list(&app, &ada).await;
    // Within the time in which nothing is asked, it is as it was just seen.
    let again = open(&ada, &id, 1000, Value::Null).await.data();
    assert_eq!(again, shown);
    assert_eq!(app.spotify.count(PLAYLIST), 0);
    // After it, the list tells what is worth asking for.
    app.clock.advance(TimeDelta::seconds(5));
    list(&app, &ada).await;
    let now = ahead(&app, open(&ada, &id, 1000, Value::Null), 1, || ()).await;
    assert_eq!(ids(&now), app.spotify.playlist(&id).track_ids());
}

#[tokio::test]
async fn of_others_playlists_nothing_is_asked_for_that_spotify_does_not_show() {
    let app = app().await;
    let amina = app.logged_in(data::AMINA).await;
    let id = playlist_id(1000);
    app.spotify
        .edit_playlist(&id, |playlist| playlist.public = Some(true));
    app.spotify.follow(data::AMINA, &id);
    let unlisted = open(&amina, &id, 1000, Value::Null).await;
    assert_eq!(unlisted.code(), "FORBIDDEN");
    let cost = app.spotify.count(ITEMS);
    app.clock.advance(TimeDelta::seconds(5));
    list(&app, &amina).await;
    let listed = open(&amina, &id, 1000, Value::Null).await;
    assert_eq!(listed.code(), "FORBIDDEN");
    assert_eq!(app.spotify.count(ITEMS), cost);
}

#[tokio::test]
async fn wrong_arguments_are_refused_and_cost_no_page() {
    let app = app().await;
    let ada = app.logged_in(data::ADA).await;
    let id = playlist_id(1000);
    list(&app, &ada).await;
    for (first, after) in [(1001, Value::Null), (100, json!("no cursor"))] {
        let answer = open(&ada, &id, first, after).await;
        assert_eq!(answer.code(), "BAD_USER_INPUT");
        assert_eq!(app.spotify.count(ITEMS), 0);
    }
}

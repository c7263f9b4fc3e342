//! Many requests that need the same at the same time make one call, and each is answered in its own
//! time.

use chrono::TimeDelta;
use futures_util::future::{Either, join_all, select};
use lockstep_api::simulator::data::{self, playlist_id};
use lockstep_api::simulator::{Fault, Rule};
use serde_json::json;

use crate::support::TestApp;

const ME: &str = "GET /v1/me";
const PLAYLIST: &str = "GET /v1/playlists/{id}";
const QUERY: &str =
    "query($id: ID!) { playlist(id: $id) { tracks(first: 1000) { nodes { uri } } } }";

/// How many requests the server is answering.
async fn in_flight(app: &TestApp) -> f64 {
    let metrics = app.anonymous().get(&app.operations_url("/metrics")).await;
    let mut lines = metrics.text().lines();
    let line = lines.find_map(|line| line.strip_prefix("lockstep_http_requests_in_flight "));
    line.unwrap().parse().unwrap()
}

/// How many calls requests have needed so far, be it that they wait for another's.
async fn needed(app: &TestApp) -> u32 {
    let metrics = app.anonymous().get(&app.operations_url("/metrics")).await;
    let lines = metrics.text().lines();
    let under_way = "lockstep_cache_lookups_total{cache=\"under_way\",";
    let counts = lines.filter(|line| line.starts_with(under_way));
    counts
        .map(|line| line.rsplit(' ').next().unwrap().parse::<u32>().unwrap())
        .sum()
}

async fn all_wait(app: &TestApp, before: u32, count: u32) {
    while needed(app).await < before + count {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_hundred_requests_for_one_profile_make_one_call() {
    let app = TestApp::start().await;
    let bearer = app.bearer(data::ADA);
    let session = app.logged_in(data::ADA).await;
    app.spotify.reset_counts();
    let query = "{ me { displayName } }";
    for answer in join_all((0..100).map(|_| bearer.query(query))).await {
        assert_eq!(answer.data()["me"]["displayName"], "Ada Lindqvist");
    }
    assert_eq!(app.spotify.count(ME), 1);

    // The stored profile is old by then, and worth being asked for again.
    app.clock.advance(TimeDelta::days(1));
    let before = needed(&app).await;
    app.spotify.reset_counts();
    app.spotify.inject(Rule::on(ME, Fault::Hang));
    let release = async {
        all_wait(&app, before, 100).await;
        app.spotify.clear_faults();
    };
    let requests = (0..100).map(|_| session.query(query));
    let (answers, ()) = tokio::join!(join_all(requests), release);
    for answer in answers {
        assert_eq!(answer.data()["me"]["displayName"], "Ada Lindqvist");
    }
    assert_eq!(app.spotify.count(ME), 1);
}

#[tokio::test]
async fn requests_for_one_playlist_share_the_playlist_and_its_pages() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    app.spotify.reset_counts();
    app.spotify.inject(Rule::on(PLAYLIST, Fault::Hang));
    let variables = json!({ "id": playlist_id(1000) });
    let requests = (0..20).map(|_| ada.graphql(QUERY, variables.clone()));
    let release = async {
        all_wait(&app, 0, 20).await;
        app.spotify.clear_faults();
    };
    let (answers, ()) = tokio::join!(join_all(requests), release);
    for answer in answers {
        let nodes = answer.data()["playlist"]["tracks"]["nodes"].take();
        assert_eq!(nodes.as_array().unwrap().len(), 1000);
    }
    assert_eq!(app.spotify.count(PLAYLIST), 1);
}

#[tokio::test]
async fn people_do_not_wait_for_each_others_calls() {
    let app = TestApp::start().await;
    let (ada, minseo) = (
        app.logged_in(data::ADA).await,
        app.logged_in(data::MINSEO).await,
    );
    app.spotify
        .inject(Rule::on(PLAYLIST, Fault::Hang).by(data::ADA));
    let variables = json!({ "id": data::COLLABORATIVE });
    let hanging = ada.graphql(QUERY, variables.clone());
    let other = async {
        app.spotify.wait_for(PLAYLIST, 1).await;
        let answer = minseo.graphql(QUERY, variables.clone()).await;
        app.spotify.clear_faults();
        answer
    };
    let (first, second) = tokio::join!(hanging, other);
    assert_eq!(first.data(), second.data());
    assert_eq!(app.spotify.count(PLAYLIST), 2);
}

#[tokio::test]
async fn who_gives_up_takes_nothing_from_those_who_wait_on() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    app.spotify.inject(Rule::on(PLAYLIST, Fault::Hang));
    let variables = json!({ "id": playlist_id(51) });
    let ask = || Box::pin(ada.graphql(QUERY, variables.clone()));
    let first = ask();
    let begun = app.spotify.wait_for(PLAYLIST, 1);
    let Either::Right(((), first)) = select(first, Box::pin(begun)).await else {
        panic!("answered");
    };
    let second = tokio::spawn({
        let (ada, variables) = (ada.clone(), variables.clone());
        async move { ada.graphql(QUERY, variables).await }
    });
    all_wait(&app, 0, 2).await;
    // The client goes away, and its request with it.
    drop(first);
    while in_flight(&app).await > 1.0 {
        tokio::task::yield_now().await;
    }
    app.spotify.clear_faults();
    let nodes = second.await.unwrap().data()["playlist"]["tracks"]["nodes"].take();
    assert_eq!(nodes.as_array().unwrap().len(), 51);
    assert_eq!(app.spotify.count(PLAYLIST), 1);
}

#[tokio::test]
async fn an_error_is_everybodys_and_ends_with_the_call() {
    let app = TestApp::start().await;
    let minseo = app.logged_in(data::MINSEO).await;
    app.spotify.inject(Rule::on(PLAYLIST, Fault::Hang));
    let variables = json!({ "id": data::COLLABORATIVE });
    let requests = (0..5).map(|_| minseo.graphql(QUERY, variables.clone()));
    let meanwhile = async {
        all_wait(&app, 0, 5).await;
        app.spotify.edit_playlist(data::COLLABORATIVE, |playlist| {
            playlist.collaborators.clear();
        });
        app.spotify.clear_faults();
    };
    let (answers, ()) = tokio::join!(join_all(requests), meanwhile);
    for answer in answers {
        assert_eq!(answer.code(), "FORBIDDEN");
    }
    assert_eq!(app.spotify.count(PLAYLIST), 1);
    app.spotify.edit_playlist(data::COLLABORATIVE, |playlist| {
        playlist.collaborators.push(data::MINSEO);
    });
    minseo.graphql(QUERY, variables).await.data();
    assert_eq!(app.spotify.count(PLAYLIST), 2);
}

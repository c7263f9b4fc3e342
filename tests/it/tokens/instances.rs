//! Several instances on one database: one refresh among them, and whatever one knows, all know.

use std::time::Duration;

use chrono::TimeDelta;
use futures_util::future::join_all;
use lockstep_api::simulator::{Fault, Rotation, Rule, data};
use lockstep_api::store::PersonId;

use super::{TOKEN, arrived, minutes, refreshes};
use crate::support::{Caller, TestApp};

/// Asks something of Spotify in a session's name.
async fn works(caller: &Caller) -> bool {
    let answer = caller
        .query("{ me { playlists(first: 1) { totalCount } } }")
        .await;
    answer.json()["errors"].is_null()
}

#[tokio::test]
async fn three_instances_that_need_a_refresh_at_once_make_one() {
    for rotation in [Rotation::Rotate, Rotation::Omit] {
        let app = TestApp::with(|setup| setup.spotify.rotation = rotation).await;
        let ada = app.logged_in(data::ADA).await;
        let (second, third) = (app.instance().await, app.instance().await);
        let callers = [ada.clone(), second.called_by(&ada), third.called_by(&ada)];
        app.clock.advance(TimeDelta::hours(2));
        app.spotify.reset_counts();
        let requests = (0..600).map(|i| works(&callers[i % 3]));
        assert!(join_all(requests).await.into_iter().all(|worked| worked));
        assert_eq!(refreshes(&app.spotify), 1, "{rotation:?}");
    }
}

#[tokio::test]
async fn when_the_instance_that_refreshes_dies_another_takes_over_and_the_login_survives() {
    let app = TestApp::with(|setup| {
        setup.spotify.rotation = Rotation::Rotate;
        setup.config.http.request_timeout = Duration::from_secs(20);
    })
    .await;
    let ada = app.logged_in(data::ADA).await;
    let other = app.instance().await;
    let there = other.called_by(&ada);
    // A process that dies takes its runtime along, and its tasks with it.
    let doomed = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let config = app.config.clone();
    let clock = app.clock.clone();
    let instance = doomed
        .spawn(async move { TestApp::beside(config, clock).await })
        .await
        .unwrap();
    app.clock.advance(TimeDelta::hours(2));
    app.spotify.reset_counts();
    app.spotify.inject(
        Rule::on(TOKEN, Fault::Hang)
            .with("grant_type", "refresh_token")
            .times(1),
    );
    let dying = instance.called_by(&ada);
    let asked = tokio::spawn(async move {
        let _lost = tokio::time::timeout(Duration::from_secs(30), works(&dying)).await;
    });
    arrived(&app, TOKEN).await;
    doomed.shutdown_background();
    asked.abort();

    let before = std::time::Instant::now();
    assert!(works(&there).await);
    assert!(before.elapsed() < Duration::from_secs(10));
    assert_eq!(
        refreshes(&app.spotify),
        2,
        "the dead instance's, and the one that took over"
    );
    assert!(works(&ada).await);
    assert_eq!(refreshes(&app.spotify), 2);
}

/// Lets time pass for whoever waits, though not for the tokens.
async fn pass(seconds: u64) {
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(seconds)).await;
    tokio::time::resume();
}

#[tokio::test]
async fn a_refresh_has_its_whole_time_though_it_had_to_wait_for_another_instance() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    app.clock.advance(TimeDelta::hours(2));
    let cookie = ada.cookies();
    let (_, session) = cookie.split_once('=').unwrap();
    let (person, _) = session.split_once('.').unwrap();
    let (person, holder) = (PersonId::parse(person).unwrap(), "another instance");
    let now = app.clock.now();
    let until = now + minutes(4);
    let lease = app.store.take_lease(&person, holder, now, until);
    assert!(lease.await.unwrap());
    let hang = Rule::on(TOKEN, Fault::Hang).with("grant_type", "refresh_token");
    app.spotify.inject(hang.times(1));
    app.spotify.reset_counts();
    let asked = tokio::spawn(async move { works(&ada).await });
    // Of thirty seconds, the wait takes most.
    for _ in 0..12 {
        let looked = app.store.statement_count() + 4;
        while app.store.statement_count() < looked {
            tokio::task::yield_now().await;
        }
        pass(2).await;
    }
    app.store.release_lease(&person, holder).await.unwrap();
    arrived(&app, TOKEN).await;
    pass(8).await;
    app.spotify.release();
    assert!(asked.await.unwrap());
    assert_eq!(refreshes(&app.spotify), 1);
}

#[tokio::test]
async fn a_session_that_one_instance_gave_is_good_at_all_and_ends_at_all() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let other = app.instance().await;
    let there = other.called_by(&ada);
    assert_eq!(
        there.query("{ me { id } }").await.data()["me"]["id"],
        data::ADA
    );
    there
        .query("mutation { logout { loggedOut } }")
        .await
        .data();
    assert_eq!(ada.query("{ me { id } }").await.code(), "UNAUTHENTICATED");
}

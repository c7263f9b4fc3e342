//! Several instances on one database: one refresh among them, and whatever one knows, all know.

use std::time::Duration;

use chrono::TimeDelta;
use futures_util::future::join_all;
use lockstep_api::simulator::{Fault, Rotation, Rule, data};

use super::{TOKEN, arrived};
use crate::support::{Caller, TestApp};

/// Asks something of Spotify in a session's name.
async fn works(caller: &Caller) -> bool {
    let answer = caller
        .query("{ me { playlists(first: 1) { totalCount } } }")
        .await;
    answer.json()["errors"].is_null()
}

/// How often the token endpoint was asked to refresh since the last reset.
fn refreshes(app: &TestApp) -> usize {
    let requests = app.spotify.requests();
    let refreshes = requests.iter().filter(|request| {
        request.endpoint == TOKEN && request.parameter("grant_type") == Some("refresh_token")
    });
    refreshes.count()
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
        assert_eq!(refreshes(&app), 1, "{rotation:?}");
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
        refreshes(&app),
        2,
        "the dead instance's, and the one that took over"
    );
    assert!(works(&ada).await);
    assert_eq!(refreshes(&app), 2);
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

//! A token that was opened for a session serves its next requests too, while the session is known and the token is
//! good.

use std::time::Duration;

use chrono::TimeDelta;
use lockstep_api::config::Cache;
use lockstep_api::simulator::data;

use super::{ASK, minutes};
use crate::login::steps::callback;
use crate::support::{Caller, TestApp, refreshes, refused};

/// Longer than a token lives.
const FRESHNESS: Duration = Duration::from_secs(2 * 3600);

async fn app() -> TestApp {
    TestApp::with(|setup| {
        setup.config.cache = Cache {
            session_freshness: FRESHNESS,
            ..Cache::OFF
        };
    })
    .await
}

/// Asks Spotify in their name; how many statements that took.
async fn statements(app: &TestApp, caller: &Caller) -> u64 {
    let before = app.store.statement_count();
    caller.query(ASK).await.data();
    app.store.statement_count() - before
}

#[tokio::test]
async fn it_is_read_once_while_the_session_is_known() {
    let app = app().await;
    let ada = app.logged_in(data::ADA).await;
    // The session, the person and the token.
    assert_eq!(statements(&app, &ada).await, 3);
    assert_eq!(statements(&app, &ada).await, 0);
    app.clock.advance(TimeDelta::from_std(FRESHNESS).unwrap());
    statements(&app, &ada).await;
    assert_eq!(statements(&app, &ada).await, 0);
    // It is that session's alone.
    let other = app.logged_in(data::ADA).await;
    assert_eq!(statements(&app, &other).await, 3);
}

#[tokio::test]
async fn one_that_is_due_to_be_refreshed_is_refreshed() {
    let app = app().await;
    let ada = app.logged_in(data::ADA).await;
    statements(&app, &ada).await;
    app.clock.advance(minutes(9));
    app.spotify.reset_counts();
    assert_eq!(statements(&app, &ada).await, 0);
    assert_eq!(refreshes(&app.spotify), 0);
    app.clock.advance(minutes(2));
    statements(&app, &ada).await;
    assert_eq!(refreshes(&app.spotify), 1);
    assert_eq!(refused(&app.spotify), 0);
    assert_eq!(statements(&app, &ada).await, 0, "the new one is kept");
}

#[tokio::test]
async fn one_that_spotify_refuses_is_replaced_for_those_who_come_after() {
    let app = app().await;
    let ada = app.logged_in(data::ADA).await;
    statements(&app, &ada).await;
    app.spotify.expire_access_tokens();
    app.spotify.reset_counts();
    statements(&app, &ada).await;
    assert_eq!((refused(&app.spotify), refreshes(&app.spotify)), (1, 1));
    assert_eq!(statements(&app, &ada).await, 0);
    assert_eq!((refused(&app.spotify), refreshes(&app.spotify)), (1, 1));
}

#[tokio::test]
async fn one_that_another_login_replaced_is_not_used_any_more() {
    let app = app().await;
    let phone = app.logged_in(data::ADA).await;
    let laptop = app.logged_in(data::ADA).await;
    statements(&app, &phone).await;
    laptop.get(&callback(&app, &laptop).await).await;
    assert_eq!(statements(&app, &phone).await, 3);
}

#[tokio::test]
async fn whoever_disconnects_is_asked_for_no_more() {
    let app = app().await;
    let phone = app.logged_in(data::ADA).await;
    let laptop = app.logged_in(data::ADA).await;
    statements(&app, &laptop).await;
    let disconnect = "mutation { disconnect(input: {deleteUploads: false}) { deletedUploads } }";
    phone.query(disconnect).await.data();
    app.spotify.reset_counts();
    assert_eq!(laptop.query(ASK).await.code(), "UNAUTHENTICATED");
    assert!(app.spotify.requests().is_empty());
}

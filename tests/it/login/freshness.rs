//! A session that was looked up a moment ago is not looked up again, and one that is ended is over:
//! at once where it was ended, and a few seconds later at other instances.

use std::time::Duration;

use chrono::TimeDelta;
use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use futures_util::future::{Either, select};
use lockstep_api::config::Cache;
use lockstep_api::simulator::data;
use tokio::time::timeout;

use crate::support::{Caller, TestApp};

const ME: &str = "{ me { id displayName } }";

async fn app() -> TestApp {
    TestApp::with(|setup| setup.config.cache = Cache::default()).await
}

async fn is_known(caller: &Caller) -> bool {
    let answer = caller.query(ME).await;
    if answer.errors().is_empty() {
        return true;
    }
    assert_eq!(answer.code(), "UNAUTHENTICATED");
    false
}

#[tokio::test]
async fn who_was_seen_a_moment_ago_costs_the_database_nothing() {
    let app = app().await;
    let ada = app.logged_in(data::ADA).await;
    assert!(is_known(&ada).await);
    let before = app.store.statement_count();
    for _ in 0..3 {
        assert!(is_known(&ada).await);
    }
    assert_eq!(app.store.statement_count(), before);
    app.clock.advance(TimeDelta::seconds(5));
    assert!(is_known(&ada).await);
    assert!(app.store.statement_count() > before);
}

#[tokio::test]
async fn a_session_that_is_ended_is_over_at_once_here_and_five_seconds_later_elsewhere() {
    let app = app().await;
    let elsewhere = app.instance().await;
    let (phone, laptop) = (
        app.logged_in(data::ADA).await,
        app.logged_in(data::ADA).await,
    );
    let laptop_elsewhere = elsewhere.called_by(&laptop);
    for caller in [&phone, &laptop, &laptop_elsewhere] {
        assert!(is_known(caller).await);
    }
    let revoke = "mutation { revokeOtherSessions { revokedCount } }";
    phone.query(revoke).await.data();
    assert!(is_known(&phone).await);
    assert!(!is_known(&laptop).await);
    app.clock.advance(TimeDelta::seconds(5));
    assert!(!is_known(&laptop_elsewhere).await);
}

#[tokio::test]
async fn a_session_is_no_longer_believed_than_it_lasts() {
    let app = app().await;
    let ada = app.logged_in(data::ADA).await;
    // Six months are from 181 to 184 days.
    app.clock.advance(TimeDelta::days(180));
    let mut known = is_known(&ada).await;
    for _ in 0..6 {
        app.clock.advance(TimeDelta::days(1));
        let now = is_known(&ada).await;
        assert!(known || !now, "an ended session lives again");
        known = now;
    }
    assert!(!known);
}

#[tokio::test]
async fn nobody_is_taken_for_another_whose_session_was_seen() {
    let app = app().await;
    let (ada, minseo) = (
        app.logged_in(data::ADA).await,
        app.logged_in(data::MINSEO).await,
    );
    for _ in 0..2 {
        for (caller, id) in [(&ada, data::ADA), (&minseo, data::MINSEO)] {
            assert_eq!(caller.query(ME).await.data()["me"]["id"], id);
        }
    }
}

/// Waits until it is so, but not for ever.
async fn until(what: &str, so: impl AsyncFn() -> bool) {
    let waiting = async { while !so().await {} };
    let in_time = timeout(Duration::from_secs(30), waiting).await;
    in_time.unwrap_or_else(|_| panic!("never: {what}"));
}

/// Sends a request in the caller's name, and hangs up while the database is about to do it.
async fn hang_up_during(app: &TestApp, caller: &Caller, query: &str) {
    let file = app.sqlite_file();
    let mut lock = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
    lock.batch_execute("PRAGMA busy_timeout = 5000; BEGIN IMMEDIATE")
        .unwrap();
    let under_way = async |metric: &str| {
        let metrics = app.anonymous().get(&app.operations_url("/metrics")).await;
        let line = metrics.text().lines().find(|line| line.starts_with(metric));
        line.is_some_and(|line| !line.ends_with(" 0"))
    };
    let writing = "lockstep_database_pool_in_use{pool=\"sqlite_writer\"}";
    let request = Box::pin(caller.query(query));
    let begun = Box::pin(until("it writes", async || under_way(writing).await));
    let Either::Right(((), request)) = select(request, begun).await else {
        panic!("answered");
    };
    drop(request);
    let asked = "lockstep_http_requests_in_flight";
    until("it is given up", async || !under_way(asked).await).await;
    lock.batch_execute("ROLLBACK").unwrap();
    until("it is written", async || !under_way(writing).await).await;
}

#[tokio::test]
async fn a_session_is_over_at_once_though_whoever_ended_it_has_hung_up() {
    for ending in [
        "mutation { logout { loggedOut } }",
        "mutation { revokeOtherSessions { revokedCount } }",
        "mutation { disconnect(input: {deleteUploads: true}) { deletedUploads } }",
    ] {
        let mut app = TestApp::on_sqlite().await;
        app.config.cache = Cache {
            session_freshness: Duration::from_secs(3600),
            ..Cache::default()
        };
        app.restart().await;
        let (phone, laptop) = (
            app.logged_in(data::ADA).await,
            app.logged_in(data::ADA).await,
        );
        for caller in [&phone, &laptop] {
            assert!(is_known(caller).await);
        }
        hang_up_during(&app, &phone, ending).await;
        let ended = if ending.contains("Other") {
            &laptop
        } else {
            &phone
        };
        until(ending, async || !is_known(ended).await).await;
    }
}

//! A session that was looked up a moment ago is not looked up again, and one that is ended is over:
//! at once where it was ended, and a few seconds later at other instances.

use chrono::TimeDelta;
use lockstep_api::config::Cache;
use lockstep_api::simulator::data;

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

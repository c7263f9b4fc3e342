//! The six months of an authorization: seen, announced before they end, and renewed by a login.

use chrono::{DateTime, Days, Months, TimeDelta, Utc};
use lockstep_api::simulator::data;
use reqwest::header::LOCATION;
use serde_json::Value;

use super::steps::{allowed, consent};
use crate::support::{Caller, NativeApp, TestApp};

const ME: &str = "{ me { id } }";
const AUTHORIZATION: &str = "{ me { authorization { grantedAt reauthorizeBy scopes } } }";

async fn authorization(caller: &Caller) -> Value {
    let data = caller.query(AUTHORIZATION).await.data();
    data["me"]["authorization"].clone()
}

fn time(value: &Value) -> DateTime<Utc> {
    value.as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_person_sees_what_they_allowed_and_until_when() {
    let app = TestApp::start().await;
    let before = app.clock.now();
    let ada = NativeApp::log_in(&app, data::ADA).await;
    let seen = authorization(&ada).await;
    let granted_at = time(&seen["grantedAt"]);
    assert!((before..=app.clock.now()).contains(&granted_at));
    assert_eq!(time(&seen["reauthorizeBy"]), granted_at + Months::new(6));
    let scopes = ["playlist-read-private", "playlist-read-collaborative"];
    assert_eq!(seen["scopes"], serde_json::json!(scopes));
    // Refreshing moves neither.
    app.clock.advance(TimeDelta::days(30));
    ada.query("{ me { playlists(first: 1) { totalCount } } }")
        .await
        .data();
    assert_eq!(authorization(&ada).await, seen);
}

#[tokio::test]
async fn who_has_never_logged_in_has_no_authorization_here() {
    let app = TestApp::start().await;
    assert_eq!(authorization(&app.bearer(data::ADA)).await, Value::Null);
}

#[tokio::test]
async fn the_end_is_announced_for_two_weeks() {
    let app = TestApp::start().await;
    let phone = NativeApp::log_in(&app, data::ADA).await;
    let browser = app.logged_in(data::ADA).await;
    let end = time(&authorization(&phone).await["reauthorizeBy"]);
    let go_to = |time: DateTime<Utc>| app.clock.advance(time - app.clock.now());
    go_to(end - Days::new(14) - TimeDelta::minutes(5));
    for caller in [&phone, &browser] {
        assert_eq!(caller.query(ME).await.json().get("extensions"), None);
    }
    go_to(end - Days::new(14) + TimeDelta::minutes(5));
    for caller in [&phone, &browser] {
        let told = caller.query(ME).await.json()["extensions"]["authorization"].clone();
        assert_eq!(told["loginUrl"], app.url("/login/spotify/"));
        assert!(
            (time(&told["reauthorizeBy"]) - end).num_minutes() < 5,
            "{told}"
        );
    }
    // Errors do not hide it, and who is nobody's concern is told nothing.
    let failed = phone
        .query("{ me { id } playlist(id: \"x\") { id } }")
        .await;
    assert!(failed.json()["extensions"]["authorization"].is_object());
    for caller in [app.bearer(data::ADA), app.anonymous()] {
        assert_eq!(
            caller.query("{ me { id } }").await.json().get("extensions"),
            None
        );
    }
    assert_eq!(
        phone.query("{ __typename }").await.json().get("extensions"),
        None
    );
    go_to(end + TimeDelta::minutes(5));
    assert_eq!(phone.query(ME).await.code(), "UNAUTHENTICATED");
}

#[tokio::test]
async fn a_login_before_the_end_renews_it_without_a_gap() {
    let app = TestApp::start().await;
    let browser = app.logged_in(data::ADA).await;
    let phone = NativeApp::log_in(&app, data::ADA).await;
    let first = time(&authorization(&browser).await["reauthorizeBy"]);
    app.clock
        .advance(first - app.clock.now() - TimeDelta::days(2));
    assert!(browser.query(ME).await.json()["extensions"]["authorization"].is_object());
    let landed = browser.get(&allowed(&app, &consent(&browser).await)).await;
    assert_eq!(landed.header(LOCATION), "/");
    let renewed_phone = NativeApp::log_in(&app, data::ADA).await;
    let renewed = [&browser, &renewed_phone];
    for caller in renewed {
        assert_eq!(caller.query(ME).await.json().get("extensions"), None);
        let by = time(&authorization(caller).await["reauthorizeBy"]);
        assert!(by > first + TimeDelta::days(170), "{by}");
    }
    // A session does not outlast the login that gave it, whatever happens elsewhere.
    assert!(phone.query(ME).await.json()["extensions"]["authorization"].is_object());
    app.clock.advance(TimeDelta::days(3));
    assert_eq!(phone.query(ME).await.code(), "UNAUTHENTICATED");
    for caller in renewed {
        caller.query(ME).await.data();
    }
}

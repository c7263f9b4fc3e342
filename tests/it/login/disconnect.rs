//! A person leaves: what is left of them is what they were told.

use lockstep_api::simulator::data;
use serde_json::{Value, json};

use super::steps::SetCookie;
use crate::support::{Answer, Caller, NativeApp, TestApp};

const ME: &str = "{ me { id } }";
const TRACK: &str = "4uLU6hMCjMI75M1A2tKUQC";
const TABLES: [&str; 5] = ["people", "tokens", "sessions", "login_codes", "metadata"];

async fn upload(caller: &Caller, version: i64) -> Answer {
    let collection = json!({ "beats": [version] });
    caller.upload(TRACK, "beats", version, collection).await
}

async fn disconnect(caller: &Caller, delete_uploads: bool) -> Answer {
    let query = "mutation ($delete: Boolean!) { disconnect(input: {deleteUploads: $delete}) {
        deletedUploads keptUploads } }";
    caller
        .graphql(query, json!({ "delete": delete_uploads }))
        .await
}

fn rows(app: &TestApp) -> [i64; 5] {
    TABLES.map(|table| app.count_rows(table))
}

/// Ada with everything that a person can have here: two sessions, a code, three uploads.
async fn settled(app: &TestApp) -> [Caller; 2] {
    let browser = app.logged_in(data::ADA).await;
    let phone = NativeApp::log_in(app, data::ADA).await;
    NativeApp::new().redirect(app, data::ADA).await;
    for version in 1..=3 {
        upload(&phone, version).await.data();
    }
    [browser, phone]
}

#[tokio::test]
async fn nothing_is_left_of_who_takes_the_uploads_along() {
    let app = TestApp::start().await;
    let other = app.instance().await;
    let [browser, phone] = settled(&app).await;
    let minseo = app.logged_in(data::MINSEO).await;
    upload(&minseo, 1).await.data();
    assert_eq!(rows(&app), [2, 2, 3, 2, 4]);
    let left = disconnect(&browser, true).await;
    assert_eq!(
        left.data()["disconnect"],
        json!({ "deletedUploads": 3, "keptUploads": 0 })
    );
    assert!(SetCookie::find(&left, "session").unwrap().clears());
    assert_eq!(rows(&app), [1, 1, 1, 0, 1], "Minseo's alone");
    for caller in [&browser, &phone, &other.called_by(&phone)] {
        assert_eq!(caller.query(ME).await.code(), "UNAUTHENTICATED");
    }
    minseo.query(ME).await.data();
    // Coming back is coming anew.
    let ada = app.logged_in(data::ADA).await;
    let query = format!("{{ me {{ id }} metadata(trackId: \"{TRACK}\") {{ version }} }}");
    let data = ada.query(&query).await.data();
    assert_eq!(data["me"]["id"], data::ADA);
    assert_eq!(data["metadata"], Value::Null);
}

#[tokio::test]
async fn uploads_that_stay_are_found_again_and_nothing_else_is_kept() {
    let app = TestApp::start().await;
    let [_, phone] = settled(&app).await;
    let left = disconnect(&phone, false).await;
    assert_eq!(
        left.data()["disconnect"],
        json!({ "deletedUploads": 0, "keptUploads": 3 })
    );
    assert_eq!(rows(&app), [1, 0, 0, 0, 3]);
    let of_the_profile = app.count_rows(
        "people WHERE spotify_user_id IS NOT NULL OR display_name IS NOT NULL OR uri IS NOT NULL \
         OR external_url IS NOT NULL OR images IS NOT NULL",
    );
    assert_eq!(of_the_profile, 0);
    assert_eq!(app.count_rows("people WHERE account_id IS NOT NULL"), 1);
    assert_eq!(phone.query(ME).await.code(), "UNAUTHENTICATED");

    let ada = app.logged_in(data::ADA).await;
    let query =
        format!("{{ me {{ id displayName }} metadata(trackId: \"{TRACK}\") {{ version }} }}");
    let data = ada.query(&query).await.data();
    assert_eq!(data["me"]["id"], data::ADA);
    assert!(data["me"]["displayName"].is_string());
    assert_eq!(data["metadata"]["version"], 3);
    assert_eq!(rows(&app), [1, 1, 1, 0, 3]);
}

#[tokio::test]
async fn who_has_no_uploads_leaves_nothing_either_way() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    disconnect(&ada, false).await.data();
    assert_eq!(rows(&app), [0; 5]);
}

#[tokio::test]
async fn a_spotify_access_token_is_not_enough() {
    let app = TestApp::start().await;
    let [browser, _] = settled(&app).await;
    let before = rows(&app);
    assert_eq!(
        disconnect(&app.bearer(data::ADA), true).await.code(),
        "FORBIDDEN"
    );
    assert_eq!(
        disconnect(&app.anonymous(), true).await.code(),
        "UNAUTHENTICATED"
    );
    let unsaid = browser
        .query("mutation { disconnect(input: {}) { deletedUploads } }")
        .await;
    assert!(!unsaid.errors().is_empty());
    assert_eq!(rows(&app), before);
}

#[tokio::test]
async fn a_bearer_that_is_remembered_somewhere_is_known_anew() {
    let app = TestApp::start().await;
    let other = app.instance().await;
    let ada = app.logged_in(data::ADA).await;
    let bearer = app.bearer(data::ADA);
    let there = other.called_by(&bearer);
    for caller in [&bearer, &there] {
        upload(caller, 1).await.data();
    }
    disconnect(&ada, true).await.data();
    // This instance has forgotten whose the bearer is, and asks.
    upload(&bearer, 2).await.data();
    // The other one remembers somebody who is gone: it says so once.
    let refused = upload(&there, 3).await;
    assert_eq!(refused.code(), "UNAUTHENTICATED", "{}", refused.text());
    upload(&there, 4).await.data();
    assert_eq!(rows(&app), [1, 0, 0, 0, 2]);
}

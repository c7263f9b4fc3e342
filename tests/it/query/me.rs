//! `me`: who is asking.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use lockstep_api::simulator::{ALL_SCOPES, data};
use serde_json::{Value, json};

use super::oracle;
use crate::support::TestApp;

const STORED: &str = "{ me { id accountId displayName uri externalUrl tokenExpiresAt } }";
const ME: &str = "GET /v1/me";

fn described(id: &str) -> Value {
    let person = data::Person::find(id).unwrap();
    json!({
        "id": person.id, "accountId": person.account_id, "displayName": person.display_name,
        "uri": person.uri(), "externalUrl": person.external_url(),
    })
}

#[tokio::test]
async fn what_the_session_knows_costs_no_call_to_spotify() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    app.spotify.reset_counts();
    let mut me = ada.query(STORED).await.data()["me"].take();
    let expires_at: DateTime<Utc> = me["tokenExpiresAt"].as_str().unwrap().parse().unwrap();
    let life = expires_at - app.clock.now();
    assert!(
        life > TimeDelta::minutes(59) && life <= TimeDelta::hours(1),
        "{life}"
    );
    me.as_object_mut().unwrap().remove("tokenExpiresAt");
    assert_eq!(me, described(data::ADA));
    assert!(
        app.spotify.counts().is_empty(),
        "{:?}",
        app.spotify.counts()
    );
}

#[tokio::test]
async fn a_stored_profile_serves_for_a_day_and_is_then_asked_for_once() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let said = oracle::ask(&app, data::ADA, "/v1/me").await;
    let query =
        "{ me { id images { url width height } } again: me { displayName images { url } } }";
    for (hours, calls) in [(0, 0), (23, 0), (2, 1)] {
        app.clock.advance(TimeDelta::hours(hours));
        app.spotify.reset_counts();
        let answer = ada.query(query).await.data();
        assert_eq!(answer["me"]["images"], oracle::images(&said["images"]));
        assert_eq!(answer["again"]["displayName"], "Ada Lindqvist");
        assert_eq!(app.spotify.count(ME), calls);
    }
}

#[tokio::test]
async fn pictures_come_the_largest_first_though_spotify_sends_the_smallest_first() {
    let app = TestApp::start().await;
    let said = oracle::ask(&app, data::ADA, "/v1/me").await;
    assert_eq!(said["images"][0]["width"], 64);
    for caller in [app.logged_in(data::ADA).await, app.bearer(data::ADA)] {
        let me = caller.query("{ me { images { width } } }").await.data();
        let images = &me["me"]["images"];
        assert_eq!(*images, json!([{ "width": 300 }, { "width": 64 }]));
    }
}

#[tokio::test]
async fn a_bearer_is_told_who_they_are_for_one_call_and_then_for_none() {
    let app = TestApp::start().await;
    let caller = app.bearer(data::MINSEO);
    let query = "{ me { id accountId displayName uri externalUrl images { url } tokenExpiresAt } }";
    for calls in [1, 1] {
        let mut me = caller.query(query).await.data()["me"].take();
        assert_eq!(me["images"].as_array().unwrap().len(), 2);
        assert_eq!(me["tokenExpiresAt"], Value::Null, "no token is kept here");
        for field in ["images", "tokenExpiresAt"] {
            me.as_object_mut().unwrap().remove(field);
        }
        assert_eq!(me, described(data::MINSEO));
        assert_eq!(app.spotify.count(ME), calls);
    }
}

#[tokio::test]
async fn whoever_has_no_name_no_picture_and_an_odd_id_is_served_as_well() {
    let app = TestApp::start().await;
    for caller in [app.logged_in(data::JOERG).await, app.bearer(data::JOERG)] {
        let query = "{ me { id accountId displayName uri externalUrl images { url } } }";
        let mut me = caller.query(query).await.data()["me"].take();
        assert_eq!(me["images"], json!([]));
        me.as_object_mut().unwrap().remove("images");
        assert_eq!(me, described(data::JOERG));
        assert_eq!(me["displayName"], Value::Null);
        assert_eq!(me["uri"], "spotify:user:j%C3%B6rg%20wei%C3%9F%2B1");
    }
}

#[tokio::test]
async fn the_account_id_is_null_as_long_as_spotify_has_not_told_it() {
    let app = TestApp::with(|setup| setup.spotify.with_account_id = false).await;
    let ada = app.logged_in(data::ADA).await;
    let me = ada.query("{ me { id accountId } }").await.data()["me"].take();
    assert_eq!(me, json!({ "id": data::ADA, "accountId": null }));
    app.spotify
        .configure(|options| options.with_account_id = true);
    let ada = app.logged_in(data::ADA).await;
    let me = ada.query("{ me { accountId } }").await.data()["me"].take();
    assert_eq!(me["accountId"], "aD4LqV8sT2");
}

#[tokio::test]
async fn a_bearer_who_has_also_logged_in_sees_when_the_stored_token_expires() {
    let app = TestApp::start().await;
    let session = app.logged_in(data::ADA).await;
    let query = "{ me { tokenExpiresAt } }";
    let stored = session.query(query).await.data();
    let short = Duration::from_secs(60);
    let token = app.spotify.mint(data::ADA, &ALL_SCOPES, short).access_token;
    let answer = app.anonymous().with_bearer(&token).query(query).await;
    assert_eq!(answer.data(), stored);
}

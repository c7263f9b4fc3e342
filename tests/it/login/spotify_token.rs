//! Spotify's own access token: for apps and for the pages that the operator names, for nobody else.

use chrono::{DateTime, TimeDelta, Utc};
use lockstep_api::config::SpotifyAccessTokenFor;
use lockstep_api::simulator::data;
use reqwest::header::{CACHE_CONTROL, CONTENT_TYPE, ORIGIN};
use serde_json::json;

use crate::support::{Answer, Caller, NativeApp, TestApp};

const ASK: &str = "{ spotifyAccessToken { accessToken expiresAt } }";
const PLAYER: &str = "https://player.lockstep.example";

async fn server(apps: bool, origins: &[&str]) -> TestApp {
    TestApp::with(|setup| {
        setup.config.apps.spotify_access_token_for = SpotifyAccessTokenFor {
            apps,
            origins: origins.iter().map(|&origin| origin.to_owned()).collect(),
        };
    })
    .await
}

/// As a page of that origin asks.
async fn from(caller: &Caller, origins: &[&str]) -> Answer {
    let mut request = caller
        .request("POST", "/graphql")
        .header(CONTENT_TYPE, "application/json")
        .body(json!({ "query": ASK }).to_string());
    for origin in origins {
        request = request.header(ORIGIN, *origin);
    }
    Answer::of(request).await
}

fn token(answer: &Answer) -> (String, DateTime<Utc>) {
    let token = answer.data()["spotifyAccessToken"].clone();
    let text = |name: &str| token[name].as_str().unwrap().to_owned();
    (text("accessToken"), text("expiresAt").parse().unwrap())
}

#[tokio::test]
async fn an_app_gets_a_token_that_spotify_accepts_and_later_another() {
    let app = TestApp::start().await;
    let phone = NativeApp::log_in(&app, data::ADA).await;
    let answer = phone.query(ASK).await;
    assert_eq!(answer.header(CACHE_CONTROL), "no-store");
    let (first, expires_at) = token(&answer);
    let life = expires_at - app.clock.now();
    assert!(
        life > TimeDelta::minutes(50) && life <= TimeDelta::minutes(60),
        "{life}"
    );
    let player = app.anonymous().with_bearer(&first);
    assert_eq!(
        player.query("{ me { id } }").await.data()["me"]["id"],
        data::ADA
    );
    app.clock.advance(TimeDelta::hours(2));
    let (second, expires_at) = token(&phone.query(ASK).await);
    assert_ne!(first, second);
    assert!(expires_at > app.clock.now() + TimeDelta::minutes(50));
}

#[tokio::test]
async fn a_browsers_cookie_is_not_enough_unless_its_page_is_named() {
    for (named, given) in [(vec![], false), (vec![PLAYER], true)] {
        let app = server(true, &named).await;
        let ada = app.logged_in(data::ADA).await;
        let asked = from(&ada, &[PLAYER]).await;
        assert_eq!(asked.errors().is_empty(), given, "{}", asked.text());
        let own = app.url("");
        for origins in [
            &[][..],
            &["null"],
            &[own.as_str()],
            &["https://evil.example"],
            &["https://player.lockstep.example.evil.example"],
            &["https://player.lockstep.example/"],
            &["http://player.lockstep.example"],
            &["HTTPS://player.lockstep.example"],
            &[PLAYER, "https://evil.example"],
        ] {
            let refused = from(&ada, origins).await;
            assert_eq!(refused.code(), "FORBIDDEN", "{origins:?}");
            assert_eq!(refused.partial_data()["spotifyAccessToken"], json!(null));
        }
    }
}

#[tokio::test]
async fn a_page_with_an_api_token_must_be_named_too() {
    let app = server(true, &[PLAYER]).await;
    let phone = NativeApp::log_in(&app, data::ADA).await;
    token(&from(&phone, &[PLAYER]).await);
    assert_eq!(
        from(&phone, &["https://evil.example"]).await.code(),
        "FORBIDDEN"
    );
}

#[tokio::test]
async fn it_can_be_for_nobody() {
    let app = server(false, &[]).await;
    let phone = NativeApp::log_in(&app, data::ADA).await;
    assert_eq!(phone.query(ASK).await.code(), "FORBIDDEN");
    assert_eq!(from(&phone, &[PLAYER]).await.code(), "FORBIDDEN");
}

#[tokio::test]
async fn who_has_one_is_told_so_and_who_is_nobody_has_to_log_in() {
    let app = TestApp::start().await;
    assert_eq!(app.bearer(data::ADA).query(ASK).await.code(), "FORBIDDEN");
    assert_eq!(app.anonymous().query(ASK).await.code(), "UNAUTHENTICATED");
    let phone = NativeApp::log_in(&app, data::ADA).await;
    app.spotify.revoke(data::ADA);
    app.clock.advance(TimeDelta::hours(2));
    assert_eq!(phone.query(ASK).await.code(), "REAUTHORIZATION_REQUIRED");
}

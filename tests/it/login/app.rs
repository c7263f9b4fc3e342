//! An app logs a person in, and is called back at its own address with Spotify's tokens.

use std::collections::HashMap;

use lockstep_api::simulator::{Decision, Fault, Rule, data};
use reqwest::StatusCode;
use reqwest::header::{CACHE_CONTROL, LOCATION, REFERRER_POLICY};

use super::steps::{SetCookie, allowed, callback, consent_of, stored};
use crate::support::{Answer, Caller, TestApp};

const APP: &str = "at.lockstep.player://spotify/callback";

/// Where an app's login begins.
fn app_login(redirect_uri: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("redirect_uri", redirect_uri)
        .finish();
    format!("/login/spotify/?{query}")
}

/// Ada logs in to an app.
async fn log_in(app: &TestApp, browser: &Caller, redirect_uri: &str) -> Answer {
    let consent = consent_of(browser, &app_login(redirect_uri)).await;
    browser.get(&allowed(app, &consent)).await
}

fn query(location: &str) -> HashMap<String, String> {
    let (_, query) = location.split_once('?').unwrap();
    url::form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect()
}

#[tokio::test]
async fn an_app_is_called_back_with_the_tokens_that_it_reads_today() {
    let app = TestApp::start().await;
    let browser = app.anonymous();
    let landed = log_in(&app, &browser, APP).await;
    assert_eq!(landed.status, StatusCode::FOUND);
    assert_eq!(landed.header(CACHE_CONTROL), "no-store");
    assert_eq!(landed.header(REFERRER_POLICY), "no-referrer");
    let location = landed.header(LOCATION);
    assert!(
        location.starts_with(&format!("{APP}?access_token=")),
        "{location}"
    );
    let told = query(&location);
    assert_eq!(told.len(), 4, "{:?}", told.keys());
    assert_eq!(told["expires_in"], "3600");
    assert_eq!(told["token_type"], "Bearer");
    assert!(!told["refresh_token"].is_empty());

    let bearer = app.anonymous().with_bearer(&told["access_token"]);
    let me = bearer.query("{ me { id } }").await;
    assert_eq!(me.data()["me"]["id"], data::ADA);
}

#[tokio::test]
async fn an_app_that_sends_a_state_is_given_it_back_beside_the_tokens() {
    let app = TestApp::start().await;
    for state in ["abc", "a b&access_token=c#?%41", &"~".repeat(256)] {
        let begin = url::form_urlencoded::Serializer::new(app_login(APP))
            .append_pair("state", state)
            .finish();
        let browser = app.anonymous();
        let consent = consent_of(&browser, &begin).await;
        let landed = browser.get(&allowed(&app, &consent)).await;
        let told = query(&landed.header(LOCATION));
        assert_eq!(told.len(), 5, "{:?}", told.keys());
        assert_eq!(told["state"], state);
        let bearer = app.anonymous().with_bearer(&told["access_token"]);
        assert_eq!(
            bearer.query("{ me { id } }").await.data()["me"]["id"],
            data::ADA
        );
    }
}

#[tokio::test]
async fn an_apps_login_gives_the_browser_no_session() {
    let app = TestApp::start().await;
    let browser = app.anonymous();
    let landed = log_in(&app, &browser, APP).await;
    let cookies = SetCookie::all(&landed);
    assert!(
        cookies.len() == 1 && cookies[0].clears(),
        "only the login's cookie is taken back: {cookies:?}"
    );
    assert_eq!(browser.cookies(), "");
    assert_eq!(stored(&app), (1, 1, 0));
}

#[tokio::test]
async fn an_apps_login_leaves_the_browsers_session_alone() {
    let app = TestApp::start().await;
    let browser = app.logged_in(data::MINSEO).await;
    log_in(&app, &browser, APP).await;
    let me = browser.query("{ me { id } }").await;
    assert_eq!(me.data()["me"]["id"], data::MINSEO);
}

#[tokio::test]
async fn each_of_several_apps_is_called_back_at_its_own_address() {
    let uris = [
        APP,
        "https://player.lockstep.example/done",
        "http://127.0.0.1:9009/",
        "lockstep:",
    ];
    let app = TestApp::with(|setup| {
        setup.config.spotify.app_redirect_uris = uris.map(str::to_owned).to_vec();
    })
    .await;
    for uri in uris {
        let location = log_in(&app, &app.anonymous(), uri).await.header(LOCATION);
        assert!(
            location.starts_with(&format!("{uri}?access_token=")),
            "{location}"
        );
    }
}

#[tokio::test]
async fn an_address_that_has_a_query_keeps_it() {
    let uri = "https://player.lockstep.example/done?from=login&x=%20y";
    let app = TestApp::with(|setup| {
        setup.config.spotify.app_redirect_uris = vec![uri.to_owned()];
    })
    .await;
    let location = log_in(&app, &app.anonymous(), uri).await.header(LOCATION);
    assert!(
        location.starts_with(&format!("{uri}&access_token=")),
        "{location}"
    );
    assert_eq!(query(&location)["from"], "login");
    assert_eq!(query(&location)["x"], " y");
}

#[tokio::test]
async fn tokens_are_encoded_whatever_they_consist_of() {
    let app = TestApp::start().await;
    let grant = r#"{"access_token":"a+b/c=&x=%41#?\"","token_type":"bearer","expires_in":1800,
        "refresh_token":"r&access_token=evil é\r\nSet-Cookie: x"}"#;
    let profile = r#"{"id":"odd","uri":"spotify:user:odd"}"#;
    app.spotify
        .inject(Rule::on("POST /api/token", Fault::json(grant)).times(1));
    app.spotify
        .inject(Rule::on("GET /v1/me", Fault::json(profile)).times(1));
    let landed = log_in(&app, &app.anonymous(), APP).await;
    let told = query(&landed.header(LOCATION));
    assert_eq!(told["access_token"], "a+b/c=&x=%41#?\"");
    assert_eq!(
        told["refresh_token"],
        "r&access_token=evil é\r\nSet-Cookie: x"
    );
    assert_eq!(told["expires_in"], "1800");
    assert_eq!(told["token_type"], "Bearer");
    assert_eq!(SetCookie::all(&landed).len(), 1);
}

#[tokio::test]
async fn an_apps_login_survives_a_restart() {
    let mut app = TestApp::start().await;
    let browser = app.anonymous();
    let consent = consent_of(&browser, &app_login(APP)).await;
    app.restart().await;
    let landed = browser.get(&allowed(&app, &consent)).await;
    assert!(landed.header(LOCATION).starts_with(APP));
}

#[tokio::test]
async fn an_app_and_the_browser_log_in_at_once_and_each_gets_its_own() {
    let app = TestApp::start().await;
    let browser = app.anonymous();
    let for_app = consent_of(&browser, &app_login(APP)).await;
    let for_browser = callback(&app, &browser).await;
    assert_eq!(browser.get(&for_browser).await.header(LOCATION), "/");
    let landed = browser.get(&allowed(&app, &for_app)).await;
    assert!(landed.header(LOCATION).starts_with(APP));
}

#[tokio::test]
async fn an_app_whose_person_refuses_is_not_called_back() {
    let app = TestApp::start().await;
    let browser = app.anonymous();
    let consent = consent_of(&browser, &app_login(APP)).await;
    let back = app
        .spotify
        .authorize(&consent, data::ADA, Decision::Deny)
        .unwrap();
    let refused = browser.get(&back).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert_eq!(refused.json()["ok"], false);
    assert_eq!(stored(&app), (0, 0, 0));
}

#[tokio::test]
async fn an_address_taken_off_the_list_meanwhile_gets_no_tokens() {
    let mut app = TestApp::start().await;
    let browser = app.anonymous();
    let consent = consent_of(&browser, &app_login(APP)).await;
    app.config.spotify.app_redirect_uris = vec!["lockstep:".to_owned()];
    app.restart().await;
    let refused = browser.get(&allowed(&app, &consent)).await;
    assert_eq!(
        refused.status,
        StatusCode::BAD_REQUEST,
        "{}",
        refused.text()
    );
    assert_eq!(stored(&app), (0, 0, 0));
    assert!(app.spotify.requests().is_empty(), "nothing is redeemed");
}

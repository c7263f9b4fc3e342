//! The way out to Spotify.

use std::collections::HashSet;

use lockstep_api::simulator::CLIENT_ID;
use reqwest::StatusCode;
use reqwest::header::{CACHE_CONTROL, LOCATION, REFERRER_POLICY};

use super::steps::{SetCookie, consent, parameter};
use crate::support::TestApp;

#[tokio::test]
async fn a_login_begins_with_a_redirect_to_spotifys_consent_page() {
    let app = TestApp::start().await;
    let out = app.anonymous().get("/login/spotify/").await;
    assert_eq!(out.status, StatusCode::SEE_OTHER);
    assert_eq!(out.header(CACHE_CONTROL), "no-store");
    assert_eq!(out.header(REFERRER_POLICY), "no-referrer");

    let consent = out.header(LOCATION);
    let (page, _) = consent.split_once('?').unwrap();
    assert_eq!(page, format!("{}/authorize", app.spotify.url()));
    let asked = |name| parameter(&consent, name);
    assert_eq!(asked("response_type").as_deref(), Some("code"));
    assert_eq!(asked("client_id").as_deref(), Some(CLIENT_ID));
    assert_eq!(asked("redirect_uri"), Some(app.url("/login/spotify/")));
    assert_eq!(
        asked("scope").as_deref(),
        Some("playlist-read-private playlist-read-collaborative")
    );
    assert_eq!(asked("code_challenge_method").as_deref(), Some("S256"));
    assert_eq!(asked("code_challenge").unwrap().len(), 43);
    assert!(asked("state").unwrap().len() >= 22, "{consent}");
}

#[tokio::test]
async fn state_and_challenge_are_new_each_time() {
    let app = TestApp::start().await;
    let browser = app.anonymous();
    let mut seen = HashSet::new();
    for _ in 0..5 {
        let consent = consent(&browser).await;
        assert!(seen.insert(parameter(&consent, "state").unwrap()));
        assert!(seen.insert(parameter(&consent, "code_challenge").unwrap()));
    }
}

#[tokio::test]
async fn the_login_cookie_is_for_this_server_alone_and_ends_after_ten_minutes() {
    let app = TestApp::start().await;
    let out = app.anonymous().get("/login/spotify/").await;
    let [cookie] = &SetCookie::all(&out)[..] else {
        panic!("one cookie: {:?}", out.headers);
    };
    assert!(cookie.name.starts_with("lockstep_login_"), "{cookie:?}");
    assert_eq!(cookie.attribute("httponly"), Some(""));
    assert_eq!(cookie.attribute("samesite"), Some("Lax"));
    assert_eq!(cookie.attribute("path"), Some("/"));
    assert_eq!(cookie.attribute("max-age"), Some("600"));
    assert_eq!(cookie.attribute("domain"), None);
    // Behind plain http on loopback a browser would not send it back otherwise.
    assert_eq!(cookie.attribute("secure"), None);
    let state = parameter(&out.header(LOCATION), "state").unwrap();
    assert!(!cookie.value.contains(&state), "sealed, not readable");
}

#[tokio::test]
async fn behind_https_cookies_are_secure_and_bound_to_the_host() {
    let app = TestApp::with(|setup| {
        setup.config.spotify.redirect_uri =
            "https://lockstep.example/login/spotify/".parse().unwrap();
    })
    .await;
    let browser = app.anonymous();
    let out = browser.get("/login/spotify/").await;
    let login = SetCookie::find(&out, "login").unwrap();
    assert!(
        login.name.starts_with("__Host-lockstep_login_"),
        "{login:?}"
    );

    let back = super::steps::allowed(&app, &out.header(LOCATION));
    let path = back.strip_prefix("https://lockstep.example").unwrap();
    let request = browser
        .request("GET", path)
        .header("cookie", format!("{}={}", login.name, login.value));
    let landed = crate::support::Answer::of(request).await;
    assert_eq!(landed.header(LOCATION), "/", "{}", landed.text());
    let session = SetCookie::find(&landed, "session").unwrap();
    assert_eq!(session.name, "__Host-lockstep_session");
    for cookie in [&login, &session] {
        assert_eq!(cookie.attribute("secure"), Some(""), "{cookie:?}");
        assert_eq!(cookie.attribute("path"), Some("/"), "{cookie:?}");
        assert_eq!(cookie.attribute("domain"), None, "{cookie:?}");
    }
}

#[tokio::test]
async fn a_browser_that_begins_many_logins_does_not_drown_in_cookies() {
    let app = TestApp::start().await;
    let browser = app.anonymous();
    for _ in 0..30 {
        consent(&browser).await;
        let cookies = browser.cookies();
        assert!(cookies.len() < 4096, "{} bytes", cookies.len());
    }
    let back = super::steps::callback(&app, &browser).await;
    let landed = browser.get(&back).await;
    assert_eq!(landed.header(LOCATION), "/", "{}", landed.text());
}

#[tokio::test]
async fn a_login_without_a_state_or_code_yet_costs_spotify_and_the_database_nothing() {
    let app = TestApp::start().await;
    let statements = app.store.statement_count();
    consent(&app.anonymous()).await;
    assert_eq!(app.store.statement_count(), statements);
    assert!(app.spotify.requests().is_empty());
}

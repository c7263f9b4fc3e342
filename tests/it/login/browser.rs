//! A person logs in with their browser.

use lockstep_api::simulator::data;
use reqwest::StatusCode;
use reqwest::header::{CACHE_CONTROL, LOCATION, REFERRER_POLICY};

use super::steps::{SetCookie, allowed, callback, changed, consent, parameter, stored, visit};
use crate::support::TestApp;

#[tokio::test]
async fn a_person_who_allows_it_is_signed_in_and_asks_for_themselves() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let answer = ada
        .query("{ me { id accountId displayName uri externalUrl images { url } tokenExpiresAt } }")
        .await;
    let me = &answer.data()["me"];
    assert_eq!(me["id"], data::ADA);
    assert_eq!(me["displayName"], "Ada Lindqvist");
    assert_eq!(me["uri"], format!("spotify:user:{}", data::ADA));
    assert!(me["tokenExpiresAt"].is_string(), "{me}");
}

#[tokio::test]
async fn everybody_can_log_in_whatever_they_are_called() {
    let app = TestApp::start().await;
    for person in &data::PEOPLE {
        let browser = app.logged_in(person.id).await;
        let answer = browser.query("{ me { id displayName } }").await;
        let me = &answer.data()["me"];
        assert_eq!(me["id"], person.id);
        assert_eq!(me["displayName"].as_str(), person.display_name);
    }
    assert_eq!(stored(&app), (5, 5, 5));
}

#[tokio::test]
async fn the_way_back_ends_at_the_start_page_with_a_session_and_without_the_login() {
    let app = TestApp::start().await;
    let browser = app.anonymous();
    let back = callback(&app, &browser).await;
    let landed = visit(&browser, &back).await;
    assert_eq!(landed.status, StatusCode::SEE_OTHER);
    assert_eq!(landed.header(LOCATION), "/");
    assert_eq!(landed.header(CACHE_CONTROL), "no-store");
    assert_eq!(landed.header(REFERRER_POLICY), "no-referrer");

    let login = SetCookie::find(&landed, "login").unwrap();
    assert!(login.clears(), "{login:?}");
    let session = SetCookie::find(&landed, "session").unwrap();
    assert_eq!(session.name, "lockstep_session");
    assert_eq!(session.attribute("httponly"), Some(""));
    assert_eq!(session.attribute("samesite"), Some("Lax"));
    assert_eq!(session.attribute("path"), Some("/"));
    let max_age: u64 = session.attribute("max-age").unwrap().parse().unwrap();
    let day = 24 * 3600;
    assert!((180 * day..=185 * day).contains(&max_age), "{max_age}");
    assert_eq!(
        browser.cookies(),
        format!("lockstep_session={}", session.value)
    );
    assert_eq!(stored(&app), (1, 1, 1));
}

#[tokio::test]
async fn the_code_is_redeemed_once_and_the_profile_read_once() {
    let app = TestApp::start().await;
    app.logged_in(data::ADA).await;
    assert_eq!(app.spotify.count("POST /api/token"), 1);
    assert_eq!(app.spotify.count("GET /v1/me"), 1);
    assert_eq!(app.spotify.requests().len(), 2);
}

#[tokio::test]
async fn a_login_survives_a_restart_between_the_way_out_and_the_way_back() {
    let mut app = TestApp::start().await;
    let browser = app.anonymous();
    let back = callback(&app, &browser).await;
    app.restart().await;
    let landed = browser.get(&back).await;
    assert_eq!(landed.header(LOCATION), "/", "{}", landed.text());
    browser.query("{ me { id } }").await.data();
}

#[tokio::test]
async fn two_logins_at_once_in_two_tabs_both_finish() {
    let app = TestApp::start().await;
    let browser = app.anonymous();
    let first = consent(&browser).await;
    let second = consent(&browser).await;
    for consent in [&first, &second] {
        let landed = browser.get(&allowed(&app, consent)).await;
        assert_eq!(landed.header(LOCATION), "/", "{}", landed.text());
        browser.query("{ me { id } }").await.data();
    }
    assert_eq!(stored(&app), (1, 1, 1), "the first tab's session is over");
}

#[tokio::test]
async fn someone_who_granted_only_private_playlists_is_served_all_the_same() {
    let app = TestApp::start().await;
    let browser = app.anonymous();
    let consent = consent(&browser).await;
    let less = changed(&consent, "scope", Some("playlist-read-private"));
    assert_ne!(parameter(&consent, "scope"), parameter(&less, "scope"));
    let landed = browser.get(&allowed(&app, &less)).await;
    assert_eq!(landed.header(LOCATION), "/", "{}", landed.text());
    let answer = browser
        .query("{ me { id playlists(first: 5) { nodes { name } } } }")
        .await;
    let nodes = answer.data()["me"]["playlists"]["nodes"].clone();
    assert_eq!(nodes.as_array().unwrap().len(), 5);
}

#[tokio::test]
async fn a_person_who_logs_in_again_is_the_same_person() {
    let app = TestApp::start().await;
    let laptop = app.logged_in(data::ADA).await;
    let track = "4uLU6hMCjMI75M1A2tKUQC";
    laptop.upload(track, "beats", 1, "{}").await.data();
    let phone = app.logged_in(data::ADA).await;
    let found = phone
        .query(r#"{ metadata(trackId: "4uLU6hMCjMI75M1A2tKUQC") { version } }"#)
        .await;
    assert_eq!(found.data()["metadata"]["version"], 1);
    assert_eq!(stored(&app), (1, 1, 2), "each browser has its own session");
    laptop.query("{ me { id } }").await.data();
}

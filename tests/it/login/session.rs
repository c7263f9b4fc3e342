//! What a browser's session is good for, and how it ends.

use chrono::{Days, Months};
use lockstep_api::simulator::data;
use reqwest::StatusCode;
use reqwest::header::LOCATION;

use super::steps::{SetCookie, allowed, consent, stored};
use crate::support::{Answer, Caller, TestApp};

const ME: &str = "{ me { id } }";
const LOGOUT: &str = "mutation { logout { loggedOut } }";

/// Somebody else's browser with the same cookies.
fn copy(app: &TestApp, browser: &Caller) -> Caller {
    let copy = app.anonymous();
    copy.set_cookie(&browser.cookies());
    copy
}

async fn log_out(browser: &Caller) -> (bool, Answer) {
    let answer = browser.query(LOGOUT).await;
    let ended = answer.data()["logout"]["loggedOut"].as_bool().unwrap();
    (ended, answer)
}

#[tokio::test]
async fn a_session_survives_a_restart() {
    let mut app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    app.restart().await;
    assert_eq!(ada.query(ME).await.data()["me"]["id"], data::ADA);
}

#[tokio::test]
async fn a_second_login_renews_the_session_and_the_old_cookie_is_dead() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let before = copy(&app, &ada);
    let landed = ada.get(&allowed(&app, &consent(&ada).await)).await;
    assert_eq!(landed.header(LOCATION), "/");
    assert_ne!(ada.cookies(), before.cookies());
    ada.query(ME).await.data();
    assert_eq!(before.query(ME).await.code(), "UNAUTHENTICATED");
    assert_eq!(stored(&app), (1, 1, 1));
}

#[tokio::test]
async fn when_somebody_else_logs_in_the_browser_is_theirs_and_the_former_session_ends() {
    let app = TestApp::start().await;
    let browser = app.logged_in(data::MINSEO).await;
    let before = copy(&app, &browser);
    browser.get(&allowed(&app, &consent(&browser).await)).await;
    assert_eq!(browser.query(ME).await.data()["me"]["id"], data::ADA);
    assert_eq!(before.query(ME).await.code(), "UNAUTHENTICATED");
    assert_eq!(stored(&app), (2, 2, 1));
}

#[tokio::test]
async fn a_login_that_fails_leaves_the_session_alone() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let refused = ada.get("/login/spotify/?code=x&state=y").await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert_eq!(ada.query(ME).await.data()["me"]["id"], data::ADA);
}

#[tokio::test]
async fn logging_out_ends_the_session_and_takes_the_cookie_back() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let stolen = copy(&app, &ada);
    let (ended, answer) = log_out(&ada).await;
    assert!(ended);
    let cookie = SetCookie::find(&answer, "session").unwrap();
    assert!(cookie.clears(), "{cookie:?}");
    assert_eq!(cookie.attribute("path"), Some("/"));
    assert_eq!(ada.cookies(), "");
    assert_eq!(stolen.query(ME).await.code(), "UNAUTHENTICATED");
    assert_eq!(stored(&app), (1, 1, 0), "the authorization stays");
}

#[tokio::test]
async fn logging_out_twice_is_no_failure() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let twin = copy(&app, &ada);
    assert!(log_out(&ada).await.0);
    let (ended, answer) = log_out(&twin).await;
    assert!(!ended);
    let cookie = SetCookie::find(&answer, "session").unwrap();
    assert!(cookie.clears(), "{cookie:?}");
}

#[tokio::test]
async fn logging_out_without_a_session_is_no_failure() {
    let app = TestApp::start().await;
    for caller in [app.anonymous(), app.bearer(data::ADA)] {
        let (ended, answer) = log_out(&caller).await;
        assert!(!ended);
        assert!(SetCookie::all(&answer).is_empty());
    }
}

#[tokio::test]
async fn logging_out_of_one_browser_leaves_the_others_logged_in() {
    let app = TestApp::start().await;
    let laptop = app.logged_in(data::ADA).await;
    let phone = app.logged_in(data::ADA).await;
    log_out(&laptop).await;
    assert_eq!(phone.query(ME).await.data()["me"]["id"], data::ADA);
}

#[tokio::test]
async fn a_session_ends_with_the_authorization_after_six_months() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let now = app.clock.now();
    let last_day = now + Months::new(6) - Days::new(1);
    app.clock.advance(last_day - now);
    ada.query(ME).await.data();
    app.clock.advance(chrono::TimeDelta::days(1));
    assert_eq!(ada.query(ME).await.code(), "UNAUTHENTICATED");
}

#[tokio::test]
async fn a_cookie_that_is_damaged_or_of_no_session_is_taken_back_all_the_same() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let ended = copy(&app, &ada);
    let damaged = app.anonymous();
    damaged.set_cookie(&ada.cookies()[..40]);
    let nonsense = app.anonymous();
    nonsense.set_cookie("lockstep_session=nonsense");
    log_out(&ada).await;
    for browser in [ended, damaged, nonsense] {
        assert_eq!(browser.query(ME).await.code(), "UNAUTHENTICATED");
        let (ended, answer) = log_out(&browser).await;
        assert!(!ended);
        let cookie = SetCookie::find(&answer, "session").unwrap();
        assert!(cookie.clears(), "{cookie:?}");
        assert_eq!(browser.cookies(), "");
    }
    // Who came without one, or with another credential, has none to give back.
    for caller in [app.anonymous(), app.anonymous().with_bearer("lsk_damaged")] {
        let (_, answer) = log_out(&caller).await;
        assert!(SetCookie::find(&answer, "session").is_none());
    }
}

#[tokio::test]
async fn after_a_logout_one_can_log_in_again() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    log_out(&ada).await;
    assert_eq!(ada.query(ME).await.code(), "UNAUTHENTICATED");
    ada.get(&allowed(&app, &consent(&ada).await)).await;
    ada.query(ME).await.data();
}

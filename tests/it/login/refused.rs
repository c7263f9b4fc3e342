//! A login that must come to nothing: refused, forged, replayed, too late.

use chrono::TimeDelta;
use lockstep_api::simulator::{CodeReply, Decision, Fault, Rule, data};
use reqwest::StatusCode;
use reqwest::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION, REFERRER_POLICY};
use secrecy::SecretString;

use super::steps::{
    SetCookie, allowed, callback, changed, consent, consent_of, parameter, stored, visit,
};
use crate::support::{APP_REDIRECT_URI, Answer, Caller, NativeApp, TestApp};

const TOKEN: &str = "POST /api/token";

/// Goes to `address` as a browser and as another client, and finds the same refusal, as a page and
/// as JSON. Nothing may come of either. Returns the message.
async fn refused(app: &TestApp, browser: &Caller, address: &str) -> String {
    let before = stored(app);
    let json = browser.get(address).await;
    assert_eq!(json.status, StatusCode::BAD_REQUEST, "{}", json.text());
    assert_eq!(json.json()["ok"], false);
    let message = json.json()["error"].as_str().unwrap().to_owned();
    nothing_came_of(&json);

    let page = visit(browser, address).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    assert_eq!(page.header(CONTENT_TYPE), "text/html; charset=utf-8");
    assert!(page.text().contains("You are not logged in"));
    assert!(page.text().contains("/login/spotify/\">Try again"));
    nothing_came_of(&page);
    assert_eq!(stored(app), before, "{message}");
    message
}

fn nothing_came_of(answer: &Answer) {
    assert!(SetCookie::find(answer, "session").is_none());
    assert!(answer.headers.get(LOCATION).is_none());
    assert_eq!(answer.header(CACHE_CONTROL), "no-store");
    assert_eq!(answer.header(REFERRER_POLICY), "no-referrer");
}

#[tokio::test]
async fn a_person_who_refuses_is_told_that_they_are_not_logged_in() {
    let app = TestApp::start().await;
    for as_browser in [true, false] {
        let browser = app.anonymous();
        let consent = consent(&browser).await;
        let denied = app
            .spotify
            .authorize(&consent, data::ADA, Decision::Deny)
            .unwrap();
        let answer = if as_browser {
            visit(&browser, &denied).await
        } else {
            browser.get(&denied).await
        };
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(answer.text().contains("access_denied"), "{}", answer.text());
        assert!(answer.text().contains("did not allow it"));
        nothing_came_of(&answer);
        assert_eq!(browser.cookies(), "", "the login's cookie is taken back");
        if !as_browser {
            assert_eq!(answer.json()["ok"], false);
        }
    }
    assert_eq!(stored(&app), (0, 0, 0));
    assert!(app.spotify.requests().is_empty());
}

#[tokio::test]
async fn a_callback_with_another_state_or_none_is_refused() {
    let app = TestApp::start().await;
    let browser = app.anonymous();
    let back = callback(&app, &browser).await;
    let state = parameter(&back, "state").unwrap();
    let swapped = state.to_ascii_uppercase();
    let longer = format!("{state}A");
    for wrong in [
        None,
        Some(""),
        Some("x"),
        Some(swapped.as_str()),
        Some(&state[1..]),
        Some(&longer),
        Some("../../"),
    ] {
        let message = refused(&app, &browser, &changed(&back, "state", wrong)).await;
        assert!(message.contains("not begun in this browser"), "{message}");
    }
    assert!(app.spotify.requests().is_empty(), "no code is redeemed");
    let landed = browser.get(&back).await;
    assert_eq!(landed.header(LOCATION), "/", "the right one still works");
}

#[tokio::test]
async fn a_login_that_another_browser_began_is_refused() {
    let app = TestApp::start().await;
    let attacker = app.anonymous();
    let back = callback(&app, &attacker).await;
    for victim in [app.anonymous(), app.logged_in(data::MINSEO).await] {
        consent(&victim).await;
        app.spotify.reset_counts();
        refused(&app, &victim, &back).await;
        assert!(app.spotify.requests().is_empty());
    }
}

#[tokio::test]
async fn a_replayed_callback_changes_nothing() {
    let app = TestApp::start().await;
    let browser = app.anonymous();
    let back = callback(&app, &browser).await;
    let login_cookie = browser.cookies();
    browser.get(&back).await;
    let message = refused(&app, &browser, &back).await;
    assert!(message.contains("not begun in this browser"), "{message}");
    browser.query("{ me { id } }").await.data();

    // Even where the login's cookie was kept, the code is good only once.
    for replay in [visit(&browser, &back).await, {
        browser.set_cookie(&login_cookie);
        browser.get(&back).await
    }] {
        assert_eq!(replay.status, StatusCode::BAD_REQUEST);
        nothing_came_of(&replay);
    }
    assert_eq!(stored(&app), (1, 1, 1));
    browser.query("{ me { id } }").await.data();
}

/// The ways in which a login begins: a browser's, an app's by code, an app's of the old way.
fn beginnings() -> [String; 3] {
    let old = format!("/login/spotify/?redirect_uri={APP_REDIRECT_URI}");
    [
        "/login/spotify/".to_owned(),
        NativeApp::new().address(),
        old,
    ]
}

/// Somebody who has copied the login's cookie comes back with `address`.
async fn come_back(caller: &Caller, cookie: &str, address: &str) -> Answer {
    let request = caller.request("GET", address).header("cookie", cookie);
    Answer::of(request).await
}

#[tokio::test]
async fn a_finished_login_is_not_finished_again_by_a_fresh_code() {
    let app = TestApp::start().await;
    for beginning in beginnings() {
        let browser = app.anonymous();
        let consent = consent_of(&browser, &beginning).await;
        let cookie = browser.cookies();
        let landed = browser.get(&allowed(&app, &consent)).await;
        assert!(landed.status.is_redirection(), "{beginning}");
        let before = (stored(&app), app.count_rows("login_codes"));
        app.spotify.reset_counts();
        for person in [data::ADA, data::MINSEO] {
            let again = app.spotify.authorize(&consent, person, Decision::Allow);
            let replay = come_back(&app.anonymous(), &cookie, &again.unwrap()).await;
            assert_eq!(replay.status, StatusCode::BAD_REQUEST, "{beginning}");
            assert!(replay.text().contains("not begun in this browser"));
            nothing_came_of(&replay);
        }
        assert_eq!((stored(&app), app.count_rows("login_codes")), before);
        assert!(app.spotify.requests().is_empty(), "no code is redeemed");
    }
}

#[tokio::test]
async fn of_two_that_finish_a_login_at_once_one_does() {
    for beginning in beginnings() {
        let app = TestApp::start().await;
        let other = app.instance().await;
        let browser = app.anonymous();
        let consent = consent_of(&browser, &beginning).await;
        let cookie = browser.cookies();
        let codes = [allowed(&app, &consent), allowed(&app, &consent)];
        let path = codes[1].replace(&app.url(""), "");
        let there = other.called_by(&app.anonymous());
        // Both have been let in before either is done.
        app.spotify.inject(Rule::on(TOKEN, Fault::Hang).times(2));
        let release = async {
            app.spotify.wait_for(TOKEN, 2).await;
            app.spotify.release();
        };
        let (one, two, ()) = tokio::join!(
            come_back(&browser, &cookie, &codes[0]),
            come_back(&there, &cookie, &path),
            release
        );
        let (done, refused) = if one.status.is_redirection() {
            (one, two)
        } else {
            (two, one)
        };
        assert!(done.status.is_redirection(), "{}", done.text());
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{beginning}");
        nothing_came_of(&refused);
        let given = stored(&app).2 + app.count_rows("login_codes");
        assert!(given <= 1, "{beginning}: {given}");
        assert_eq!(app.count_rows("finished_logins"), 1);
    }
}

#[tokio::test]
async fn a_code_that_was_used_is_refused_in_another_login() {
    let app = TestApp::start().await;
    let browser = app.anonymous();
    let used = callback(&app, &browser).await;
    browser.get(&used).await;
    let code = parameter(&used, "code");
    let fresh = callback(&app, &browser).await;
    let answer = browser.get(&changed(&fresh, "code", code.as_deref())).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let message = answer.json()["error"].as_str().unwrap().to_owned();
    assert!(message.contains("did not accept the login's code"));
    assert_eq!(stored(&app), (1, 1, 1));
}

#[tokio::test]
async fn a_code_stolen_from_another_browser_does_not_fit_this_ones_verifier() {
    let app = TestApp::start().await;
    let victim = callback(&app, &app.anonymous()).await;
    let stolen = parameter(&victim, "code");
    let thief = app.anonymous();
    let own = callback(&app, &thief).await;
    let answer = thief.get(&changed(&own, "code", stolen.as_deref())).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    nothing_came_of(&answer);
    assert_eq!(stored(&app), (0, 0, 0));
}

#[tokio::test]
async fn a_login_of_more_than_ten_minutes_is_too_late() {
    let app = TestApp::start().await;
    let (in_time, late) = (app.anonymous(), app.anonymous());
    let (first, second) = (consent(&in_time).await, consent(&late).await);
    app.clock.advance(TimeDelta::seconds(595));
    let landed = in_time.get(&allowed(&app, &first)).await;
    assert_eq!(landed.header(LOCATION), "/");
    app.clock.advance(TimeDelta::seconds(10));
    let message = refused(&app, &late, &allowed(&app, &second)).await;
    assert!(message.contains("more than ten minutes ago"), "{message}");
}

#[tokio::test]
async fn a_code_that_waited_too_long_is_refused() {
    let app = TestApp::start().await;
    let browser = app.anonymous();
    let back = callback(&app, &browser).await;
    app.clock.advance(TimeDelta::seconds(90));
    let answer = browser.get(&back).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.text().contains("did not accept the login's code"));
    assert_eq!(stored(&app), (0, 0, 0));
}

#[tokio::test]
async fn a_login_cookie_that_was_changed_is_refused() {
    let app = TestApp::start().await;
    let browser = app.anonymous();
    let back = callback(&app, &browser).await;
    let cookie = browser.cookies();
    let (name, value) = cookie.split_once('=').unwrap();
    let other = |at: usize| {
        let replaced = if &value[at..=at] == "A" { "B" } else { "A" };
        format!("{}{replaced}{}", &value[..at], &value[at + 1..])
    };
    // The last character of base64 may carry bits that mean nothing.
    let last = value.len() - 2;
    let mut forged: Vec<String> = [0, 5, 20, value.len() / 2, last].map(other).to_vec();
    forged.extend([
        String::new(),
        "AAAA".to_owned(),
        value[..value.len() / 2].to_owned(),
        format!("{value}AAAA"),
        format!("{value}="),
        "%00".to_owned(),
        "ä".to_owned(),
        "A".repeat(5000),
    ]);
    for value in forged {
        let request = app.anonymous().request("GET", &back);
        let answer = Answer::of(request.header("cookie", format!("{name}={value}"))).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{value}");
        nothing_came_of(&answer);
    }
    assert!(app.spotify.requests().is_empty());
}

#[tokio::test]
async fn one_logins_cookie_does_not_serve_for_another() {
    let app = TestApp::start().await;
    let browser = app.anonymous();
    let first = browser.get("/login/spotify/").await;
    let second = browser.get("/login/spotify/").await;
    let name = SetCookie::find(&second, "login").unwrap().name;
    let value = SetCookie::find(&first, "login").unwrap().value;
    let back = allowed(&app, &second.header(LOCATION));
    let request = app.anonymous().request("GET", &back);
    let answer = Answer::of(request.header("cookie", format!("{name}={value}"))).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_login_begun_under_another_secret_has_to_be_begun_again() {
    let mut app = TestApp::start().await;
    let browser = app.anonymous();
    let back = callback(&app, &browser).await;
    app.config.secrets.session_secret = SecretString::from("another secret that tests use, too");
    app.restart().await;
    refused(&app, &browser, &back).await;
    let landed = browser.get(&callback(&app, &browser).await).await;
    assert_eq!(landed.header(LOCATION), "/");
}

#[tokio::test]
async fn a_token_reply_that_lacks_a_token_logs_nobody_in() {
    let app = TestApp::start().await;
    for reply in [
        CodeReply::WithoutRefreshToken,
        CodeReply::WithoutAccessToken,
    ] {
        app.spotify.configure(|options| options.code_reply = reply);
        let browser = app.anonymous();
        let answer = browser.get(&callback(&app, &browser).await).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        let message = answer.json()["error"].as_str().unwrap().to_owned();
        assert!(message.contains("no access_token or no refresh_token"));
        nothing_came_of(&answer);
    }
    assert_eq!(stored(&app), (0, 0, 0));
    assert_eq!(app.spotify.count("GET /v1/me"), 0);
}

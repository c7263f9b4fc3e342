//! A login on a bad day of Spotify's: a clear answer, and nothing stored.

use std::time::Duration;

use lockstep_api::simulator::{ALL_SCOPES, Body, Fault, RetryAfter, Rule, data};
use reqwest::StatusCode;
use reqwest::header::{LOCATION, RETRY_AFTER};

use super::steps::{SetCookie, callback, stored, visit};
use crate::support::{Answer, TestApp};

const TOKEN: &str = "POST /api/token";
const PROFILE: &str = "GET /v1/me";

/// What becomes of a login while `endpoint` fails so, told as a page. JSON says the same.
async fn login(app: &TestApp, endpoint: &str, fault: &Fault) -> Answer {
    app.spotify.inject(Rule::on(endpoint, fault.clone()));
    let (browser, client) = (app.anonymous(), app.anonymous());
    let page = visit(&browser, &callback(app, &browser).await).await;
    let json = client.get(&callback(app, &client).await).await;
    assert_eq!(json.status, page.status, "{fault:?}");
    assert_eq!(json.json()["ok"], false);
    let error = json.json()["error"].as_str().unwrap().to_owned();
    assert!(page.text().contains("You are not logged in"), "{fault:?}");
    let shown = page.text().replace("&#39;", "'");
    assert!(shown.contains(&error), "{fault:?}: {error}");
    for answer in [&page, &json] {
        assert!(SetCookie::find(answer, "session").is_none(), "{fault:?}");
        assert!(answer.headers.get(LOCATION).is_none(), "{fault:?}");
    }
    assert_eq!(stored(app), (0, 0, 0), "{fault:?}");
    app.spotify.clear_faults();
    page
}

fn status(status: u16, body: Body) -> Fault {
    Fault::Status { status, body }
}

#[tokio::test]
async fn while_the_token_endpoint_is_down_nobody_is_logged_in() {
    let app = TestApp::impatient().await;
    for fault in [
        Fault::status(500),
        Fault::status(502),
        Fault::status(503),
        status(503, Body::Html),
        status(400, Body::Html),
        status(403, Body::Empty),
        status(404, Body::Nested("Not found".to_owned())),
        status(302, Body::Empty),
        status(200, Body::Empty),
        Fault::html(),
        Fault::json("null"),
        Fault::json("[]"),
        Fault::json("{\"access_token\":\"a\""),
        Fault::Drop,
        Fault::HalfBody,
    ] {
        let page = login(&app, TOKEN, &fault).await;
        assert_eq!(page.status, StatusCode::BAD_GATEWAY, "{fault:?}");
        assert!(page.text().contains("try again"), "{}", page.text());
    }
    assert_eq!(app.spotify.count(PROFILE), 0);
}

#[tokio::test]
async fn a_grant_that_is_none_logs_nobody_in() {
    let app = TestApp::impatient().await;
    for grant in [
        "{}",
        r#"{"access_token":"","refresh_token":"r","token_type":"Bearer"}"#,
        r#"{"access_token":"a","refresh_token":"","token_type":"Bearer"}"#,
        r#"{"access_token":"a","refresh_token":null,"token_type":"Bearer"}"#,
        r#"{"access_token":7,"refresh_token":"r","token_type":"Bearer"}"#,
    ] {
        let page = login(&app, TOKEN, &Fault::json(grant)).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{grant}");
    }
    assert_eq!(app.spotify.count(PROFILE), 0);
}

#[tokio::test]
async fn a_grant_that_says_less_than_it_should_logs_in_all_the_same() {
    let app = TestApp::impatient().await;
    for (code, rest) in [
        (200, ""),
        (
            200,
            r#","token_type":"Bearer","expires_in":"3600","scope":"""#,
        ),
        (201, r#","token_type":"Bearer","expires_in":3600.0"#),
    ] {
        let hour = Duration::from_secs(3600);
        let tokens = app.spotify.mint(data::ADA, &ALL_SCOPES, hour);
        let (access, refresh) = (tokens.access_token, tokens.refresh_token);
        let grant = format!(r#"{{"access_token":"{access}","refresh_token":"{refresh}"{rest}}}"#);
        let fault = status(code, Body::Json(grant));
        app.spotify.inject(Rule::on(TOKEN, fault).times(1));
        let browser = app.anonymous();
        let landed = browser.get(&callback(&app, &browser).await).await;
        assert_eq!(landed.header(LOCATION), "/", "{code} {rest}");
        let me = browser.query("{ me { playlists(first: 1) { totalCount } } }");
        me.await.data();
    }
}

#[tokio::test]
async fn an_answer_lost_on_its_way_cost_the_code() {
    let app = TestApp::impatient().await;
    let page = login(&app, TOKEN, &Fault::LoseAnswer).await;
    assert!(page.status == StatusCode::BAD_GATEWAY || page.status == StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn an_app_that_spotify_does_not_know_is_the_operators_fault_and_not_the_persons() {
    let app = TestApp::impatient().await;
    let refusal = Body::Flat {
        error: "invalid_client".to_owned(),
        description: "Invalid client secret".to_owned(),
    };
    let page = login(&app, TOKEN, &status(400, refusal)).await;
    assert_eq!(page.status, StatusCode::BAD_GATEWAY);
    assert!(!page.text().contains("secret"), "{}", page.text());
}

#[tokio::test]
async fn a_spotify_that_does_not_answer_is_not_waited_for_for_ever() {
    let app = TestApp::with(|setup| {
        setup.config.http.request_timeout = Duration::from_millis(200);
    })
    .await;
    for endpoint in [TOKEN, PROFILE] {
        let page = login(&app, endpoint, &Fault::Hang).await;
        assert_eq!(page.status, StatusCode::GATEWAY_TIMEOUT);
        assert!(page.text().contains("did not answer in time"));
    }
}

#[tokio::test]
async fn a_rate_limit_says_when_to_come_back() {
    let wait = || RetryAfter::Seconds(77);
    for (endpoint, fault, why) in [
        (TOKEN, Fault::RateLimited(wait()), "rate limit"),
        (PROFILE, Fault::RateLimited(wait()), "rate limit"),
        (PROFILE, Fault::QuotaExceeded(wait()), "quota"),
    ] {
        let app = TestApp::impatient().await;
        let page = login(&app, endpoint, &fault).await;
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{fault:?}");
        let told: u64 = page.header(RETRY_AFTER).parse().unwrap();
        assert!((76..=78).contains(&told), "{told}");
        assert!(page.text().contains(why), "{}", page.text());
    }
}

#[tokio::test]
async fn where_the_profile_cannot_be_read_no_tokens_are_stored_under_nobody() {
    let app = TestApp::impatient().await;
    for fault in [
        Fault::status(401),
        Fault::status(404),
        Fault::status(500),
        Fault::status(503),
        Fault::html(),
        Fault::json("{}"),
        Fault::json(r#"{"id":null}"#),
        Fault::json(r#"{"id":""}"#),
        Fault::Drop,
        Fault::HalfBody,
    ] {
        let page = login(&app, PROFILE, &fault).await;
        assert_eq!(page.status, StatusCode::BAD_GATEWAY, "{fault:?}");
        assert!(page.text().contains("who you are"), "{}", page.text());
    }
}

#[tokio::test]
async fn a_person_whom_the_developer_has_not_added_is_told_so() {
    let app = TestApp::impatient().await;
    let text = "User not registered in the Developer Dashboard".to_owned();
    for body in [Body::Text(text.clone()), Body::Nested(text.clone())] {
        let page = login(&app, PROFILE, &status(403, body)).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        assert!(page.text().contains("development mode"));
        assert!(page.text().contains("add you to its users"));
    }
}

#[tokio::test]
async fn a_short_fault_is_not_noticed() {
    let app = TestApp::impatient().await;
    for fault in [Fault::status(503), Fault::status(500), Fault::Drop] {
        for endpoint in [TOKEN, PROFILE] {
            app.spotify
                .inject(Rule::on(endpoint, fault.clone()).times(1));
            let browser = app.anonymous();
            let landed = browser.get(&callback(&app, &browser).await).await;
            assert_eq!(landed.header(LOCATION), "/", "{fault:?} {endpoint}");
        }
    }
}

#[tokio::test]
async fn when_the_outage_is_over_one_logs_in_as_ever() {
    let app = TestApp::impatient().await;
    let browser = app.anonymous();
    app.spotify.inject(Rule::on(TOKEN, Fault::status(500)));
    let failed = browser.get(&callback(&app, &browser).await).await;
    assert_eq!(failed.status, StatusCode::BAD_GATEWAY);
    app.spotify.clear_faults();
    let landed = browser.get(&callback(&app, &browser).await).await;
    assert_eq!(landed.header(LOCATION), "/");
}

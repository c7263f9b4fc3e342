//! What anybody can write into the address of a login: it is neither repeated nor believed.

use lockstep_api::simulator::{Body, Fault, Rule};
use reqwest::StatusCode;

use super::steps::{SetCookie, callback, changed, stored, visit};
use crate::support::{Answer, TestApp};

fn values() -> Vec<String> {
    let mut values: Vec<String> = [
        "",
        " ",
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "</p><a href=https://evil.example>Log in again</a>",
        "{{ 7*7 }}",
        "access_denied<b>",
        "Your account is locked. Call 0800 000000",
        "\u{0}",
        "\r\nSet-Cookie: lockstep_session=evil",
        "\u{1b}[31m",
        "\u{202e}txet",
        "Ω≈ç√∫˜µ 😀 नमस्ते",
        "%",
        "%00%ff",
        "&code=x",
        "' OR 1=1 --",
        "../../../etc/passwd",
    ]
    .map(str::to_owned)
    .to_vec();
    values.push("x".repeat(10_240));
    values.push("<".repeat(10_240));
    values
}

fn harmless(answer: &Answer, value: &str) {
    let status = answer.status;
    assert!(status.is_client_error(), "{value:.40?}: {status}");
    let text = answer.text();
    assert!(text.len() < 2048, "{value:.40?}: {} bytes", text.len());
    assert!(SetCookie::find(answer, "session").is_none());
    let markup = ["<script", "<img", "evil.example", "<b>", "49", "{{"];
    for part in markup {
        assert!(!text.contains(part), "{value:.40?}: {text}");
    }
    if value.trim().chars().count() > 3 {
        assert!(!text.contains(value.trim()), "{value:.40?}: {text}");
    }
    assert!(
        !text.contains(['\u{0}', '\u{1b}', '\u{202e}']),
        "{value:.40?}: {text:?}"
    );
}

#[tokio::test]
async fn a_hostile_value_in_a_forged_callback_is_refused_and_not_repeated() {
    let app = TestApp::start().await;
    let browser = app.anonymous();
    let forged = app.url("/login/spotify/?code=code&state=state");
    for value in values() {
        for name in ["code", "state", "error"] {
            let address = changed(&forged, name, Some(&value));
            harmless(&visit(&browser, &address).await, &value);
            let json = browser.get(&address).await;
            harmless(&json, &value);
            assert_eq!(json.json()["ok"], false);
        }
    }
    assert!(app.spotify.requests().is_empty());
}

#[tokio::test]
async fn a_hostile_error_in_a_real_callback_is_not_repeated() {
    let app = TestApp::start().await;
    for value in values() {
        let browser = app.anonymous();
        let back = callback(&app, &browser).await;
        let page = visit(&browser, &changed(&back, "error", Some(&value))).await;
        harmless(&page, &value);
        assert_eq!(browser.cookies(), "", "the login is over");
    }
    assert_eq!(stored(&app), (0, 0, 0));
}

#[tokio::test]
async fn a_hostile_code_in_a_real_callback_reaches_spotify_as_a_code_and_nothing_else() {
    let app = TestApp::start().await;
    for value in values() {
        let browser = app.anonymous();
        let back = callback(&app, &browser).await;
        let page = visit(&browser, &changed(&back, "code", Some(&value))).await;
        harmless(&page, &value);
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
    }
    assert_eq!(stored(&app), (0, 0, 0));
}

#[tokio::test]
async fn an_error_that_spotify_names_is_passed_on_by_its_name() {
    let app = TestApp::start().await;
    for name in ["invalid_scope", "server_error", "temporarily_unavailable"] {
        let browser = app.anonymous();
        let back = callback(&app, &browser).await;
        let answer = browser.get(&changed(&back, "error", Some(name))).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        let error = answer.json()["error"].as_str().unwrap().to_owned();
        assert!(error.contains(name), "{error}");
    }
}

#[tokio::test]
async fn what_spotify_writes_into_its_refusal_does_not_reach_the_page() {
    let app = TestApp::start().await;
    for error in ["invalid_grant", "invalid_client", "<script>x</script>"] {
        let body = Body::Flat {
            error: error.to_owned(),
            description: "<script>alert(1)</script>\u{1b}[31m".to_owned(),
        };
        let fault = Fault::Status { status: 400, body };
        app.spotify
            .inject(Rule::on("POST /api/token", fault).times(1));
        let browser = app.anonymous();
        let page = visit(&browser, &callback(&app, &browser).await).await;
        assert!(page.status.as_u16() >= 400);
        assert!(!page.text().contains("script"), "{}", page.text());
    }
}

#[tokio::test]
async fn parameters_given_twice_are_refused() {
    let app = TestApp::start().await;
    let browser = app.anonymous();
    let back = callback(&app, &browser).await;
    for twice in ["code=x", "state=x", "error=x&error=y", "state="] {
        let answer = browser.get(&format!("{back}&{twice}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{twice}");
        assert_eq!(answer.json()["ok"], false);
    }
    assert!(app.spotify.requests().is_empty());
}

#[tokio::test]
async fn a_state_without_code_or_error_begins_no_login() {
    let app = TestApp::start().await;
    let browser = app.anonymous();
    let back = callback(&app, &browser).await;
    let answer = browser.get(&changed(&back, "code", None)).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(SetCookie::all(&answer).is_empty());
}

#[tokio::test]
async fn a_refusal_counts_more_than_a_code_beside_it() {
    let app = TestApp::start().await;
    let browser = app.anonymous();
    let back = callback(&app, &browser).await;
    let both = browser.get(&format!("{back}&error=access_denied")).await;
    assert_eq!(both.status, StatusCode::BAD_REQUEST);
    assert!(both.text().contains("access_denied"));
    assert!(app.spotify.requests().is_empty());
    assert_eq!(stored(&app), (0, 0, 0));
}

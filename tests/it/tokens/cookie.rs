//! A cookie that is not what the server gave out: never believed, never taken for none.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lockstep_api::simulator::data;
use reqwest::header::HeaderValue;
use serde_json::json;

use crate::support::{Answer, TestApp};

/// Everything that a caller may read or write of their own.
const OPERATIONS: [&str; 4] = [
    "{ me { id } }",
    r#"{ metadata(trackId: "4uLU6hMCjMI75M1A2tKUQC") { id } }"#,
    r#"{ playlist(id: "37i9dQZF1DXcBWIGoYBM5M") { id } }"#,
    r#"mutation { uploadMetadata(input: { trackId: "4uLU6hMCjMI75M1A2tKUQC", type: "beats",
        version: 1, collection: { a: 1 } }) { metadata { id } } }"#,
];

async fn ask(app: &TestApp, cookies: &[HeaderValue], query: &str) -> Answer {
    let mut request = app
        .anonymous()
        .request("POST", "/graphql")
        .header("content-type", "application/json")
        .body(json!({ "query": query }).to_string());
    for cookie in cookies {
        request = request.header("cookie", cookie.clone());
    }
    Answer::of(request).await
}

fn refused(answer: &Answer, what: &dyn std::fmt::Debug) {
    assert_eq!(answer.code(), "UNAUTHENTICATED", "{what:?}");
    let data = answer.partial_data();
    let empty = data.is_null() || data.as_object().unwrap().values().all(|v| v.is_null());
    assert!(empty, "{what:?}: {data}");
}

fn header(value: &str) -> HeaderValue {
    HeaderValue::from_bytes(value.as_bytes()).unwrap()
}

#[tokio::test]
async fn a_forged_cookie_is_refused_whatever_is_asked() {
    let app = TestApp::start().await;
    let cookie = app.logged_in(data::ADA).await.cookies();
    let foreign = app.logged_in(data::MINSEO).await.cookies();
    let session = |value: &str| header(&format!("lockstep_session={value}"));
    let value = cookie.strip_prefix("lockstep_session=").unwrap();
    let (person, secret) = value.split_once('.').unwrap();
    let (other_person, other_secret) = foreign
        .strip_prefix("lockstep_session=")
        .unwrap()
        .split_once('.')
        .unwrap();
    let random = URL_SAFE_NO_PAD.encode([7; 32]);
    let forged = [
        String::new(),
        ".".to_owned(),
        "x".to_owned(),
        "null".to_owned(),
        person.to_owned(),
        secret.to_owned(),
        format!("{person}."),
        format!(".{secret}"),
        format!("{person}{secret}"),
        format!("{secret}.{person}"),
        format!("{person}.{random}"),
        // Each half is real, but of somebody else.
        format!("{person}.{other_secret}"),
        format!("{other_person}.{secret}"),
        format!("{person}.{}", &secret[1..]),
        format!("{person}.{}", &secret[..secret.len() - 1]),
        format!("{person}.{secret}A"),
        format!("{person}.{secret}="),
        format!("{person}.{secret}.{secret}"),
        format!("{person}.{}", secret.to_ascii_uppercase()),
        format!("{} .{secret}", person),
        format!("{person}.%00{secret}"),
        format!("{person}.{secret}%20"),
        "é.ü".to_owned(),
        "😀".to_owned(),
        format!("{person}.{}", "a".repeat(10_240)),
        "a".repeat(10_240),
        "' OR '1'='1".to_owned(),
        format!("{person}.' OR ''='"),
    ];
    for forged in forged {
        refused(
            &ask(&app, &[session(&forged)], OPERATIONS[0]).await,
            &forged,
        );
    }
    for operation in OPERATIONS {
        let forged = session(&format!("{person}.{random}"));
        refused(&ask(&app, &[forged], operation).await, &operation);
    }
    assert_eq!(app.count_rows("metadata"), 0);
    // The real one, amid others.
    let amid = header(&format!("a=b; {cookie}; c=\"d e\"; lockstep_login_x=y"));
    let answer = ask(&app, &[amid], OPERATIONS[0]).await;
    assert_eq!(answer.data()["me"]["id"], data::ADA);
}

#[tokio::test]
async fn a_cookie_of_another_name_is_no_session() {
    let app = TestApp::start().await;
    let cookie = app.logged_in(data::ADA).await.cookies();
    let (_, value) = cookie.split_once('=').unwrap();
    for name in [
        "session",
        "Lockstep_session",
        "lockstep_session2",
        "__Host-lockstep_session",
    ] {
        let renamed = header(&format!("{name}={value}"));
        refused(&ask(&app, &[renamed], OPERATIONS[0]).await, &name);
    }
}

#[tokio::test]
async fn without_any_credential_nothing_of_anybodys_is_given_out() {
    let app = TestApp::start().await;
    app.logged_in(data::ADA).await;
    for operation in OPERATIONS {
        refused(&ask(&app, &[], operation).await, &operation);
    }
}

#[tokio::test]
async fn a_refusal_says_where_to_log_in_and_nothing_else() {
    let app = TestApp::start().await;
    let answer = ask(&app, &[], OPERATIONS[0]).await;
    let error = answer.error();
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("/login/spotify/"), "{message}");
    assert!(message.contains("Authorization: Bearer"), "{message}");
    let extensions = error["extensions"].as_object().unwrap();
    assert_eq!(extensions.len(), 1, "{extensions:?}");
}

#[tokio::test]
async fn a_browser_with_a_forged_cookie_can_still_log_in() {
    let app = TestApp::start().await;
    let browser = app.anonymous();
    browser.set_cookie("lockstep_session=forged");
    let back = crate::login::steps::callback(&app, &browser).await;
    browser.get(&back).await;
    let me = browser.query("{ me { id } }").await;
    assert_eq!(me.data()["me"]["id"], data::ADA);
}

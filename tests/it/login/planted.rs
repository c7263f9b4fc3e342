//! Cookies that a neighbour can put into a browser: another host of the domain, or another program on it.

use lockstep_api::simulator::data;
use reqwest::header::{COOKIE, HeaderValue, LOCATION};
use serde_json::json;

use super::steps::{SetCookie, allowed, stored};
use crate::support::{Answer, TestApp};

async fn behind_https() -> TestApp {
    TestApp::with(|setup| {
        setup.config.spotify.redirect_uri =
            "https://lockstep.example/login/spotify/".parse().unwrap();
    })
    .await
}

async fn get(app: &TestApp, path: &str, cookies: &str) -> Answer {
    let request = app.anonymous().request("GET", path);
    Answer::of(request.header(COOKIE, cookies)).await
}

async fn me(app: &TestApp, cookies: &[u8]) -> Answer {
    let request = app
        .anonymous()
        .request("POST", "/graphql")
        .header("content-type", "application/json")
        .header(COOKIE, HeaderValue::from_bytes(cookies).unwrap())
        .body(json!({ "query": "{ me { id } }" }).to_string());
    Answer::of(request).await
}

/// A login that was begun, and where Spotify sends the browser back to.
async fn begun(app: &TestApp) -> (SetCookie, String) {
    let out = app.anonymous().get("/login/spotify/").await;
    let back = allowed(app, &out.header(LOCATION));
    let path = back.strip_prefix("https://lockstep.example").unwrap();
    (SetCookie::find(&out, "login").unwrap(), path.to_owned())
}

/// A name of the same text, of which browsers do not know that it is the host's own.
fn disguised(name: &str) -> String {
    name.replacen("__Host-", "%5F%5FHost-", 1)
}

#[tokio::test]
async fn a_name_that_only_means_the_prefix_is_neither_a_login_nor_a_session() {
    let app = behind_https().await;
    let (login, back) = begun(&app).await;
    let planted = format!("{}={}", disguised(&login.name), login.value);
    let landed = get(&app, &back, &planted).await;
    assert_eq!(landed.status, 400, "{}", landed.text());
    assert!(SetCookie::find(&landed, "session").is_none());
    assert_eq!(stored(&app), (0, 0, 0));

    let (login, back) = begun(&app).await;
    let landed = get(&app, &back, &format!("{}={}", login.name, login.value)).await;
    let session = SetCookie::find(&landed, "session").unwrap();
    let planted = format!("{}={}", disguised(&session.name), session.value);
    let answer = me(&app, planted.as_bytes()).await;
    assert_eq!(answer.code(), "UNAUTHENTICATED");
    // The person's own counts beside it.
    let own = format!(
        "{}=planted; {}={}",
        disguised(&session.name),
        session.name,
        session.value
    );
    let answer = me(&app, own.as_bytes()).await;
    assert_eq!(answer.data()["me"]["id"], data::ADA);
}

#[tokio::test]
async fn a_name_is_not_written_into_a_header_again_unless_it_can_be_ours() {
    let app = behind_https().await;
    for name in ["a%3B%20Domain%3Dexample.org%3B", "a,b", "a b", "%61"] {
        let pair = |number| format!("__Host-lockstep_login_{number}{name}=x");
        let pairs: Vec<String> = (0..20).map(pair).collect();
        let out = get(&app, "/login/spotify/", &pairs.join("; ")).await;
        let set = SetCookie::all(&out);
        assert_eq!(set.len(), 1, "{name}: {set:?}");
        assert_eq!(set[0].attribute("domain"), None);
    }
}

#[tokio::test]
async fn what_a_neighbour_writes_beside_the_session_does_not_log_anybody_out() {
    let app = TestApp::start().await;
    let session = app.logged_in(data::ADA).await.cookies();
    for beside in [&b"theme=d\xe9j\xe0"[..], "läng=ü".as_bytes(), b"=", b"x\t"] {
        for line in [
            [beside, b"; ", session.as_bytes()].concat(),
            [session.as_bytes(), b";", beside].concat(),
        ] {
            let answer = me(&app, &line).await;
            assert_eq!(answer.data()["me"]["id"], data::ADA, "{line:?}");
        }
    }
}

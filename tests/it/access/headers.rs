//! What every answer tells a browser to keep it from.

use lockstep_api::simulator::data;
use reqwest::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};

use crate::support::{Answer, TestApp};

/// An address for each kind of answer, and its status.
const KINDS: [(&str, u16); 8] = [
    ("/", 200),
    ("/plain.css", 200),
    ("/graphql", 400),
    ("/graphql?query=%7B__typename%7D", 200),
    ("/login/spotify/", 303),
    ("/login/spotify", 308),
    ("/login/spotify/?code=x&state=y", 400),
    ("/nothing", 404),
];

async fn ask(app: &TestApp, path: &str) -> Answer {
    let request = app.anonymous().request("GET", path);
    Answer::of(request.header("accept", "text/html,*/*;q=0.8")).await
}

#[tokio::test]
async fn a_name_that_is_not_text_is_answered_as_any_that_is_not_there() {
    let app = TestApp::start().await;
    for path in ["/nothing", "/assets/nothing", "/assets/%ff", "/%ff"] {
        let answer = ask(&app, path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(answer.code(), "BAD_REQUEST", "{path}");
    }
}

#[tokio::test]
async fn no_answer_may_be_framed_sniffed_or_followed_by_a_referrer() {
    let app = TestApp::start().await;
    for (path, status) in KINDS {
        let answer = ask(&app, path).await;
        assert_eq!(answer.status.as_u16(), status, "{path}");
        assert_eq!(answer.header(X_FRAME_OPTIONS), "DENY", "{path}");
        assert_eq!(answer.header(X_CONTENT_TYPE_OPTIONS), "nosniff", "{path}");
        assert_eq!(answer.header(REFERRER_POLICY), "no-referrer", "{path}");
        for name in ["cross-origin-resource-policy", "cross-origin-opener-policy"] {
            let value = answer.header(HeaderName::from_static(name));
            assert_eq!(value, "same-origin", "{path}");
        }
        let policy = answer.header(CONTENT_SECURITY_POLICY);
        assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
        assert!(
            policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        assert!(!policy.contains("unsafe-eval"), "{path}: {policy}");
        let scripts = policy.split(';').find(|part| part.contains("script-src"));
        assert!(
            scripts.is_none_or(|scripts| !scripts.contains("unsafe-inline")),
            "{path}: {policy}"
        );
    }
}

#[tokio::test]
async fn what_is_about_a_person_is_kept_by_no_cache() {
    let app = TestApp::start().await;
    for (path, _) in &KINDS[2..] {
        let answer = ask(&app, path).await;
        assert_eq!(answer.header(CACHE_CONTROL), "no-store", "{path}");
    }
    let ada = app.logged_in(data::ADA).await;
    let answer = ada.query("{ me { id } }").await;
    assert_eq!(answer.header(CACHE_CONTROL), "no-store");
}

#[tokio::test]
async fn behind_https_browsers_are_told_to_stay_with_it() {
    let plain = TestApp::start().await;
    let https = TestApp::with(|setup| {
        let redirect_uri = "https://lockstep.example.org/login/spotify/";
        setup.config.spotify.redirect_uri = redirect_uri.parse().unwrap();
    })
    .await;
    for (path, _) in KINDS {
        let answer = ask(&plain, path).await;
        assert_eq!(answer.headers.get(STRICT_TRANSPORT_SECURITY), None);
        let answer = ask(&https, path).await;
        let policy = answer.header(STRICT_TRANSPORT_SECURITY);
        assert_eq!(policy, "max-age=31536000", "{path}");
    }
}

//! What an error tells, and what it keeps to itself.

use reqwest::header::HeaderName;

use super::GRAPHQL_RESPONSE;
use crate::support::{Answer, TestApp};

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

#[tokio::test]
async fn every_answer_has_a_request_id_of_its_own() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    let mut seen = std::collections::HashSet::new();
    for path in [
        "/",
        "/graphql",
        "/nothing",
        "/login/spotify/",
        "/graphql?query={__typename}",
    ] {
        for method in ["GET", "POST"] {
            // A client's own would let it write into the log.
            let request = caller.request(method, path);
            let answer = Answer::of(request.header("x-request-id", "mine")).await;
            let id = answer.header(X_REQUEST_ID);
            assert_ne!(id, "mine");
            assert!(id.len() >= 16 && id.bytes().all(|byte| byte.is_ascii_alphanumeric()));
            assert!(seen.insert(id));
        }
    }
}

#[tokio::test]
async fn no_error_tells_of_the_inside() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    let inside = [
        "src/", "Error(", "Kind", "sqlite", "SQL", "diesel", "serde", "panicked", "RUST",
    ];
    for body in [
        "",
        "{",
        "[1,",
        "\"\\ud800\"",
        "{\"query\":\"{\"}",
        "{\"query\":\"{ nope }\"}",
        "{\"query\":1}",
        "{\"query\":\"query($a:Int!){__typename}\",\"variables\":{\"a\":{}}}",
        "{\"query\":\"{ metadata(trackId:\\\"\\u0000\\\") { id } }\"}",
        "{\"query\":\"{ me { playlists(after: \\\"x\\\") { totalCount } } }\"}",
    ] {
        let answer = caller.post(GRAPHQL_RESPONSE, body).await;
        let text = answer.text();
        assert!(!inside.iter().any(|word| text.contains(word)), "{text}");
        for error in answer.errors() {
            let code = error["extensions"]["code"].as_str().unwrap();
            assert!(
                code.bytes()
                    .all(|byte| byte.is_ascii_uppercase() || byte == b'_'),
                "{code}"
            );
        }
    }
}

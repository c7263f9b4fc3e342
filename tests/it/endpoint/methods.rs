//! Methods and addresses: whatever is refused is refused in GraphQL's shape.

use reqwest::header::{ALLOW, CONTENT_TYPE};

use super::assert_refused;
use crate::support::{Answer, TestApp};

#[tokio::test]
async fn graphql_is_asked_by_get_and_post_alone() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    for method in ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"] {
        let answer = Answer::of(caller.request(method, "/graphql")).await;
        assert_refused(&answer, 405, "BAD_REQUEST");
        assert_eq!(answer.header(ALLOW), "GET, POST", "{method}");
    }
    let answer = Answer::of(caller.request("HEAD", "/graphql")).await;
    assert_eq!(answer.status, 405);
    assert_eq!(answer.text(), "");
}

#[tokio::test]
async fn the_other_addresses_answer_get_alone() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    for path in ["/", "/login/spotify/", "/login/spotify"] {
        for method in ["POST", "PUT", "DELETE"] {
            let answer = Answer::of(caller.request(method, path)).await;
            assert_refused(&answer, 405, "BAD_REQUEST");
            let allow = answer.header(ALLOW);
            assert!(allow.contains("GET"), "{method} {path}: {allow}");
            assert_eq!(
                answer.header(CONTENT_TYPE),
                "application/json; charset=utf-8"
            );
        }
    }
}

#[tokio::test]
async fn where_there_is_nothing_is_a_404_that_tells_where_graphql_is() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    for path in [
        "/nothing",
        "/graphql/",
        "/graphql/x",
        "/login",
        "/login/other/",
        "/GRAPHQL",
        "//graphql",
        "/..%2f",
        "/%00",
        "/healthz",
        "/metrics",
    ] {
        for method in ["GET", "POST"] {
            let answer = Answer::of(caller.request(method, path)).await;
            let error = assert_refused(&answer, 404, "BAD_REQUEST");
            assert!(error["message"].as_str().unwrap().contains("/graphql"));
            assert_eq!(
                answer.header(CONTENT_TYPE),
                "application/json; charset=utf-8"
            );
        }
    }
}

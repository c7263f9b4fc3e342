//! Pages of other origins: those on the list may read answers, no others.

use lockstep_api::simulator::data;
use reqwest::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, CONTENT_TYPE, ORIGIN, VARY,
};
use serde_json::json;

use crate::support::{Answer, Caller, TestApp};

const LISTED: [&str; 2] = ["https://player.example.org", "http://localhost:5173"];

/// None is on the list, though each is near to it.
const OTHERS: [&str; 16] = [
    "https://evil.example",
    "http://player.example.org",
    "https://player.example.org:443",
    "https://player.example.org:8443",
    "https://player.example.org/",
    "https://player.example.org.evil.example",
    "https://xplayer.example.org",
    "https://example.org",
    "https://sub.player.example.org",
    "https://PLAYER.example.org",
    "HTTPS://player.example.org",
    "https://player.example.org, https://evil.example",
    "http://localhost",
    "http://127.0.0.1:5173",
    "null",
    "*",
];

async fn server() -> TestApp {
    TestApp::with(|setup| {
        setup.config.http.cors_allowed_origins = LISTED.map(str::to_owned).to_vec();
    })
    .await
}

async fn preflight(caller: &Caller, path: &str, origin: &str) -> Answer {
    let request = caller.request("OPTIONS", path).header(ORIGIN, origin);
    let request = request
        .header(ACCESS_CONTROL_REQUEST_METHOD, "POST")
        .header(ACCESS_CONTROL_REQUEST_HEADERS, "content-type,authorization");
    Answer::of(request).await
}

async fn ask(caller: &Caller, origin: &str) -> Answer {
    let request = caller
        .request("POST", "/graphql")
        .header(ORIGIN, origin)
        .header(CONTENT_TYPE, "application/json");
    Answer::of(request.body(json!({ "query": "{ me { id } }" }).to_string())).await
}

fn varies_by_origin(answer: &Answer) -> bool {
    let values = answer.headers.get_all(VARY).iter();
    let mut values = values.flat_map(|value| value.to_str().unwrap().split(','));
    values.any(|name| name.trim().eq_ignore_ascii_case("origin"))
}

#[tokio::test]
async fn a_page_of_a_listed_origin_is_given_leave_and_reads_the_answer() {
    let app = server().await;
    let ada = app.logged_in(data::ADA).await;
    for origin in LISTED {
        let leave = preflight(&ada, "/graphql", origin).await;
        assert_eq!(leave.status, 200);
        assert_eq!(leave.header(ACCESS_CONTROL_ALLOW_ORIGIN), origin);
        assert_eq!(leave.header(ACCESS_CONTROL_ALLOW_CREDENTIALS), "true");
        assert_eq!(leave.header(ACCESS_CONTROL_ALLOW_METHODS), "GET,POST");
        let headers = leave.header(ACCESS_CONTROL_ALLOW_HEADERS);
        assert_eq!(headers, "content-type,authorization");
        assert_eq!(leave.header(ACCESS_CONTROL_MAX_AGE), "7200");
        assert!(varies_by_origin(&leave));

        let answer = ask(&ada, origin).await;
        assert_eq!(answer.data()["me"]["id"], data::ADA);
        assert_eq!(answer.header(ACCESS_CONTROL_ALLOW_ORIGIN), origin);
        assert_eq!(answer.header(ACCESS_CONTROL_ALLOW_CREDENTIALS), "true");
        let exposed = answer.header(ACCESS_CONTROL_EXPOSE_HEADERS);
        for header in ["x-request-id", "retry-after", "ratelimit"] {
            assert!(exposed.contains(header), "{header} in {exposed}");
        }
        assert!(varies_by_origin(&answer));
    }
}

#[tokio::test]
async fn errors_can_be_read_as_well() {
    let app = server().await;
    let answer = ask(&app.anonymous(), LISTED[0]).await;
    assert_eq!(answer.code(), "UNAUTHENTICATED");
    assert_eq!(answer.header(ACCESS_CONTROL_ALLOW_ORIGIN), LISTED[0]);
    let request = app.anonymous().request("POST", "/graphql");
    let refused = Answer::of(request.header(ORIGIN, LISTED[0])).await;
    assert_eq!(refused.status, 415);
    assert_eq!(refused.header(ACCESS_CONTROL_ALLOW_ORIGIN), LISTED[0]);
}

#[tokio::test]
async fn a_page_of_another_origin_gets_no_leave_and_reads_nothing() {
    let app = server().await;
    let ada = app.logged_in(data::ADA).await;
    for origin in OTHERS {
        let leave = preflight(&ada, "/graphql", origin).await;
        let answer = ask(&ada, origin).await;
        for answer in [leave, answer] {
            let allowed = answer.headers.get(ACCESS_CONTROL_ALLOW_ORIGIN);
            assert_eq!(allowed, None, "{origin}");
            assert!(varies_by_origin(&answer), "{origin}");
        }
    }
}

#[tokio::test]
async fn two_origins_in_one_request_are_none() {
    let app = server().await;
    let request = app
        .anonymous()
        .request("OPTIONS", "/graphql")
        .header(ORIGIN, "https://evil.example")
        .header(ORIGIN, LISTED[0])
        .header(ACCESS_CONTROL_REQUEST_METHOD, "POST");
    let answer = Answer::of(request).await;
    assert_eq!(answer.headers.get(ACCESS_CONTROL_ALLOW_ORIGIN), None);
}

#[tokio::test]
async fn where_no_origin_is_listed_none_is_allowed() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    for origin in LISTED.iter().chain(&OTHERS) {
        assert_eq!(preflight(&caller, "/graphql", origin).await.status, 405);
        let answer = ask(&caller, origin).await;
        for header in answer.headers.keys() {
            assert!(!header.as_str().starts_with("access-control"), "{header}");
        }
    }
}

#[tokio::test]
async fn only_the_api_is_for_other_origins() {
    let app = server().await;
    for path in ["/", "/login/spotify/", "/login/spotify", "/nothing"] {
        let leave = preflight(&app.anonymous(), path, LISTED[0]).await;
        assert_eq!(
            leave.headers.get(ACCESS_CONTROL_ALLOW_ORIGIN),
            None,
            "{path}"
        );
        let request = app.anonymous().request("GET", path);
        let answer = Answer::of(request.header(ORIGIN, LISTED[0])).await;
        assert_eq!(
            answer.headers.get(ACCESS_CONTROL_ALLOW_ORIGIN),
            None,
            "{path}"
        );
    }
}

//! Whom a request says that it is for.

use crate::support::{TestApp, Then, send_raw};

const ASK: &str = "GET /graphql?query=%7B__typename%7D";

/// The status and the error's code, if there is one.
async fn ask(app: &TestApp, head: &str) -> (u16, Option<String>) {
    let request = format!("{head}\r\n\r\n");
    let (status, body) = send_raw(app.addr, request.into(), Then::Wait)
        .await
        .unwrap();
    let code = body["errors"][0]["extensions"]["code"].as_str();
    (status.as_u16(), code.map(str::to_owned))
}

#[tokio::test]
async fn a_request_of_http_1_1_says_it_once_or_is_refused() {
    let app = TestApp::start().await;
    let refused = (400, Some("BAD_REQUEST".to_owned()));
    for path in [
        ASK,
        "GET /nothing",
        "GET http://x/graphql?query=%7B__typename%7D",
    ] {
        for hosts in [
            "",
            "\r\nHost: x\r\nHost: x",
            "\r\nHost: x\r\nX: y\r\nhost: y",
        ] {
            let answer = ask(&app, &format!("{path} HTTP/1.1{hosts}")).await;
            assert_eq!(answer, refused, "{path} {hosts}");
        }
    }
    for host in ["x", "x:80", "[::1]:80", ""] {
        let answer = ask(&app, &format!("{ASK} HTTP/1.1\r\nHost: {host}")).await;
        assert_eq!(answer, (200, None), "{host}");
    }
}

#[tokio::test]
async fn http_1_0_knows_no_such_rule() {
    let app = TestApp::start().await;
    assert_eq!(ask(&app, &format!("{ASK} HTTP/1.0")).await, (200, None));
}

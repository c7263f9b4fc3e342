use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;
use crate::spotify::stub::{Answer, Stub, call, client_of, limited, ok, status};

const ME: &str = "/v1/me";

fn profile() -> Answer {
    ok(json!({"id": "smedjan", "account_id": "aB3dE5fG7h", "display_name": "Smedjan"}))
}

fn refusal(code: u16, message: &str) -> Answer {
    status(code, json!({"error": {"status": code, "message": message}}))
}

#[tokio::test]
async fn a_request_carries_what_it_should_and_is_made_once() {
    let stub = Stub::start().await;
    stub.on(ME, [profile()]);
    let user = stub.client().current_user(&call()).await.unwrap();
    assert_eq!(user.id, "smedjan");
    let [seen] = &stub.seen()[..] else {
        panic!("one request: {:?}", stub.paths());
    };
    assert_eq!(seen.headers["authorization"], "Bearer BQ-the-token");
    let agent = concat!("lockstep-api/", env!("CARGO_PKG_VERSION"));
    assert_eq!(seen.headers["user-agent"], agent);
    assert_eq!(seen.headers["accept-encoding"], "gzip");
}

#[tokio::test]
async fn the_address_may_have_a_path_and_a_slash_at_its_end() {
    let stub = Stub::start().await;
    stub.on("/spotify/api/v1/me", [profile()]);
    for suffix in ["spotify/api", "spotify/api/", "spotify/api/?x=y#z"] {
        let url = stub.url.join(suffix).unwrap();
        let user = client_of(&url).current_user(&call()).await;
        assert!(user.is_ok(), "{suffix}: {user:?}");
    }
    assert!(stub.seen().iter().all(|seen| seen.query.is_empty()));
}

#[tokio::test]
async fn each_refusal_keeps_its_meaning_and_is_not_repeated() {
    let message = || "No.".to_owned();
    for (code, error) in [
        (401, Error::Unauthorized { message: message() }),
        (403, Error::Forbidden { message: message() }),
        (404, Error::NotFound { message: message() }),
        (
            400,
            Error::Rejected {
                status: 400,
                message: message(),
            },
        ),
    ] {
        let stub = Stub::start().await;
        stub.on(ME, [refusal(code, "No.")]);
        assert_eq!(stub.client().current_user(&call()).await, Err(error));
        assert_eq!(stub.seen().len(), 1);
    }
}

#[tokio::test]
async fn a_server_in_trouble_is_asked_again() {
    for (code, tries) in [(500, 3), (502, 3), (503, 8), (504, 3)] {
        let stub = Stub::start().await;
        stub.on(ME, [refusal(code, "Oh."), refusal(code, "Oh."), profile()]);
        assert!(stub.client().current_user(&call()).await.is_ok(), "{code}");
        assert_eq!(stub.seen().len(), 3);

        let stub = Stub::start().await;
        stub.on(ME, [refusal(code, "Oh.")]);
        let error = Error::Unavailable {
            status: code,
            message: "Oh.".to_owned(),
        };
        assert_eq!(stub.client().current_user(&call()).await, Err(error));
        assert_eq!(stub.seen().len(), tries);
    }
}

#[tokio::test]
async fn a_rate_limit_is_waited_for_and_others_wait_as_well() {
    let stub = Stub::start().await;
    stub.on(ME, [limited("0.2"), profile()]);
    let client = stub.client();
    let started = Instant::now();
    let call = call();
    let first = client.current_user(&call);
    let second = async {
        // As soon as the 429 has come back, the gate holds this one.
        while client.shared.gate.is_open() && stub.seen().len() < 2 {
            tokio::task::yield_now().await;
        }
        client.clone().current_user(&call).await
    };
    let (first, second) = tokio::join!(first, second);
    assert!(first.is_ok() && second.is_ok());
    assert_eq!(stub.seen().len(), 3);
    assert!(started.elapsed() >= Duration::from_millis(200));
}

#[tokio::test]
async fn a_long_rate_limit_is_reported_with_its_length_and_spares_spotify() {
    let date = "Sun, 06 Nov 1994 08:49:37 GMT";
    let later = "Sun, 06 Nov 1994 09:49:37 GMT";
    let dated = Answer::Whole(
        429,
        vec![("date", date.to_owned()), ("retry-after", later.to_owned())],
        String::new(),
    );
    for answer in [limited(3600), dated] {
        let stub = Stub::start().await;
        stub.on(ME, [answer]);
        let client = stub.client();
        let error = client.current_user(&call()).await.unwrap_err();
        let hour = Duration::from_secs(3600);
        assert_eq!(error, Error::RateLimited { retry_after: hour });
        let error = client.current_user(&call()).await.unwrap_err();
        assert!(
            matches!(error, Error::RateLimited { retry_after } if retry_after.as_secs() >= 3590)
        );
        assert_eq!(stub.seen().len(), 1);
    }
}

#[tokio::test]
async fn an_endless_rate_limit_ends_after_eight_tries() {
    let stub = Stub::start().await;
    stub.on(ME, [limited(0)]);
    let error = stub.client().current_user(&call()).await.unwrap_err();
    assert_eq!(error.status(), Some(429));
    assert_eq!(stub.seen().len(), 8);
}

#[tokio::test]
async fn a_used_up_quota_is_not_asked_for_again() {
    let stub = Stub::start().await;
    let body = json!({"error": {"status": 429, "message": "Quota.", "reason": "QUOTA_EXCEEDED"}});
    let headers = vec![("retry-after", "1".to_owned())];
    stub.on(ME, [Answer::Whole(429, headers, body.to_string())]);
    assert_eq!(
        stub.client().current_user(&call()).await,
        Err(Error::QuotaExceeded {
            message: "Quota.".to_owned(),
            retry_after: Some(Duration::from_secs(1))
        })
    );
    assert_eq!(stub.seen().len(), 1);
}

#[tokio::test]
async fn what_cannot_be_read_is_asked_for_again() {
    let html = "<!doctype html><title>Hello</title>";
    for (answer, code) in [
        (ok(html), 200),
        (ok(r#"{"id":"smed"#), 200),
        (ok("[]"), 200),
        (ok("null"), 200),
        (ok("{}"), 200),
        (ok(r#"{"id":null}"#), 200),
        (ok(""), 200),
        (status(204, ""), 204),
        (Answer::Half(r#"{"id":"smedjan","#.to_owned()), 200),
    ] {
        let stub = Stub::start().await;
        stub.on(ME, [answer.clone(), profile()]);
        assert!(stub.client().current_user(&call()).await.is_ok());
        assert_eq!(stub.seen().len(), 2);

        stub.on(ME, [answer]);
        let error = stub.client().current_user(&call()).await.unwrap_err();
        assert_eq!(error, Error::Unreadable { status: code });
        assert_eq!(stub.seen().len(), 5);
    }
    let stub = Stub::start().await;
    stub.on(ME, [status(403, html)]);
    let error = stub.client().current_user(&call()).await.unwrap_err();
    let message = "Forbidden".to_owned();
    assert_eq!(error, Error::Forbidden { message });
}

#[tokio::test]
async fn an_answer_without_end_is_not_taken_in() {
    let stub = Stub::start().await;
    let endless = format!("{{\"id\":\"{}\"}}", "x".repeat(BODY_LIMIT));
    stub.on(ME, [ok(endless), profile()]);
    let user = stub.client().current_user(&call()).await.unwrap();
    assert_eq!(user.id, "smedjan");
    assert_eq!(stub.seen().len(), 2);
}

#[tokio::test]
async fn an_error_whose_body_does_not_come_is_told_by_its_status() {
    let stub = Stub::start().await;
    stub.on(ME, [Answer::Bodyless(403)]);
    let error = stub.client().current_user(&call()).await.unwrap_err();
    let message = "Forbidden".to_owned();
    assert_eq!(error, Error::Forbidden { message });
}

#[tokio::test]
async fn nor_does_the_token_endpoint_hide_its_status() {
    let (stub, endpoint) = (Stub::start().await, "/api/token");
    stub.on(endpoint, [Answer::Bodyless(501)]);
    let url = stub.url.join(endpoint).unwrap();
    let request = http::Request::post(url.as_str()).body(Vec::new());
    let (client, deadline) = (stub.client(), call().deadline);
    let answer = client.token_request(request.unwrap(), deadline).await;
    assert!(matches!(answer, Err(Error::Rejected { .. })), "{answer:?}");
    assert_eq!(stub.seen().len(), 1);
}

#[test]
fn a_dead_connection_is_found_out_before_the_next_try() {
    let try_ends = RetryPolicy::default().attempt_timeout;
    assert!(PING_AFTER + PONG_WITHIN < try_ends);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (stub, elsewhere) = (Stub::start().await, Stub::start().await);
    elsewhere.on(ME, [profile()]);
    let location = elsewhere.url.join(ME).unwrap();
    let headers = vec![("location", location.to_string())];
    stub.on(ME, [Answer::Whole(307, headers, String::new())]);
    let error = stub.client().current_user(&call()).await.unwrap_err();
    assert_eq!(error.status(), Some(307));
    assert!(matches!(error, Error::Rejected { .. }), "{error:?}");
    assert_eq!(stub.seen().len(), 1);
    assert!(elsewhere.seen().is_empty());
}

#[tokio::test]
async fn a_connection_that_is_dropped_is_made_again() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        for answer in [
            "",
            "",
            "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{\"id\":\"x\"}",
        ] {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut request = [0; 1024];
            assert!(socket.read(&mut request).await.unwrap() > 0);
            socket.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    let client = client_of(&Url::parse(&url).unwrap());
    let user = client.current_user(&call()).await;
    assert_eq!(user.map(|user| user.id), Ok("x".to_owned()));
    server.await.unwrap();
    // Now nobody listens at all.
    let error = client.current_user(&call()).await;
    assert_eq!(error, Err(Error::Connection));
}

#[tokio::test]
async fn a_hung_connection_costs_one_try_and_never_more_than_the_deadline() {
    let stub = Stub::start().await;
    stub.on(ME, [Answer::Silence, profile()]);
    let client = stub.client().with_retry_policy(RetryPolicy {
        base_delay: Duration::from_millis(1),
        attempt_timeout: Duration::from_millis(50),
        ..RetryPolicy::default()
    });
    assert!(client.current_user(&call()).await.is_ok());
    assert_eq!(stub.seen().len(), 2);

    stub.on(ME, [Answer::Silence]);
    assert_eq!(
        client.current_user(&call()).await,
        Err(Error::Connection),
        "every try hangs"
    );
    let call = Call {
        deadline: Instant::now() + Duration::from_millis(30),
        ..call()
    };
    let error = client.current_user(&call).await.unwrap_err();
    assert_eq!(error, Error::DeadlineExceeded);
    assert!(call.deadline.elapsed() < Duration::from_secs(5));
    let asked = stub.seen().len();
    let error = client.current_user(&call).await.unwrap_err();
    assert_eq!(error, Error::DeadlineExceeded, "before anything is sent");
    assert_eq!(stub.seen().len(), asked);
}

#[tokio::test]
async fn a_token_is_in_no_message_and_a_malformed_one_is_not_sent() {
    let stub = Stub::start().await;
    let echo = "Cannot GET with Bearer BQ-the-token here";
    stub.on(ME, [refusal(400, echo)]);
    let (client, good) = (stub.client(), call());
    let error = client.current_user(&good).await.unwrap_err();
    for shown in [format!("{error} {error:?}"), format!("{client:?} {good:?}")] {
        assert!(!shown.contains("BQ-the-token"), "{shown}");
    }
    let bad = Call {
        token: SecretString::from("BQ-the-token\r\nHost: elsewhere"),
        ..call()
    };
    let error = client.current_user(&bad).await.unwrap_err();
    assert!(matches!(error, Error::Unauthorized { .. }));
    assert!(!format!("{error} {error:?}").contains("BQ-the"));
    assert_eq!(stub.seen().len(), 1);
}

#[test]
fn no_segment_or_value_changes_what_is_asked_for() {
    let url = Url::parse("https://api.example/base/").unwrap();
    let request = Request {
        template: "",
        path: &["v1", "a/b?c#d%2f", "e"],
        query: &[("fields", "a&b=c#d")],
    };
    assert_eq!(
        client_of(&url).address(&request).as_str(),
        "https://api.example/base/v1/a%2Fb%3Fc%23d%252f/e?fields=a%26b%3Dc%23d"
    );
}

#[test]
fn calls_can_be_made_from_any_task() {
    fn assert_send<T: Send>(_: T) {}
    let client = client_of(&Url::parse("http://127.0.0.1:1").unwrap());
    let call = Call {
        token: SecretString::from(""),
        is_ours: true,
        deadline: Instant::now(),
    };
    assert_send(client.current_user(&call));
    assert_send(client.current_user_playlists(&call, 0, 50));
}

#[test]
fn a_stray_byte_spoils_one_character() {
    assert_eq!(text(b"\"caf\xe9\""), "\"caf\u{fffd}\"");
    assert!(matches!(text("café".as_bytes()), Cow::Borrowed("café")));
}

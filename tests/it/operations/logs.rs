use lockstep_api::simulator::data;
use reqwest::header::HeaderName;
use serde_json::{Value, json};

use super::Process;
use crate::support::Answer;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const TRACE_ID: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

/// The lines that tell of this answer's request as a whole.
async fn lines(server: &Process, answer: &Answer) -> Vec<Value> {
    let id = answer.header(X_REQUEST_ID);
    server.answered(&id).await;
    let lines = server.log();
    let lines = lines
        .iter()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")));
    lines
        .filter(|line: &Value| line["request_id"] == id.as_str())
        .collect()
}

/// The one such line that there must be.
async fn line(server: &Process, answer: &Answer) -> Value {
    let lines = lines(server, answer).await;
    assert_eq!(lines.len(), 1, "{lines:#?}");
    lines[0].clone()
}

#[tokio::test]
async fn a_request_is_one_line_that_says_who_asked_for_what() {
    let server = Process::start().await;
    let request = server.graphql(data::ADA, "query WhoAmI { me { id } }", &json!({}));
    let answer = Answer::of(request).await;
    answer.data();
    let line = line(&server, &answer).await;
    for (field, value) in [
        ("level", json!("INFO")),
        ("message", json!("answered")),
        ("client", json!("127.0.0.1")),
        ("method", json!("POST")),
        ("path", json!("/graphql")),
        ("status", json!(200)),
        ("operation", json!("query")),
        ("operation_name", json!("WhoAmI")),
    ] {
        assert_eq!(line[field], value, "{field} of {line:#}");
    }
    assert!(line["elapsed_ms"].as_f64().unwrap() > 0.0);
    assert_eq!(line["person"].as_str().unwrap().len(), 32);
    assert!(line.get("codes").is_none() && line.get("trace_id").is_none());
}

#[tokio::test]
async fn each_call_to_spotify_is_a_line_where_that_is_wanted() {
    let server = Process::with(&[("RUST_LOG", "lockstep_api=debug")]).await;
    server.log_in(data::ADA).await;
    for endpoint in ["/api/token", "/v1/me"] {
        let line = server.logged(&format!("\"endpoint\":\"{endpoint}\"")).await;
        assert_eq!(line["level"], "DEBUG");
        assert_eq!(line["message"], "Spotify answered");
        assert_eq!((&line["number"], &line["status"]), (&json!(1), &json!(200)));
    }
}

#[tokio::test]
async fn the_codes_of_errors_are_in_the_line() {
    let server = Process::start().await;
    let query = "{ a: playlist(id: \"?\") { id } b: playlist(id: \"!\") { id } me { id } }";
    let answer = Answer::of(server.graphql(data::ADA, query, &json!({}))).await;
    assert_eq!(line(&server, &answer).await["codes"], "BAD_USER_INPUT");

    let anonymous = server
        .request("POST", "/graphql")
        .json(&json!({ "query": "mutation { logout { loggedOut } nothing }" }));
    let answer = Answer::of(anonymous).await;
    let invalid = line(&server, &answer).await;
    assert_eq!(invalid["codes"], "GRAPHQL_VALIDATION_FAILED");
    assert_eq!(invalid["operation"], "mutation");
    assert!(invalid.get("person").is_none());

    let refused = server.request("POST", "/graphql").body("query=x");
    let answer = Answer::of(refused).await;
    let refused = line(&server, &answer).await;
    assert_eq!(
        (&refused["status"], &refused["codes"]),
        (&json!(415), &json!("BAD_REQUEST"))
    );
}

#[tokio::test]
async fn the_query_string_is_not_logged() {
    let server = Process::start().await;
    let answer = server
        .get("/login/spotify/?code=AQDsecret&state=unknown")
        .await;
    assert_eq!(line(&server, &answer).await["path"], "/login/spotify/");
    assert!(!server.log().concat().contains("AQDsecret"));
}

#[tokio::test]
async fn what_clients_choose_is_cut() {
    let server = Process::start().await;
    let long = "n".repeat(5000);
    let query = format!("query {} {{ __typename }}", &long[..128]);
    let answer = Answer::of(server.graphql(data::ADA, &query, &json!({}))).await;
    let name = line(&server, &answer).await["operation_name"].clone();
    assert_eq!(name.as_str().unwrap(), &long[..64]);
    let answer = server.get(&format!("/{long}")).await;
    let path = line(&server, &answer).await["path"].clone();
    assert_eq!(path.as_str().unwrap().len(), 200);
    let answer = Answer::of(server.request(&"M".repeat(500), "/graphql")).await;
    let method = line(&server, &answer).await["method"].clone();
    assert_eq!(method.as_str().unwrap().len(), 20);
}

#[tokio::test]
async fn a_trace_goes_through_the_log_and_back_to_the_client() {
    const TRACERESPONSE: HeaderName = HeaderName::from_static("traceresponse");
    let server = Process::start().await;
    let parent = format!("00-{TRACE_ID}-00f067aa0ba902b7-01");
    let traced = |parent: &str| {
        let request = server.graphql(data::ADA, "{ me { id } }", &json!({}));
        Answer::of(request.header("traceparent", parent))
    };
    let answer = traced(&parent).await;
    assert_eq!(line(&server, &answer).await["trace_id"], TRACE_ID);
    let response = answer.header(TRACERESPONSE);
    assert!(
        response.starts_with(&format!("00-{TRACE_ID}-")),
        "{response}"
    );
    assert!(!response.contains("00f067aa0ba902b7"), "{response}");

    for bad in [
        "00-0-0-00",
        "x",
        &format!("{parent}-x"),
        &parent.to_uppercase(),
    ] {
        let answer = traced(bad).await;
        assert!(
            line(&server, &answer).await.get("trace_id").is_none(),
            "{bad}"
        );
        assert!(answer.headers.get(TRACERESPONSE).is_none(), "{bad}");
    }
}

#[tokio::test]
async fn a_client_does_not_name_its_request() {
    let server = Process::start().await;
    let request = server.request("GET", "/").header(X_REQUEST_ID, "mine");
    let answer = Answer::of(request).await;
    assert_ne!(answer.header(X_REQUEST_ID), "mine");
    line(&server, &answer).await;
}

#[tokio::test]
async fn the_client_behind_trusted_proxies_is_named_and_nobody_else() {
    let forwarded = |server: &Process| {
        let request = server.request("GET", "/");
        Answer::of(request.header("x-forwarded-for", "6.6.6.6, 192.0.2.7"))
    };
    for (hops, client) in [("0", "127.0.0.1"), ("1", "192.0.2.7")] {
        let server = Process::with(&[("TRUSTED_PROXY_HOPS", hops)]).await;
        let answer = forwarded(&server).await;
        assert_eq!(
            line(&server, &answer).await["client"],
            client,
            "{hops} hops"
        );
    }
}

#[tokio::test]
async fn an_internal_error_is_found_under_the_id_that_the_client_got() {
    use diesel::connection::SimpleConnection;
    use diesel::{Connection, SqliteConnection};

    let server = Process::start().await;
    let file = server.directory().join("lockstep.db");
    let mut database = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
    database
        .batch_execute("PRAGMA busy_timeout = 5000; ALTER TABLE people RENAME TO somewhere_else")
        .unwrap();
    let answer = Answer::of(server.graphql(data::ADA, "{ me { id } }", &json!({}))).await;
    assert_eq!(answer.code(), "INTERNAL_SERVER_ERROR");
    let id = answer.header(X_REQUEST_ID);
    assert_eq!(answer.error()["extensions"]["requestId"], id.as_str());
    assert_eq!(
        line(&server, &answer).await["codes"],
        "INTERNAL_SERVER_ERROR"
    );
    let caused = server.logged("\"ERROR\"").await;
    assert_eq!(caused["span"]["request_id"], id.as_str(), "{caused:#}");
    // The client is told nothing of it, and the log enough.
    assert!(!answer.text().contains("people"));
    assert!(caused.to_string().contains("no such table"), "{caused:#}");
}

#[tokio::test]
async fn text_lines_stay_lines_whatever_clients_send() {
    let server = Process::with(&[("LOG_FORMAT", "text")]).await;
    let path = "/%0a2026-11-24T00:00:00Z%20INFO%20forged%1b[31m";
    let answer = server.get(path).await;
    let id = answer.header(X_REQUEST_ID);
    server.answered(&id).await;
    let about = server.log();
    let about: Vec<_> = about.iter().filter(|line| line.contains(&id)).collect();
    assert_eq!(about.len(), 1, "{about:#?}");
    assert!(!about[0].contains('\u{1b}'), "{about:?}");
    let query = "query Näme { __typename }";
    let answer = Answer::of(server.graphql(data::ADA, query, &json!({}))).await;
    assert_eq!(answer.code(), "GRAPHQL_PARSE_FAILED");
}

use std::io::{Read, Write};
use std::net::TcpStream;

use lockstep_api::config::{Database, DatabaseUrl};
use lockstep_api::simulator::{Fault, Rule, data};
use lockstep_api::store::{PersonId, Store};
use reqwest::StatusCode;
use reqwest::header::{CONNECTION, COOKIE};
use serde_json::json;

use super::Process;
use crate::support::Answer;

const SPOTIFY_ME: &str = "GET /v1/me";

#[tokio::test]
async fn it_is_not_ready_first_and_serves_on_for_a_while() {
    let mut server = Process::with(&[("SHUTDOWN_DELAY_SECONDS", "300")]).await;
    let open = server.get("/graphql?query={__typename}").await;
    assert!(open.headers.get(CONNECTION).is_none());
    server.signal("TERM");
    server.logged("\"stopping").await;

    let ready = server.operations("/readyz").await;
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
    let reason = json!({ "status": "unavailable", "reason": "shutting down" });
    assert_eq!(ready.json(), reason);
    assert_eq!(server.operations("/healthz").await.status, StatusCode::OK);
    let metrics = server.operations("/metrics").await;
    assert_eq!(metrics.status, StatusCode::OK);

    // Whoever still comes is served, and asked to come by another connection next time.
    let late = server.get("/graphql?query={__typename}").await;
    assert_eq!(late.status, StatusCode::OK);
    assert_eq!(late.header(CONNECTION), "close");

    // Nobody has to wait for the 300 seconds.
    server.signal("TERM");
    let status = server.ended().await;
    assert_eq!(status.code(), Some(1));
    server.logged("stopped at once").await;
}

#[tokio::test]
async fn what_runs_is_finished() {
    for signal in ["TERM", "INT"] {
        let mut server = Process::start().await;
        server.spotify.inject(Rule::on(SPOTIFY_ME, Fault::Hang));
        let request = server.graphql(data::ADA, "{ me { id } }", &json!({}));
        let asking = tokio::spawn(Answer::of(request));
        server.spotify.wait_for(SPOTIFY_ME, 1).await;
        server.signal(signal);
        let line = server.logged("\"stopping").await;
        assert_eq!(line["signal"], format!("SIG{signal}"));

        // Nothing new is accepted any more.
        while TcpStream::connect(server.addr).is_ok() {}
        server.spotify.clear_faults();
        let answer = asking.await.unwrap();
        assert_eq!(answer.data()["me"]["id"], data::ADA);
        let status = server.ended().await;
        assert!(status.success(), "{status}");
        server.logged("\"stopped\"").await;
    }
}

#[tokio::test]
async fn idle_connections_do_not_hold_it() {
    let mut server = Process::start().await;
    let mut idle = TcpStream::connect(server.addr).unwrap();
    idle.write_all(b"GET /graphql?query={__typename} HTTP/1.1\r\nHost: lockstep\r\n\r\n")
        .unwrap();
    let mut head = [0; 64];
    assert!(idle.read(&mut head).unwrap() > 0);
    let untouched = TcpStream::connect(server.addr).unwrap();
    server.signal("TERM");
    assert!(server.ended().await.success());
    server.logged("\"stopped\"").await;
    drop(untouched);
}

#[tokio::test]
async fn the_wait_for_what_runs_is_bounded() {
    let mut server = Process::with(&[("SHUTDOWN_TIMEOUT_SECONDS", "1")]).await;
    server.spotify.inject(Rule::on(SPOTIFY_ME, Fault::Hang));
    let request = server.graphql(data::ADA, "{ me { id } }", &json!({}));
    let asking = tokio::spawn(request.send());
    server.spotify.wait_for(SPOTIFY_ME, 1).await;
    // A request that never comes to its end.
    let mut half = TcpStream::connect(server.addr).unwrap();
    half.write_all(b"POST /graphql HTTP/1.1\r\nContent-Length: 100\r\n")
        .unwrap();

    server.signal("TERM");
    let status = server.ended().await;
    assert!(status.success(), "{status}");
    server.logged("stopped before all requests").await;
    assert!(asking.await.unwrap().is_err());
}

#[tokio::test]
async fn a_refresh_under_way_is_stored_before_the_end() {
    const REFRESH: &str = "POST /api/token";
    let mut server = Process::start().await;
    let cookie = server.log_in(data::ADA).await;
    let person = server.logged("logged in").await["person"].clone();
    let person = PersonId::parse(person.as_str().unwrap()).unwrap();

    server.spotify.expire_access_tokens();
    server.spotify.reset_counts();
    let hang = Rule::on(REFRESH, Fault::Hang).with("grant_type", "refresh_token");
    server.spotify.inject(hang);
    let request = server
        .request("POST", "/graphql")
        .header(COOKIE, cookie)
        .json(&json!({ "query": "{ me { playlists { totalCount } } }" }));
    let asking = tokio::spawn(request.send());
    server.spotify.wait_for(REFRESH, 1).await;
    // Who asked for it has gone: only the refresh itself is left.
    asking.abort();
    server.logged("client went away").await;
    server.signal("TERM");
    server.logged("\"stopping").await;
    while TcpStream::connect(server.addr).is_ok() {}
    server.spotify.clear_faults();
    assert!(server.ended().await.success());
    server.logged("\"stopped\"").await;

    let file = server.directory().join("lockstep.db");
    let database = Database {
        url: DatabaseUrl::Sqlite(file),
    };
    let store = Store::open(&database).await.unwrap();
    let token = store.token(&person).await.unwrap().unwrap();
    assert!(token.version > token.granted_at.timestamp_millis());
}

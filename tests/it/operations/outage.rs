use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use lockstep_api::config::DatabaseUrl;
use lockstep_api::simulator::data;
use lockstep_api::store::testing::TestDatabase;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::tcp_proxy::TcpProxy;
use crate::support::{Answer, Caller, Setup, TestApp};

const READ: &str = "query ($track: ID!) { metadata(trackId: $track) { collection } }";

async fn upload(caller: &Caller, n: usize) -> Answer {
    let track = track(n);
    let collection = json!({ "of": track });
    caller.upload(&track, "beats", 1, collection).await
}

async fn read(caller: &Caller, n: usize) -> Answer {
    caller.graphql(READ, json!({ "track": track(n) })).await
}

/// The nth made-up track.
fn track(n: usize) -> String {
    format!("{n:022}")
}

async fn ready(app: &TestApp) -> Answer {
    app.anonymous().get(&app.operations_url("/readyz")).await
}

/// A server whose way to PostgreSQL, if there is one, leads through a proxy.
async fn behind_proxy(
    change: impl FnOnce(&mut Setup),
) -> Option<(TestDatabase, TcpProxy, TestApp)> {
    let database = TestDatabase::postgres().await?;
    let mut url: url::Url = database.url().parse().unwrap();
    let target = (
        url.host_str().unwrap().to_owned(),
        url.port().unwrap_or(5432),
    );
    let proxy = TcpProxy::start(target).await;
    url.set_ip_host(proxy.addr().ip()).unwrap();
    url.set_port(Some(proxy.addr().port())).unwrap();
    let app = TestApp::with(|setup| {
        setup.config.database.url = DatabaseUrl::Postgres(String::from(url).into());
        change(setup);
    })
    .await;
    Some((database, proxy, app))
}

/// What asks for nothing that is in the database.
async fn the_rest_works(app: &TestApp, known: &Caller) {
    let answer = app.anonymous().query("{ __typename }").await;
    assert_eq!(answer.data(), json!({ "__typename": "Query" }));
    assert_eq!(app.anonymous().get("/").await.status, StatusCode::OK);
    let out = app.anonymous().get("/login/spotify/").await;
    assert_eq!(out.status, StatusCode::SEE_OTHER);
    let playlists = "{ me { displayName playlists(first: 1) { nodes { name } } } }";
    known.query(playlists).await.data();
}

#[tokio::test]
async fn a_write_lock_that_somebody_keeps_ends_in_clear_errors_and_then_it_goes_on() {
    let app = TestApp::on_sqlite().await;
    let ada = app.bearer(data::ADA);
    upload(&ada, 1).await.data();

    let file = app.sqlite_file();
    let mut other = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
    other
        .batch_execute("PRAGMA busy_timeout = 5000; BEGIN IMMEDIATE")
        .unwrap();
    // The first waits for the lock, the others for the first one's connection, and then one of them perhaps
    // for the lock too: all in bounds.
    let start = Instant::now();
    let (first, second, third) = tokio::join!(upload(&ada, 2), upload(&ada, 3), upload(&ada, 4),);
    assert!(start.elapsed() < Duration::from_secs(15));
    for answer in [first, second, third] {
        assert_eq!(answer.code(), "SERVICE_UNAVAILABLE");
        assert_eq!(answer.status, StatusCode::OK);
        assert!(answer.text().contains("try again later"));
        // It leads to the cause in the log.
        let id = answer.header(reqwest::header::HeaderName::from_static("x-request-id"));
        assert_eq!(answer.error()["extensions"]["requestId"], id);
    }
    // Reading does not wait for writers.
    let stored = read(&ada, 1).await.data();
    assert_eq!(stored["metadata"]["collection"], json!({ "of": track(1) }));
    assert_eq!(ready(&app).await.status, StatusCode::OK);
    the_rest_works(&app, &ada).await;

    other.batch_execute("COMMIT").unwrap();
    upload(&ada, 2).await.data();
    assert_eq!(read(&ada, 3).await.data()["metadata"], Value::Null);
}

#[tokio::test]
async fn a_postgresql_that_goes_away_and_comes_back() {
    let Some((_database, proxy, app)) = behind_proxy(|_| {}).await else {
        return;
    };
    let ada = app.bearer(data::ADA);
    let session = app.logged_in(data::MINSEO).await;
    upload(&ada, 1).await.data();

    proxy.cut();
    for n in 2..20 {
        // Each of the pool's connections finds out for itself.
        assert_eq!(upload(&ada, n).await.code(), "SERVICE_UNAVAILABLE");
    }
    assert_eq!(read(&ada, 1).await.code(), "SERVICE_UNAVAILABLE");
    assert_eq!(
        session.query("{ me { id } }").await.code(),
        "SERVICE_UNAVAILABLE"
    );
    let answer = ready(&app).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    let reason = json!({ "status": "unavailable", "reason": "the database is not available" });
    assert_eq!(answer.json(), reason);
    the_rest_works(&app, &ada).await;

    proxy.restore();
    let start = Instant::now();
    assert_eq!(ready(&app).await.status, StatusCode::OK);
    let stored = read(&ada, 1).await.data();
    assert_eq!(stored["metadata"]["collection"], json!({ "of": track(1) }));
    for n in 2..20 {
        upload(&ada, n).await.data();
    }
    session.query("{ me { id } }").await.data();
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_postgresql_that_is_silent_is_not_waited_for_without_end() {
    let impatient = |setup: &mut Setup| {
        setup.config.http.request_timeout = Duration::from_secs(3);
    };
    let Some((_database, proxy, app)) = behind_proxy(impatient).await else {
        return;
    };
    let ada = app.bearer(data::ADA);
    upload(&ada, 1).await.data();
    let session = app.logged_in(data::ADA).await;
    // What is answered from who the caller is still takes that.
    for _ in 0..3 {
        session.query("{ me { id } }").await.data();
    }

    proxy.stall();
    let start = Instant::now();
    let me = session.query("{ me { id } }");
    let (silent, probe, me) = tokio::join!(upload(&ada, 2), ready(&app), me);
    assert_eq!(silent.code(), "TIMEOUT");
    assert_eq!(me.code(), "TIMEOUT");
    assert_eq!(probe.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(
        probe.text().contains("did not answer within 2 s"),
        "{}",
        probe.text()
    );
    assert!(start.elapsed() < Duration::from_secs(5));
    the_rest_works(&app, &ada).await;

    // What Spotify has told is not lost with what the database does not tell.
    let query = "query ($playlist: ID!, $track: ID!) {
        playlist(id: $playlist) { tracks(first: 2) { nodes { ... on Track { id metadata { version } } } } }
        whole: metadata(trackId: $track) { collection }
        metadataTypes(trackId: $track)
        me { id metadata { totalCount } tokenExpiresAt sessions { id } } }";
    let playlist = data::playlist_id(1000);
    let tracks = app.spotify.playlist(&playlist).track_ids();
    let variables = json!({ "playlist": playlist, "track": track(1) });
    let answer = ada.graphql(query, variables).await;
    let node = |id| json!({ "id": id, "metadata": null });
    let me = json!({ "id": data::ADA, "metadata": null, "tokenExpiresAt": null, "sessions": null });
    let expected = json!({
        "playlist": { "tracks": { "nodes": [node(&tracks[0]), node(&tracks[1])] } },
        "whole": null, "metadataTypes": null, "me": me,
    });
    assert_eq!(answer.partial_data(), expected);
    let errors = answer.errors();
    assert_eq!(errors.len(), 7);
    for error in errors {
        assert_eq!(error["extensions"]["code"], "TIMEOUT");
        let message = "the request's time was over before the database answered: try again later";
        assert_eq!(error["message"], message);
    }

    proxy.restore();
    upload(&ada, 3).await.data();
    assert_eq!(ready(&app).await.status, StatusCode::OK);
}

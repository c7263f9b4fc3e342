use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use reqwest::StatusCode;
use reqwest::header::CACHE_CONTROL;
use serde_json::json;

use crate::support::{Answer, TestApp};

async fn operations(app: &TestApp, path: &str) -> Answer {
    app.anonymous().get(&app.operations_url(path)).await
}

#[tokio::test]
async fn a_healthy_server_lives_and_is_ready() {
    let app = TestApp::on_sqlite().await;
    for path in ["/healthz", "/readyz"] {
        let answer = operations(&app, path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_eq!(answer.json(), json!({ "status": "ok" }), "{path}");
        assert_eq!(answer.header(CACHE_CONTROL), "no-store", "{path}");
    }
}

#[tokio::test]
async fn the_public_listener_serves_nothing_of_it() {
    let app = TestApp::on_sqlite().await;
    for path in ["/healthz", "/readyz", "/metrics", "/metrics/", "//metrics"] {
        let answer = app.anonymous().get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(!answer.text().contains("lockstep_"), "{path}");
    }
}

#[tokio::test]
async fn the_second_listener_serves_nothing_else() {
    let app = TestApp::on_sqlite().await;
    for path in ["/", "/graphql", "/login/spotify/", "/nothing"] {
        let answer = operations(&app, path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(answer.json()["error"].is_string(), "{path}");
    }
    let post = app.anonymous();
    let post = post.request("POST", &app.operations_url("/readyz"));
    assert_eq!(
        Answer::of(post).await.status,
        StatusCode::METHOD_NOT_ALLOWED
    );
}

#[tokio::test]
async fn a_database_that_lacks_a_migration_is_not_ready() {
    let app = TestApp::on_sqlite().await;
    let file = app.sqlite_file();
    let mut database = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
    database
        .batch_execute("PRAGMA busy_timeout = 5000; DELETE FROM __diesel_schema_migrations")
        .unwrap();
    let answer = operations(&app, "/readyz").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    let reason = answer.json()["reason"].as_str().unwrap().to_owned();
    assert!(reason.contains("migrations are pending: 2"), "{reason}");
    // The process itself is well.
    assert_eq!(operations(&app, "/healthz").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_database_that_cannot_be_read_is_not_ready_until_it_can() {
    let app = TestApp::on_sqlite().await;
    let file = app.sqlite_file();
    let mut database = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
    let rename =
        |from, to| format!("PRAGMA busy_timeout = 5000; ALTER TABLE {from} RENAME TO {to}");
    let (table, away) = ("__diesel_schema_migrations", "away");
    database.batch_execute(&rename(table, away)).unwrap();
    let answer = operations(&app, "/readyz").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    let text = answer.text();
    assert!(
        !text.contains("SELECT") && !text.contains("diesel"),
        "{text}"
    );
    database.batch_execute(&rename(away, table)).unwrap();
    assert_eq!(operations(&app, "/readyz").await.status, StatusCode::OK);
}

//! What the binary says of a database that it cannot start with, and what many of them do at once.

use std::process::Output;

use futures_util::future::join_all;
use lockstep_api::store::testing::TestDatabase;

use super::postgres_server::PostgresServer;
use super::tools::free_port;
use super::{Process, run};

async fn start(url: &str) -> Output {
    run(
        &["serve"],
        &[("DATABASE_URL", url), ("LISTEN_ADDR", "127.0.0.1:0")],
    )
    .await
}

/// What is said when the start with this database is refused.
async fn refused(url: &str) -> String {
    let output = start(url).await;
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.stdout.is_empty());
    assert!(said.contains("error: "), "{said}");
    said
}

#[tokio::test]
async fn a_database_url_that_is_none_is_told_apart_without_its_password() {
    for (url, expected) in [
        (
            "mysql://me:hunter2@host/name",
            "DATABASE_URL must begin with sqlite:// or postgres://",
        ),
        (
            "hunter2",
            "DATABASE_URL must begin with sqlite:// or postgres://",
        ),
        ("sqlite://", "DATABASE_URL names no file"),
        (
            "postgres://me:hunter2@host:port/name",
            "DATABASE_URL cannot be understood",
        ),
        (
            "postgres://me:hunter2@host/name?nonsense=1",
            "DATABASE_URL cannot be understood",
        ),
        (
            "sqlite:///nowhere/at/all/lockstep.db",
            "its directory does not exist",
        ),
    ] {
        let said = refused(url).await;
        assert!(said.contains(expected), "{url}: {said}");
        assert!(!said.contains("hunter2"), "{said}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_postgresql_is_told_without_the_password() {
    let Some(postgres) = PostgresServer::start_with_password().await else {
        return;
    };
    let good: url::Url = postgres.url().parse().unwrap();
    let password = good.password().unwrap().to_owned();
    let change = |change: &dyn Fn(&mut url::Url)| {
        let mut url = good.clone();
        change(&mut url);
        url.to_string()
    };
    let closed = free_port();
    let cases = [
        (
            change(&|url| url.set_password(Some("hunter2")).unwrap()),
            "the login was refused",
        ),
        (
            change(&|url| url.set_username("nobody-known").unwrap()),
            "the login was refused",
        ),
        (
            change(&|url| url.set_path("no_such_database")),
            "create it (createdb)",
        ),
        (
            change(&|url| url.set_port(Some(closed)).unwrap()),
            "is PostgreSQL running there",
        ),
        (
            change(&|url| url.set_host(Some("nowhere.invalid")).unwrap()),
            "is PostgreSQL running there",
        ),
        (
            change(&|url| url.set_query(Some("sslmode=require"))),
            "the server does not offer TLS",
        ),
        (
            change(&|url| url.set_query(Some("sslmode=verify-full"))),
            "the server does not offer TLS",
        ),
    ];
    for (url, expected) in cases {
        let said = refused(&url).await;
        assert!(said.contains(expected), "{url}: {said}");
        for secret in ["hunter2", &password] {
            assert!(!said.contains(secret), "{said}");
        }
        assert_eq!(said.lines().count(), 1, "{said}");
    }
    // And with nothing wrong it serves.
    Process::with(&[("DATABASE_URL", good.as_str())]).await;
}

#[tokio::test]
async fn ten_start_at_once_on_an_empty_database() {
    for database in TestDatabase::all().await {
        let url = database.url();
        let settings = [("DATABASE_URL", url.as_str())];
        let first = Process::start().await;
        let instances = join_all((0..10).map(|_| first.beside(&settings))).await;
        let ready = join_all(instances.iter().map(|server| server.operations("/readyz"))).await;
        for answer in ready {
            assert_eq!(answer.status, 200, "{}", answer.text());
        }
        let migrated = instances.iter().map(Process::log);
        let migrated = migrated.filter(|log| log.concat().contains("database migrated"));
        assert_eq!(migrated.count(), 1, "on {}", database.kind());
    }
}

#[tokio::test]
async fn an_older_binary_on_a_newer_database_is_refused_by_every_command() {
    for database in TestDatabase::all().await {
        let url = database.url();
        let settings = [("DATABASE_URL", url.as_str())];
        assert!(run(&["migrate"], &settings).await.status.success());
        // What a later version would have left.
        database
            .execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('99991231000000')")
            .await;
        for command in ["serve", "migrate", "reseal"] {
            let output = run(&[command], &settings).await;
            assert_eq!(output.status.code(), Some(1), "{command}");
            let said = String::from_utf8(output.stderr).unwrap();
            assert!(
                said.contains("newer version of lockstep-api"),
                "{command}: {said}"
            );
            assert!(said.contains("99991231000000"), "{command}: {said}");
        }
    }
}

#[tokio::test]
async fn migrating_by_hand_is_done_once() {
    for database in TestDatabase::all().await {
        let url = database.url();
        for expected in [true, false] {
            let output = run(&["migrate"], &[("DATABASE_URL", &url)]).await;
            assert!(output.status.success(), "{output:?}");
            let said = String::from_utf8(output.stderr).unwrap();
            assert_eq!(said.contains("database migrated"), expected, "{said}");
        }
        let server = Process::with(&[("DATABASE_URL", &url)]).await;
        assert_eq!(server.operations("/readyz").await.status, 200);
    }
}

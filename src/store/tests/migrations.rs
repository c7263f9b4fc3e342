//! The tables: made, unmade, and what `schema.rs` says they are.

use std::fmt::Write;

use diesel::backend::Backend;
use diesel::{Connection, SqliteConnection};
use diesel_async::AsyncPgConnection;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness};
use futures_util::future::join_all;
use secrecy::ExposeSecret;
use tokio::task::spawn_blocking;

use super::{on_each, open, someone};
use crate::config::DatabaseUrl;
use crate::store::testing::TestDatabase;
use crate::store::{OpenError, Store, migrations};

/// Tables, indices and all else that migrations make, diesel's own record of them aside.
async fn catalogue(database: &TestDatabase) -> Vec<String> {
    let sql = match database.kind() {
        "SQLite" => {
            "SELECT type || ' ' || name || coalesce(sql, '') AS line FROM sqlite_schema
             WHERE tbl_name <> '__diesel_schema_migrations' ORDER BY 1"
        }
        _ => {
            "SELECT relkind::text || ' ' || relname AS line FROM pg_class
             WHERE relnamespace = 'public'::regnamespace
             AND relname NOT LIKE '__diesel_schema_migrations%' ORDER BY 1"
        }
    };
    database.lines(sql).await
}

async fn revert_all(database: &TestDatabase) {
    revert(database, usize::MAX).await;
}

async fn revert(database: &TestDatabase, times: usize) {
    fn revert<DB: Backend>(
        conn: &mut impl MigrationHarness<DB>,
        known: impl Fn() -> EmbeddedMigrations,
        times: usize,
    ) {
        let applied = conn.applied_migrations().unwrap().len();
        assert!(applied > 0);
        for _ in 0..applied.min(times) {
            conn.revert_last_migration(known()).unwrap();
        }
    }
    let url = database.config().url;
    let work = spawn_blocking(move || match url {
        DatabaseUrl::Sqlite(path) => {
            let mut conn = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
            revert(&mut conn, || migrations::SQLITE, times);
        }
        DatabaseUrl::Postgres(url) => {
            let url = url.expose_secret();
            let mut conn = AsyncConnectionWrapper::<AsyncPgConnection>::establish(url).unwrap();
            revert(&mut conn, || migrations::POSTGRES, times);
        }
    });
    work.await.unwrap();
}

#[tokio::test]
async fn migrations_go_up_down_and_up_again() {
    on_each(async |database, store| {
        drop(store);
        let first = catalogue(database).await;
        assert!(
            first.iter().any(|line| line.contains("metadata")),
            "{first:?}"
        );
        revert_all(database).await;
        assert_eq!(catalogue(database).await, [""; 0]);
        let store = open(database).await;
        assert_eq!(catalogue(database).await, first);
        someone(&store, "ada").await;
        drop(store);
        revert_all(database).await;
        assert_eq!(catalogue(database).await, [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn sessions_from_before_they_had_names_go_on() {
    on_each(async |database, store| {
        let id = someone(&store, "ada").await;
        drop(store);
        // To before that migration.
        revert(database, 2).await;
        let bytes = match database.kind() {
            "SQLite" => ("x'", "'"),
            _ => ("'\\x", "'"),
        };
        for byte in ["01", "02"] {
            let hash = format!("{}{}{}", bytes.0, byte.repeat(32), bytes.1);
            let insert = format!("INSERT INTO sessions VALUES ('{id}', {hash}, 1000, 9000)");
            database.execute(&insert).await;
        }
        let store = open(database).await;
        let one = store.session(&id, &[1; 32]).await.unwrap().unwrap();
        let other = store.session(&id, &[2; 32]).await.unwrap().unwrap();
        assert_eq!((one.id.len(), one.last_used_at), (32, one.created_at));
        assert_eq!(one.expires_at.timestamp_millis(), 9000);
        assert_ne!(one.id, other.id);
    })
    .await;
}

#[tokio::test]
async fn opening_again_changes_nothing() {
    on_each(async |database, store| {
        let id = someone(&store, "ada").await;
        drop(store);
        let store = open(database).await;
        assert!(store.person(&id).await.unwrap().is_some());
    })
    .await;
}

#[tokio::test]
async fn the_schema_file_is_what_the_tables_are() {
    let file = include_str!("../schema.rs");
    let expected = file.split("diesel::joinable!").next().unwrap();
    on_each(async |database, _store| {
        // person_id|text|not null|1: column, type, whether null is allowed, place in the key.
        let columns = |table: &str| match database.kind() {
            "SQLite" => format!(
                "SELECT name || '|' || lower(type) || '|' ||
                 iif(\"notnull\", '', 'null') || '|' || pk AS line
                 FROM pragma_table_info('{table}') ORDER BY cid"
            ),
            _ => format!(
                "SELECT attname || '|' || format_type(atttypid, atttypmod) || '|' ||
                 CASE WHEN attnotnull THEN '' ELSE 'null' END || '|' ||
                 coalesce(array_position(indkey, attnum) + 1, 0) AS line
                 FROM pg_attribute LEFT JOIN pg_index ON indrelid = attrelid AND indisprimary
                 WHERE attrelid = '{table}'::regclass AND attnum > 0 ORDER BY attnum"
            ),
        };
        let mut printed = String::from("// @generated automatically by Diesel CLI.\n\n");
        for table in [
            "finished_logins",
            "login_codes",
            "metadata",
            "people",
            "sessions",
            "tokens",
        ] {
            let lines = database.lines(&columns(table)).await;
            let columns = lines.iter().map(|line| line.split('|').collect::<Vec<_>>());
            let columns = columns.collect::<Vec<_>>();
            let mut key = columns
                .iter()
                .filter(|column| column[3] != "0")
                .collect::<Vec<_>>();
            key.sort_by_key(|column| column[3]);
            // Whose a login that comes back is, is not known yet.
            let leads = match table {
                "finished_logins" => "state_hash",
                _ => "person_id",
            };
            assert_eq!(key[0][0], leads, "what the key of {table} leads with");
            let key = key
                .iter()
                .map(|column| column[0])
                .collect::<Vec<_>>()
                .join(", ");
            writeln!(printed, "diesel::table! {{\n    {table} ({key}) {{").unwrap();
            for column in columns {
                let diesel = match column[1] {
                    "text" => "Text",
                    "bigint" => "BigInt",
                    "integer" => "Integer",
                    "blob" | "bytea" => "Binary",
                    other => panic!("{other} is not the same in both databases"),
                };
                let diesel = match column[2] {
                    "null" => format!("Nullable<{diesel}>"),
                    _ => diesel.to_owned(),
                };
                writeln!(printed, "        {} -> {diesel},", column[0]).unwrap();
            }
            printed.push_str("    }\n}\n\n");
        }
        assert_eq!(printed, expected);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_instances_start_at_once() {
    for database in TestDatabase::all().await {
        let config = database.config();
        let opening = (0..10).map(|_| {
            let config = config.clone();
            tokio::spawn(async move { Store::open(&config).await })
        });
        let mut people = Vec::new();
        for opened in join_all(opening).await {
            let store = opened.unwrap().unwrap();
            people.push(someone(&store, "ada").await);
        }
        people.dedup();
        assert_eq!(people.len(), 1);
        let versions = "SELECT version AS line FROM __diesel_schema_migrations";
        assert_eq!(database.lines(versions).await.len(), 3);
    }
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused_and_left_alone() {
    on_each(async |database, store| {
        drop(store);
        database
            .execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('99991231235959')")
            .await;
        let error = Store::open(&database.config()).await.unwrap_err();
        let OpenError::NewerSchema { version } = &error else {
            panic!("{error:?}");
        };
        assert_eq!(version, "99991231235959");
        assert!(
            error.to_string().contains("newer version of lockstep-api"),
            "{error}"
        );
        let versions = "SELECT version AS line FROM __diesel_schema_migrations";
        assert_eq!(database.lines(versions).await.len(), 4);
    })
    .await;
}

#[tokio::test]
async fn the_flask_servers_tables_in_the_same_file_are_left_alone() {
    let database = TestDatabase::sqlite();
    database
        .execute(
            "CREATE TABLE spotify_tokens (spotify_user_id TEXT PRIMARY KEY, access_token TEXT NOT NULL,
                 refresh_token TEXT NOT NULL, token_type TEXT, scope TEXT, expires_at TEXT NOT NULL,
                 updated_at TEXT NOT NULL);
             CREATE TABLE uploaded_metadata (id INTEGER PRIMARY KEY AUTOINCREMENT,
                 spotify_user_id TEXT NOT NULL, track_id TEXT NOT NULL, type TEXT NOT NULL,
                 version INTEGER NOT NULL, file_name TEXT NOT NULL, created_at TEXT NOT NULL);
             INSERT INTO spotify_tokens VALUES ('ada', 'a', 'r', 'Bearer', 's', 'e', 'u');
             INSERT INTO uploaded_metadata VALUES (7, 'ada', 't', 'beats', 1, 'f', 'c');",
        )
        .await;
    let flask = "SELECT sql AS line FROM sqlite_schema
                 WHERE name IN ('spotify_tokens', 'uploaded_metadata') ORDER BY name";
    let before = database.lines(flask).await;
    assert_eq!(before.len(), 2);

    let store = open(&database).await;
    someone(&store, "ada").await;
    assert_eq!(database.lines(flask).await, before);
    let rows = "SELECT access_token || refresh_token || scope AS line FROM spotify_tokens
                UNION ALL SELECT id || track_id || file_name FROM uploaded_metadata";
    assert_eq!(database.lines(rows).await, ["ars", "7tf"]);
}

//! Bad days: no connection free, no space, no server.

use std::time::Duration;

use bytes::Bytes;
use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use diesel_async::SimpleAsyncConnection;
use futures_util::FutureExt;
use futures_util::future::join_all;
use tokio::time::{Instant, timeout};

use super::{FIRST, at, collections, login, on_each, open, session, someone, token};
use crate::store::testing::TestDatabase;
use crate::store::{
    ANSWER_LIMIT, Database, Error, MetadataKey, NewMetadata, POOL_WAIT, Store, postgres, sqlite,
};

fn upload(version: i32, size: usize) -> NewMetadata {
    let mut state = u64::from(version.unsigned_abs()) + 1;
    let noise = (0..size).map(|_| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 56) as u8
    });
    NewMetadata {
        key: MetadataKey {
            track_id: "t".to_owned(),
            kind: "beats".to_owned(),
        },
        version,
        content: noise.collect::<Bytes>(),
        created_at: at(0),
    }
}

/// Runs a statement on the connection that the store writes with next.
async fn on_the_writer(store: &Store, sqlite: &str, postgres: &str) {
    match &store.database {
        Database::Sqlite(database) => {
            let mut conn = database.writer().await.unwrap();
            conn.batch_execute(sqlite).await.unwrap();
        }
        Database::Postgres(database) => {
            let mut conn = database.writer().await.unwrap();
            conn.batch_execute(postgres).await.unwrap();
        }
    }
}

/// What `waiting` gives, within a time that is told, with the clock stopped: it jumps to the next timer as
/// soon as nothing else can go on.
async fn refused_after<T>(waiting: impl Future<Output = Result<T, Error>>) -> Duration {
    tokio::time::pause();
    let before = Instant::now();
    let outcome = waiting.await.map(drop);
    let elapsed = before.elapsed();
    tokio::time::resume();
    assert!(matches!(outcome, Err(Error::Unavailable(_))), "{outcome:?}");
    Duration::from_secs(elapsed.as_secs())
}

#[tokio::test]
async fn a_pool_that_is_used_up_is_a_bounded_wait_and_a_clear_error() {
    on_each(async |_, store| {
        let id = someone(&store, "ada").await;
        match &store.database {
            Database::Sqlite(database) => {
                let mut held = vec![database.writer().await.unwrap()];
                for _ in 0..sqlite::READERS {
                    held.push(database.reader().await.unwrap());
                }
                assert_eq!(refused_after(database.reader()).await, POOL_WAIT);
                assert_eq!(refused_after(database.writer()).await, POOL_WAIT);
                // The clock of SQLite's threads goes on; whoever waits for them has their own.
                assert_eq!(refused_after(store.person(&id)).await, ANSWER_LIMIT);
                let writing = store.delete_expired_sessions(at(0));
                assert_eq!(refused_after(writing).await, ANSWER_LIMIT);
            }
            Database::Postgres(database) => {
                let mut held = Vec::new();
                for _ in 0..postgres::CONNECTIONS {
                    held.push(database.reader().await.unwrap());
                }
                assert_eq!(refused_after(store.person(&id)).await, POOL_WAIT);
                let writing = store.delete_expired_sessions(at(0));
                assert_eq!(refused_after(writing).await, POOL_WAIT);
            }
        }
        assert!(store.person(&id).await.unwrap().is_some());
        assert_eq!(store.delete_expired_sessions(at(0)).await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn what_is_given_up_half_way_still_comes_to_its_end() {
    on_each(async |_, store| {
        let id = someone(&store, "ada").await;
        let mut given_up = 0;
        for byte in 0..=20 {
            // Polled once: it has begun, and nobody waits for its end, unless it was as fast as that.
            let login = store.record_login(&id, login(token("1", at(0)), session(byte, at(0))));
            given_up += i32::from(login.now_or_never().is_none());
        }
        assert!(given_up > 0);
        // Each makes another version of the tokens.
        let version = async || {
            let token = store.token(&id).await.unwrap();
            token.map_or(0, |token| token.version)
        };
        let all = async { while version().await < FIRST + 20 {} };
        timeout(Duration::from_secs(60), all).await.unwrap();
        assert_eq!(version().await, FIRST + 20);
        for byte in 0..=20 {
            assert!(store.session(&id, &[byte; 32]).await.unwrap().is_some());
        }
    })
    .await;
}

#[tokio::test]
async fn a_full_disk_is_told_and_costs_nothing_that_is_stored() {
    let database = TestDatabase::sqlite();
    let store = open(&database).await;
    let id = someone(&store, "ada").await;
    let first = store.insert_metadata(&id, upload(1, 10)).await.unwrap();
    // As many pages as there are: to SQLite, that is a full disk. It holds for this connection.
    on_the_writer(&store, "PRAGMA max_page_count = 1", "").await;
    let outcome = store.insert_metadata(&id, upload(2, 100_000)).await;
    assert!(matches!(outcome, Err(Error::Full)), "{outcome:?}");
    let key = first.key.clone();
    let newest = collections(&store, &id, std::slice::from_ref(&key)).await;
    assert_eq!(newest.unwrap()[&key].id, first.id);
    // There is space again.
    store
        .insert_metadata(&id, upload(2, 100_000))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_database_that_takes_no_writes_still_reads() {
    on_each(async |_, store| {
        let id = someone(&store, "ada").await;
        let postgres = "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY";
        on_the_writer(&store, "PRAGMA query_only = ON", postgres).await;
        assert!(store.person(&id).await.unwrap().is_some());
        let outcome = store.insert_metadata(&id, upload(1, 10)).await;
        assert!(matches!(outcome, Err(Error::ReadOnly)), "{outcome:?}");
        store.insert_metadata(&id, upload(1, 10)).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_lock_of_another_process_is_a_bounded_wait() {
    let database = TestDatabase::sqlite();
    let store = open(&database).await;
    let id = someone(&store, "ada").await;
    on_the_writer(&store, "PRAGMA busy_timeout = 50", "").await;
    let url = database.url();
    let file = url.trim_start_matches("sqlite://");
    let mut other = SqliteConnection::establish(file).unwrap();
    other.batch_execute("BEGIN IMMEDIATE").unwrap();
    let outcome = store.insert_metadata(&id, upload(1, 10)).await;
    assert!(matches!(outcome, Err(Error::Unavailable(_))), "{outcome:?}");
    // Readers do not wait for a writer.
    assert!(store.person(&id).await.unwrap().is_some());
    other.batch_execute("ROLLBACK").unwrap();
    store.insert_metadata(&id, upload(1, 10)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_the_server_ends_are_replaced() {
    let Some(database) = TestDatabase::postgres().await else {
        return;
    };
    let store = open(&database).await;
    let id = someone(&store, "ada").await;
    for round in 0..10 {
        // As many connections as the pool has, all ended at once.
        let uploads = (0..20).map(|n| store.insert_metadata(&id, upload(round * 20 + n, 100)));
        for outcome in join_all(uploads).await {
            outcome.unwrap();
        }
        database
            .execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                 WHERE datname = current_database() AND pid <> pg_backend_pid()",
            )
            .await;
        // Whoever comes right now may still meet a connection that is ending, and is told so. It
        // is no wrong answer, and each costs one connection at most.
        let mut failures = 0;
        loop {
            match store.person(&id).await {
                Ok(person) => break assert!(person.is_some()),
                Err(error) => assert!(matches!(error, Error::Unavailable(_)), "{error:?}"),
            }
            failures += 1;
            assert!(failures <= postgres::CONNECTIONS);
        }
    }
}

#[tokio::test]
async fn errors_say_neither_sql_nor_values() {
    on_each(async |database, store| {
        let id = someone(&store, "ada").await;
        database
            .execute("ALTER TABLE tokens RENAME TO elsewhere")
            .await;
        let login = store.record_login(&id, login(token("secret", at(0)), session(1, at(0))));
        let error = login.await.unwrap_err();
        assert!(matches!(error, Error::Other(_)), "{error:?}");
        assert_eq!(error.to_string(), "the database refused an operation");
        let debug = format!("{error:?}").to_lowercase();
        for leak in ["insert", "values", "secret", "bearer", id.as_str()] {
            assert!(!debug.contains(leak), "{debug}");
        }
    })
    .await;
}

//! A person leaves while something of theirs is being written: what was acknowledged is not lost, and what
//! lets them in does not stay. SQLite has one writer at a time; PostgreSQL has many.

use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_postgres::{Client, NoTls};
use url::Url;

use super::{at, login, open, profile, session, someone, token};
use crate::store::testing::TestDatabase;
use crate::store::{Error, NewLoginCode, PersonId, Store};

/// A connection past the store.
async fn connect(database: &TestDatabase) -> Client {
    let mut url = Url::parse(&database.url()).unwrap();
    url.set_query(None);
    let (client, connection) = tokio_postgres::connect(url.as_str(), NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// Forgets a person but for their uploads; comes back once that waits for somebody.
async fn leave(
    database: &TestDatabase,
    store: &Store,
    id: &PersonId,
) -> JoinHandle<Result<usize, Error>> {
    let (store, id) = (store.clone(), id.clone());
    let leaving = tokio::spawn(async move { store.forget(&id, false).await });
    let waiting = "SELECT query AS line FROM pg_stat_activity
                   WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let waits = async { while database.lines(waiting).await.is_empty() {} };
    timeout(Duration::from_secs(30), waits).await.unwrap();
    leaving
}

async fn count(database: &TestDatabase, table: &str) -> String {
    let sql = format!("SELECT count(*)::text AS line FROM {table}");
    database.lines(&sql).await.remove(0)
}

fn upload(id: &PersonId) -> String {
    format!("INSERT INTO metadata VALUES ('{id}', 't', 'beats', 1, 'id', 1, 2, '', 0, '')")
}

#[tokio::test]
async fn an_upload_that_is_on_its_way_is_kept_and_counted() {
    let Some(database) = TestDatabase::postgres().await else {
        return;
    };
    let store = open(&database).await;
    let id = someone(&store, "ada").await;
    let other = connect(&database).await;
    let upload = format!("BEGIN; {}", upload(&id));
    other.batch_execute(&upload).await.unwrap();
    let leaving = leave(&database, &store, &id).await;
    other.batch_execute("COMMIT").await.unwrap();
    assert_eq!(leaving.await.unwrap().unwrap(), 1);
    assert_eq!(count(&database, "metadata").await, "1");
}

#[tokio::test]
async fn what_lets_them_in_goes_though_it_is_being_written() {
    for writing in [
        "UPDATE login_codes SET used_at = 1, session_id = 's';
         INSERT INTO sessions VALUES ('ID', '', 0, 9, 's', NULL, 0)",
        "INSERT INTO login_codes VALUES ('ID', '', 'c', 'uri', 0, 9, NULL, NULL)",
    ] {
        let Some(database) = TestDatabase::postgres().await else {
            return;
        };
        let store = open(&database).await;
        // Known by the user id alone, by which they are still found when they have left.
        let ada = store.identify(&profile(None, "ada"), at(0)).await.unwrap();
        let code = NewLoginCode {
            code_hash: [7; 32],
            challenge: "challenge".to_owned(),
            redirect_uri: "uri".to_owned(),
            created_at: at(0),
            expires_at: at(60),
        };
        store
            .record_login(&ada.id, login(token("1", at(0)), code))
            .await
            .unwrap();
        database.execute(&upload(&ada.id)).await;
        let other = connect(&database).await;
        let writing = writing.replace("ID", ada.id.as_str());
        let begun = format!("BEGIN; {writing}");
        other.batch_execute(&begun).await.unwrap();
        let leaving = leave(&database, &store, &ada.id).await;
        other.batch_execute("COMMIT").await.unwrap();
        assert_eq!(leaving.await.unwrap().unwrap(), 1, "{writing}");
        for table in ["sessions", "login_codes", "tokens"] {
            assert_eq!(count(&database, table).await, "0", "{table}: {writing}");
        }
    }
}

#[tokio::test]
async fn two_that_wait_for_each_other_are_no_failure() {
    let Some(database) = TestDatabase::postgres().await else {
        return;
    };
    let store = open(&database).await;
    let id = someone(&store, "ada").await;
    store
        .record_login(&id, login(token("1", at(0)), session(1, at(0))))
        .await
        .unwrap();
    database.execute(&upload(&id)).await;
    let other = connect(&database).await;
    // The server ends the one that has waited for a second, which is not this.
    let begun = "SET deadlock_timeout = '20s'; BEGIN; UPDATE sessions SET last_used_at = 1";
    other.batch_execute(begun).await.unwrap();
    let leaving = leave(&database, &store, &id).await;
    let crossing = "UPDATE people SET updated_at = 1; COMMIT";
    other.batch_execute(crossing).await.unwrap();
    assert_eq!(leaving.await.unwrap().unwrap(), 1);
    assert_eq!(count(&database, "sessions").await, "0");
}

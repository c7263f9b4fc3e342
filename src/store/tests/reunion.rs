//! People whom an import met before they told who they are: they left, but for their uploads, or never
//! were here under that name.

use chrono::TimeDelta;
use futures_util::future::join_all;

use super::{at, login, on_each, open, profile, session, someone, token, without_end};
use crate::store::testing::TestDatabase;
use crate::store::{MetadataKey, NewMetadata, PageOf, PersonId, Store};

fn key(track_id: &str) -> MetadataKey {
    MetadataKey {
        track_id: track_id.to_owned(),
        kind: "beats".to_owned(),
    }
}

/// An upload of that second, which is its version too.
fn upload(track_id: &str, second: i32) -> NewMetadata {
    NewMetadata {
        key: key(track_id),
        version: second,
        content: format!("{{\"second\":{second}}}").into(),
        created_at: at(second.into()),
    }
}

/// Somebody who has uploaded at these seconds, and has left.
async fn left(store: &Store, seconds: &[i32]) -> PersonId {
    let id = someone(store, "ada").await;
    for second in seconds {
        let new = upload("both", *second);
        store.insert_metadata(&id, new).await.unwrap();
    }
    store.forget(&id, false).await.unwrap();
    id
}

/// What an import makes of uploads of these seconds.
async fn import(store: &Store, track_id: &str, seconds: &[i32]) -> PersonId {
    let id = store.ensure_person("ada", at(20)).await.unwrap();
    let history = seconds.iter().map(|second| upload(track_id, *second));
    store
        .add_history(&id, &key(track_id), history.collect())
        .await
        .unwrap();
    id
}

/// The ids and versions of a history, the newest first.
async fn history(store: &Store, id: &PersonId, track_id: &str) -> Vec<(String, i32)> {
    let page = PageOf {
        after: None,
        first: 100,
        with_content: true,
    };
    let key = key(track_id);
    let found = store
        .histories(id, std::slice::from_ref(&key), page, &without_end())
        .await
        .unwrap()
        .remove(&key);
    let uploads = found.unwrap_or_default().uploads;
    let uploads = uploads.iter().map(|upload| {
        let content = upload.content.as_ref().unwrap();
        let expected = format!("{{\"second\":{}}}", upload.version);
        assert_eq!(content, expected.as_bytes());
        assert_eq!(upload.created_at, at(upload.version.into()));
        (upload.id.clone(), upload.version)
    });
    uploads.collect()
}

#[tokio::test]
async fn what_was_imported_for_who_had_left_is_theirs_when_they_come_back() {
    on_each(async |database, store| {
        let ada = left(&store, &[0, 10]).await;
        let here = history(&store, &ada, "both").await;
        let twin = import(&store, "both", &[-5, 5, 10, 15, 18]).await;
        import(&store, "imported", &[1, 2, 3]).await;
        assert_ne!(twin, ada);
        let imported = history(&store, &twin, "both").await;
        let alone = history(&store, &twin, "imported").await;
        let stored = store.put_missing_token(&twin, token("1", at(20))).await;
        assert!(stored.unwrap());
        let given = login(token("2", at(20)), session(1, at(20)));
        store.record_login(&twin, given).await.unwrap();

        let told = profile(Some("ada"), "ada");
        let back = store.identify(&told, at(30)).await.unwrap();
        assert_eq!(back.id, ada);
        assert_eq!(store.person(&ada).await.unwrap(), Some(back));
        let together = history(&store, &ada, "both").await;
        let versions: Vec<i32> = together.iter().map(|(_, version)| *version).collect();
        assert_eq!(versions, [18, 15, 10, 0, 5, -5]);
        for (upload, _) in &here {
            assert!(together.iter().any(|(id, _)| id == upload));
        }
        for (upload, version) in &imported {
            let moved = together.iter().any(|(id, _)| id == upload);
            assert_eq!(moved, *version != 10, "{version}: it is there once");
        }
        assert_eq!(history(&store, &ada, "imported").await, alone);

        for (table, expected) in [
            ("people", 1),
            ("metadata", 9),
            ("tokens", 0),
            ("sessions", 0),
        ] {
            let rows = format!("SELECT person_id AS line FROM {table}");
            let rows = database.lines(&rows).await;
            assert_eq!(rows, vec![ada.as_str(); expected], "{table}");
        }
        let next = store
            .insert_metadata(&ada, upload("both", 40))
            .await
            .unwrap();
        assert_eq!(history(&store, &ada, "both").await[0].0, next.id);
    })
    .await;
}

#[tokio::test]
async fn what_is_older_than_all_that_is_there_changes_nothing_of_what_counts() {
    on_each(async |_, store| {
        let ada = left(&store, &[10]).await;
        import(&store, "both", &[1, 2]).await;
        let told = profile(Some("ada"), "ada");
        store.identify(&told, at(30)).await.unwrap();
        // Imported once more, and nothing is new.
        assert_eq!(import(&store, "both", &[1, 2]).await, ada);
        let versions = history(&store, &ada, "both").await;
        let versions: Vec<i32> = versions.into_iter().map(|(_, version)| version).collect();
        assert_eq!(versions, [10, 2, 1]);
    })
    .await;
}

#[tokio::test]
async fn a_user_id_that_another_account_had_is_no_reunion() {
    on_each(async |_, store| {
        let ada = someone(&store, "ada").await;
        store
            .insert_metadata(&ada, upload("both", 1))
            .await
            .unwrap();
        let bob = someone(&store, "bob").await;
        let renamed = profile(Some("bob"), "ada");
        assert_eq!(store.identify(&renamed, at(1)).await.unwrap().id, bob);
        assert_eq!(history(&store, &bob, "both").await, []);
        assert_eq!(history(&store, &ada, "both").await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn an_upload_whose_number_a_reunion_gives_away_starts_over() {
    let Some(database) = TestDatabase::postgres().await else {
        return;
    };
    let store = open(&database).await;
    let ada = someone(&store, "ada").await;
    // What a reunion does, with an upload in between that has its number and waits for the person's row. Who
    // waits for that long looks for a deadlock, and is ended by it: that is to be the upload.
    let reunion = "DO $$ BEGIN
        SET LOCAL deadlock_timeout = '1min';
        PERFORM FROM people FOR UPDATE;
        WHILE NOT EXISTS (
            SELECT FROM pg_locks WHERE NOT granted AND transactionid = pg_current_xact_id()::xid
        ) LOOP
            PERFORM pg_sleep(0.001);
        END LOOP;
        INSERT INTO metadata
            SELECT person_id, 'both', 'beats', 1, 'moved', 1, 0, '', 0, '' FROM people;
        END $$";
    let upload = async {
        let unlocked = "SELECT person_id AS line FROM people FOR UPDATE SKIP LOCKED";
        while !database.lines(unlocked).await.is_empty() {}
        store.insert_metadata(&ada, upload("both", 1)).await
    };
    let ((), upload) = tokio::join!(database.execute(reunion), upload);
    assert_eq!(upload.unwrap().seq, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_though_all_come_at_once() {
    on_each(async |database, store| {
        let other = open(database).await;
        let ada = left(&store, &[0]).await;
        let twin = import(&store, "both", &[-1, 1, 2]).await;
        let told = profile(Some("ada"), "ada");
        let come_back = (0..20).map(|n| {
            let instance = if n % 2 == 0 { &store } else { &other };
            instance.identify(&told, at(30) + TimeDelta::days(n))
        });
        let uploads = (50..60).map(|second| {
            let id = if second % 2 == 0 { &ada } else { &twin };
            other.insert_metadata(id, upload("both", second))
        });
        let (people, uploads) = tokio::join!(join_all(come_back), join_all(uploads));
        for person in people {
            assert_eq!(person.unwrap().id, ada);
        }
        // Who comes too late for the row that has gone is told so.
        let acknowledged = uploads.iter().filter(|upload| upload.is_ok()).count();
        assert_eq!(history(&store, &ada, "both").await.len(), 4 + acknowledged);
        let rows = database.lines("SELECT person_id AS line FROM people").await;
        assert_eq!(rows, [ada.as_str()]);
    })
    .await;
}

//! Metadata: the newest counts, the history stays, people are apart.

use std::collections::{HashMap, HashSet};

use bytes::Bytes;
use futures_util::future::join_all;

use super::{at, collections, on_each, open, someone};
use crate::store::{Error, Metadata, MetadataKey, NewMetadata, PersonId, Store};

pub(super) fn key(track_id: &str, kind: &str) -> MetadataKey {
    MetadataKey {
        track_id: track_id.to_owned(),
        kind: kind.to_owned(),
    }
}

pub(super) fn beats(track_id: &str, version: i32, content: impl Into<Bytes>) -> NewMetadata {
    NewMetadata {
        key: key(track_id, "beats"),
        version,
        content: content.into(),
        created_at: at(i64::from(version)),
    }
}

pub(super) async fn newest(store: &Store, id: &PersonId, track_id: &str) -> Option<Metadata> {
    let key = key(track_id, "beats");
    let keys = std::slice::from_ref(&key);
    let mut found = collections(store, id, keys).await.unwrap();
    found.remove(&key)
}

#[tokio::test]
async fn what_was_uploaded_is_read_back() {
    on_each(async |_, store| {
        let id = someone(&store, "ada").await;
        assert_eq!(newest(&store, &id, "t").await, None);
        let text = r#"{"b": [1e400, 0.1000, 12345678901234567890123], "a": "é\u0000\ud800"}"#;
        let stored = store
            .insert_metadata(&id, beats("t", 3, text))
            .await
            .unwrap();
        assert_eq!(stored.key, key("t", "beats"));
        assert_eq!(stored.version, 3);
        assert_eq!(stored.size_bytes, text.len() as i64);
        assert_eq!(
            stored.sha256,
            "18f2c2e9e53889992fc0d4f150fe9e6ab772ade6c8b549c4531d48956ea793b2"
        );
        assert_eq!(stored.created_at, at(3));
        assert_eq!(stored.content, None);
        let bare = store.newest_metadata(&id, &[key("t", "beats")]).await;
        assert_eq!(bare.unwrap()[&key("t", "beats")], stored);
        let whole = Metadata {
            content: Some(text.into()),
            ..stored
        };
        assert_eq!(newest(&store, &id, "t").await, Some(whole));
    })
    .await;
}

#[tokio::test]
async fn the_newest_is_the_last_committed_whatever_its_version_and_time() {
    on_each(async |database, store| {
        let id = someone(&store, "ada").await;
        for version in [7, -3, 5, i32::MAX, i32::MIN] {
            let text = format!(r#"{{"version":{version}}}"#);
            let stored = store
                .insert_metadata(&id, beats("t", version, text))
                .await
                .unwrap();
            assert_eq!(newest(&store, &id, "t").await.unwrap().id, stored.id);
        }
        let history = "SELECT seq || ' ' || version AS line FROM metadata ORDER BY seq";
        let history = database.lines(history).await;
        assert_eq!(
            history,
            ["1 7", "2 -3", "3 5", "4 2147483647", "5 -2147483648"]
        );
    })
    .await;
}

#[tokio::test]
async fn the_same_upload_again_makes_no_second_record() {
    on_each(async |database, store| {
        let id = someone(&store, "ada").await;
        let first = store
            .insert_metadata(&id, beats("t", 1, "{}"))
            .await
            .unwrap();
        let mut retry = beats("t", 1, "{}");
        retry.created_at = at(500);
        assert_eq!(store.insert_metadata(&id, retry).await.unwrap(), first);

        // Another version, another text, another type and another track are other uploads.
        let other_kind = NewMetadata {
            key: key("t", "chords"),
            ..beats("t", 1, "{}")
        };
        let mut ids = HashSet::from([first.id]);
        for new in [
            beats("t", 2, "{}"),
            beats("t", 2, "{ }"),
            other_kind,
            beats("u", 2, "{ }"),
            // The same as the first one, which is the newest no more.
            beats("t", 1, "{}"),
        ] {
            assert!(ids.insert(store.insert_metadata(&id, new).await.unwrap().id));
        }
        let count = "SELECT cast(count(*) AS text) AS line FROM metadata";
        assert_eq!(database.lines(count).await, ["6"]);
    })
    .await;
}

#[tokio::test]
async fn people_are_apart() {
    on_each(async |_, store| {
        let ada = someone(&store, "ada").await;
        let bob = someone(&store, "bob").await;
        let of_ada = store
            .insert_metadata(&ada, beats("t", 1, r#"{"of":"ada"}"#))
            .await
            .unwrap();
        assert_eq!(newest(&store, &bob, "t").await, None);
        let of_bob = store
            .insert_metadata(&bob, beats("t", 1, r#"{"of":"ada"}"#))
            .await
            .unwrap();
        assert_ne!(of_ada.id, of_bob.id);
        store
            .insert_metadata(&bob, beats("t", 2, r#"{"of":"bob"}"#))
            .await
            .unwrap();
        assert_eq!(newest(&store, &ada, "t").await.unwrap().id, of_ada.id);

        let nobody = PersonId::new();
        assert_eq!(newest(&store, &nobody, "t").await, None);
        let outcome = store.insert_metadata(&nobody, beats("t", 1, "{}")).await;
        assert!(matches!(outcome, Err(Error::NoPerson)), "{outcome:?}");
    })
    .await;
}

#[tokio::test]
async fn thousands_of_keys_are_one_query() {
    on_each(async |database, store| {
        let id = someone(&store, "ada").await;
        let bob = someone(&store, "bob").await;
        store
            .insert_metadata(&bob, beats("track 1", 9, "{}"))
            .await
            .unwrap();
        for n in 0..30 {
            for version in 1..=3 {
                let text = format!(r#"{{"n":{n},"version":{version}}}"#);
                let new = beats(&format!("track {n}"), version, text);
                store.insert_metadata(&id, new).await.unwrap();
            }
        }
        let chords = NewMetadata {
            key: key("track 1", "chords"),
            ..beats("track 1", 1, "{}")
        };
        store.insert_metadata(&id, chords).await.unwrap();
        database.execute("ANALYZE").await;

        // More than SQLite has binds, twice over; each key twice.
        let keys = (0..40_000).chain(0..40_000);
        let keys = keys
            .map(|n| key(&format!("track {n}"), "beats"))
            .collect::<Vec<_>>();
        for with_content in [false, true] {
            let before = store.statement_count();
            let found = if with_content {
                collections(&store, &id, &keys).await
            } else {
                store.newest_metadata(&id, &keys).await
            };
            let found = found.unwrap();
            assert_eq!(store.statement_count() - before, 1);
            assert_eq!(found.len(), 30);
            for (n, key) in keys.iter().take(30).enumerate() {
                let record = &found[key];
                assert_eq!((record.version, &record.key), (3, key));
                let text = format!(r#"{{"n":{n},"version":3}}"#);
                let text = with_content.then(|| Bytes::from(text));
                assert_eq!(record.content, text);
            }
        }

        // A track of one key and a type of another are no key of their own.
        let keys = [key("track 1", "beats"), key("track 2", "chords")];
        let found = store.newest_metadata(&id, &keys).await.unwrap();
        assert_eq!(found.keys().collect::<Vec<_>>(), [&keys[0]]);

        let before = store.statement_count();
        let none = collections(&store, &id, &[]).await.unwrap();
        assert_eq!(none, HashMap::new());
        assert_eq!(store.statement_count(), before);
    })
    .await;
}

#[tokio::test]
async fn keys_of_any_text_are_told_apart() {
    on_each(async |_, store| {
        let id = someone(&store, "ada").await;
        let tracks = [
            "spotify:local:A:B:C%20%22:1",
            "4uLU6hMCjMI75M1A2tKUQC",
            "4uLU6hMCjMI75M1A2tKUQc",
            "'; drop table metadata; --",
            "{1,2}",
            "[\"x\"]",
            "\\",
            "\"",
            "日本語 ✨",
            "NULL",
            " ",
        ];
        for (version, track) in (0..).zip(tracks) {
            store
                .insert_metadata(&id, beats(track, version, "{}"))
                .await
                .unwrap();
        }
        let keys = tracks.map(|track| key(track, "beats"));
        let found = store.newest_metadata(&id, &keys).await.unwrap();
        for (version, key) in (0..).zip(&keys) {
            assert_eq!(found[key].version, version, "{key:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_key_that_cannot_be_stored_has_no_record() {
    on_each(async |_, store| {
        let id = someone(&store, "ada").await;
        let outcome = store.insert_metadata(&id, beats("a\0b", 1, "{}")).await;
        assert!(matches!(outcome, Err(Error::Other(_))), "{outcome:?}");
        store
            .insert_metadata(&id, beats("a", 1, "{}"))
            .await
            .unwrap();
        let keys = [key("a", "beats"), key("a\0b", "beats"), key("a", "\0")];
        let found = collections(&store, &id, &keys).await.unwrap();
        assert_eq!(found.keys().collect::<Vec<_>>(), [&keys[0]]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn uploads_of_one_key_at_once_are_all_kept() {
    on_each(async |database, store| {
        let other = open(database).await;
        let id = someone(&store, "ada").await;
        let calls = (0..50).map(|n| {
            let instance = if n % 2 == 0 { &store } else { &other };
            instance.insert_metadata(&id, beats("t", n, format!(r#"{{"n":{n}}}"#)))
        });
        let stored = join_all(calls).await;
        let ids = stored.iter().map(|outcome| &outcome.as_ref().unwrap().id);
        assert_eq!(ids.collect::<HashSet<_>>().len(), 50);
        let history = "SELECT cast(seq AS text) AS line FROM metadata ORDER BY seq";
        let expected = (1..=50).map(|n| n.to_string()).collect::<Vec<_>>();
        assert_eq!(database.lines(history).await, expected);
        let last = "SELECT id AS line FROM metadata ORDER BY seq DESC LIMIT 1";
        let newest = newest(&store, &id, "t").await.unwrap();
        assert_eq!(database.lines(last).await, [newest.id]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_upload_many_times_at_once_is_one_record() {
    on_each(async |database, store| {
        let other = open(database).await;
        let id = someone(&store, "ada").await;
        let calls = (0..50).map(|n| {
            let instance = if n % 2 == 0 { &store } else { &other };
            instance.insert_metadata(&id, beats("t", 1, "{}"))
        });
        let stored = join_all(calls).await;
        let first = stored[0].as_ref().unwrap();
        for outcome in &stored {
            assert_eq!(outcome.as_ref().unwrap(), first);
        }
        let ids = database.lines("SELECT id AS line FROM metadata").await;
        assert_eq!(ids, [first.id.as_str()]);
    })
    .await;
}

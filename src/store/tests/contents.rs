//! Contents: they come back as they were, and no more of them than the budget has.

use bytes::Bytes;
use proptest::prelude::*;
use proptest::strategy::ValueTree;

use super::metadata::{beats, key, newest};
use super::{collections, on_each, someone, without_end};
use crate::store::{AnswerMemory, Budget, Error, Metadata, PageOf, UploadPage};

#[tokio::test]
async fn megabytes_come_back_as_they_were() {
    on_each(async |_, store| {
        let id = someone(&store, "ada").await;
        // Numbers without end do not compress away.
        let mut text = String::from("[");
        let mut state = 1_u64;
        while text.len() < 8 * 1024 * 1024 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            text.push_str(&format!("{state},"));
        }
        text.push_str("0]");
        let text = Bytes::from(text);
        store
            .insert_metadata(&id, beats("t", 1, text.clone()))
            .await
            .unwrap();
        assert!(newest(&store, &id, "t").await.unwrap().content == Some(text));
    })
    .await;
}

#[tokio::test]
async fn a_damaged_content_is_told_and_harms_nothing_else() {
    on_each(async |database, store| {
        let id = someone(&store, "ada").await;
        let bad = store.insert_metadata(&id, beats("t", 1, "{}")).await.unwrap();
        let good = store.insert_metadata(&id, beats("u", 1, "{}")).await.unwrap();
        let keys = [key("t", "beats"), key("u", "beats")];
        for damage in [
            "UPDATE metadata SET content = sha256 WHERE track_id = 't'",
            "UPDATE metadata SET content = (SELECT m.content FROM metadata m WHERE m.track_id = 'u'), size_bytes = 1 WHERE track_id = 't'",
        ] {
            database.execute(damage).await;
            let found = collections(&store, &id, &keys).await.unwrap();
            assert_eq!((&found[&keys[0]].id, &found[&keys[0]].content), (&bad.id, &None));
            assert_eq!(found[&keys[1]].id, good.id);
            assert_eq!(found[&keys[1]].content, Some("{}".into()));
            let outcome = store.upload(&id, &bad.id, &without_end()).await;
            assert!(matches!(outcome, Err(Error::Corrupt(_))), "{outcome:?}");
        }
        let bare = store.newest_metadata(&id, &keys).await.unwrap();
        assert_eq!(bare.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn what_is_more_than_the_budget_is_not_even_unpacked() {
    on_each(async |database, store| {
        let id = someone(&store, "ada").await;
        for version in 1..=3 {
            let new = beats("t", version, "x".repeat(100));
            store.insert_metadata(&id, new).await.unwrap();
        }
        let key = key("t", "beats");
        let budget = Budget::new(300, false, AnswerMemory::new(1000, 1000));
        let history = async |first| {
            let page = PageOf {
                after: None,
                first,
                with_content: true,
            };
            let keys = std::slice::from_ref(&key);
            let mut found = store.histories(&id, keys, page, &budget).await?;
            Ok::<_, Error>(found.remove(&key).unwrap())
        };
        // What only tells that there are more costs nothing.
        let UploadPage { uploads, has_more } = history(1).await.unwrap();
        assert_eq!((uploads.len(), has_more), (1, true));
        // Whatever is looked at from now on is found to be damaged.
        database
            .execute("UPDATE metadata SET content = sha256")
            .await;
        let expected = "the collections asked for have 400 bytes together, and 300 are the most";
        assert_eq!(history(3).await.unwrap_err().to_string(), expected);
        let damaged = history(2).await.unwrap();
        assert!(
            damaged
                .uploads
                .iter()
                .all(|upload| upload.content.is_none())
        );
        let page = PageOf {
            after: None,
            first: 1,
            with_content: true,
        };
        let upload = store.upload(&id, &uploads[0].id, &budget);
        for refused in [
            history(1).await.unwrap_err(),
            store.uploads(&id, None, page, &budget).await.unwrap_err(),
            upload.await.unwrap_err(),
        ] {
            assert_eq!(refused.to_string(), expected);
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_long_is_read_together_once_all_is_found_to_fit() {
    on_each(async |_, store| {
        let id = someone(&store, "ada").await;
        let lengths = [("a", 400), ("b", 20), ("c", 400), ("d", 400)];
        for (track, length) in lengths {
            let new = beats(track, 1, "x".repeat(length));
            store.insert_metadata(&id, new).await.unwrap();
        }
        let keys = lengths.map(|(track, _)| key(track, "beats"));
        let budget = |max| Budget::new(max, false, AnswerMemory::new(10_000, 10_000));
        let page = || PageOf {
            after: None,
            first: 4,
            with_content: true,
        };
        // How many statements, and the lengths of what was read.
        let list = async |max| {
            let before = store.statement_count();
            let read = store.uploads(&id, None, page(), &budget(max)).await;
            let read = read.map(|page| page.uploads.iter().map(|row| (**row).clone()).collect());
            (store.statement_count() - before, read)
        };
        let newest = async |max, known: &[&str]| {
            let before = store.statement_count();
            let known = known.iter().map(|id| (*id).to_owned()).collect();
            let budget = budget(max);
            let read = store.newest_unknown_metadata(&id, &keys, known, &budget);
            let read = read.await.map(|read| read.into_values().collect());
            (store.statement_count() - before, read)
        };
        let lengths = |read: Result<Vec<Metadata>, Error>| {
            let read = read.unwrap().into_iter();
            let mut lengths: Vec<_> = read
                .map(|row| row.content.map_or(0, |content| content.len()))
                .collect();
            lengths.sort_unstable();
            lengths
        };
        let (statements, read) = list(2000).await;
        assert_eq!((statements, lengths(read)), (1, vec![20, 400, 400, 400]));
        let (statements, read) = list(1900).await;
        assert_eq!((statements, lengths(read)), (2, vec![20, 400, 400, 400]));
        let (statements, read) = newest(1600, &[]).await;
        assert_eq!((statements, lengths(read)), (1, vec![20, 400, 400, 400]));
        let (statements, read) = newest(1300, &[]).await;
        assert_eq!((statements, lengths(read)), (2, vec![20, 400, 400, 400]));
        let long = store.newest_metadata(&id, &keys[..1]).await.unwrap();
        let long = &long[&keys[0]].id;
        let (statements, read) = newest(1300, &[long]).await;
        assert_eq!((statements, lengths(read)), (2, vec![0, 20, 400, 400]));
        for (statements, refused) in [list(1219).await, newest(1219, &[]).await] {
            assert_eq!(statements, 1);
            assert!(matches!(refused, Err(Error::TooMuch { found: 1220, .. })));
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_deleted_before_it_is_read_is_as_if_it_had_not_been_there() {
    on_each(async |_, store| {
        let id = someone(&store, "ada").await;
        let tracks = ["a", "b", "c"];
        for track in tracks {
            let new = beats(track, 1, track);
            store.insert_metadata(&id, new).await.unwrap();
        }
        let keys = tracks.map(|track| key(track, "beats"));
        let mut found = store.newest_metadata(&id, &keys).await.unwrap();
        let rows: Vec<_> = keys.iter().filter_map(|key| found.remove(key)).collect();
        store.delete_upload(&id, &rows[1].id).await.unwrap();
        let known = rows[2].id.clone();
        let rows = rows.into_iter().map(|row| (row, None)).collect();
        let budget = without_end();
        let read = store.read_contents(rows, |row| row.id != known, &id, &budget);
        let read = read.await.unwrap().into_iter();
        let read: Vec<_> = read.map(|row| (row.key.track_id, row.content)).collect();
        let expected = [("a".to_owned(), Some("a".into())), ("c".to_owned(), None)];
        assert_eq!(read, expected);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn there_is_a_newest_though_others_are_deleted_while_it_is_read() {
    on_each(async |_, store| {
        let id = someone(&store, "ada").await;
        let first = store.insert_metadata(&id, beats("t", 1, "{}")).await;
        first.unwrap();
        let come_and_go = async {
            for version in 2..=100 {
                let new = beats("t", version, "x".repeat(400));
                let upload = store.insert_metadata(&id, new).await.unwrap();
                store.delete_upload(&id, &upload.id).await.unwrap();
            }
        };
        // So many that those are long.
        let mut keys = vec![key("t", "beats")];
        keys.extend((0..50).map(|n| key(&format!("nothing {n}"), "beats")));
        let read = async {
            for _ in 0..100 {
                let budget = Budget::new(20_000, false, AnswerMemory::new(20_000, 20_000));
                let read = store.newest_unknown_metadata(&id, &keys, Vec::new(), &budget);
                assert!(read.await.unwrap()[&keys[0]].content.is_some());
            }
        };
        tokio::join!(come_and_go, read);
    })
    .await;
}

#[tokio::test]
async fn any_bytes_come_back_as_they_were() {
    on_each(async |_, store| {
        let id = someone(&store, "ada").await;
        let strategy = proptest::collection::vec(any::<u8>(), 0..10_000);
        let mut runner = proptest::test_runner::TestRunner::deterministic();
        for version in 0..64 {
            let bytes = strategy.new_tree(&mut runner).unwrap().current();
            store
                .insert_metadata(&id, beats("t", version, bytes.clone()))
                .await
                .unwrap();
            let read = newest(&store, &id, "t").await.unwrap();
            assert_eq!(read.content.as_deref(), Some(&bytes[..]));
        }
    })
    .await;
}

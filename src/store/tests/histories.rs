//! Histories: many at once, each as if it had been asked for alone.

use std::collections::{BTreeMap, HashMap};

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::metadata::{beats, key};
use super::{on_each, someone, without_end};
use crate::store::{MetadataKey, PageOf, PersonId, Store, UploadPage};

const TRACKS: [&str; 5] = ["a", "b", "é", "none", "\0"];

fn keys() -> Vec<MetadataKey> {
    TRACKS.map(|track| key(track, "beats")).to_vec()
}

async fn pages(
    store: &Store,
    id: &PersonId,
    page: PageOf<i64>,
) -> HashMap<MetadataKey, UploadPage> {
    let before = store.statement_count();
    let found = store.histories(id, &keys(), page, &without_end()).await;
    assert_eq!(store.statement_count() - before, 1);
    found.unwrap()
}

/// The versions on a page, and whether there are more.
fn shape(page: Option<&UploadPage>) -> (Vec<i32>, bool) {
    let page = page.cloned().unwrap_or_default();
    let versions = page.uploads.iter().map(|upload| upload.version);
    (versions.collect(), page.has_more)
}

#[tokio::test]
async fn each_history_has_its_own_page() {
    on_each(async |_, store| {
        let (id, other) = (
            someone(&store, "ada").await,
            someone(&store, "minseo").await,
        );
        let uploads = proptest::collection::vec((0..3usize, any::<bool>()), 0..40);
        let uploads = uploads.new_tree(&mut TestRunner::deterministic()).unwrap();
        let mut expected: BTreeMap<&str, Vec<(i64, i32)>> = BTreeMap::new();
        for (version, (track, is_deleted)) in (1..).zip(uploads.current()) {
            let track = TRACKS[track];
            let new = |version| beats(track, version, format!("{version}"));
            store.insert_metadata(&other, new(-version)).await.unwrap();
            let stored = store.insert_metadata(&id, new(version)).await.unwrap();
            if is_deleted {
                store.delete_upload(&id, &stored.id).await.unwrap();
            } else {
                let history = expected.entry(track).or_default();
                history.insert(0, (stored.seq, version));
            }
        }
        let counts = store.count_histories(&id, &keys()).await.unwrap();
        for (first, after) in [0, 1, 2, 5, 100].into_iter().flat_map(|first| {
            [None, Some(i64::MIN), Some(0), Some(3), Some(i64::MAX)].map(|after| (first, after))
        }) {
            let page = PageOf {
                after,
                first,
                with_content: true,
            };
            let found = pages(&store, &id, page).await;
            for track in TRACKS {
                let key = key(track, "beats");
                let history = expected.get(track).map_or(&[][..], Vec::as_slice);
                let rest = history
                    .iter()
                    .filter(|(seq, _)| after.is_none_or(|after| *seq < after));
                let rest: Vec<i32> = rest.map(|(_, version)| *version).collect();
                let (first, length) = (first as usize, rest.len());
                let expected = (rest.into_iter().take(first).collect(), length > first);
                assert_eq!(
                    shape(found.get(&key)),
                    expected,
                    "{track} {first} {after:?}"
                );
                let count = counts.get(&key).copied().unwrap_or(0);
                assert_eq!(count, history.len() as i64);
                for upload in found.get(&key).into_iter().flat_map(|page| &page.uploads) {
                    assert_eq!(upload.key, key);
                    let content = upload.content.as_deref().unwrap();
                    assert_eq!(content, upload.version.to_string().as_bytes());
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_page_without_contents_reads_none() {
    on_each(async |_, store| {
        let id = someone(&store, "ada").await;
        store
            .insert_metadata(&id, beats("a", 1, "{}"))
            .await
            .unwrap();
        let page = PageOf {
            after: None,
            first: 1,
            with_content: false,
        };
        let found = pages(&store, &id, page).await;
        assert_eq!(found.len(), 1);
        assert_eq!(found[&key("a", "beats")].uploads[0].content, None);
    })
    .await;
}

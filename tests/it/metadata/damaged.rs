//! What is damaged in the database is missing by itself.

use lockstep_api::config::Cache;
use lockstep_api::simulator::data;
use serde_json::{Value, json};

use crate::support::TestApp;

const SIZE: usize = 5000;

#[tokio::test]
async fn a_damaged_collection_takes_no_other_track_with_it() {
    for cache in [Cache::OFF, Cache::default()] {
        let app = TestApp::with(|setup| {
            // Three have room, and no fourth.
            setup.config.limits.answer_bytes = 4 * SIZE as u64 - 1;
            setup.config.cache = cache;
        })
        .await;
        let ada = app.bearer(data::ADA);
        let playlist = data::playlist_id(1000);
        let tracks = app.spotify.playlist(&playlist).track_ids();
        let tracks: Vec<&String> = tracks[..3].iter().flatten().collect();
        let collection = |version: i64| {
            let text = "x".repeat(SIZE - r#"{"of":0,"text":""}"#.len());
            json!({ "of": version, "text": text })
        };
        let page = format!(
            "{{ playlist(id: \"{playlist}\") {{ tracks(first: 3) {{ nodes {{ ... on Track {{
                metadata {{ version collection }} }} }} }} }} }}"
        );
        ada.upload(tracks[1], "beats", 1, collection(1))
            .await
            .data();
        // What may be kept of it is not to stand for the next.
        ada.query(&page).await.data();
        for (track, version) in [(tracks[0], 2), (tracks[2], 3), (tracks[1], 4)] {
            let uploaded = ada
                .upload(track, "beats", version, collection(version))
                .await;
            assert_eq!(uploaded.uploaded()["sizeBytes"], SIZE);
        }
        app.execute("UPDATE metadata SET content = sha256 WHERE version = 4")
            .await;

        for _ in 0..2 {
            let answer = ada.query(&page).await;
            let whole = |version| json!({ "metadata": { "version": version, "collection": collection(version) } });
            let nodes = json!([whole(2), { "metadata": null }, whole(3)]);
            assert_eq!(answer.partial_data()["playlist"]["tracks"]["nodes"], nodes);
            assert_eq!(answer.code(), "INTERNAL_SERVER_ERROR");
            let path = json!(["playlist", "tracks", "nodes", 1, "metadata", "collection"]);
            assert_eq!(answer.error()["path"], path);
        }

        // A page of uploads has no place for one without its collection. The error tells which it is.
        let mine = "{ me { id metadata(first: 3) { nodes { version collection } } } }";
        let answer = ada.query(mine).await;
        let me = json!({ "id": data::ADA, "metadata": null });
        assert_eq!(answer.partial_data()["me"], me);
        assert_eq!(answer.code(), "INTERNAL_SERVER_ERROR");
        let path = json!(["me", "metadata", "nodes", 0, "collection"]);
        assert_eq!(answer.error()["path"], path);
        let bare = mine.replace("collection", "sizeBytes");
        let nodes = ada.query(&bare).await.data()["me"]["metadata"]["nodes"].clone();
        let versions = nodes.as_array().unwrap().iter();
        let versions: Vec<&Value> = versions.map(|node| &node["version"]).collect();
        assert_eq!(versions, [4, 3, 2]);
    }
}

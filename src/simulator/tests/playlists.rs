//! Reading playlists in development mode.

use super::*;
use crate::simulator::data::{SIZES, playlist_id};

impl Rig {
    /// The track ids of a playlist, read by following `next`.
    async fn walk(&self, path: &str) -> Vec<Option<String>> {
        let mut ids = Vec::new();
        let mut next = Some(path.to_owned());
        while let Some(path) = next {
            let page = self.get(&path).await.json();
            for entry in page["items"].as_array().unwrap() {
                let item = entry.get("item").or(entry.get("track")).unwrap();
                ids.push(item["id"].as_str().map(str::to_owned));
            }
            next = page["next"]
                .as_str()
                .map(|link| link.strip_prefix(self.spotify.url()).unwrap().to_owned());
        }
        ids
    }
}

#[tokio::test]
async fn every_size_can_be_walked() {
    let rig = Rig::new();
    for size in SIZES.into_iter().filter(|size| *size <= 1000) {
        let id = playlist_id(size);
        let walked = rig
            .walk(&format!("/v1/playlists/{id}/items?limit=50"))
            .await;
        assert_eq!(walked, rig.spotify.playlist(&id).track_ids());
        assert_eq!(walked.len(), size as usize);
    }
}

#[tokio::test]
async fn a_playlist_has_its_first_page() {
    let rig = Rig::new();
    let body = rig
        .get(&format!("/v1/playlists/{}", playlist_id(101)))
        .await
        .json();
    assert_eq!(body["items"]["total"], 101);
    assert_eq!(body["items"]["items"].as_array().unwrap().len(), 50);
    assert!(
        body["items"]["next"]
            .as_str()
            .unwrap()
            .ends_with("/items?offset=50&limit=50")
    );
    assert_eq!(
        body["description"],
        "https:&#x2F;&#x2F;example.org&#x2F;nights?a=1&amp;b=2"
    );
    assert_eq!(body["owner"]["display_name"], "Ada Lindqvist");
    assert!(body.get("tracks").is_none());

    let entry = &body["items"]["items"][0];
    assert!(entry.get("track").is_none());
    assert_eq!(entry["added_by"]["id"], data::ADA);
    let track = &entry["item"];
    assert_eq!(
        track["uri"],
        format!("spotify:track:{}", track["id"].as_str().unwrap())
    );
    assert_eq!(track["type"], "track");
    assert_eq!(track["album"]["images"][0]["width"], 640);
    for gone in [
        "available_markets",
        "popularity",
        "external_ids",
        "linked_from",
    ] {
        assert!(track.get(gone).is_none(), "{gone}");
    }
}

#[tokio::test]
async fn fields_are_filtered() {
    let rig = Rig::new();
    let id = playlist_id(50);
    let page = rig
        .get(&format!(
            "/v1/playlists/{id}/items?limit=2&fields=total,next,items(item(id,album.name))"
        ))
        .await
        .json();
    assert_eq!(page.as_object().unwrap().len(), 3);
    assert!(
        page["next"]
            .as_str()
            .unwrap()
            .contains("&fields=total%2Cnext%2Citems")
    );
    let entry = &page["items"][0];
    assert_eq!(entry.as_object().unwrap().len(), 1);
    assert_eq!(entry["item"].as_object().unwrap().len(), 2);
    assert_eq!(entry["item"]["album"].as_object().unwrap().len(), 1);

    let body = rig
        .get(&format!("/v1/playlists/{id}?fields=id,items.total"))
        .await
        .json();
    assert_eq!(
        body,
        serde_json::json!({ "id": id, "items": { "total": 50 } })
    );
    let bad = rig
        .get(&format!("/v1/playlists/{id}?fields=id,items(total"))
        .await;
    assert_eq!(bad.error(), (400, "Invalid fields".to_owned()));
}

#[tokio::test]
async fn playlists_of_others_come_without_items() {
    let rig = Rig::new();
    let body = rig
        .get(&format!("/v1/playlists/{}", data::FOLLOWED))
        .await
        .json();
    assert_eq!(body["name"], "ليالي الدار البيضاء");
    assert!(body.get("items").is_none() && body.get("tracks").is_none());
    let refused = rig
        .get(&format!("/v1/playlists/{}/items", data::FOLLOWED))
        .await;
    assert_eq!(refused.error(), (403, "Forbidden".to_owned()));
    // On this one Ada collaborates.
    let shared = rig
        .get(&format!("/v1/playlists/{}/items", data::SHARED))
        .await;
    assert_eq!(shared.json()["total"], 64);
}

#[tokio::test]
async fn bad_ids_and_unknown_things() {
    let rig = Rig::new();
    for suffix in ["", "/items"] {
        let unknown = rig
            .get(&format!("/v1/playlists/{}{suffix}", data::UNKNOWN))
            .await;
        assert_eq!(unknown.error(), (404, "Resource not found".to_owned()));
        for bad in ["nonsense", "0Playlist000000000100%3F", "%F0%9F%AA%A9"] {
            let refused = rig.get(&format!("/v1/playlists/{bad}{suffix}")).await;
            assert_eq!(refused.error(), (400, "Invalid base62 id".to_owned()));
        }
    }
    assert_eq!(
        rig.get("/v1/nothing").await.error(),
        (404, "Service not found".to_owned())
    );
    let posted = rig.post_form("/v1/me", &[]).await;
    assert_eq!(posted.error(), (405, "Method not allowed".to_owned()));
}

#[tokio::test]
async fn a_playlist_changes_under_way() {
    let rig = Rig::new();
    let id = playlist_id(100);
    let playlist = rig.spotify.playlist(&id);
    let before = playlist.track_ids();
    let first = rig
        .walk(&format!("/v1/playlists/{id}/items?limit=50"))
        .await;
    rig.spotify.edit_playlist(&id, |playlist| {
        playlist.remove(0, 10);
        playlist.insert(40, 3);
    });
    let second = rig
        .walk(&format!("/v1/playlists/{id}/items?limit=50"))
        .await;
    let changed = rig.spotify.playlist(&id);
    assert_ne!(changed.snapshot_id(), playlist.snapshot_id());
    assert_eq!(first, before);
    assert_eq!(second.len(), 93);
    assert_eq!(second[..40], before[10..50]);
    assert_eq!(second[43..], before[50..]);
    assert!(second[40..43].iter().all(|id| !before.contains(id)));
}

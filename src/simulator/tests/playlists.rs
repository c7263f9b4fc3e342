//! Reading playlists in development mode.

use super::*;
use crate::simulator::data::{Person, SIZES, playlist_id};

impl Bench {
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
async fn the_profile() {
    let bench = Bench::new();
    let me = bench.get("/v1/me").await;
    let body = me.json();
    let ada = Person::find(data::ADA).unwrap();
    assert_eq!(body["id"], data::ADA);
    assert_eq!(body["account_id"], ada.account_id);
    assert_eq!(body["display_name"], "Ada Lindqvist");
    assert_eq!(body["uri"], "spotify:user:ada.lindqvist");
    assert_eq!(
        body["external_urls"]["spotify"],
        "https://open.spotify.com/user/ada.lindqvist"
    );
    assert_eq!(body["type"], "user");
    assert!(body.get("email").is_none() && body.get("followers").is_none());
    let picture = body["images"][0]["url"].as_str().unwrap();
    let picture = bench
        .get(picture.strip_prefix(bench.spotify.url()).unwrap())
        .await;
    assert_eq!(picture.header("content-type"), Some("image/svg+xml"));
    assert!(picture.text.starts_with("<svg"));

    bench
        .spotify
        .configure(|options| options.with_account_id = false);
    assert!(bench.get("/v1/me").await.json().get("account_id").is_none());

    let bench = bench.become_person(data::JOERG, &ALL_SCOPES);
    let body = bench.get("/v1/me").await.json();
    assert_eq!(body["id"], "jörg weiß+1");
    assert_eq!(body["display_name"], Value::Null);
    assert_eq!(body["images"], serde_json::json!([]));
    assert_eq!(body["uri"], "spotify:user:j%C3%B6rg%20wei%C3%9F%2B1");
}

#[tokio::test]
async fn what_has_not_changed_is_not_sent_again() {
    let bench = Bench::new();
    let path = format!("/v1/playlists/{}", playlist_id(1));
    let first = bench.get(&path).await;
    let tag = first.header("etag").unwrap();
    let again = answer(bench.request(&path).header("if-none-match", tag))
        .await
        .unwrap();
    assert_eq!((again.status, again.text.as_str()), (304, ""));
    assert!(bench.spotify.requests()[1].conditional);

    bench
        .spotify
        .edit_playlist(&playlist_id(1), |playlist| playlist.insert(0, 1));
    let changed = answer(bench.request(&path).header("if-none-match", tag))
        .await
        .unwrap();
    assert_eq!(changed.status, 200);
    assert_ne!(changed.json()["snapshot_id"], first.json()["snapshot_id"]);
}

#[tokio::test]
async fn a_library_comes_in_pages() {
    let bench = Bench::new().become_person(data::MINSEO, &ALL_SCOPES);
    let mut ids = Vec::new();
    for (offset, len) in [(0, 50), (50, 50), (100, 23), (150, 0)] {
        let page = bench
            .get(&format!("/v1/me/playlists?limit=50&offset={offset}"))
            .await
            .json();
        assert_eq!(page["total"], 123);
        assert_eq!(page["offset"], offset);
        assert_eq!(page["limit"], 50);
        assert_eq!(page["previous"].is_null(), offset == 0);
        assert_eq!(page["next"].is_null(), offset >= 100);
        let items = page["items"].as_array().unwrap();
        assert_eq!(items.len(), len);
        ids.extend(
            items
                .iter()
                .map(|item| item["id"].as_str().unwrap().to_owned()),
        );
    }
    assert_eq!(ids, bench.spotify.library(data::MINSEO));
    assert_eq!(
        bench.get("/v1/me/playlists").await.json()["items"]
            .as_array()
            .unwrap()
            .len(),
        20
    );

    let first = &bench.get("/v1/me/playlists?limit=1&offset=5").await.json()["items"][0];
    assert_eq!(first["items"]["total"], 5);
    assert!(first["items"].get("items").is_none() && first.get("tracks").is_none());
}

#[tokio::test]
async fn limits_and_offsets_out_of_range_are_refused() {
    let bench = Bench::new();
    let items = format!("/v1/playlists/{}/items", playlist_id(100));
    for path in ["/v1/me/playlists", &items] {
        for limit in ["51", "0", "-1", "x", "99999999999"] {
            let answer = bench.get(&format!("{path}?limit={limit}")).await;
            assert_eq!(answer.error(), (400, "Invalid limit".to_owned()));
        }
        for offset in ["-1", "x", "99999999999"] {
            let answer = bench.get(&format!("{path}?offset={offset}")).await;
            assert_eq!(answer.error(), (400, "Invalid offset".to_owned()));
        }
    }
    assert_eq!(
        bench.get("/v1/me/playlists?offset=100000").await.status,
        200
    );
    assert_eq!(
        bench.get("/v1/me/playlists?offset=100001").await.status,
        400
    );
    assert_eq!(
        bench.get(&format!("{items}?offset=100001")).await.status,
        200
    );
}

#[tokio::test]
async fn scopes_decide_which_playlists_are_listed() {
    let listed = async |scopes: &[&str]| {
        let bench = Bench::new().become_person(data::ADA, scopes);
        bench.get("/v1/me/playlists?limit=50").await
    };
    let has = |answer: &Answer, id: &str| {
        let body = answer.json();
        body["items"]
            .as_array()
            .unwrap()
            .iter()
            .any(|item| item["id"] == id)
    };
    let both = listed(&ALL_SCOPES).await;
    assert!(
        has(&both, data::COLLABORATIVE) && has(&both, data::SHARED) && has(&both, data::FOLLOWED)
    );
    let private = listed(&["playlist-read-private"]).await;
    assert!(!has(&private, data::COLLABORATIVE) && !has(&private, data::SHARED));
    assert!(has(&private, data::FOLLOWED));
    assert_eq!(
        private.json()["total"],
        both.json()["total"].as_u64().unwrap() - 2
    );
    let none = listed(&["user-read-private"]).await;
    assert_eq!(none.error(), (403, "Insufficient client scope".to_owned()));
}

#[tokio::test]
async fn every_size_can_be_walked() {
    let bench = Bench::new();
    for size in SIZES.into_iter().filter(|size| *size <= 1000) {
        let id = playlist_id(size);
        let walked = bench
            .walk(&format!("/v1/playlists/{id}/items?limit=50"))
            .await;
        assert_eq!(walked, bench.spotify.playlist(&id).track_ids());
        assert_eq!(walked.len(), size as usize);
    }
}

#[tokio::test]
async fn a_playlist_has_its_first_page() {
    let bench = Bench::new();
    let body = bench
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
    let bench = Bench::new();
    let id = playlist_id(50);
    let page = bench
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

    let body = bench
        .get(&format!("/v1/playlists/{id}?fields=id,items.total"))
        .await
        .json();
    assert_eq!(
        body,
        serde_json::json!({ "id": id, "items": { "total": 50 } })
    );
    let bad = bench
        .get(&format!("/v1/playlists/{id}?fields=id,items(total"))
        .await;
    assert_eq!(bad.error(), (400, "Invalid fields".to_owned()));
}

#[tokio::test]
async fn playlists_of_others_come_without_items() {
    let bench = Bench::new();
    let body = bench
        .get(&format!("/v1/playlists/{}", data::FOLLOWED))
        .await
        .json();
    assert_eq!(body["name"], "ليالي الدار البيضاء");
    assert!(body.get("items").is_none() && body.get("tracks").is_none());
    let refused = bench
        .get(&format!("/v1/playlists/{}/items", data::FOLLOWED))
        .await;
    assert_eq!(refused.error(), (403, "Forbidden".to_owned()));
    // On this one Ada collaborates.
    let shared = bench
        .get(&format!("/v1/playlists/{}/items", data::SHARED))
        .await;
    assert_eq!(shared.json()["total"], 64);
}

#[tokio::test]
async fn bad_ids_and_unknown_things() {
    let bench = Bench::new();
    for suffix in ["", "/items"] {
        let unknown = bench
            .get(&format!("/v1/playlists/{}{suffix}", data::UNKNOWN))
            .await;
        assert_eq!(unknown.error(), (404, "Resource not found".to_owned()));
        for bad in ["nonsense", "0Playlist000000000100%3F", "%F0%9F%AA%A9"] {
            let refused = bench.get(&format!("/v1/playlists/{bad}{suffix}")).await;
            assert_eq!(refused.error(), (400, "Invalid base62 id".to_owned()));
        }
    }
    assert_eq!(
        bench.get("/v1/nothing").await.error(),
        (404, "Service not found".to_owned())
    );
    let posted = bench.post_form("/v1/me", &[]).await;
    assert_eq!(posted.error(), (405, "Method not allowed".to_owned()));
}

#[tokio::test]
async fn odd_entries_are_odd_in_the_way_they_say() {
    let bench = Bench::new();
    let mut entries = Vec::new();
    for offset in [0, 50] {
        let page = bench
            .get(&format!(
                "/v1/playlists/{}/items?limit=50&offset={offset}",
                data::ODD
            ))
            .await;
        entries.extend(page.json()["items"].as_array().unwrap().clone());
    }
    assert_eq!(entries.len(), data::odd_names().count() + 5);
    let odd = |name: &str| &entries[data::odd_position(name).unwrap()];

    assert_eq!(odd("episode")["item"]["type"], "episode");
    assert_eq!(
        odd("episode")["item"]["show"]["publisher"],
        "Offbeat Broadcasting"
    );
    assert!(odd("episode without show")["item"].get("show").is_none());
    let local = odd("local file");
    assert_eq!(local["is_local"], true);
    assert_eq!(local["item"]["id"], Value::Null);
    assert_eq!(
        local["item"]["uri"],
        "spotify:local:My+Band:Garage+Recordings:Demo+%233:187"
    );
    assert_eq!(odd("null item").get("item"), Some(&Value::Null));
    assert_eq!(odd("no item").get("item"), None);
    assert_eq!(odd("null entry"), &Value::Null);
    assert_eq!(odd("unknown type")["item"]["type"], "hologram");
    assert_eq!(odd("null added_at").get("added_at"), Some(&Value::Null));
    assert_eq!(odd("null added_by").get("added_by"), Some(&Value::Null));
    assert_eq!(
        odd("null image sizes")["item"]["album"]["images"][0]["width"],
        Value::Null
    );
    assert_eq!(odd("null artist")["item"]["artists"][0], Value::Null);
    assert_eq!(
        odd("artist without id")["item"]["artists"][0]["name"],
        "Somebody"
    );
    assert_eq!(odd("no album")["item"].get("album"), None);
    assert_eq!(
        odd("duration with a fraction")["item"]["duration_ms"].to_string(),
        "215000.5"
    );
    assert_eq!(odd("relinked")["item"]["linked_from"]["type"], "track");
    assert_eq!(odd("not playable")["item"]["is_playable"], false);
    assert!(odd("fields of the future")["reactions"].is_array());
    assert_eq!(odd("emoji")["item"]["name"], "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 🇦🇹");
    assert!(
        odd("control characters")["item"]["name"]
            .as_str()
            .unwrap()
            .contains('\0')
    );
    assert_eq!(
        odd("very long name")["item"]["name"]
            .as_str()
            .unwrap()
            .len(),
        10_000
    );

    let bare = bench
        .get(&format!("/v1/playlists/{}", data::BARE))
        .await
        .json();
    assert_eq!(bare.get("owner"), Some(&Value::Null));
    assert_eq!(bare.get("snapshot_id"), None);
    assert_eq!(bare["items"]["total"], 70);
}

#[tokio::test]
async fn paging_objects_may_lie() {
    let bench = Bench::new();
    let page = async |id: &str, offset: u32| {
        let path = format!("/v1/playlists/{id}/items?limit=50&offset={offset}");
        bench.get(&path).await.json()
    };
    let last = page(data::TOTAL_TOO_LARGE, 50).await;
    assert_eq!(
        (last["total"].as_u64(), last["next"].is_null()),
        (Some(130), true)
    );
    assert_eq!(last["items"].as_array().unwrap().len(), 20);
    let empty = page(data::TOTAL_TOO_LARGE, 100).await;
    assert_eq!(empty["items"], serde_json::json!([]));

    let first = page(data::TOTAL_TOO_SMALL, 0).await;
    assert_eq!(
        (first["total"].as_u64(), first["next"].is_null()),
        (Some(10), false)
    );

    let behind = page(data::ENDLESS, 5000).await;
    assert_eq!(behind["items"], serde_json::json!([]));
    assert!(behind["next"].is_string());
}

#[tokio::test]
async fn a_playlist_changes_under_way() {
    let bench = Bench::new();
    let id = playlist_id(100);
    let before = bench.spotify.playlist(&id).track_ids();
    let first = bench
        .walk(&format!("/v1/playlists/{id}/items?limit=50"))
        .await;
    bench.spotify.edit_playlist(&id, |playlist| {
        playlist.remove(0, 10);
        playlist.insert(40, 3);
    });
    let second = bench
        .walk(&format!("/v1/playlists/{id}/items?limit=50"))
        .await;
    assert_eq!(first, before);
    assert_eq!(second.len(), 93);
    assert_eq!(second[..40], before[10..50]);
    assert_eq!(second[43..], before[50..]);
    assert!(second[40..43].iter().all(|id| !before.contains(id)));
}

//! The profile and the library.

use super::*;
use crate::simulator::data::{Person, playlist_id};

#[tokio::test]
async fn the_profile() {
    let rig = Rig::new();
    let me = rig.get("/v1/me").await;
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
    let picture = rig
        .get(picture.strip_prefix(rig.spotify.url()).unwrap())
        .await;
    assert_eq!(picture.header("content-type"), Some("image/svg+xml"));
    assert!(picture.text.starts_with("<svg"));

    rig.spotify
        .configure(|options| options.with_account_id = false);
    assert!(rig.get("/v1/me").await.json().get("account_id").is_none());

    let rig = rig.become_person(data::JOERG, &ALL_SCOPES);
    let body = rig.get("/v1/me").await.json();
    assert_eq!(body["id"], "jörg weiß+1");
    assert_eq!(body["display_name"], Value::Null);
    assert_eq!(body["images"], serde_json::json!([]));
    assert_eq!(body["uri"], "spotify:user:j%C3%B6rg%20wei%C3%9F%2B1");
}

#[tokio::test]
async fn a_library_comes_in_pages() {
    let rig = Rig::new().become_person(data::MINSEO, &ALL_SCOPES);
    let mut ids = Vec::new();
    for (offset, len) in [(0, 50), (50, 50), (100, 23), (150, 0)] {
        let page = rig
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
    assert_eq!(ids, rig.spotify.library(data::MINSEO));
    assert_eq!(
        rig.get("/v1/me/playlists").await.json()["items"]
            .as_array()
            .unwrap()
            .len(),
        20
    );

    let first = &rig.get("/v1/me/playlists?limit=1&offset=5").await.json()["items"][0];
    assert_eq!(first["items"]["total"], 5);
    assert!(first["items"].get("items").is_none() && first.get("tracks").is_none());
}

#[tokio::test]
async fn limits_and_offsets_out_of_range_are_refused() {
    let rig = Rig::new();
    let items = format!("/v1/playlists/{}/items", playlist_id(100));
    for path in ["/v1/me/playlists", &items] {
        for limit in ["51", "0", "-1", "x", "99999999999"] {
            let answer = rig.get(&format!("{path}?limit={limit}")).await;
            assert_eq!(answer.error(), (400, "Invalid limit".to_owned()));
        }
        for offset in ["-1", "x", "99999999999"] {
            let answer = rig.get(&format!("{path}?offset={offset}")).await;
            assert_eq!(answer.error(), (400, "Invalid offset".to_owned()));
        }
    }
    assert_eq!(rig.get("/v1/me/playlists?offset=100000").await.status, 200);
    assert_eq!(rig.get("/v1/me/playlists?offset=100001").await.status, 400);
    assert_eq!(rig.get(&format!("{items}?offset=100001")).await.status, 200);
}

#[tokio::test]
async fn scopes_decide_which_playlists_are_listed() {
    let listed = async |scopes: &[&str]| {
        let rig = Rig::new().become_person(data::ADA, scopes);
        rig.get("/v1/me/playlists?limit=50").await
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

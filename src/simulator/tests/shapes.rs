//! The three kinds of access, and what each of them gets.

use super::*;
use crate::simulator::Mode;
use crate::simulator::data::playlist_id;

fn in_mode(mode: Mode) -> Rig {
    Rig::with(Options {
        mode,
        ..Options::default()
    })
}

#[tokio::test]
async fn development_mode_has_items_only() {
    let rig = in_mode(Mode::Development);
    let path = format!("/v1/playlists/{}", playlist_id(100));
    assert_eq!(rig.get(&format!("{path}/items?limit=50")).await.status, 200);
    let refused = rig.get(&format!("{path}/tracks")).await;
    assert_eq!(refused.error(), (403, "Forbidden".to_owned()));
}

#[tokio::test]
async fn legacy_mode_has_tracks_only() {
    let rig = in_mode(Mode::Legacy);
    let path = format!("/v1/playlists/{}", playlist_id(101));
    assert_eq!(rig.get(&format!("{path}/items")).await.error().0, 404);
    let page = rig.get(&format!("{path}/tracks?limit=100")).await.json();
    assert_eq!(page["items"].as_array().unwrap().len(), 100);
    assert!(
        page["next"]
            .as_str()
            .unwrap()
            .ends_with("/tracks?offset=100&limit=100")
    );
    let entry = &page["items"][0];
    assert!(entry.get("item").is_none());
    let track = &entry["track"];
    assert!(track["available_markets"].as_array().unwrap().len() > 170);
    assert!(
        track["album"]["available_markets"]
            .as_array()
            .unwrap()
            .len()
            > 170
    );
    assert!(track["external_ids"]["isrc"].as_str().unwrap().len() == 12);
    assert!(track["popularity"].is_u64());
    assert_eq!(
        rig.get(&format!("{path}/tracks?limit=101")).await.status,
        400
    );

    let body = rig.get(&path).await.json();
    assert!(body.get("items").is_none());
    assert_eq!(body["tracks"]["items"].as_array().unwrap().len(), 100);
    let listed = &rig.get("/v1/me/playlists?limit=1").await.json()["items"][0];
    assert!(
        listed["tracks"]["href"]
            .as_str()
            .unwrap()
            .ends_with("/tracks")
    );
    assert!(listed.get("items").is_none());

    // A market instead of all markets.
    let page = rig
        .get(&format!("{path}/tracks?limit=1&market=SE"))
        .await
        .json();
    let track = &page["items"][0]["track"];
    assert_eq!(track["is_playable"], true);
    assert!(track.get("available_markets").is_none());

    // Everybody's entries were given.
    let followed = rig
        .get(&format!("/v1/playlists/{}/tracks", data::FOLLOWED))
        .await;
    assert_eq!(followed.json()["total"], 120);
}

#[tokio::test]
async fn the_profile_outside_development_mode_follows_the_scopes() {
    let rig = in_mode(Mode::Legacy);
    let me = rig.get("/v1/me").await.json();
    assert_eq!(me["followers"]["total"], 2);
    assert!(me.get("email").is_none() && me.get("country").is_none());
    let rig = rig.become_person(data::ADA, &["user-read-email", "user-read-private"]);
    let me = rig.get("/v1/me").await.json();
    assert_eq!(me["country"], "SE");
    assert_eq!(me["product"], "premium");
    assert!(me["email"].is_string());
}

#[tokio::test]
async fn in_the_transition_both_answer_with_both_names() {
    let rig = in_mode(Mode::Transitional);
    let path = format!("/v1/playlists/{}", playlist_id(101));
    for (endpoint, limit) in [("items", 50), ("tracks", 100)] {
        let page = rig
            .get(&format!("{path}/{endpoint}?limit={limit}"))
            .await
            .json();
        assert_eq!(page["items"].as_array().unwrap().len(), limit);
        assert_eq!(page["items"][0]["item"], page["items"][0]["track"]);
        assert_eq!(
            rig.get(&format!("{path}/{endpoint}?limit={}", limit + 1))
                .await
                .status,
            400
        );
    }
    let body = rig.get(&path).await.json();
    assert_eq!(body["items"]["total"], 101);
    assert_eq!(body["tracks"]["total"], 101);
}

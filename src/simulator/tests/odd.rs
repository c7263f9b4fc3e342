//! Playlists that are not as they should be.

use super::*;

#[tokio::test]
async fn odd_entries_are_odd_in_the_way_they_say() {
    let rig = Rig::new();
    let mut entries = Vec::new();
    for offset in [0, 50] {
        let page = rig
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
    let show = &odd("episode")["item"]["show"];
    assert_eq!(show["name"], "The Metronome Hour");
    assert_eq!(show.get("publisher"), None);
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
    let twice = odd("twice, the first");
    assert_eq!(twice["item"], odd("twice, the second")["item"]);
    assert_ne!(twice["added_at"], odd("twice, the second")["added_at"]);
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

    let bare = rig
        .get(&format!("/v1/playlists/{}", data::BARE))
        .await
        .json();
    assert_eq!(bare.get("owner"), Some(&Value::Null));
    assert_eq!(bare.get("snapshot_id"), None);
    assert_eq!(bare["items"]["total"], 70);
}

#[tokio::test]
async fn paging_objects_may_lie() {
    let rig = Rig::new();
    let page = async |id: &str, offset: u32| {
        let path = format!("/v1/playlists/{id}/items?limit=50&offset={offset}");
        rig.get(&path).await.json()
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

    let untold = page(data::NO_TOTAL, 0).await;
    assert_eq!(untold.get("total"), Some(&Value::Null));
    assert!(untold["next"].is_string());

    let behind = page(data::ENDLESS, 5000).await;
    assert_eq!(behind["items"], serde_json::json!([]));
    assert!(behind["next"].is_string());
}

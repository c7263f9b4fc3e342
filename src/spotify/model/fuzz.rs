//! Bodies that only look like Spotify's: whatever stands in them, each reader ends with an answer.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Playlist, PlaylistEntry, PrivateUser};
use crate::spotify::error::Complaint;
use crate::spotify::page;

const ID: &str = "6rqhFgbbKwnb9MLmUQDhG6";

fn track() -> Value {
    json!({
        "type": "track", "id": ID, "uri": format!("spotify:track:{ID}"), "name": "Cirice",
        "duration_ms": 362_160, "explicit": false, "disc_number": 1, "track_number": 3,
        "is_local": false, "is_playable": true, "external_ids": { "isrc": "USC4R1501235" },
        "external_urls": { "spotify": format!("https://open.spotify.com/track/{ID}") },
        "artists": [{ "id": "1Qp56T7n950O3EGMsSl81D", "name": "Ghost", "uri": "spotify:artist:x" }],
        "album": {
            "id": "3c9Kz5sfDkcZ0RYBoDCjrd", "name": "Meliora", "release_date": "2015-08-21",
            "images": [{ "url": "https://i.scdn.co/image/ab67", "height": null, "width": 640.0 }],
        },
    })
}

fn body() -> Value {
    json!({
        "id": ID, "uri": format!("spotify:playlist:{ID}"), "name": "Mix", "description": "a &amp; b",
        "public": true, "collaborative": false, "snapshot_id": "x", "display_name": "Ada",
        "external_urls": { "spotify": "https://open.spotify.com/playlist/x" },
        "images": [{ "url": "https://i.scdn.co/image/x", "width": 1, "height": 2 }],
        "owner": { "id": "ada", "display_name": "Ada" },
        "tracks": { "total": 2 },
        "total": 2, "offset": 0, "limit": 50, "next": null,
        "items": [
            { "added_at": "2015-01-15T12:39:22Z", "added_by": { "id": "ada" }, "track": track() },
            { "added_at": null, "is_local": true, "item": track() },
        ],
        "error": { "status": 400, "message": "bad", "reason": "x" },
        "error_description": "bad",
    })
}

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,20}".prop_map(Value::from),
        Just(json!([])),
        Just(json!({})),
        Just(json!([[null, {}]])),
    ]
}

/// Puts `by` into the place that `steps` lead to.
fn replace(value: &mut Value, steps: &[usize], by: Value) {
    let Some((step, rest)) = steps.split_first() else {
        *value = by;
        return;
    };
    match value {
        Value::Array(items) if !items.is_empty() => {
            let index = step % items.len();
            replace(&mut items[index], rest, by);
        }
        Value::Object(fields) if !fields.is_empty() => {
            let index = step % fields.len();
            if let Some((_, field)) = fields.iter_mut().nth(index) {
                replace(field, rest, by);
            }
        }
        _ => *value = by,
    }
}

/// Reads `text` in every way there is.
fn read(text: &str) {
    let _ = PrivateUser::read(text);
    if let Some(playlist) = Playlist::read(text) {
        assert!(!playlist.id.is_empty());
    }
    if let Some(entries) = page::read::<PlaylistEntry>(text, 0, 50) {
        assert!(entries.items.len() <= 50);
    }
    let _ = serde_json::from_str::<PlaylistEntry>(text);
    let _ = Complaint::parse(text.as_bytes());
}

proptest! {
    #[test]
    fn a_body_with_anything_in_the_place_of_anything_is_read_or_none(
        changes in proptest::collection::vec(
            (proptest::collection::vec(0..16_usize, 0..6), leaf()),
            1..4,
        ),
    ) {
        let mut body = body();
        for (steps, by) in changes {
            replace(&mut body, &steps, by);
        }
        read(&body.to_string());
    }

    #[test]
    fn a_body_that_was_cut_or_garbled_is_read_or_none(
        at in any::<prop::sample::Index>(),
        length in 0..40_usize,
        by in "\\PC{0,8}|[\\[\\]{}\",:]{0,8}",
    ) {
        let text: Vec<char> = body().to_string().chars().collect();
        let from = at.index(text.len());
        let to = (from + length).min(text.len());
        let garbled: String = text[..from].iter().copied().chain(by.chars()).chain(text[to..].iter().copied()).collect();
        read(&garbled);
        let cut: String = text[..from].iter().collect();
        read(&cut);
    }

    #[test]
    fn bytes_of_any_kind_are_no_trouble(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Complaint::parse(&bytes);
        read(&String::from_utf8_lossy(&bytes));
    }
}

//! Entries as nobody would invent them: what real playlists were found to hold, and a little worse.

use serde_json::{Map, Value, json};

use super::episode;
use super::shape::Shape;
use super::track::track;

/// A way to spoil an entry. The entry comes with its track under `item`.
type Spoil = fn(&mut Map<String, Value>, &Shape<'_>);

/// The odd entries in the order of the playlist [`super::ODD`], each under a name for tests.
const CASES: &[(&str, Spoil)] = &[
    ("plain", |_, _| {}),
    ("episode", |entry, shape| {
        put(entry, episode::episode(0, shape))
    }),
    ("episode without show", |entry, shape| {
        let mut episode = episode::episode(1, shape);
        remove(
            &mut episode,
            &["show", "images", "release_date", "description"],
        );
        put(entry, episode);
    }),
    ("local file", |entry, _| {
        local(entry, "Garage Recordings", "My Band", "Demo #3")
    }),
    ("local file in other letters", |entry, _| {
        local(entry, "Звукозаписи", "Мій гурт", "Чернетка: 100% готово?");
    }),
    ("local file without tags", |entry, _| {
        local(entry, "", "", "track01.mp3")
    }),
    ("null item", |entry, _| put(entry, Value::Null)),
    ("no item", |entry, _| remove_from(entry, &["item"])),
    ("unknown type", |entry, _| {
        set(entry, "/item/type", json!("hologram"))
    }),
    ("no type", |entry, _| remove_item(entry, &["type"])),
    ("audiobook chapter", |entry, _| {
        set(entry, "/item/type", json!("chapter"));
        remove_item(entry, &["album", "artists", "is_local"]);
    }),
    ("null added_at", |entry, _| {
        set(entry, "/added_at", Value::Null)
    }),
    ("null added_by", |entry, _| {
        set(entry, "/added_by", Value::Null)
    }),
    ("added in 1970", |entry, _| {
        set(entry, "/added_at", json!("1970-01-01T00:00:00Z"))
    }),
    ("added at nonsense", |entry, _| {
        set(entry, "/added_at", json!("yesterday"))
    }),
    ("added by nobody known", |entry, _| {
        set(
            entry,
            "/added_by",
            json!({ "id": "", "type": "user", "uri": "spotify:user:" }),
        );
    }),
    ("bare entry", |entry, _| {
        remove_from(
            entry,
            &[
                "added_at",
                "added_by",
                "is_local",
                "primary_color",
                "video_thumbnail",
            ],
        );
    }),
    ("null is_local", |entry, _| {
        set(entry, "/is_local", Value::Null);
        set(entry, "/item/is_local", Value::Null);
    }),
    ("null image sizes", |entry, _| {
        set(entry, "/item/album/images/0/width", Value::Null);
        set(entry, "/item/album/images/0/height", Value::Null);
    }),
    ("null images", |entry, _| {
        set(entry, "/item/album/images", Value::Null)
    }),
    ("no images", |entry, _| {
        set(entry, "/item/album/images", json!([]))
    }),
    ("null album", |entry, _| {
        set(entry, "/item/album", Value::Null)
    }),
    ("no album", |entry, _| remove_item(entry, &["album"])),
    ("album taken down", |entry, _| {
        set(entry, "/item/album/name", json!(""));
        set(entry, "/item/album/release_date", json!("0000"));
    }),
    ("null artists", |entry, _| {
        set(entry, "/item/artists", Value::Null)
    }),
    ("no artists", |entry, _| {
        set(entry, "/item/artists", json!([]))
    }),
    ("null artist", |entry, _| {
        set(entry, "/item/artists/0", Value::Null)
    }),
    ("artist without id", |entry, _| {
        set(
            entry,
            "/item/artists/0",
            json!({ "id": null, "name": "Somebody", "type": "artist", "uri": null }),
        );
    }),
    ("no duration", |entry, _| {
        remove_item(entry, &["duration_ms"])
    }),
    ("duration zero", |entry, _| {
        set(entry, "/item/duration_ms", json!(0))
    }),
    ("duration negative", |entry, _| {
        set(entry, "/item/duration_ms", json!(-1))
    }),
    ("duration beyond 32 bits", |entry, _| {
        set(entry, "/item/duration_ms", json!(5_000_000_000_u64))
    }),
    ("duration with a fraction", |entry, _| {
        set(entry, "/item/duration_ms", json!(215_000.5))
    }),
    ("no explicit", |entry, _| remove_item(entry, &["explicit"])),
    ("null numbers", |entry, _| {
        set(entry, "/item/disc_number", Value::Null);
        set(entry, "/item/track_number", Value::Null);
    }),
    ("null name", |entry, _| {
        set(entry, "/item/name", Value::Null)
    }),
    ("empty name", |entry, _| name(entry, "")),
    ("no uri", |entry, _| {
        remove_item(entry, &["uri", "href", "external_urls"])
    }),
    ("relinked", |entry, shape| {
        let id = super::track_id(4711);
        set(
            entry,
            "/item/linked_from",
            json!({
                "external_urls": { "spotify": format!("https://open.spotify.com/track/{id}") },
                "href": format!("{}/v1/tracks/{id}", shape.url),
                "id": id, "type": "track", "uri": format!("spotify:track:{id}"),
            }),
        );
    }),
    ("not playable", |entry, _| {
        set(entry, "/item/is_playable", json!(false));
        set(entry, "/item/restrictions", json!({ "reason": "market" }));
    }),
    ("fields of the future", |entry, _| {
        set(
            entry,
            "/item/mood",
            json!({ "valence": [0.1, 2e-7], "since": 9e99 }),
        );
        set(
            entry,
            "/reactions",
            json!([{ "emoji": "🪩", "count": 18_446_744_073_709_551_615_u64 }]),
        );
    }),
    ("twice, the first", |entry, shape| {
        put(entry, track(TWICE, shape).into())
    }),
    ("twice, the second", |entry, shape| {
        put(entry, track(TWICE, shape).into())
    }),
    ("null entry", |entry, _| entry.clear()),
    ("Arabic", |entry, _| name(entry, "أغنية المساء الطويل")),
    ("Hebrew with Latin", |entry, _| {
        name(entry, "שיר 42 (Radio Edit) לילה")
    }),
    ("Japanese", |entry, _| name(entry, "銀河鉄道の最終便")),
    ("Korean, decomposed", |entry, _| {
        name(entry, "\u{1112}\u{1161}\u{11ab}\u{1100}\u{1161}\u{11bc}")
    }),
    ("Chinese beyond 16 bits", |entry, _| name(entry, "𠮷野的𡈽")),
    ("Thai", |entry, _| name(entry, "น้ำขึ้นให้รีบตัก")),
    ("Devanagari", |entry, _| name(entry, "क्षितिज के पार")),
    ("Cyrillic", |entry, _| name(entry, "Съешь ещё этих булок")),
    ("emoji", |entry, _| name(entry, "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 🇦🇹")),
    ("combining marks", |entry, _| name(entry, "Z̷̢̛a̸͓̕l̴̡͝g̶̱͑o̵")),
    ("direction override", |entry, _| {
        name(entry, "safe\u{202e}3pm.exe\u{202c}")
    }),
    ("control characters", |entry, _| {
        name(entry, "a\u{0}b\tc\nd\u{7f}e\u{feff}f")
    }),
    ("markup", |entry, _| {
        name(entry, "<script>alert('x')</script> & \"quotes\" \\ back")
    }),
    ("very long name", |entry, _| {
        name(entry, &"Long ".repeat(2000))
    }),
];

/// The track that is there twice.
const TWICE: u32 = 4712;

/// How many odd entries there are.
pub(crate) const LEN: u32 = CASES.len() as u32;

/// The names of the odd entries, in the order of the playlist [`super::ODD`].
pub fn odd_names() -> impl Iterator<Item = &'static str> {
    CASES.iter().map(|(name, _)| *name)
}

/// At which position of the playlist [`super::ODD`] the odd entry of this name is.
#[must_use]
pub fn odd_position(name: &str) -> Option<usize> {
    odd_names().position(|case| case == name)
}

/// Spoils an entry in the `index`th way; whether it is to be `null` instead.
pub(crate) fn spoil(index: u32, entry: &mut Map<String, Value>, shape: &Shape<'_>) {
    if let Some((_, spoil)) = CASES.get(index as usize) {
        spoil(entry, shape);
    }
}

fn put(entry: &mut Map<String, Value>, item: Value) {
    entry.insert("item".into(), item);
}

fn name(entry: &mut Map<String, Value>, name: &str) {
    set(entry, "/item/name", name.into());
}

/// Sets what the path names; its last part may be new.
fn set(entry: &mut Map<String, Value>, path: &str, value: Value) {
    let Some((parent, key)) = path.rsplit_once('/') else {
        return;
    };
    let Some((first, rest)) = parent.trim_start_matches('/').split_once('/').or_else(|| {
        let first = parent.trim_start_matches('/');
        (!first.is_empty()).then_some((first, ""))
    }) else {
        entry.insert(key.into(), value);
        return;
    };
    let pointer = if rest.is_empty() {
        String::new()
    } else {
        format!("/{rest}")
    };
    match entry
        .get_mut(first)
        .and_then(|below| below.pointer_mut(&pointer))
    {
        Some(Value::Object(object)) => {
            object.insert(key.into(), value);
        }
        Some(Value::Array(list)) => {
            if let Some(place) = key.parse().ok().and_then(|at: usize| list.get_mut(at)) {
                *place = value;
            }
        }
        _ => {}
    }
}

fn remove_from(entry: &mut Map<String, Value>, keys: &[&str]) {
    for key in keys {
        entry.remove(*key);
    }
}

fn remove(value: &mut Value, keys: &[&str]) {
    if let Value::Object(object) = value {
        remove_from(object, keys);
    }
}

fn remove_item(entry: &mut Map<String, Value>, keys: &[&str]) {
    if let Some(item) = entry.get_mut("item") {
        remove(item, keys);
    }
}

/// Makes the entry a file of the person's own computer, as Spotify describes one.
fn local(entry: &mut Map<String, Value>, album: &str, artist: &str, title: &str) {
    let escape =
        |text: &str| -> String { url::form_urlencoded::byte_serialize(text.as_bytes()).collect() };
    let uri = format!(
        "spotify:local:{}:{}:{}:187",
        escape(artist),
        escape(album),
        escape(title)
    );
    entry.insert("is_local".into(), true.into());
    put(
        entry,
        json!({
            "album": {
                "album_type": null, "artists": [], "available_markets": [], "external_urls": {},
                "href": null, "id": null, "images": [], "name": album, "release_date": null,
                "release_date_precision": null, "type": "album", "uri": null,
            },
            "artists": [{
                "external_urls": {}, "href": null, "id": null, "name": artist, "type": "artist", "uri": null,
            }],
            "available_markets": [], "disc_number": 0, "duration_ms": 187_000, "explicit": false,
            "external_ids": {}, "external_urls": {}, "href": null, "id": null, "is_local": true,
            "name": title, "popularity": 0, "preview_url": null, "track_number": 0, "type": "track",
            "uri": uri,
        }),
    );
}

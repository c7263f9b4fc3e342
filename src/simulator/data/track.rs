//! Tracks, made up on demand: everything about one follows from its number.

use serde_json::{Map, Value, json};

use super::id::{base62, mix};
use super::shape::Shape;
use super::{images, markets, names};

/// How many tracks there are; a power of two, see [`super::playlist`].
pub(crate) const TRACKS: u32 = 1 << 16;

/// How many tracks an album has.
const PER_ALBUM: u64 = 9;

/// The Spotify id of the `number`th track.
#[must_use]
pub fn track_id(number: u32) -> String {
    base62("track", number.into())
}

/// A track in full (`TrackObject`).
pub(crate) fn track(number: u32, shape: &Shape<'_>) -> Map<String, Value> {
    let number = u64::from(number);
    let bits = mix(number ^ 0x7A3C);
    let album_number = number / PER_ALBUM;
    let main = mix(album_number) % names::ARTISTS;
    let mut artists = vec![artist(main, shape)];
    if bits.is_multiple_of(7) {
        artists.push(artist(
            (main + 1 + (bits >> 3) % 97) % names::ARTISTS,
            shape,
        ));
    }
    let id = base62("track", number);

    let mut object = Map::new();
    object.insert("album".into(), album(album_number, main, shape));
    object.insert("artists".into(), artists.into());
    object.insert("disc_number".into(), 1.into());
    object.insert("duration_ms".into(), (141_000 + bits % 219_000).into());
    // Spotify adds these two where episodes may be mixed in: `track` inside a track is a boolean.
    object.insert("episode".into(), false.into());
    object.insert("track".into(), true.into());
    object.insert("explicit".into(), (bits >> 20).is_multiple_of(11).into());
    object.insert("is_local".into(), false.into());
    object.insert("name".into(), names::track(number).into());
    object.insert("preview_url".into(), Value::Null);
    object.insert("track_number".into(), (number % PER_ALBUM + 1).into());
    identify(&mut object, "track", &id, shape);
    if shape.market {
        object.insert("is_playable".into(), true.into());
    }
    if shape.full() {
        object.insert("popularity".into(), ((bits >> 30) % 101).into());
        object.insert("external_ids".into(), json!({ "isrc": isrc(number) }));
        if shape.markets && !shape.market {
            object.insert("available_markets".into(), markets::all());
        }
    }
    object
}

/// The recording code of the `number`th track.
fn isrc(number: u64) -> String {
    format!("QZSIM{:02}{:05}", 10 + number / 100_000, number % 100_000)
}

fn album(number: u64, main: u64, shape: &Shape<'_>) -> Value {
    let bits = mix(number ^ 0xA1B7);
    let id = base62("album", number);
    let year = 1968 + bits % 58;
    let (release_date, precision) = match bits % 8 {
        0 => (year.to_string(), "year"),
        1 => (format!("{year}-{:02}", 1 + (bits >> 8) % 12), "month"),
        _ => (
            format!(
                "{year}-{:02}-{:02}",
                1 + (bits >> 8) % 12,
                1 + (bits >> 16) % 28
            ),
            "day",
        ),
    };
    let kind = ["album", "album", "album", "single", "compilation"][(bits >> 24) as usize % 5];

    let mut object = Map::new();
    object.insert("album_type".into(), kind.into());
    object.insert("artists".into(), json!([artist(main, shape)]));
    object.insert("images".into(), images::of(shape.url, &id, &[640, 300, 64]));
    object.insert("name".into(), names::album(number).into());
    object.insert("release_date".into(), release_date.into());
    object.insert("release_date_precision".into(), precision.into());
    object.insert("total_tracks".into(), PER_ALBUM.into());
    identify(&mut object, "album", &id, shape);
    if shape.full() && shape.markets && !shape.market {
        object.insert("available_markets".into(), markets::all());
    }
    Value::Object(object)
}

fn artist(number: u64, shape: &Shape<'_>) -> Value {
    let mut object = Map::new();
    object.insert("name".into(), names::artist(number).into());
    identify(&mut object, "artist", &base62("artist", number), shape);
    Value::Object(object)
}

/// The fields by which Spotify names a thing of its catalogue.
pub(crate) fn identify(object: &mut Map<String, Value>, kind: &str, id: &str, shape: &Shape<'_>) {
    object.insert(
        "external_urls".into(),
        json!({ "spotify": format!("https://open.spotify.com/{kind}/{id}") }),
    );
    object.insert(
        "href".into(),
        format!("{}/v1/{kind}s/{id}", shape.url).into(),
    );
    object.insert("id".into(), id.into());
    object.insert("type".into(), kind.into());
    object.insert("uri".into(), format!("spotify:{kind}:{id}").into());
}

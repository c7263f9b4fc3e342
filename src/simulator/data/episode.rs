//! Episodes of a podcast, which may stand in a playlist among the tracks.

use serde_json::{Map, Value, json};

use super::id::base62;
use super::shape::Shape;
use super::track::identify;
use super::{images, markets};

/// An episode in full (`EpisodeObject`).
pub(crate) fn episode(number: u64, shape: &Shape<'_>) -> Value {
    let id = base62("episode", number);
    let description = "How a tempo is felt before it is counted. With questions from listeners.";
    let mut object = Map::new();
    object.insert("audio_preview_url".into(), Value::Null);
    object.insert("description".into(), description.into());
    object.insert(
        "html_description".into(),
        format!("<p>{description}</p>").into(),
    );
    object.insert("duration_ms".into(), (2_820_000 + number * 61_000).into());
    object.insert("episode".into(), true.into());
    object.insert("track".into(), false.into());
    object.insert("explicit".into(), false.into());
    object.insert("images".into(), images::of(shape.url, &id, &[640, 300, 64]));
    object.insert("is_externally_hosted".into(), false.into());
    object.insert("is_playable".into(), true.into());
    object.insert("language".into(), "en".into());
    object.insert("languages".into(), json!(["en"]));
    object.insert(
        "name".into(),
        format!("{}: Counting to Four", number + 1).into(),
    );
    object.insert(
        "release_date".into(),
        format!("2026-03-{:02}", 1 + number % 28).into(),
    );
    object.insert("release_date_precision".into(), "day".into());
    object.insert("show".into(), show(shape));
    identify(&mut object, "episode", &id, shape);
    Value::Object(object)
}

/// The show (`SimplifiedShowObject`).
fn show(shape: &Shape<'_>) -> Value {
    let id = base62("show", 0);
    let mut object = Map::new();
    object.insert("copyrights".into(), json!([]));
    object.insert("description".into(), "Conversations about rhythm.".into());
    object.insert(
        "html_description".into(),
        "<p>Conversations about rhythm.</p>".into(),
    );
    object.insert("explicit".into(), false.into());
    object.insert("images".into(), images::of(shape.url, &id, &[640, 300, 64]));
    object.insert("is_externally_hosted".into(), false.into());
    object.insert("languages".into(), json!(["en"]));
    object.insert("media_type".into(), "audio".into());
    object.insert("name".into(), "The Metronome Hour".into());
    object.insert("total_episodes".into(), 211.into());
    identify(&mut object, "show", &id, shape);
    if shape.full() {
        object.insert("publisher".into(), "Offbeat Broadcasting".into());
        if shape.markets {
            object.insert("available_markets".into(), markets::all());
        }
    }
    Value::Object(object)
}

//! Entries as real playlists hold them: what is there is given, what is not is null, and nothing
//! spoils the entries beside it.

use lockstep_api::simulator::Mode;
use lockstep_api::simulator::data::{self, odd_names, odd_position};
use serde_json::{Value, json};

use super::oracle::{self, EDGE};
use crate::support::{Caller, TestApp};

async fn edges(caller: &Caller) -> Vec<Value> {
    let query = format!(
        "query($id: ID!) {{ playlist(id: $id) {{ tracks(first: 1000) {{ edges {{ {EDGE} }} }} }} }}"
    );
    let answer = caller.graphql(&query, json!({ "id": data::ODD })).await;
    let mut edges = answer.data()["playlist"]["tracks"]["edges"].take();
    let edges = edges.as_array_mut().unwrap();
    for edge in edges.iter_mut() {
        assert!(
            edge.as_object_mut()
                .unwrap()
                .remove("cursor")
                .unwrap()
                .is_string()
        );
    }
    std::mem::take(edges)
}

/// Where the answer differs from the words of Spotify: what must be there, is; what makes no sense or
/// says nothing is null; what does not fit is cut to what does.
fn exceptions(name: &str, item: &Value) -> Vec<(&'static str, Value)> {
    let id = item["id"].as_str().unwrap_or_default();
    match name {
        "null entry" | "bare entry" | "null is_local" => vec![("/isLocal", json!(false))],
        "no type" => vec![("/node", oracle::track(item))],
        "added at nonsense" | "added in 1970" => vec![("/addedAt", Value::Null)],
        "added by nobody known" => vec![("/addedBy", Value::Null)],
        "album taken down" => vec![("/node/album/releaseDate", Value::Null)],
        "no duration" | "duration negative" => vec![("/node/durationMs", json!(0))],
        "duration beyond 32 bits" => vec![("/node/durationMs", json!(i32::MAX))],
        "duration with a fraction" => vec![("/node/durationMs", json!(215_000))],
        "no explicit" => vec![("/node/explicit", json!(false))],
        "local file" | "local file in other letters" => without_numbers(),
        "local file without tags" => {
            let tags = [("/node/album", Value::Null), ("/node/artists", json!([]))];
            without_numbers().into_iter().chain(tags).collect()
        }
        "null name" => vec![("/node/name", json!(""))],
        "no uri" => vec![("/node/uri", json!(format!("spotify:track:{id}")))],
        _ => Vec::new(),
    }
}

/// Spotify counts a local file as number 0 of disc 0.
fn without_numbers() -> Vec<(&'static str, Value)> {
    ["/node/discNumber", "/node/trackNumber"]
        .map(|place| (place, Value::Null))
        .into()
}

async fn are_told_as_spotify_tells_them(mode: Mode) {
    let app = TestApp::with(|setup| setup.spotify.mode = mode).await;
    let ada = app.bearer(data::ADA);
    let entries = oracle::entries(&app, data::ADA, data::ODD, mode).await;
    let edges = edges(&ada).await;
    assert_eq!(edges.len(), entries.len());
    let names = odd_names().chain(std::iter::repeat("plain"));
    for (position, ((entry, item), name)) in entries.iter().zip(names).enumerate() {
        let mut expected = oracle::edge(position, entry, item);
        for (place, value) in exceptions(name, item) {
            *expected.pointer_mut(place).unwrap() = value;
        }
        assert_eq!(edges[position], expected, "{name}");
    }
}

#[tokio::test]
async fn odd_entries_are_told_as_spotify_tells_them() {
    are_told_as_spotify_tells_them(Mode::Development).await;
}

#[tokio::test]
async fn they_are_where_spotify_gives_both_shapes() {
    are_told_as_spotify_tells_them(Mode::Transitional).await;
}

#[tokio::test]
async fn they_are_where_spotify_gives_the_older_shape_alone() {
    are_told_as_spotify_tells_them(Mode::Legacy).await;
}

#[tokio::test]
async fn episodes_local_files_and_what_is_gone_can_be_told_apart() {
    let app = TestApp::start().await;
    let edges = edges(&app.bearer(data::ADA)).await;
    let named = |name: &str| &edges[odd_position(name).unwrap()];

    for name in ["episode", "episode without show"] {
        let node = &named(name)["node"];
        assert_eq!(node["__typename"], "Episode");
        assert!(
            node["uri"]
                .as_str()
                .unwrap()
                .starts_with("spotify:episode:")
        );
    }
    assert_eq!(
        named("episode")["node"]["show"]["name"],
        "The Metronome Hour"
    );
    assert_eq!(named("episode without show")["node"]["show"], Value::Null);
    assert_eq!(named("episode without show")["node"]["images"], json!([]));

    for (name, title) in [
        ("local file", "Demo #3"),
        ("local file in other letters", "Чернетка: 100% готово?"),
        ("local file without tags", "track01.mp3"),
    ] {
        let edge = named(name);
        assert_eq!(edge["isLocal"], true);
        assert_eq!(edge["node"]["__typename"], "Track");
        assert_eq!(edge["node"]["id"], Value::Null);
        assert_eq!(edge["node"]["externalUrl"], Value::Null);
        assert_eq!(edge["node"]["name"], title);
        assert!(
            edge["node"]["uri"]
                .as_str()
                .unwrap()
                .starts_with("spotify:local:")
        );
    }

    for name in [
        "null item",
        "no item",
        "null entry",
        "unknown type",
        "audiobook chapter",
    ] {
        assert_eq!(named(name)["node"], Value::Null, "{name}");
        assert_eq!(
            named(name)["position"],
            odd_position(name).unwrap(),
            "{name}"
        );
    }
    for (name, title) in [
        ("Hebrew with Latin", "שיר 42 (Radio Edit) לילה"),
        ("Chinese beyond 16 bits", "𠮷野的𡈽"),
        ("control characters", "a\u{0}b\tc\nd\u{7f}e\u{feff}f"),
        ("markup", "<script>alert('x')</script> & \"quotes\" \\ back"),
    ] {
        assert_eq!(named(name)["node"]["name"], title);
    }
    let twice = [named("twice, the first"), named("twice, the second")];
    assert_eq!(twice[0]["node"], twice[1]["node"]);
    assert_ne!(twice[0]["position"], twice[1]["position"]);
}

#[tokio::test]
async fn an_entry_that_is_no_entry_costs_itself_and_not_the_page() {
    use lockstep_api::simulator::{Fault, Rule};
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    let text = r#"{"href":null,"next":null,"total":7,"items":[7,"x",[],{},{"item":[]},{"item":{"type":"track"}},
        {"added_at":7,"added_by":[],"is_local":"no","item":{"type":"track","uri":"spotify:track:x","name":{},
         "artists":{"0":1},"album":"?","duration_ms":"12","explicit":1,"images":7,"disc_number":[]}}]}"#;
    let playlist = format!(r#"{{"id":"{}","items":{text}}}"#, data::ODD);
    app.spotify
        .inject(Rule::on("GET /v1/playlists/{id}", Fault::json(&playlist)));
    let edges = edges(&ada).await;
    let gone = json!({ "addedAt": null, "addedBy": null, "isLocal": false, "node": null });
    for (position, edge) in edges[..6].iter().enumerate() {
        let mut expected = gone.clone();
        expected["position"] = position.into();
        assert_eq!(*edge, expected);
    }
    let node = json!({
        "__typename": "Track", "id": null, "uri": "spotify:track:x", "name": "", "durationMs": 12,
        "explicit": false, "externalUrl": null, "artists": [], "album": null,
        "discNumber": null, "trackNumber": null, "isrc": null, "isPlayable": null,
    });
    assert_eq!(edges[6]["node"], node);
    assert_eq!(edges.len(), 7);
}

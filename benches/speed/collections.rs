//! The tracks of a playlist with what was uploaded for each of them.

use std::fmt::Write;
use std::time::{Duration, Instant};

use bytes::Bytes;
use lockstep_api::simulator::data::{ADA, playlist_id};
use reqwest::Client;
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::load::{Until, load, median};
use crate::playlists::LATENCY;
use crate::report::{Report, counted, milliseconds, times};
use crate::server::Server;
use crate::spotify::Spotify;

const SIZE: u32 = 1000;
const ROUNDS: usize = 5;
/// A request for each track is measured with so many of them; the rest takes as long.
const SAMPLE: usize = 25;

/// Measures a page of a thousand tracks with their metadata.
pub async fn measure(report: &mut Report) {
    report.chapter("1000 tracks with what was uploaded for each, Spotify 50 ms away");
    let spotify = Spotify::start(LATENCY);
    // Two servers, so that each is asked for what it has not seen.
    let mut figures = Vec::new();
    for fields in [
        "",
        "metadata { version }",
        "metadata { version collection }",
    ] {
        figures.push(page(&spotify, fields).await);
    }
    let one_by_one = one_by_one(&spotify).await;
    let [plain, versions, collections] = &figures[..] else {
        unreachable!("there are three");
    };
    for (name, figure, aim) in [
        ("with metadata { version }", versions, "at most 1.3×"),
        ("with collections of 20 kB", collections, ""),
    ] {
        report.row(
            name,
            &milliseconds(figure.cold),
            &format!("{} without", milliseconds(plain.cold)),
            &times(figure.cold.as_secs_f64() / plain.cold.as_secs_f64()),
            aim,
        );
        let ratio = one_by_one.as_secs_f64() / figure.cold.as_secs_f64();
        report.row(
            "",
            &milliseconds(figure.cold),
            &format!("{} one by one", milliseconds(one_by_one)),
            &format!("{} faster", times(ratio)),
            "",
        );
        let more = counted(figure.statements - plain.statements, "SQL query");
        report.row("", &format!("{more} more"), "", "", "1 SQL query more");
    }
}

struct Figure {
    cold: Duration,
    statements: u64,
}

async fn page(spotify: &Spotify, fields: &str) -> Figure {
    let query = format!(
        "query($id: ID!) {{ playlist(id: $id) {{ tracks(first: 1000) {{ nodes {{ \
         uri name durationMs ... on Track {{ id artists {{ name }} {fields} }} }} }} }} }}"
    );
    let variables = json!({ "id": playlist_id(SIZE) });
    let (mut times, mut statements) = (Vec::new(), 0);
    for _ in 0..ROUNDS {
        // One that asks each time, and does not remember the pages: of no use to a person, but each
        // round is like the first.
        let settings = [("PLAYLIST_FRESHNESS_SECONDS", "0"), ("CACHE_BYTES", "0")];
        let server = Server::start(spotify, &settings).await;
        let mut caller = Caller::log_in(&server, spotify, ADA).await;
        if times.is_empty() || !fields.is_empty() {
            upload_for_all(&mut caller).await;
        }
        // Who they are, and their token, cost their own statements, once.
        let library = "{ me { playlists(first: 1) { totalCount } } }";
        caller.ask(library, &json!({})).await;
        let before = server.statements().await;
        let (data, took) = caller.ask(&query, &variables).await;
        statements = server.statements().await - before;
        let nodes = data["playlist"]["tracks"]["nodes"].as_array().unwrap();
        assert_eq!(nodes.len(), SIZE as usize);
        if !fields.is_empty() {
            let with = nodes.iter().filter(|node| !node["metadata"].is_null());
            assert!(with.count() > 900, "uploads are missing");
        }
        times.push(took);
    }
    Figure {
        cold: median(times),
        statements,
    }
}

/// Uploads 20 kB for each track of the playlist.
async fn upload_for_all(caller: &mut Caller) {
    let query = "query($id: ID!) { playlist(id: $id) { tracks(first: 1000) { nodes { uri } } } }";
    let (data, _) = caller.ask(query, &json!({ "id": playlist_id(SIZE) })).await;
    let nodes = data["playlist"]["tracks"]["nodes"].as_array().unwrap();
    let uploads = nodes.iter().zip(0_u32..).map(|(node, number)| {
        let uri = node["uri"].as_str().unwrap();
        caller.upload(uri, 1, &beats(20_000, number))
    });
    let uploads: Vec<Bytes> = uploads.collect();
    let shares: Vec<Vec<Bytes>> = uploads.chunks(125).map(<[Bytes]>::to_vec).collect();
    let count = uploads.len() as u64;
    load(caller.addr(), shares.len(), &shares, Until::Answered(count)).await;
}

/// As the Flask server makes clients do: a request for each track, and before each answer it asks
/// Spotify whose token it is.
async fn one_by_one(spotify: &Spotify) -> Duration {
    let server = Server::start(spotify, &[]).await;
    let mut caller = Caller::log_in(&server, spotify, ADA).await;
    let track = "6rqhFgbbKwnb9MLmUQDhG6";
    let upload = caller.upload(track, 1, &beats(20_000, 0));
    caller.send(&upload).await;
    let token = spotify.token(ADA).await;
    let http = Client::builder().no_proxy().build().unwrap();
    let me = format!("{}/v1/me", spotify.url);
    let query = "query($track: ID!) { metadata(trackId: $track) { version collection } }";
    let started = Instant::now();
    for _ in 0..SAMPLE {
        let answer = http.get(&me).bearer_auth(&token).send().await.unwrap();
        let _: Value = answer.json().await.unwrap();
        caller.ask(query, &json!({ "track": track })).await;
    }
    started.elapsed() / SAMPLE as u32 * SIZE
}

/// A collection of about so many bytes: beats with start, duration and confidence, as analysers give
/// them. Others for other seeds.
pub fn beats(bytes: usize, seed: u32) -> String {
    let mut random = u64::from(seed) + 1;
    let mut next = |bound: u64| {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) % bound
    };
    let mut text = String::from(r#"{"beats":["#);
    let mut start = 0;
    while text.len() < bytes - 2 {
        let duration = 480_000 + next(40_000);
        let separator = if start == 0 { "" } else { "," };
        let _infallible = write!(
            text,
            r#"{separator}{{"start":{}.{:06},"duration":0.{duration:06},"confidence":0.{:03}}}"#,
            start / 1_000_000,
            start % 1_000_000,
            next(1000)
        );
        start += duration;
    }
    text.push_str("]}");
    text
}

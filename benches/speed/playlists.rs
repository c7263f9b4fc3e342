//! All tracks of a playlist, with a Spotify that takes 50 ms to answer anything.

use std::time::{Duration, Instant};

use lockstep_api::simulator::data::{ADA, playlist_id};
use reqwest::Client;
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::load::median;
use crate::report::{Report, counted, milliseconds, times};
use crate::server::Server;
use crate::spotify::Spotify;

/// How long Spotify takes to answer.
pub const LATENCY: Duration = Duration::from_millis(50);

/// What a player shows of a playlist.
const QUERY: &str = "query($id: ID!, $after: String) { playlist(id: $id) { name \
    tracks(first: 1000, after: $after) { pageInfo { hasNextPage endCursor } nodes { \
    uri name durationMs ... on Track { id artists { name } album { name } } } } } }";

/// What a player shows before one of them is opened.
const LIST: &str = "{ me { playlists(first: 1000) { nodes { id name trackCount } } } }";

/// For so long nothing is asked again: short, so that the figures without it need no long wait.
const FRESHNESS: u64 = 1;

/// Measures playlists of 1000 and of 10000 tracks.
pub async fn measure(report: &mut Report) {
    report.chapter("All tracks of a playlist, Spotify 50 ms away");
    for (size, rounds) in [(1000, 5), (10_000, 3)] {
        let spotify = Spotify::start(LATENCY);
        // The simulator makes a page once and then remembers it: its work is not to be measured.
        cold(&spotify, size, 1).await;
        walk(&spotify, size).await;
        let walk = walk(&spotify, size).await;
        let cold = cold(&spotify, size, rounds).await;
        let steps = size.div_ceil(1000);
        // The playlist; then the pages of each request. A client has to wait for a cursor.
        let fewest = LATENCY * (steps + 1);
        let name = format!("{size} tracks");
        let aims = if size == 1000 {
            ("at least 8×", "at most 2.2 round trips")
        } else {
            ("at least 15×", "")
        };
        let ratio = walk.took.as_secs_f64() / cold.took.as_secs_f64();
        report.row(
            &format!("{name}, cold"),
            &milliseconds(cold.took),
            &format!("{} page after page", milliseconds(walk.took)),
            &format!("{} faster", times(ratio)),
            aims.0,
        );
        let trips = cold.took.as_secs_f64() / LATENCY.as_secs_f64();
        report.row(
            "",
            &format!("{trips:.2} round trips"),
            &format!("{} at the fewest", fewest.as_millis() / LATENCY.as_millis()),
            &times(cold.took.as_secs_f64() / fewest.as_secs_f64()),
            aims.1,
        );
        report.row(
            "… bytes from Spotify",
            &megabytes(cold.bytes),
            &megabytes(walk.bytes),
            &times(cold.bytes as f64 / walk.bytes as f64),
            "at most a third",
        );
        let listed = listed(&spotify, size, rounds).await;
        let trips = listed.as_secs_f64() / LATENCY.as_secs_f64();
        let ratio = cold.took.as_secs_f64() / listed.as_secs_f64();
        report.row(
            &format!("{name}, seen in the list"),
            &milliseconds(listed),
            "cold",
            &format!("{} faster", times(ratio)),
            "",
        );
        report.row("", &format!("{trips:.2} round trips"), "", "", "");
        let ratio = cold.took.as_secs_f64() / cold.warm.as_secs_f64();
        report.row(
            &format!("{name}, unchanged"),
            &milliseconds(cold.warm),
            "cold",
            &format!("{} faster", times(ratio)),
            "",
        );
        let bytes = kilobytes(cold.warm_bytes);
        let asked = format!("{}, {bytes}", counted(cold.warm_calls, "call"));
        report.row("", &asked, "", "", "1 call");
        let ratio = cold.took.as_secs_f64() / cold.fresh.as_secs_f64();
        report.row(
            &format!("{name}, just seen"),
            &milliseconds(cold.fresh),
            "cold",
            &format!("{} faster", times(ratio)),
            "",
        );
        report.row("", &counted(cold.fresh_calls, "call"), "", "", "no call");
    }
}

struct Walk {
    took: Duration,
    bytes: u64,
}

/// What the Flask server would have to do today: one page of 50 after the other, all of it.
async fn walk(spotify: &Spotify, size: u32) -> Walk {
    let token = spotify.token(ADA).await;
    let http = Client::builder().no_proxy().build().unwrap();
    spotify.forget().await;
    let started = Instant::now();
    let mut next = Some(format!(
        "{}/v1/playlists/{}/items?limit=50",
        spotify.url,
        playlist_id(size)
    ));
    let mut tracks = Vec::new();
    while let Some(page) = next {
        let answer = http.get(page).bearer_auth(&token).send().await.unwrap();
        let mut page: Value = answer.json().await.unwrap();
        next = page["next"].as_str().map(str::to_owned);
        tracks.append(page["items"].as_array_mut().unwrap());
    }
    let took = started.elapsed();
    assert_eq!(tracks.len(), size as usize);
    Walk {
        took,
        bytes: spotify.asked().await.bytes,
    }
}

struct Cold {
    took: Duration,
    bytes: u64,
    warm: Duration,
    warm_calls: u64,
    warm_bytes: u64,
    fresh: Duration,
    fresh_calls: u64,
}

/// A server that remembers nothing of the playlist of that size; it has answered for another one before,
/// as a server has that runs.
async fn ready(spotify: &Spotify, size: u32) -> (Server, Caller) {
    let freshness = FRESHNESS.to_string();
    let settings = [("PLAYLIST_FRESHNESS_SECONDS", freshness.as_str())];
    let server = Server::start(spotify, &settings).await;
    let mut caller = Caller::log_in(&server, spotify, ADA).await;
    all(&mut caller, if size == 1000 { 10_000 } else { 1000 }).await;
    (server, caller)
}

/// By a server that has told of the playlist in the list of all.
async fn listed(spotify: &Spotify, size: u32, rounds: usize) -> Duration {
    let mut times = Vec::new();
    for _ in 0..rounds {
        let (_server, mut caller) = ready(spotify, size).await;
        caller.ask(LIST, &Value::Null).await;
        times.push(all(&mut caller, size).await);
    }
    median(times)
}

/// By such a server. Then twice more: after the time within which it asks nothing, and within it.
async fn cold(spotify: &Spotify, size: u32, rounds: usize) -> Cold {
    let (mut cold, mut warm, mut fresh) = (Vec::new(), Vec::new(), Vec::new());
    let mut asked = Vec::new();
    for _ in 0..rounds {
        let (_server, mut caller) = ready(spotify, size).await;
        asked.clear();
        for times in [&mut cold, &mut warm, &mut fresh] {
            spotify.forget().await;
            times.push(all(&mut caller, size).await);
            asked.push(spotify.asked().await);
            if asked.len() == 1 {
                tokio::time::sleep(Duration::from_millis(1000 * FRESHNESS + 100)).await;
            }
        }
    }
    Cold {
        took: median(cold),
        bytes: asked[0].bytes,
        warm: median(warm),
        warm_calls: asked[1].calls,
        warm_bytes: asked[1].bytes,
        fresh: median(fresh),
        fresh_calls: asked[2].calls,
    }
}

/// Reads all tracks, a thousand a request.
async fn all(caller: &mut Caller, size: u32) -> Duration {
    let mut took = Duration::ZERO;
    let mut after = Value::Null;
    let mut tracks = 0;
    loop {
        let variables = json!({ "id": playlist_id(size), "after": after });
        // The client's own work on the answer is not the server's time.
        let (mut data, time) = caller.ask(QUERY, &variables).await;
        took += time;
        let page = data["playlist"]["tracks"].take();
        tracks += page["nodes"].as_array().unwrap().len();
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
    assert_eq!(tracks, size as usize);
    took
}

fn megabytes(bytes: u64) -> String {
    format!("{:.2} MB", bytes as f64 / 1e6)
}

fn kilobytes(bytes: u64) -> String {
    format!("{:.1} kB", bytes as f64 / 1e3)
}

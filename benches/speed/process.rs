//! The process: how soon it is there, how large it is, and whether it grows.

use std::time::Duration;

use lockstep_api::simulator::data::playlist_id;
use serde_json::json;

use crate::caller::Caller;
use crate::load::{Until, load, median};
use crate::report::{Report, megabytes, milliseconds};
use crate::server::{Server, binary};
use crate::spotify::Spotify;

const CONNECTIONS: usize = 64;
const REQUESTS: u64 = 1_000_000;
const STARTS: usize = 9;

/// Measures starts, sizes, and a million requests.
pub async fn measure(report: &mut Report) {
    report.chapter("The process");
    let spotify = Spotify::start(Duration::ZERO);
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        starts.push(Server::start(&spotify, &[]).await.started_in);
    }
    report.row(
        "start to first answer",
        &milliseconds(median(starts)),
        "",
        "",
        "below 100 ms",
    );
    let size = binary().metadata().unwrap().len();
    report.row(
        "the binary",
        &format!("{:.1} MB", size as f64 / 1e6),
        "",
        "",
        "below 25 MB",
    );

    let server = Server::start(&spotify, &[]).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let now = || megabytes(server.child.memory().now);
    report.row("memory, idle", &now(), "", "", "at most 15 MB");
    let caller = Caller::with_beats(&server, &spotify, 20_000).await;
    // Of 100 requests, 97 are small, of which half are executed, two read a collection, and one reads a page of tracks.
    let page = "query($id: ID!) { playlist(id: $id) { tracks(first: 50) { nodes { name } } } }";
    let mut mix = vec![caller.me(); 49];
    mix.resize(97, caller.me_executed());
    mix.insert(30, caller.metadata());
    mix.insert(60, caller.metadata());
    mix.push(caller.request(page, &json!({ "id": playlist_id(1000) })));
    let mix = [mix];
    let run = |count| load(server.addr, CONNECTIONS, &mix, Until::Answered(count));
    run(REQUESTS / 10).await;
    report.row("… after 100 000 requests", &now(), "", "", "");
    run(REQUESTS - REQUESTS / 10).await;
    report.row("… after a million", &now(), "", "", "no growth");
    tokio::time::sleep(Duration::from_secs(2)).await;
    report.row("… idle again", &now(), "", "", "");
}

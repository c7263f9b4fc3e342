//! What the README's figures come from: `cargo bench`.
//!
//! The server is the released binary; it, the simulated Spotify and what it is compared with are
//! processes of their own, which share this machine's cores. Every ratio is of figures that were
//! taken in the same run.
//!
//! `cargo bench -- --write` puts the figures into the README. `cargo bench -- playlists` runs one
//! chapter alone: `playlists`, `collections`, `requests`, `uploads`, `crowd` or `process`. `SERVER` in the
//! environment names another binary to measure than the released one.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a benchmark that cannot go on stops"
)]

mod bare;
mod caller;
mod child;
mod collections;
mod connection;
mod crowd;
mod load;
mod playlists;
mod process;
mod report;
mod requests;
mod server;
mod spotify;
mod trickle;
mod uploads;

use std::time::Instant;

use report::Report;

/// The server's, for the bare handler to have the same: only what the server does is to make a difference.
#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

const CHAPTERS: [&str; 6] = [
    "playlists",
    "collections",
    "requests",
    "uploads",
    "crowd",
    "process",
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    match arguments.first().map(String::as_str) {
        Some(spotify::ROLE) => runtime.block_on(spotify::serve(&arguments[1])),
        Some(bare::ROLE) => runtime.block_on(bare::serve(&arguments[1])),
        _ => runtime.block_on(drive(&arguments)),
    }
}

async fn drive(arguments: &[String]) {
    let started = Instant::now();
    let chosen: Vec<&str> = arguments
        .iter()
        .map(String::as_str)
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    for name in &chosen {
        assert!(
            CHAPTERS.contains(name),
            "there is no chapter {name}, but {}",
            CHAPTERS.join(", ")
        );
    }
    let writes = arguments.iter().any(|argument| argument == "--write");
    assert!(
        !writes || (chosen.is_empty() && server::chosen().is_none()),
        "the README is written by a whole run of the released server"
    );
    server::build();
    let wants = |chapter: &str| chosen.is_empty() || chosen.contains(&chapter);
    let mut report = Report::default();
    if wants("playlists") {
        playlists::measure(&mut report).await;
    }
    if wants("collections") {
        collections::measure(&mut report).await;
    }
    if wants("requests") {
        requests::measure(&mut report).await;
    }
    if wants("uploads") {
        uploads::measure(&mut report).await;
    }
    if wants("crowd") {
        crowd::measure(&mut report).await;
    }
    if wants("process") {
        process::measure(&mut report).await;
    }
    println!("\n{}", report.table());
    println!("took {} s", started.elapsed().as_secs());
    if writes {
        report.write_into_readme();
    }
}

//! Uploads: how many, how much memory, and what the database alone would take.

use std::time::{Duration, Instant};

use bytes::Bytes;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Binary;
use lockstep_api::simulator::data::{ADA, track_id};

use crate::caller::Caller;
use crate::collections::beats;
use crate::load::{Until, load};
use crate::report::{Report, milliseconds};
use crate::server::Server;
use crate::spotify::Spotify;

const CONNECTIONS: usize = 8;

/// Measures uploads of 200 kB and of 8 MB.
pub async fn measure(report: &mut Report) {
    report.chapter("Uploads");
    let spotify = Spotify::start(Duration::ZERO);
    for (name, bytes, connections, count) in [
        ("200 kB", 200_000, CONNECTIONS, 1600),
        ("8 MB", 8_000_000, 1, 12),
    ] {
        let server = Server::start(&spotify, &[]).await;
        let caller = Caller::log_in(&server, &spotify, ADA).await;
        let requests: Vec<Vec<Bytes>> = (0..connections as u32)
            .map(|number| {
                let text = beats(bytes, number);
                let track = track_id(number);
                // The same again would not be stored.
                let versions = [1, 2].into_iter();
                versions
                    .map(|version| caller.upload(&track, version, &text))
                    .collect()
            })
            .collect();
        let empty = server.database_bytes();
        server.child.forget_peak();
        let before = server.child.processor_seconds();
        let rate = load(server.addr, connections, &requests, Until::Answered(count)).await;
        let used = server.child.processor_seconds() - before;
        let peak = server.child.memory().peak;
        let stored = (server.database_bytes() - empty) / count;
        report.row(
            name,
            &format!("{:.0} uploads/s", rate.per_second),
            &format!(
                "{} kB in, {} kB on disk",
                requests[0][0].len() / 1000,
                stored / 1000
            ),
            "",
            "",
        );
        let each = Duration::from_secs_f64(used / count as f64);
        let name = "… processor time of each";
        report.row(name, &milliseconds(each), "", "", "");
        if bytes == 200_000 {
            let commits = commits_per_second(stored as usize);
            report.row(
                "… the database's commit alone",
                &format!("{:.0} uploads/s", rate.per_second),
                &format!("{commits:.0} commits/s"),
                &format!("{:.0} %", 100.0 * rate.per_second / commits),
                "",
            );
        } else {
            let peak = peak as f64 * 1024.0 / 1e6;
            report.row(
                "… memory at the most",
                &format!("{peak:.0} MB"),
                &format!(
                    "{} MB in, {} a piece",
                    bytes / 1_000_000,
                    milliseconds(rate.p50)
                ),
                &format!("{:.1}×", peak * 1e6 / bytes as f64),
                "at most 4×",
            );
        }
    }
}

/// How many rows of so many bytes SQLite takes a second, each in a transaction that waits for the
/// disk, as the server's do.
fn commits_per_second(bytes: usize) -> f64 {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("commits.db");
    let mut conn = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
    conn.batch_execute(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         CREATE TABLE blobs (id INTEGER PRIMARY KEY, content BLOB NOT NULL);",
    )
    .unwrap();
    let content = vec![7_u8; bytes];
    let (started, mut commits) = (Instant::now(), 0);
    while started.elapsed() < Duration::from_secs(2) {
        diesel::sql_query("INSERT INTO blobs (content) VALUES (?)")
            .bind::<Binary, _>(&content)
            .execute(&mut conn)
            .unwrap();
        commits += 1;
    }
    f64::from(commits) / started.elapsed().as_secs_f64()
}

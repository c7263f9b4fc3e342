//! Ordinary requests beside a crowd: connections that are silent, that read at a trickle, and that send
//! at a trickle.

use std::time::Duration;

use bytes::Bytes;

use crate::caller::{Caller, TRACK};
use crate::collections::beats;
use crate::load::{Rate, Until, load, median};
use crate::report::{Report, megabytes, milliseconds, times};
use crate::server::Server;
use crate::spotify::Spotify;
use crate::trickle::{Reader, Silent, Writer};

const SILENT: usize = 2000;
const READERS: usize = 200;
const WRITERS: usize = 200;
/// What readers and writers move in a second.
const READ: usize = 4000;
const WRITTEN: usize = 1000;

const CONNECTIONS: usize = 8;
const ROUNDS: usize = 3;
const ROUND: Duration = Duration::from_secs(4);
/// What the server has to see that the crowd has gone.
const SETTLE: Duration = Duration::from_secs(1);

/// So many turns does a second have, in each of which a part of the crowd moves.
const TURNS: usize = 20;

/// Measures by turns without the crowd and with it.
pub async fn measure(report: &mut Report) {
    report.chapter("Beside 2000 silent connections, 200 slow readers and 200 slow writers");
    let wanted = 2 * (SILENT + READERS + WRITERS) as u64;
    let allowed = rlimit::increase_nofile_limit(wanted).unwrap();
    assert!(allowed >= wanted, "{allowed} open files are too few");
    let spotify = Spotify::start(Duration::ZERO);
    let server = Server::start(&spotify, &[]).await;
    let caller = Caller::with_beats(&server, &spotify, 200_000).await;
    let slow = Slow {
        read: caller.metadata(),
        written: caller.upload(TRACK, 2, &beats(300_000, 2)),
    };
    let requests = [vec![caller.me()]];
    let run = || load(server.addr, CONNECTIONS, &requests, Until::Elapsed(ROUND));
    let memory = || server.child.memory().now;
    // Warms up.
    run().await;
    let before = memory();
    let (mut beside, mut quiet, mut with) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        quiet.push(run().await);
        let mut crowd = Crowd::gather(&server, &slow).await;
        let rate = tokio::select! {
            rate = run() => rate,
            () = crowd.trickle() => unreachable!("it goes on for good"),
        };
        beside.push(rate);
        with.push(memory());
        crowd.assert_is_there();
        drop(crowd);
        tokio::time::sleep(SETTLE).await;
    }
    let after = memory();
    let middle = |rates: &[Rate], pick: fn(&Rate) -> f64| median(rates.iter().map(pick).collect());
    let [here, there] = [&beside, &quiet].map(|rates| middle(rates, |rate| rate.per_second));
    report.row(
        "me { id displayName }, 8 connections",
        &format!("{here:.0} requests/s"),
        &format!("{there:.0} without them"),
        &format!("{:.0} %", 100.0 * here / there),
        "",
    );
    for (name, aim, pick) in [
        (
            "… p50",
            "",
            (|rate| rate.p50.as_secs_f64()) as fn(&Rate) -> f64,
        ),
        ("… p99", "at most 2×", |rate| rate.p99.as_secs_f64()),
    ] {
        let [here, there] = [&beside, &quiet].map(|rates| middle(rates, pick));
        report.row(
            name,
            &milliseconds(Duration::from_secs_f64(here)),
            &milliseconds(Duration::from_secs_f64(there)),
            &times(here / there),
            aim,
        );
    }
    let with = with.into_iter().max().unwrap();
    let each = with.saturating_sub(before) as usize / (SILENT + READERS + WRITERS);
    report.row(
        "memory",
        &megabytes(with),
        &format!("{} before, {} after", megabytes(before), megabytes(after)),
        &format!("{each} KiB each"),
        "at most 64 KiB each",
    );
}

/// What readers ask for, and what writers send.
struct Slow {
    read: Bytes,
    written: Bytes,
}

struct Crowd {
    silent: Vec<Silent>,
    readers: Vec<Reader>,
    writers: Vec<Writer>,
}

impl Crowd {
    /// Returns when all of them have been served as far as they let themselves be.
    async fn gather(server: &Server, slow: &Slow) -> Self {
        let mut crowd = Self {
            silent: Vec::with_capacity(SILENT),
            readers: Vec::with_capacity(READERS),
            writers: Vec::with_capacity(WRITERS),
        };
        for _ in 0..SILENT {
            crowd.silent.push(Silent::open(server.addr).await);
        }
        for _ in 0..READERS {
            crowd
                .readers
                .push(Reader::open(server.addr, &slow.read).await);
        }
        for _ in 0..WRITERS {
            let writer = Writer::open(server.addr, slow.written.clone());
            crowd.writers.push(writer.await);
        }
        crowd
    }

    /// Reads and writes on, for good.
    async fn trickle(&mut self) {
        let mut turns = tokio::time::interval(Duration::from_secs(1) / TURNS as u32);
        for turn in (0..TURNS).cycle() {
            turns.tick().await;
            for reader in self.readers.iter_mut().skip(turn).step_by(TURNS) {
                reader.read(READ);
            }
            for writer in self.writers.iter_mut().skip(turn).step_by(TURNS) {
                writer.write(WRITTEN);
            }
        }
    }

    /// Nobody was sent away, and nobody is done.
    fn assert_is_there(&self) {
        let silent = self.silent.iter().filter(|silent| silent.is_there());
        let readers = self.readers.iter().filter(|reader| reader.is_there());
        let writers = self.writers.iter().filter(|writer| writer.is_there());
        let there = (silent.count(), readers.count(), writers.count());
        assert_eq!(there, (SILENT, READERS, WRITERS), "some are gone");
    }
}

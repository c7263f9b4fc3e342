//! Answers out of memory and out of the database, over 64 connections, with a Spotify that answers
//! at once.

use std::time::Duration;

use crate::bare::Bare;
use crate::caller::Caller;
use crate::connection::Connection;
use crate::load::{Rate, Until, load, median};
use crate::report::{Report, milliseconds, times};
use crate::server::Server;
use crate::spotify::Spotify;

const CONNECTIONS: usize = 64;
const ROUNDS: usize = 3;
const ROUND: Duration = Duration::from_secs(4);

/// Measures the queries, each by turns with a bare handler of the same bytes.
pub async fn measure(report: &mut Report) {
    report.chapter("Requests, 64 connections");
    let spotify = Spotify::start(Duration::ZERO);
    let server = Server::start(&spotify, &[]).await;
    let caller = Caller::with_beats(&server, &spotify, 200_000).await;
    for (name, request, aim, aim_of_p99) in [
        (
            "me { id displayName }",
            caller.me(),
            "at least 60 %",
            "at most 2×",
        ),
        ("the same, executed each time", caller.me_executed(), "", ""),
        ("metadata of 200 kB", caller.metadata(), "at least 50 %", ""),
    ] {
        let body = Connection::open(caller.addr())
            .await
            .unwrap()
            .body(&request)
            .await;
        let bare = Bare::start(&body);
        let requests = [vec![request]];
        let (mut here, mut there) = (Vec::new(), Vec::new());
        for round in 0..=ROUNDS {
            for (addr, child, rates) in [
                (server.addr, &server.child, &mut here),
                (bare.addr, &bare.child, &mut there),
            ] {
                let before = child.processor_seconds();
                let rate = load(addr, CONNECTIONS, &requests, Until::Elapsed(ROUND)).await;
                let used = child.processor_seconds() - before;
                // The first round warms up.
                if round > 0 {
                    let each = Duration::from_secs_f64(used / rate.count as f64);
                    rates.push((rate, each));
                }
            }
        }
        let used =
            |rates: &[(Rate, Duration)]| median(rates.iter().map(|(_, each)| *each).collect());
        let (used_here, used_there) = (used(&here), used(&there));
        let (here, there) = (middle(&here), middle(&there));
        report.row(
            name,
            &format!("{:.0} requests/s", here.per_second),
            &format!("{:.0} by a bare handler", there.per_second),
            &format!("{:.0} %", 100.0 * here.per_second / there.per_second),
            aim,
        );
        report.row(
            "… processor time of each",
            &milliseconds(used_here),
            &milliseconds(used_there),
            &times(used_here.as_secs_f64() / used_there.as_secs_f64()),
            "",
        );
        for (name, aim, pick) in [
            ("… p50", "", (|rate| rate.p50) as fn(&Rate) -> Duration),
            ("… p99", aim_of_p99, |rate| rate.p99),
        ] {
            let ratio = pick(&here).as_secs_f64() / pick(&there).as_secs_f64();
            report.row(
                name,
                &milliseconds(pick(&here)),
                &milliseconds(pick(&there)),
                &times(ratio),
                aim,
            );
        }
    }
}

/// The middle of each figure.
fn middle(rates: &[(Rate, Duration)]) -> Rate {
    let rates = || rates.iter().map(|(rate, _)| rate);
    Rate {
        count: rates().map(|rate| rate.count).sum(),
        per_second: median(rates().map(|rate| rate.per_second).collect()),
        p50: median(rates().map(|rate| rate.p50).collect()),
        p99: median(rates().map(|rate| rate.p99).collect()),
    }
}

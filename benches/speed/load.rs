//! Many connections, each with one request under way at a time.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::task::JoinSet;

use crate::connection::Connection;

/// What a load came to.
#[derive(Clone, Debug)]
pub struct Rate {
    /// Requests that were answered.
    pub count: usize,
    /// Requests a second.
    pub per_second: f64,
    /// The time that half of the requests took at the most.
    pub p50: Duration,
    /// The time that 99 of 100 took at the most.
    pub p99: Duration,
}

/// When a load ends.
#[derive(Clone, Copy)]
pub enum Until {
    /// After so long.
    Elapsed(Duration),
    /// After so many requests.
    Answered(u64),
}

/// Sends requests over `connections` at a time; connection `n` takes `requests[n % length]` by turns.
pub async fn load(
    addr: SocketAddr,
    connections: usize,
    requests: &[Vec<Bytes>],
    until: Until,
) -> Rate {
    let started = Instant::now();
    let mut tasks = JoinSet::new();
    for number in 0..connections {
        let own = requests[number % requests.len()].clone();
        tasks.spawn(async move {
            let mut connection = Connection::open(addr).await.unwrap();
            let mut times = Vec::new();
            for request in own.iter().cycle() {
                let done = match until {
                    Until::Elapsed(time) => started.elapsed() >= time,
                    Until::Answered(count) => times.len() as u64 >= count / connections as u64,
                };
                if done {
                    break;
                }
                let sent = Instant::now();
                connection.exchange(request).await;
                times.push(sent.elapsed());
            }
            times
        });
    }
    let mut times: Vec<Duration> = Vec::new();
    while let Some(own) = tasks.join_next().await {
        times.extend(own.unwrap());
    }
    let took = started.elapsed();
    times.sort_unstable();
    let quantile = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    Rate {
        count: times.len(),
        per_second: times.len() as f64 / took.as_secs_f64(),
        p50: quantile(0.5),
        p99: quantile(0.99),
    }
}

/// The value in the middle.
pub fn median<T: Copy + PartialOrd>(mut values: Vec<T>) -> T {
    values.sort_by(|a, b| a.partial_cmp(b).unwrap());
    values[values.len() / 2]
}

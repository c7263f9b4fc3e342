//! Many connections, each with one request under way at a time.

use std::net::SocketAddr;
use std::process::Command;
use std::sync::{LazyLock, mpsc};
use std::time::{Duration, Instant};

use bytes::Bytes;
use rustix::thread::{Pid, gettid};
use tokio::runtime::{Builder, Runtime};
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

/// Threads of its own, which do not interrupt what they put a load on.
static THREADS: LazyLock<Runtime> = LazyLock::new(|| {
    let (started, threads) = mpsc::channel();
    let mut builder = Builder::new_multi_thread();
    // A panic there would end the thread alone, and the load would wait for it for ever.
    builder.enable_all().on_thread_start(move || {
        let _ = started.send(gettid());
    });
    let runtime = builder.build().unwrap();
    let workers = runtime.metrics().num_workers();
    threads.iter().take(workers).for_each(gives_way);
    runtime
});

/// Lets a thread wait for its turn when something comes for it (`SCHED_BATCH` of sched(7)). The load has the cores
/// that it is to measure, and each answer would stop the server in the middle of the next.
fn gives_way(thread: Pid) {
    let thread = thread.as_raw_nonzero().to_string();
    let mut chrt = Command::new("chrt");
    let status = chrt.args(["--batch", "--pid", "0", &thread]).status();
    let status = status.expect("chrt of util-linux is needed");
    assert!(
        status.success(),
        "chrt cannot set how threads are scheduled"
    );
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
        let connection = async move {
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
        };
        tasks.spawn_on(connection, THREADS.handle());
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

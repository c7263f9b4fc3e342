//! Documents that are after the server's time or memory. Each is accepted or refused soon, and
//! answered shortly.
//!
//! A release build is held to the milliseconds, and prints what each took:
//!
//! ```sh
//! cargo test --release --test it -- limits::hostile --nocapture
//! ```

mod corpus;

use std::time::{Duration, Instant};

use lockstep_api::config::Exposure;
use serde_json::Value;

use crate::support::{Answer, Setup, TestApp};

/// More than any of them may be answered with.
const MAX_ANSWER: usize = 16 * 1024;

/// More than any of them may take of a release build's processor.
const MAX_CPU: Duration = Duration::from_millis(10);

/// How often each is sent where that is measured.
const ROUNDS: u32 = 50;

/// What a build that is not optimized, on a machine that has other things to do, is given.
const PATIENCE: Duration = Duration::from_secs(5);

/// What this thread, which is the client's and the server's, has had of a processor.
fn cpu_time() -> Duration {
    let times = std::fs::read_to_string("/proc/thread-self/schedstat");
    let times = times.expect("Linux, where a thread's time on the processor can be read");
    Duration::from_nanos(times.split(' ').next().unwrap().parse().unwrap())
}

/// How an answer ended: its code, or that it had data.
fn ending(answer: &Answer) -> String {
    let json = answer.json();
    let code = &json["errors"][0]["extensions"]["code"];
    let limit = &json["errors"][0]["extensions"]["limit"];
    match (code, limit) {
        (Value::String(code), Value::String(limit)) => format!("{code} ({limit})"),
        (Value::String(code), _) => code.clone(),
        _ => "answered".to_owned(),
    }
}

/// Sends each document of the corpus, and holds every answer to its bounds.
async fn withstand(change: impl FnOnce(&mut Setup)) {
    let app = TestApp::with(change).await;
    let caller = app.anonymous();
    // The first request sets the connection up.
    caller.post_graphql("{}").await;
    let corpus = corpus::corpus();
    assert!(corpus.len() >= 40, "{} documents", corpus.len());
    for (name, body) in corpus {
        let body = body.to_string();
        let begun = Instant::now();
        let answer = caller.post_graphql(body.clone()).await;
        let elapsed = begun.elapsed();
        let length = answer.text().len();
        assert!(length < MAX_ANSWER, "{name}: {length} bytes");
        assert!(elapsed < PATIENCE, "{name}: {elapsed:?}");
        let status = answer.status.as_u16();
        assert!(matches!(status, 200 | 400 | 413), "{name}: {status}");
        let ending = ending(&answer);
        assert_ne!(ending, "INTERNAL_SERVER_ERROR", "{name}");
        if cfg!(debug_assertions) {
            continue;
        }
        // The system counts in steps of some milliseconds, so that many are measured together.
        let before = cpu_time();
        for _ in 0..ROUNDS {
            caller.post_graphql(body.clone()).await;
        }
        let each = cpu_time().saturating_sub(before) / ROUNDS;
        println!(
            "{:7.2} ms  {length:6} bytes  {name}: {ending}",
            each.as_secs_f64() * 1e3
        );
        assert!(each < MAX_CPU, "{name}: {each:?} of CPU");
    }
}

#[tokio::test]
async fn hostile_documents_are_answered_shortly_and_soon() {
    withstand(|_| {}).await;
}

#[tokio::test]
async fn in_production_too() {
    withstand(|setup| setup.config.exposure = Exposure::new(false)).await;
}

//! PostgreSQL itself is stopped under load and started again: no wrong answer meanwhile, and all is well soon
//! after.
//!
//! `TEST_OUTAGE_SECONDS=10 cargo test --test it -- postgres_restart` makes the outage longer.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use lockstep_api::simulator::{ALL_SCOPES, data};
use reqwest::header::COOKIE;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use super::postgres_server::PostgresServer;
use super::{ALONE, Process};
use crate::support::Answer;

const UPLOAD: &str = "mutation ($t: ID!, $c: JSON!) { uploadMetadata(input: \
    {trackId: $t, type: \"beats\", version: 1, collection: $c}) { metadata { trackId } } }";
const READ: &str = "query ($t: ID!) { metadata(trackId: $t) { collection } }";

fn outage() -> Duration {
    let seconds = std::env::var("TEST_OUTAGE_SECONDS").ok();
    let seconds = seconds.map_or(1, |text| {
        text.parse().expect("TEST_OUTAGE_SECONDS to be a number")
    });
    Duration::from_secs(seconds)
}

struct Load<'a> {
    server: &'a Process,
    bearer: String,
    session: String,
    next: AtomicUsize,
    acknowledged: Mutex<Vec<usize>>,
    /// How many answers in a row were good.
    streak: watch::Sender<usize>,
    failures: AtomicUsize,
    /// When the last one that was not good came.
    failed_at: Mutex<Instant>,
    over: watch::Receiver<bool>,
}

impl Load<'_> {
    async fn ask(&self, query: &str, variables: Value, with_session: bool) -> Option<Value> {
        let request = self.server.request("POST", "/graphql");
        let request = if with_session {
            request.header(COOKIE, &self.session)
        } else {
            request.bearer_auth(&self.bearer)
        };
        let body = json!({ "query": query, "variables": variables });
        let answer = Answer::of(request.json(&body)).await;
        if answer.errors().is_empty() {
            self.streak.send_modify(|streak| *streak += 1);
            return Some(answer.data());
        }
        assert_eq!(answer.code(), "SERVICE_UNAVAILABLE", "{}", answer.text());
        self.streak.send_replace(0);
        self.failures.fetch_add(1, Ordering::Relaxed);
        *self.failed_at.lock().unwrap() = Instant::now();
        None
    }

    async fn upload(&self) {
        while !*self.over.borrow() {
            let n = self.next.fetch_add(1, Ordering::Relaxed);
            let variables = json!({ "t": track(n), "c": { "n": n } });
            if let Some(stored) = self.ask(UPLOAD, variables, false).await {
                assert_eq!(stored["uploadMetadata"]["metadata"]["trackId"], track(n));
                self.acknowledged.lock().unwrap().push(n);
            }
        }
    }

    async fn read(&self) {
        while !*self.over.borrow() {
            let newest = self.acknowledged.lock().unwrap().last().copied();
            if let Some(n) = newest
                && let Some(found) = self.ask(READ, json!({ "t": track(n) }), true).await
            {
                assert_eq!(found["metadata"]["collection"], json!({ "n": n }));
            }
            if let Some(me) = self.ask("{ me { id } }", json!({}), true).await {
                assert_eq!(me["me"]["id"], data::ADA);
            }
        }
    }

    async fn good_for(&self, answers: usize) {
        let mut streak = self.streak.subscribe();
        streak.wait_for(|streak| *streak >= answers).await.unwrap();
    }
}

fn track(n: usize) -> String {
    format!("{n:022}")
}

#[tokio::test]
async fn a_postgresql_that_is_stopped_under_load_and_started_again_costs_nothing() {
    let _alone = ALONE.lock().await;
    let Some(postgres) = PostgresServer::start().await else {
        return;
    };
    let url = postgres.url();
    let server = Process::with(&[
        ("DATABASE_URL", &url),
        ("RUST_LOG", "info,lockstep_api::http=warn"),
    ])
    .await;
    let day = Duration::from_secs(86_400);
    let (end, over) = watch::channel(false);
    let load = Load {
        bearer: server
            .spotify
            .mint(data::ADA, &ALL_SCOPES, day)
            .access_token,
        session: server.log_in(data::ADA).await,
        server: &server,
        next: AtomicUsize::new(0),
        acknowledged: Mutex::default(),
        streak: watch::Sender::new(0),
        failures: AtomicUsize::new(0),
        failed_at: Mutex::new(Instant::now()),
        over,
    };
    let uploading = join_all((0..6).map(|_| load.upload()));
    let reading = join_all((0..6).map(|_| load.read()));
    let outages = async {
        load.good_for(100).await;
        for mode in ["immediate", "fast"] {
            let before = load.failures.load(Ordering::Relaxed);
            postgres.stop(mode).await;
            sleep(outage()).await;
            assert!(
                load.failures.load(Ordering::Relaxed) > before,
                "it was not noticed"
            );
            postgres.start_again().await;
            let back = Instant::now();
            load.good_for(200).await;
            let failed_at = *load.failed_at.lock().unwrap();
            let lasted = failed_at.saturating_duration_since(back);
            eprintln!("{mode}: the last failure was {lasted:?} after its return");
            assert!(lasted < Duration::from_secs(5));
        }
        end.send_replace(true);
    };
    tokio::join!(uploading, reading, outages);

    let acknowledged = load.acknowledged.lock().unwrap().clone();
    eprintln!(
        "{} uploads acknowledged, {:?} failures",
        acknowledged.len(),
        load.failures
    );
    for some in acknowledged.chunks(16) {
        let found = some
            .iter()
            .map(|n| load.ask(READ, json!({ "t": track(*n) }), false));
        for (n, found) in some.iter().zip(join_all(found).await) {
            assert_eq!(found.unwrap()["metadata"]["collection"], json!({ "n": n }));
        }
    }
    let panicked = server.log().iter().any(|line| line.contains("panicked"));
    assert!(!panicked, "{:#?}", server.log());
}

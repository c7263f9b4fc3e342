//! Killed with -9 at random moments of many uploads: every upload that was acknowledged is there, byte for
//! byte, and none is there twice.
//!
//! `TEST_UPLOADS=10000 cargo test --test it -- kill` runs it at full length.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use lockstep_api::simulator::{ALL_SCOPES, data};
use lockstep_api::store::testing::TestDatabase;
use reqwest::Client;
use reqwest::header::CONTENT_TYPE;
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::sync::watch;
use uuid::Uuid;

use super::{ALONE, Process};

const CONNECTIONS: usize = 8;

/// Each track gets this many, one after the other.
const VERSIONS: i32 = 2;

/// So many uploads come to one kill.
const UPLOADS_PER_KILL: usize = 80;

/// How many uploads there are.
fn uploads() -> usize {
    let uploads = std::env::var("TEST_UPLOADS").ok();
    uploads.map_or(400, |uploads| {
        uploads.parse().expect("TEST_UPLOADS to be a number")
    })
}

fn track(n: usize) -> String {
    format!("{n:022}")
}

/// What is uploaded: different each time, of a few bytes up to some thousand, and with everything in it that
/// a careless copy would change.
fn collection(track: usize, version: i32) -> String {
    let numbers = (0..(track * 37) % 700).map(|n| format!("{n}.{:03}", (n * track) % 1000));
    let numbers = numbers.collect::<Vec<_>>().join(", ");
    format!(
        "{{ \"track\":{track}, \"version\":{version},\"b\": \"ü\\u00fc😀\\n\",  \"a\":1.10e-7,\"long\":\
         123456789012345678901234567890, \"times\":[{numbers}] }}"
    )
}

#[derive(Deserialize)]
struct Answered<'a, T> {
    #[serde(borrow = "'a")]
    errors: Option<&'a RawValue>,
    data: Option<T>,
}

#[derive(Deserialize)]
struct Read<'a> {
    #[serde(borrow)]
    metadata: Option<Found<'a>>,
}

#[derive(Deserialize)]
struct Found<'a> {
    version: i32,
    #[serde(borrow)]
    collection: &'a RawValue,
}

/// A client with one connection, and where the server is now.
struct Connection {
    client: Client,
    token: String,
    server: watch::Receiver<std::net::SocketAddr>,
}

impl Connection {
    /// Asks until there is an answer. A server that is killed gives none.
    async fn graphql(&mut self, body: &str) -> String {
        loop {
            let url = format!("http://{}/graphql", *self.server.borrow_and_update());
            let request = self.client.post(url).bearer_auth(&self.token);
            let request = request.header(CONTENT_TYPE, "application/json");
            let answer = async { request.body(body.to_owned()).send().await?.text().await };
            if let Ok(text) = answer.await {
                return text;
            }
            self.server.changed().await.unwrap();
        }
    }

    async fn upload(&mut self, n: usize, version: i32) {
        const QUERY: &str = "mutation ($t: ID!, $v: Int!, $c: JSON!) { uploadMetadata(input: {trackId: $t, \
            type: \\\"beats\\\", version: $v, collection: $c}) { metadata { sha256 } } }";
        let (track, collection) = (track(n), collection(n, version));
        let body = format!(
            "{{\"query\": \"{QUERY}\", \"variables\": {{\"t\": \"{track}\", \"v\": {version}, \"c\": \
             {collection}}}}}"
        );
        let text = self.graphql(&body).await;
        let answered: Answered<&RawValue> = serde_json::from_str(&text).unwrap();
        assert!(
            answered.errors.is_none() && answered.data.is_some(),
            "{text}"
        );
    }

    async fn assert_newest(&mut self, n: usize) {
        const QUERY: &str = "query ($t: ID!) { metadata(trackId: $t) { version collection } }";
        let track = track(n);
        let body = format!("{{\"query\": \"{QUERY}\", \"variables\": {{\"t\": \"{track}\"}}}}");
        let text = self.graphql(&body).await;
        let answered: Answered<Read> = serde_json::from_str(&text).unwrap();
        let found = answered.data.and_then(|data| data.metadata);
        let found = found.unwrap_or_else(|| panic!("{text}"));
        assert_eq!(found.version, VERSIONS);
        assert_eq!(found.collection.get(), collection(n, VERSIONS));
    }
}

/// All rows of the table, by track, in the order in which they became the newest.
async fn histories(database: &TestDatabase) -> BTreeMap<String, Vec<(i32, Vec<u8>)>> {
    let content = match database.kind() {
        "SQLite" => "hex(content)",
        _ => "upper(encode(content, 'hex'))",
    };
    let sql = format!(
        "SELECT track_id || ' ' || version || ' ' || {content} AS line FROM metadata ORDER BY track_id, seq"
    );
    let mut histories = BTreeMap::<_, Vec<_>>::new();
    for line in database.lines(&sql).await {
        let mut parts = line.split(' ');
        let mut part = || parts.next().unwrap().to_owned();
        let (track, version, content) = (part(), part().parse().unwrap(), part());
        let packed = (0..content.len()).step_by(2);
        let packed = packed.map(|at| u8::from_str_radix(&content[at..at + 2], 16).unwrap());
        let text = zstd::decode_all(&packed.collect::<Vec<u8>>()[..]).unwrap();
        histories.entry(track).or_default().push((version, text));
    }
    histories
}

/// A number below `bound`, another one each time.
fn random(bound: usize) -> usize {
    let bits = Uuid::new_v4().as_u128() % u128::try_from(bound).unwrap();
    usize::try_from(bits).unwrap()
}

async fn nothing_is_lost_or_doubled_on(database: &TestDatabase) {
    let _alone = ALONE.lock().await;
    let uploads = uploads();
    let tracks = uploads / usize::try_from(VERSIONS).unwrap();
    let url = database.url();
    let settings = [("DATABASE_URL", url.as_str()), ("LOG_FORMAT", "text")];
    let mut process = Process::with(&settings).await;
    let day = Duration::from_secs(86_400);
    let token = process
        .spotify
        .mint(data::ADA, &ALL_SCOPES, day)
        .access_token;
    let (moved, server) = watch::channel(process.addr);
    let (acknowledge, mut acknowledged) = watch::channel(0);

    let next = AtomicUsize::new(0);
    let connection = || Connection {
        client: Client::builder()
            .no_proxy()
            .tls_certs_only([])
            .build()
            .unwrap(),
        token: token.clone(),
        server: server.clone(),
    };
    let uploading = join_all((0..CONNECTIONS).map(|_| async {
        let mut connection = connection();
        loop {
            let n = next.fetch_add(1, Ordering::Relaxed);
            if n >= tracks {
                return;
            }
            for version in 1..=VERSIONS {
                connection.upload(n, version).await;
                acknowledge.send_modify(|count| *count += 1);
            }
        }
    }));
    let killing = async {
        let mut moments: Vec<usize> = (0..uploads / UPLOADS_PER_KILL)
            .map(|_| random(uploads))
            .collect();
        moments.sort_unstable();
        for moment in moments {
            acknowledged
                .wait_for(|count| *count >= moment)
                .await
                .unwrap();
            // Any moment in the work on the uploads after that.
            let a_little = Duration::from_micros(u64::try_from(random(20_000)).unwrap());
            tokio::time::sleep(a_little).await;
            process.signal("KILL");
            process.ended().await;
            process = process.beside(&settings).await;
            moved.send_replace(process.addr);
        }
        process
    };
    let (_, process) = tokio::join!(uploading, killing);
    assert_eq!(
        *acknowledge.borrow(),
        tracks * usize::try_from(VERSIONS).unwrap()
    );

    process.signal("KILL");
    let process = process.beside(&settings).await;
    moved.send_replace(process.addr);
    let next = AtomicUsize::new(0);
    join_all((0..CONNECTIONS).map(|_| async {
        let mut connection = connection();
        loop {
            let n = next.fetch_add(1, Ordering::Relaxed);
            if n >= tracks {
                return;
            }
            connection.assert_newest(n).await;
        }
    }))
    .await;
    let histories = histories(database).await;
    assert_eq!(histories.len(), tracks);
    for n in 0..tracks {
        let uploaded = (1..=VERSIONS).map(|version| (version, collection(n, version).into_bytes()));
        assert_eq!(histories[&track(n)], uploaded.collect::<Vec<_>>(), "{n}");
    }
}

#[tokio::test]
async fn nothing_acknowledged_is_lost_to_a_kill_and_nothing_doubled_on_sqlite() {
    nothing_is_lost_or_doubled_on(&TestDatabase::sqlite()).await;
}

#[tokio::test]
async fn nothing_acknowledged_is_lost_to_a_kill_and_nothing_doubled_on_postgresql() {
    if let Some(database) = TestDatabase::postgres().await {
        nothing_is_lost_or_doubled_on(&database).await;
    }
}

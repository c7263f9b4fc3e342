//! No room for what is uploaded.

use diesel::{Connection, RunQueryDsl, SqliteConnection};
use lockstep_api::simulator::data;
use rustix::process::{Pid, Resource, Rlimit, prlimit};
use serde_json::{Value, json};

use super::Process;
use crate::support::Answer;

const UPLOAD: &str = "mutation ($beats: JSON!) { uploadMetadata(input:
    {trackId: \"4uLU6hMCjMI75M1A2tKUQC\", type: \"beats\", version: 1, collection: $beats}) {
    metadata { id } } }";
const READ: &str = r#"{ me { id } metadata(trackId: "4uLU6hMCjMI75M1A2tKUQC") { collection } }"#;

/// What no compression makes much smaller.
fn beats(n: u32) -> Value {
    let beats = (1..20_000_u32).map(|k| (k ^ n).wrapping_mul(2_654_435_761));
    json!({ "n": n, "beats": beats.collect::<Vec<_>>() })
}

async fn upload(server: &Process, n: u32) -> Answer {
    let variables = json!({ "beats": beats(n) });
    Answer::of(server.graphql(data::ADA, UPLOAD, &variables)).await
}

async fn stored(server: &Process) -> Value {
    let answer = Answer::of(server.graphql(data::ADA, READ, &json!({}))).await;
    answer.data()["metadata"]["collection"].take()
}

/// Allows the process files of so many bytes and no more. What it is told when it writes beyond is
/// what a full disk or a used-up quota tells.
fn limit_files(server: &Process, bytes: Option<u64>) {
    let limit = Rlimit {
        current: bytes,
        maximum: None,
    };
    let pid = Pid::from_raw(server.pid().try_into().unwrap());
    prlimit(pid, Resource::Fsize, limit).unwrap();
}

#[tokio::test]
async fn an_upload_without_room_is_not_acknowledged_and_costs_nothing_that_is_stored() {
    let mut server = Process::start().await;
    upload(&server, 1).await.data();
    let log = server.directory().join("lockstep.db-wal");
    let length = log.metadata().unwrap().len();
    limit_files(&server, Some(length + 10_000));

    for n in 2..6 {
        let answer = upload(&server, n).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.code(), "SERVICE_UNAVAILABLE");
        let message = answer.error()["message"].as_str().unwrap().to_owned();
        assert!(message.contains("try again later"), "{message}");
        assert_eq!(stored(&server).await, beats(1));
    }
    let ready = server.operations("/readyz").await;
    assert_eq!(ready.status, 200, "what is stored is served");
    let line = server.logged("the store failed").await;
    assert_eq!(line["level"], "ERROR");
    let error = line["error"].as_str().unwrap();
    assert!(error.contains("disk"), "the operator reads why: {error}");

    limit_files(&server, None);
    upload(&server, 6).await.data();
    assert_eq!(stored(&server).await, beats(6));

    // What had no room is not in the file either.
    server.signal("KILL");
    server.ended().await;
    let file = server.directory().join("lockstep.db");
    let mut database = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
    let records = diesel::sql_query("SELECT count(*) AS count FROM metadata");
    let records: Count = records.get_result(&mut database).unwrap();
    assert_eq!(records.count, 2);
}

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    count: i64,
}

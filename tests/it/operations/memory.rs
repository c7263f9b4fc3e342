//! What large uploads take of memory, and leave behind in it.

use lockstep_api::simulator::data;
use serde_json::{Value, json};

use super::Process;
use crate::support::Answer;

const UPLOAD: &str = "mutation ($version: Int!, $beats: JSON!) { uploadMetadata(input:
    {trackId: \"4uLU6hMCjMI75M1A2tKUQC\", type: \"beats\", version: $version, collection: $beats}) {
    metadata { sizeBytes } } }";

/// In kilobytes, of memory that is the process's own.
fn own_memory(server: &Process) -> i64 {
    memory(server, "RssAnon:")
}

/// In kilobytes, the most that there has been.
fn peak(server: &Process) -> i64 {
    memory(server, "VmHWM:")
}

fn memory(server: &Process, what: &str) -> i64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.pid())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(what));
    let number = line.unwrap().trim().trim_end_matches(" kB");
    number.parse().unwrap()
}

#[tokio::test]
async fn after_large_uploads_a_server_is_about_as_large_as_before() {
    let server = Process::start().await;
    let beats: Vec<u32> = (1..900_000_u32).collect();
    let beats = json!({ "beats": beats });
    let upload = async |version: u32| {
        let variables = json!({ "version": version, "beats": beats });
        let answer = Answer::of(server.graphql(data::ADA, UPLOAD, &variables)).await;
        answer.data()["uploadMetadata"]["metadata"]["sizeBytes"].take()
    };
    // Of anything that is loaded at its first use.
    assert_eq!(upload(1).await, Value::from(6_188_899));
    let before = own_memory(&server);
    for version in 2..7 {
        upload(version).await;
    }
    let more = own_memory(&server) - before;
    assert!(more < 6000, "{more} kB more, by uploads of 6 MB");
}

#[tokio::test]
async fn variables_that_nothing_declares_take_no_more_than_their_text() {
    let server = Process::start().await;
    let upload = async |variables: &Value| {
        let answer = Answer::of(server.graphql(data::ADA, UPLOAD, variables)).await;
        answer.data();
    };
    let names = (0..700_000).map(|n| (format!("k{n}"), json!(1)));
    let names: Value = names.collect::<serde_json::Map<_, _>>().into();
    upload(&json!({ "version": 1, "beats": names })).await;
    let before = peak(&server);
    let mut variables = names;
    variables["version"] = json!(2);
    variables["beats"] = json!({});
    upload(&variables).await;
    let more = peak(&server) - before;
    assert!(more < 10_000, "{more} kB more");
}

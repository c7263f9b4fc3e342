//! Who may ask, from where, and how much.

mod connections;
mod cors;
mod csrf;
mod fair_use;
mod headers;
mod host;
mod http2;

use serde_json::json;

use crate::support::Caller;

/// Keeps a collection of about so many bytes.
async fn upload(caller: &Caller, bytes: usize) {
    let upload = "mutation($input: UploadMetadataInput!) {
        uploadMetadata(input: $input) { metadata { sizeBytes } }
    }";
    let input = json!({
        "trackId": "6rqhFgbbKwnb9MLmUQDhG6",
        "type": "beats",
        "version": 1,
        "collection": { "text": "x".repeat(bytes) },
    });
    let answer = caller.graphql(upload, json!({ "input": input })).await;
    answer.data();
}

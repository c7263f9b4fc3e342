//! What players upload for a track, and read back.

mod faithful;
mod refused;
mod uploads;

use serde_json::{Value, json};

use crate::support::{Answer, Caller};

const TRACK: &str = "6rqhFgbbKwnb9MLmUQDhG6";
const UPLOAD: &str = "mutation($input: UploadMetadataInput!) { uploadMetadata(input: $input) {
    metadata { id trackId type version sizeBytes sha256 createdAt } } }";
const READ: &str = "query($track: ID!, $type: String! = \"beats\") {
    metadata(trackId: $track, type: $type) { id version collection } }";

/// Sends `collection` as it is written.
async fn upload(
    caller: &Caller,
    track: &str,
    kind: &str,
    version: i64,
    collection: &str,
) -> Answer {
    let track = json!(track);
    let (kind, query) = (json!(kind), json!(UPLOAD));
    caller
        .post_graphql(format!(
            r#"{{"query":{query},"variables":{{"input":{{"trackId":{track},"type":{kind},
                "version":{version},"collection":{collection}}}}}}}"#
        ))
        .await
}

fn kept(answer: &Answer) -> Value {
    answer.data()["uploadMetadata"]["metadata"].clone()
}

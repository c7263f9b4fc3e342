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
    let collection = json!({ "text": "x".repeat(bytes) });
    let answer = caller.upload("6rqhFgbbKwnb9MLmUQDhG6", "beats", 1, collection);
    answer.await.data();
}

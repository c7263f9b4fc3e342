//! Operations that clients name instead of sending.

mod automatic;
mod trusted;

use serde_json::{Value, json};

use crate::support::{Answer, Caller};

/// The hash of [`QUERY`], computed elsewhere.
const HASH: &str = "ecf4edb46db40b5132295c0291d62fb65d6759a9eedfa4d5d612dd5ec54a6b38";
const QUERY: &str = "{__typename}";

async fn post(caller: &Caller, accept: &str, body: Value) -> Answer {
    caller.post(accept, body.to_string()).await
}

async fn get(caller: &Caller, params: &[(&str, &str)]) -> Answer {
    let request = caller
        .request("GET", "/graphql")
        .header("apollo-require-preflight", "true");
    Answer::of(request.query(params)).await
}

fn extensions(hash: &str) -> Value {
    json!({ "persistedQuery": { "version": 1, "sha256Hash": hash } })
}

/// What clients match on, to send the document itself.
fn assert_not_found(answer: &Answer) {
    assert_eq!(answer.status, 200, "{}", answer.text());
    let error = answer.error();
    assert_eq!(error["message"], "PersistedQueryNotFound");
    assert_eq!(error["extensions"]["code"], "PERSISTED_QUERY_NOT_FOUND");
    assert!(answer.json().get("data").is_none());
    assert_eq!(answer.header(reqwest::header::CACHE_CONTROL), "no-store");
}

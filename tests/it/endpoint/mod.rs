//! GraphQL over HTTP, after the specification at <https://graphql.github.io/graphql-over-http/>.

mod accept;
mod body;
mod compression;
mod content_type;
mod document;
mod errors;
mod get;
mod merged_fields;
mod methods;
mod order;
mod panics;
mod parameters;
mod repeated;
mod schema;
mod unread_body;
mod validation;
mod variables;

use serde_json::Value;

use crate::support::Answer;

const GRAPHQL_RESPONSE: &str = "application/graphql-response+json";
const JSON: &str = "application/json";
const BOTH: [&str; 2] = [GRAPHQL_RESPONSE, JSON];

/// What every answer of a client's fault is like: one GraphQL error with a code, and no data.
fn assert_refused(answer: &Answer, status: u16, code: &str) -> Value {
    assert_eq!(answer.status.as_u16(), status, "{}", answer.text());
    let json = answer.json();
    assert!(json.get("data").is_none(), "{json}");
    assert_eq!(answer.code(), code, "{json}");
    let error = answer.error();
    assert!(!error["message"].as_str().unwrap().is_empty(), "{json}");
    error
}

//! How much one request may ask for.

mod answer;
mod answer_memory;
mod body;
mod document;
mod errors;
mod hostile;
mod operation;
mod query;
mod upload_memory;
mod upstream;
mod variables;

use crate::support::{Answer, Setup};

/// Sees to it that a request was refused before anything was executed, for one limit.
fn assert_over(answer: &Answer, limit: &str, max: u64, found: u64) {
    assert_eq!(answer.status, 400, "{}", answer.text());
    assert!(answer.json().get("data").is_none(), "{}", answer.text());
    assert_eq!(answer.code(), "QUERY_TOO_COMPLEX", "{}", answer.text());
    let error = answer.error();
    let extensions = &error["extensions"];
    assert_eq!(extensions["limit"], limit, "{error}");
    assert_eq!(extensions["max"], max, "{error}");
    assert_eq!(extensions["found"], found, "{error}");
    let message = error["message"].as_str().unwrap();
    for number in [max, found] {
        assert!(message.contains(&number.to_string()), "{message}");
    }
}

/// Limits are logged and nothing is refused for them.
fn warn_only(setup: &mut Setup) {
    setup.config.limits.warn_only = true;
}

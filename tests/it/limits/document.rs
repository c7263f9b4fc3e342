//! Bounds on a document's text, which hold before it is parsed.

use serde_json::json;

use super::{assert_over, warn_only};
use crate::support::TestApp;

/// A query of just so many characters, most of which say nothing.
fn of_characters(characters: usize) -> String {
    let query = "{ __typename } #";
    format!("{query}{}", "é".repeat(characters - query.len()))
}

/// A query of just so many tokens.
fn of_tokens(tokens: usize) -> String {
    format!("{{ me {{ {} }} }}", "id ".repeat(tokens - 5))
}

#[tokio::test]
async fn a_document_has_so_many_characters_and_no_more() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    let answer = caller.query(&of_characters(15_000)).await;
    assert_eq!(answer.data(), json!({ "__typename": "Query" }));
    let answer = caller.query(&of_characters(15_001)).await;
    assert_over(&answer, "documentCharacters", 15_000, 15_001);
}

#[tokio::test]
async fn a_document_has_so_many_tokens_and_no_more() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    let answer = caller.query(&of_tokens(1000)).await;
    assert_eq!(answer.code(), "UNAUTHENTICATED");
    let answer = caller.query(&of_tokens(1001)).await;
    assert_over(&answer, "documentTokens", 1000, 1001);
}

#[tokio::test]
async fn a_name_has_so_many_characters_and_no_more() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    let query = |length: usize| format!("{{ {}: __typename }}", "a".repeat(length));
    assert_eq!(caller.query(&query(128)).await.status, 200);
    let answer = caller.query(&query(129)).await;
    assert_over(&answer, "nameCharacters", 128, 129);
    // A string is no name.
    let text = format!("{{ __type(name: \"{}\") {{ name }} }}", "a".repeat(1000));
    assert_eq!(caller.query(&text).await.status, 200);
}

#[tokio::test]
async fn what_is_no_graphql_is_not_even_parsed_when_it_is_too_long() {
    let app = TestApp::start().await;
    let answer = app.anonymous().query(&"{".repeat(20_000)).await;
    assert_over(&answer, "documentCharacters", 15_000, 20_000);
}

#[tokio::test]
async fn each_has_a_setting_of_its_own() {
    let app = TestApp::with(|setup| {
        let limits = &mut setup.config.limits;
        limits.document_characters = 40;
        limits.document_tokens = 6;
        limits.name_characters = 10;
    })
    .await;
    let caller = app.anonymous();
    for (query, limit, max, found) in [
        (&*of_characters(41), "documentCharacters", 40, 41),
        (&*of_tokens(7), "documentTokens", 6, 7),
        ("{ abcdefghijk }", "nameCharacters", 10, 11),
    ] {
        assert_over(&caller.query(query).await, limit, max, found);
    }
}

#[tokio::test]
async fn all_of_them_can_be_made_to_warn_only() {
    let app = TestApp::with(warn_only).await;
    let caller = app.anonymous();
    let answer = caller.query(&of_characters(15_001)).await;
    assert_eq!(answer.data(), json!({ "__typename": "Query" }));
    let answer = caller.query(&of_tokens(1001)).await;
    assert_eq!(answer.code(), "UNAUTHENTICATED");
    let name = "a".repeat(129);
    let answer = caller.query(&format!("{{ {name}: __typename }}")).await;
    assert_eq!(answer.data(), json!({ name: "Query" }));
}

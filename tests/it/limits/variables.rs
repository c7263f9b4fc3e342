//! Variables amount to what they are, wherever the document has them stand.

use lockstep_api::simulator::data;
use serde_json::{Value, json};

use super::{assert_over, warn_only};
use crate::support::{Answer, TestApp};

const TRACK: &str = "4uLU6hMCjMI75M1A2tKUQC";

/// An upload of each of `collections`, as they stand in a document that declares `variable`.
fn uploads(variable: &str, collections: &[&str]) -> String {
    let mut query = format!("mutation({variable}) {{");
    for (n, collection) in collections.iter().enumerate() {
        query += &format!(
            " a{n}: uploadMetadata(input: {{ trackId: \"{TRACK}\", type: \"b{n}\", version: 1,
                collection: {collection} }}) {{ metadata {{ sizeBytes }} }}"
        );
    }
    query + " }"
}

fn assert_too_much(answer: &Answer, argument: &str) {
    assert_eq!(answer.status, 400, "{}", answer.text());
    assert_eq!(answer.code(), "BAD_USER_INPUT", "{}", answer.text());
    let error = answer.error();
    assert_eq!(error["extensions"]["argument"], argument, "{error}");
    assert!(error["message"].as_str().unwrap().contains("$v"), "{error}");
    assert!(answer.text().len() < 1000, "{}", answer.text().len());
}

#[tokio::test]
async fn one_that_stands_in_json_literals_again_and_again_does_not_multiply_the_body() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let text = json!("x".repeat(200_000));
    let object = json!({ "x": "x".repeat(200_000) });
    let list = json!(vec![1; 8000]);
    let many = format!("{{ a: [{}] }}", "$v ".repeat(450));
    for (variable, value, collections, argument) in [
        ("$v: JSON!", &object, &[&*many][..], "input.collection.a.2"),
        ("$v: JSON!", &text, &[&*many], "input.collection.a.2"),
        ("$v: String!", &text, &[&*many], "input.collection.a.2"),
        ("$v: [Int]", &list, &[&*many], "input.collection.a.1"),
        (
            "$v: [JSON]",
            &list,
            &["{ a: { b: $v, c: [$v] } }"],
            "input.collection.a.c.0",
        ),
        (
            "$v: JSON!",
            &text,
            &["{ a: $v }", "{ b: $v, c: $v }"],
            "input.collection.c",
        ),
    ] {
        let query = uploads(variable, collections);
        for caller in [&app.anonymous(), &ada] {
            let answer = caller.graphql(&query, json!({ "v": value })).await;
            assert_too_much(&answer, argument);
        }
    }
    // With all that an upload's body may have, twice is too often.
    let large = json!({ "v": "x".repeat(900_000) });
    let query = uploads("$v: JSON!", &["{ a: $v, b: $v }"]);
    assert_too_much(&ada.graphql(&query, large).await, "input.collection.b");
    assert_eq!(app.count_rows("metadata"), 0);
}

#[tokio::test]
async fn one_that_stands_there_once_or_is_the_whole_collection_may_have_all_of_the_body() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let large = json!({ "x": "x".repeat(900_000) });
    let size = large.to_string().len();
    let query = uploads("$v: JSON!", &["$v", "{ a: $v }", "$v"]);
    let kept = ada.graphql(&query, json!({ "v": large })).await.data();
    for (field, size) in [("a0", size), ("a1", size + r#"{"a":}"#.len()), ("a2", size)] {
        assert_eq!(kept[field]["metadata"]["sizeBytes"], size, "{field}");
    }
    // What is short may be repeated.
    let query = uploads("$v: Int!", &[&format!("{{ a: [{}] }}", "$v ".repeat(450))]);
    let kept = ada.graphql(&query, json!({ "v": 7 })).await.data();
    assert_eq!(
        kept["a0"]["metadata"]["sizeBytes"],
        450 * 2 + r#"{"a":]}"#.len()
    );
}

#[tokio::test]
async fn no_more_is_kept_than_an_upload_may_have() {
    let app = TestApp::with(|setup| setup.config.http.max_upload_bytes = 1000).await;
    let ada = app.logged_in(data::ADA).await;
    let collection = |length: usize| format!("{{ a: \"{}\" }}", "x".repeat(length - 8));
    for (length, fits) in [(1000, true), (1001, false)] {
        let query = uploads("", &[&collection(length)]).replace("mutation()", "mutation");
        let answer = ada.graphql(&query, Value::Null).await;
        if fits {
            assert_eq!(answer.data()["a0"]["metadata"]["sizeBytes"], length);
        } else {
            assert_eq!(answer.code(), "BAD_USER_INPUT", "{}", answer.text());
            let error = answer.error();
            assert_eq!(error["extensions"]["argument"], "input.collection");
            assert!(error["message"].as_str().unwrap().contains("1001 bytes"));
        }
    }
    assert_eq!(app.count_rows("metadata"), 1);
}

#[tokio::test]
async fn lists_have_no_more_values_than_the_server_has_memory_for() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let query = uploads("$v: [Int!], $c: JSON", &["{ a: $v, c: $c }"]);
    ada.graphql(&query, json!({ "v": vec![1; 8000] }))
        .await
        .data();
    // Well within any request's body.
    let answer = ada.graphql(&query, json!({ "v": vec![1; 10_000] })).await;
    assert_too_much(&answer, "input.collection.a");
    // As JSON it is one value.
    let query = uploads("$v: JSON", &["{ a: $v }"]);
    ada.graphql(&query, json!({ "v": vec![1; 200_000] }))
        .await
        .data();
}

#[tokio::test]
async fn a_variable_is_a_list_of_few_lists() {
    for app in [TestApp::start().await, TestApp::with(warn_only).await] {
        let ada = app.logged_in(data::ADA).await;
        let lists = |lists: usize| {
            let (open, close) = ("[".repeat(lists), "]".repeat(lists));
            let query = uploads(&format!("$v: {open}JSON{close}"), &["{ a: $v }"]);
            let value = (0..lists).fold(json!(7), |inside, _| json!([inside]));
            (query, json!({ "v": value }))
        };
        let (query, value) = lists(4);
        let kept = ada.graphql(&query, value).await.data();
        let expected = r#"{"a":[[[[7]]]]}"#.len();
        assert_eq!(kept["a0"]["metadata"]["sizeBytes"], expected);
        // What is given is not even looked at, nor whether anything uses it.
        let (query, _) = lists(5);
        for query in [&query, "query($v: [[[[[Int!]]]!]]) { __typename }"] {
            let answer = app
                .anonymous()
                .graphql(query, json!({ "v": "no list" }))
                .await;
            assert_over(&answer, "nesting", 4, 5);
        }
    }
}

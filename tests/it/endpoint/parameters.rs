//! The members of a request's body.

use serde_json::{Value, json};

use super::{BOTH, assert_refused};
use crate::support::TestApp;

#[tokio::test]
async fn each_member_may_be_null_and_others_are_passed_over() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    for accept in BOTH {
        for (member, value) in [
            ("variables", Value::Null),
            ("operationName", Value::Null),
            ("extensions", Value::Null),
            ("variables", json!({})),
            ("variables", json!({ "undeclared": [1, "x"] })),
            ("extensions", json!({ "some": { "value": 1 } })),
            ("operationName", json!("")),
            ("clientName", json!("some client")),
        ] {
            let body = json!({ "query": "{ __typename }", member: value });
            let answer = caller.post(accept, body.to_string()).await;
            assert_eq!(answer.status, 200, "{body}");
            assert_eq!(answer.data(), json!({ "__typename": "Query" }));
        }
    }
}

#[tokio::test]
async fn a_member_of_another_type_is_refused_by_its_name() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    let strings = [
        json!({ "obj": "ect" }),
        json!(0),
        json!(false),
        json!(["array"]),
    ];
    let objects = [json!("string"), json!(0), json!(false), json!(["array"])];
    let cases = ["query", "operationName"].map(|member| (member, &strings));
    let cases = cases
        .into_iter()
        .chain(["variables", "extensions"].map(|m| (m, &objects)));
    for (member, values) in cases {
        for value in values {
            let mut body = json!({ "query": "{ __typename }" });
            body[member] = value.clone();
            for accept in BOTH {
                let answer = caller.post(accept, body.to_string()).await;
                let error = assert_refused(&answer, 400, "BAD_REQUEST");
                let message = error["message"].as_str().unwrap();
                assert!(message.contains(&format!("{member:?}")), "{message}");
            }
        }
    }
}

#[tokio::test]
async fn a_request_without_a_query_is_refused_with_an_example() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    for body in [
        json!({}),
        json!({ "query": null }),
        json!({ "notquery": "{ __typename }" }),
        json!({ "operationName": "A", "variables": {} }),
    ] {
        let answer = caller.post(BOTH[0], body.to_string()).await;
        let error = assert_refused(&answer, 400, "BAD_REQUEST");
        assert!(
            error["message"]
                .as_str()
                .unwrap()
                .contains("there is no \"query\"")
        );
    }
}

#[tokio::test]
async fn batches_are_refused_whatever_their_length() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    let one = json!({ "query": "{ __typename }" });
    for length in [0, 1, 2, 1000] {
        let batch: Value = (0..length).map(|_| one.clone()).collect();
        let answer = caller.post(BOTH[0], batch.to_string()).await;
        let error = assert_refused(&answer, 400, "BAD_REQUEST");
        assert!(
            error["message"]
                .as_str()
                .unwrap()
                .contains("batches are not taken")
        );
    }
    let answer = caller.post(BOTH[0], format!(" \n\t[{one}]")).await;
    assert_refused(&answer, 400, "BAD_REQUEST");
}

#[tokio::test]
async fn a_member_that_stands_twice_is_refused() {
    let app = TestApp::start().await;
    let body = r#"{"query":"{ __typename }","query":"{ me { id } }"}"#;
    let answer = app.anonymous().post(BOTH[0], body).await;
    assert_refused(&answer, 400, "BAD_REQUEST");
}

#[tokio::test]
async fn a_bodys_text_may_be_any_unicode_and_begin_with_a_byte_order_mark() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    let query = "{ __type(name: \"Run🏃Swim🏊\") { name } }";
    let plain = json!({ "query": query }).to_string();
    let marked = format!("\u{feff}{plain}");
    let escaped = r#"{"query":"{ \u005f_type(name: \"\ud83e\udd41\") { name } }"}"#.to_owned();
    let marked_document = json!({ "query": format!("\u{feff}{query}") }).to_string();
    for body in [plain, marked, escaped, marked_document] {
        let answer = caller.post(BOTH[0], body.clone()).await;
        assert_eq!(answer.status, 200, "{body}: {}", answer.text());
        assert_eq!(answer.data(), json!({ "__type": null }));
    }
}

#[tokio::test]
async fn a_body_that_is_not_utf8_is_refused() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    for body in [
        b"{\"query\":\"{ __typename }\xff\"}".to_vec(),
        b"\xff\xfe{\0\"\0q\0".to_vec(),
        b"{\"query\":\"\xed\xa0\x80\"}".to_vec(),
        b"\x1f\x8b\x08\0\0\0\0\0".to_vec(),
    ] {
        let answer = caller.post(BOTH[0], body).await;
        assert_refused(&answer, 400, "BAD_REQUEST");
    }
}

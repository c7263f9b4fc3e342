//! Errors are bounded, in number and in length.

use std::fmt::Write;

use serde_json::json;

use super::{GRAPHQL_RESPONSE, post};
use crate::support::TestApp;

#[tokio::test]
async fn twenty_thousand_mistakes_get_fifty_errors_and_how_many_are_left_out() {
    let app = TestApp::start().await;
    let mut query = "{".to_owned();
    for n in 0..20_000 {
        write!(query, " f{n}").unwrap();
    }
    query.push('}');
    let body = json!({ "query": query }).to_string();
    let answer = post(&app.anonymous(), GRAPHQL_RESPONSE, body).await;
    assert_eq!(answer.status, 400);
    assert!(answer.text().len() < 16 * 1024, "{}", answer.text().len());
    let errors = answer.errors();
    assert_eq!(errors.len(), 51);
    assert_eq!(errors[50]["message"], "19950 more errors are left out");
    for error in errors {
        assert_eq!(error["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED");
    }
}

#[tokio::test]
async fn a_thousand_fields_that_fail_alike_are_null_and_fifty_of_them_are_told() {
    let app = TestApp::start().await;
    let mut query = "{".to_owned();
    for n in 0..1000 {
        write!(query, " f{n}: metadata(trackId: \"no track\") {{ id }}").unwrap();
    }
    query.push('}');
    let answer = app.anonymous().query(&query).await;
    assert_eq!(answer.status, 200);
    let data = answer.partial_data();
    assert_eq!(data.as_object().unwrap().len(), 1000);
    assert!(
        data.as_object()
            .unwrap()
            .values()
            .all(|field| field.is_null())
    );
    let errors = answer.errors();
    assert_eq!(errors.len(), 51);
    assert_eq!(errors[50]["message"], "950 more errors are left out");
    assert_eq!(errors[50]["extensions"]["code"], "BAD_USER_INPUT");
    assert!(errors[50].get("path").is_none());
}

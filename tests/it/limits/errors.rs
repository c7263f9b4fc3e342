//! Errors are bounded, in number and in length.

use std::fmt::Write;

use serde_json::json;

use super::warn_only;
use crate::support::TestApp;

#[tokio::test]
async fn twenty_thousand_mistakes_get_fifty_errors_and_how_many_are_left_out() {
    let app = TestApp::with(warn_only).await;
    let mut query = "{".to_owned();
    for n in 0..20_000 {
        write!(query, " f{n}").unwrap();
    }
    query.push('}');
    let answer = app.anonymous().query(&query).await;
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
async fn a_thousand_fields_that_fail_alike_are_null_and_some_of_them_are_told() {
    let app = TestApp::with(warn_only).await;
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
    let mut errors = answer.errors();
    let last = errors.pop().unwrap();
    assert!((30..=50).contains(&errors.len()), "{}", errors.len());
    let left_out = format!("{} more errors are left out", 1000 - errors.len());
    assert_eq!(last["message"], left_out);
    assert_eq!(last["extensions"]["code"], "BAD_USER_INPUT");
    assert!(last.get("path").is_none());
}

#[tokio::test]
async fn their_number_and_length_have_settings_of_their_own() {
    let app = TestApp::with(|setup| {
        setup.config.limits.errors = 2;
        setup.config.limits.error_characters = 10;
    })
    .await;
    let caller = app.anonymous();
    let answer = caller.query("{ a b c d }").await;
    let errors = answer.errors();
    assert_eq!(errors.len(), 3);
    assert_eq!(errors[0]["message"], "Unknown fi…");
    assert_eq!(errors[2]["message"], "2 more errors are left out");
    // Of what is refused before validation too.
    let answer = caller.query("{").await;
    assert_eq!(answer.error()["message"], "the docume…");
}

#[tokio::test]
async fn none_repeats_what_the_client_wrote_without_end() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    let mut input = json!({ "trackId": "x", "type": "b", "version": 1, "collection": {} });
    input["k".repeat(250_000)] = json!(1);
    let upload =
        "mutation($i: UploadMetadataInput!) { uploadMetadata(input: $i) { metadata { id } } }";
    for (body, code) in [
        (json!("\u{1}".repeat(40_000)), "BAD_REQUEST"),
        (json!("é".repeat(100_000)), "BAD_REQUEST"),
        (
            json!({ "query": upload, "variables": { "i": input } }),
            "BAD_USER_INPUT",
        ),
    ] {
        let answer = caller.post_graphql(body.to_string()).await;
        assert_eq!(answer.code(), code);
        assert!(answer.text().len() < 1000, "{}", answer.text().len());
        assert!(answer.status.is_client_error(), "{}", answer.status);
    }
}

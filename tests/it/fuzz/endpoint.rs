//! HTTP body → response.

use axum::body::Body;
use axum::http::Request;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::ask;

const DOCUMENTS: [&str; 8] = [
    "{ __typename }",
    "query Q($id: ID!, $n: Int = 2) { playlist(id: $id) { tracks(first: $n) { nodes { uri } } } }",
    "mutation M($c: JSON!) { uploadMetadata(input: {trackId: \"x\", type: \"b\", version: 1, collection: $c}) { metadata { id } } }",
    "{ ...F } fragment F on Query { me { id ... @include(if: true) { uri } } }",
    "{ __schema { types { name fields(includeDeprecated: true) { name } } } }",
    "query A { a: __typename } query B { b: metadata(trackId: \"6rqhFgbbKwnb9MLmUQDhG6\") { id } }",
    "{ me { playlists(first: -1, after: \"x\") { totalCount } } }",
    "\"\"\"b\"\"\" { __typename @skip(if: 1) }",
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,30}",
        "[{}()\\[\\]$@:!\"\\\\a-z0-9. \n]{0,40}",
        prop::sample::select(
            &[
                "",
                "null",
                "\u{0}",
                "\u{feff}",
                "\u{202e}",
                "__typename",
                "Q",
                "A"
            ][..]
        )
        .prop_map(str::to_owned),
    ]
}

/// A document, whole or with a piece of it replaced.
fn document() -> impl Strategy<Value = String> {
    let whole = prop::sample::select(&DOCUMENTS[..]);
    (
        whole,
        any::<prop::sample::Index>(),
        0..12_usize,
        text(),
        any::<bool>(),
    )
        .prop_map(|(document, at, length, by, intact)| {
            if intact {
                return document.to_owned();
            }
            let from = at.index(document.len());
            let to = (from + length).min(document.len());
            format!("{}{by}{}", &document[..from], &document[to..])
        })
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("id|n|c|[a-z]{1,4}", inner, 0..4)
                .prop_map(|map| json!(map)),
        ]
    })
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    let member = |value: BoxedStrategy<Value>| prop::option::weighted(0.7, value);
    let parameters = (
        prop_oneof![4 => document().prop_map(Value::from), 1 => json_value()],
        member(prop_oneof![text().prop_map(Value::from), json_value()].boxed()),
        member(json_value().boxed()),
        member(json_value().boxed()),
    );
    let well_formed = parameters.prop_map(|(query, name, variables, extensions)| {
        let mut body = json!({ "query": query });
        for (key, value) in [
            ("operationName", name),
            ("variables", variables),
            ("extensions", extensions),
        ] {
            if let Some(value) = value {
                body[key] = value;
            }
        }
        body.to_string().into_bytes()
    });
    let garbled = (
        well_formed.clone(),
        any::<prop::sample::Index>(),
        any::<u8>(),
    )
        .prop_map(|(mut body, at, byte)| {
            let at = at.index(body.len());
            body[at] = byte;
            body
        });
    let cut = (well_formed.clone(), any::<prop::sample::Index>()).prop_map(|(body, at)| {
        let end = at.index(body.len());
        body[..end].to_vec()
    });
    prop_oneof![
        4 => well_formed,
        2 => garbled,
        1 => cut,
        1 => json_value().prop_map(|value| value.to_string().into_bytes()),
        1 => prop::collection::vec(any::<u8>(), 0..100),
    ]
}

/// Whatever came, the answer is GraphQL's, its errors have codes, and none is the server's fault.
fn judge(request: axum::http::Result<Request<Body>>) -> Result<(), TestCaseError> {
    let Some((status, headers, body)) = ask(request) else {
        return Ok(());
    };
    prop_assert!(!status.is_server_error(), "{} {:?}", status, body);
    prop_assert!(headers.contains_key("x-request-id"));
    let answer: Value = serde_json::from_slice(&body)
        .map_err(|error| TestCaseError::fail(format!("{error}: {body:?}")))?;
    if let Some(errors) = answer.get("errors") {
        for error in errors.as_array().unwrap() {
            let code = error["extensions"]["code"].as_str().unwrap_or_default();
            prop_assert!(
                !code.is_empty() && code != "INTERNAL_SERVER_ERROR",
                "{}",
                answer
            );
        }
    } else {
        prop_assert!(answer["data"].is_object(), "{}", answer);
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_body_has_an_honest_answer(
        body in body(),
        accept in prop::sample::select(&["application/json", "application/graphql-response+json", "*/*"][..]),
    ) {
        let request = Request::post("/graphql")
            .header("content-type", "application/json")
            .header("accept", accept)
            .body(Body::from(body));
        judge(request)?;
    }

    #[test]
    fn any_query_string_and_any_header_has_an_honest_answer(
        query in prop_oneof![document(), text()],
        variables in prop_oneof![json_value().prop_map(|value| value.to_string()), text()],
        header in prop::sample::select(&["accept", "content-type", "content-encoding", "authorization", "cookie", "origin", "traceparent", "x-forwarded-for"][..]),
        value in prop::collection::vec(any::<u8>(), 0..60),
        post in any::<bool>(),
    ) {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("query", &query)
            .append_pair("variables", &variables)
            .finish();
        let method = if post { "POST" } else { "GET" };
        let request = Request::builder().method(method).uri(format!("/graphql?{query}"));
        judge(request.header(header, &value[..]).body(Body::empty()))?;
    }
}

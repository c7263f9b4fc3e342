//! Completing is linear in the document and in the response.

use std::fmt::Write;
use std::time::{Duration, Instant};

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::parse_query;
use async_graphql::{Name, Response, Value, Variables};

use crate::graphql::document::discriminate;
use crate::graphql::response::{Outline, complete};
use crate::graphql::type_system::TypeSystem;

/// Generous for a debug build on a busy machine, and nothing that exponential work could meet.
const SOON: Duration = Duration::from_secs(20);

fn object(fields: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    let fields = fields.into_iter();
    Value::Object(
        fields
            .map(|(key, value)| (Name::new(key), value))
            .collect::<IndexMap<_, _>>(),
    )
}

fn completed(query: &str, data: Value) -> Value {
    let types = TypeSystem::of_schema();
    let mut document = parse_query(query).unwrap();
    let start = Instant::now();
    discriminate(&mut document, &types);
    let operation = &document.operations.iter().next().unwrap().1.node;
    let outline = Outline::of(&document, operation, &Variables::default());
    let mut response = Response::new(data);
    complete(&mut response, &outline, &types);
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
    response.data
}

#[test]
fn fragments_that_spread_each_other_twice_cost_no_more_than_their_text() {
    let mut query = "{ me { ...F0 } }".to_owned();
    for level in 0..60 {
        let next = level + 1;
        write!(
            query,
            " fragment F{level} on Me {{ ...F{next} ...F{next} }}"
        )
        .unwrap();
    }
    query += " fragment F60 on Me { id uri }";
    let me = |keys: [&'static str; 2]| object([("me", object(keys.map(|key| (key, Value::Null))))]);
    assert_eq!(completed(&query, me(["uri", "id"])), me(["id", "uri"]));
}

#[test]
fn fields_that_are_merged_at_every_level_cost_no_more_than_their_text() {
    let mut query = "{ ...F0 ...F0 }".to_owned();
    for level in 0..60 {
        let next = level + 1;
        write!(
            query,
            " fragment F{level} on Query {{ me {{ id }} ...F{next} me {{ id }} ...F{next} }}"
        )
        .unwrap();
    }
    query += " fragment F60 on Query { me { uri } }";
    let me = |keys: [&'static str; 2]| object([("me", object(keys.map(|key| (key, Value::Null))))]);
    assert_eq!(completed(&query, me(["uri", "id"])), me(["id", "uri"]));
}

#[test]
fn a_long_chain_of_fragments_needs_no_deep_stack() {
    let mut query = "{ me { ...F0 } }".to_owned();
    for level in 0..20_000 {
        write!(query, " fragment F{level} on Me {{ ...F{} }}", level + 1).unwrap();
    }
    query += " fragment F20000 on Me { id }";
    let me = object([("me", object([("id", Value::Null)]))]);
    assert_eq!(completed(&query, me.clone()), me);
}

#[test]
fn a_long_list_is_walked_once() {
    let query = "{ playlist(id: 1) { tracks { nodes { name uri ... on Track { isrc } } } } }";
    let track = || {
        object([
            ("name", Value::Null),
            ("isrc", Value::Null),
            ("uri", Value::Null),
            (
                crate::graphql::document::DISCRIMINATOR,
                Value::from("Track"),
            ),
        ])
    };
    let nodes = Value::List((0..100_000).map(|_| track()).collect());
    let data = object([("playlist", object([("tracks", object([("nodes", nodes)]))]))]);
    let completed = completed(query, data);
    let text = serde_json::to_string(&completed).unwrap();
    let track = r#"{"name":null,"uri":null,"isrc":null}"#;
    assert_eq!(text.matches(track).count(), 100_000);
}

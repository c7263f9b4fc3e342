//! Bounds on what a parsed operation amounts to.

use std::fmt::Write;

use lockstep_api::simulator::data;
use serde_json::json;

use super::{assert_over, warn_only};
use crate::support::TestApp;

/// Fields that stand so deep in one another.
fn of_depth(depth: usize) -> String {
    format!(
        "{}__typename{}",
        "{ me ".repeat(depth - 1) + "{ ",
        " }".repeat(depth)
    )
}

/// So many aliases in a query, on a field that costs nothing.
fn of_aliases(aliases: usize) -> String {
    let aliases = (0..aliases).map(|n| format!("a{n}: __typename "));
    format!("{{ ... on Query {{ {} }} }}", aliases.collect::<String>())
}

/// Fragments that spread the next one twice, so many in a row.
fn bomb(levels: usize) -> String {
    let mut query = "{ ...F0 }".to_owned();
    for level in 0..levels {
        write!(
            query,
            " fragment F{level} on Query {{ ...F{0} ...F{0} }}",
            level + 1
        )
        .unwrap();
    }
    write!(query, " fragment F{levels} on Query {{ __typename }}").unwrap();
    query
}

#[tokio::test]
async fn fields_stand_so_deep_in_one_another_and_no_deeper() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    let answer = caller.query(&of_depth(10)).await;
    let codes = answer.errors();
    assert_eq!(codes[0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED");
    let answer = caller.query(&of_depth(11)).await;
    assert_over(&answer, "depth", 10, 11);
    // In fragments all the same.
    let answer = caller
        .query(
            "{ me { ...A } }
        fragment A on Me { x { x { x { x { ...B } } } } }
        fragment B on Me { ... { x { x { x { x { x { x } } } } } } }",
        )
        .await;
    assert_over(&answer, "depth", 10, 11);
}

#[tokio::test]
async fn the_deepest_query_of_the_schema_is_within_the_depth() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let query = "{ me { playlists(first: 1) { edges { node { tracks(first: 1) { edges { node {
        ... on Track { album { images { url } } } ... on Episode { show { images { url } } }
    } } } } } } } }";
    ada.query(query).await.data();
}

#[tokio::test]
async fn introspection_may_go_deeper() {
    let app = TestApp::start().await;
    let query = "{ __type(name: \"Query\") { fields { type { ofType { ofType { ofType { ofType {
        ofType { ofType { ofType { ofType { name } } } } } } } } } } } }";
    app.anonymous().query(query).await.data();
}

#[tokio::test]
async fn introspection_that_goes_in_circles_is_refused_for_its_cost() {
    let app = TestApp::start().await;
    let query = "query cop { __schema { types { fields { type { fields { type { fields { type {
        fields { type { name } } } } } } } } } } }";
    let answer = app.anonymous().query(query).await;
    assert_eq!(answer.error()["extensions"]["limit"], "cost");
}

#[tokio::test]
async fn an_operation_has_so_many_aliases_and_no_more() {
    let app = TestApp::with(|setup| setup.config.limits.root_fields = 100).await;
    let caller = app.anonymous();
    assert_eq!(caller.query(&of_aliases(15)).await.status, 200);
    let answer = caller.query(&of_aliases(16)).await;
    assert_over(&answer, "aliases", 15, 16);
}

#[tokio::test]
async fn an_operation_has_so_many_root_fields_and_no_more() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    let query = |fields: usize| {
        format!(
            "{{ ...F {} }} fragment F on Query {{ __typename }}",
            "__typename ".repeat(fields - 1)
        )
    };
    assert_eq!(caller.query(&query(10)).await.status, 200);
    let answer = caller.query(&query(11)).await;
    assert_over(&answer, "rootFields", 10, 11);
}

#[tokio::test]
async fn an_operation_has_so_many_directives_and_no_more() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    let query = |directives: usize| {
        let include = "@include(if: true) ";
        let fields = ["__typename @include(if: true) "; 5].concat();
        format!(
            "{{ ...F {include} ... {include} {{ {fields} }} }}
            fragment F on Query {{ ... {{ x: __typename {} }} }}",
            include.repeat(directives - 7)
        )
    };
    let answer = caller.query(&query(20)).await;
    // All that is wrong with it is that one directive stands on a field too often.
    for error in answer.errors() {
        assert_eq!(error["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED");
    }
    let answer = caller.query(&query(21)).await;
    assert_over(&answer, "directives", 20, 21);
}

#[tokio::test]
async fn fragments_are_counted_as_often_as_they_are_spread() {
    let app = TestApp::with(|setup| {
        setup.config.limits.root_fields = 1_000_000_000;
    })
    .await;
    let caller = app.anonymous();
    let answer = caller.query(&bomb(8)).await;
    assert_eq!(answer.data(), json!({ "__typename": "Query" }));
    // 1 + 2 + … + 2^22 spreads, and as many fields as there are at the end.
    let answer = caller.query(&bomb(22)).await;
    assert_over(&answer, "selections", 2000, (1 << 23) - 1 + (1 << 22));
}

#[tokio::test]
async fn what_has_no_end_is_refused_even_where_limits_only_warn() {
    for change in [warn_only, |_: &mut _| {}] {
        let app = TestApp::with(change).await;
        let caller = app.anonymous();
        let cycle = "{ ...A } fragment A on Query { ...B ...B } fragment B on Query { ...A ...A }";
        let answer = caller.query(cycle).await;
        assert_eq!(answer.code(), "GRAPHQL_VALIDATION_FAILED");
        let mut chain = "{ ...F0 }".to_owned();
        for level in 0..32 {
            write!(chain, " fragment F{level} on Query {{ ...F{} }}", level + 1).unwrap();
        }
        chain += " fragment F32 on Query { __typename }";
        assert_over(&caller.query(&chain).await, "nesting", 32, 33);
    }
}

#[tokio::test]
async fn a_page_costs_what_first_says_even_if_a_variable_says_it() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    let query = "query($n: Int, $m: Int = 1000) { me { playlists(first: $n) { nodes {
        tracks(first: $m) { nodes { uri } } } } } }";
    // me and playlists; for each playlist itself, its page and the page's tracks with one field.
    let cost = |n: u64, m: u64| 2 + n * (2 + m * 2);
    let answer = caller.graphql(query, json!({ "n": 49 })).await;
    assert_eq!(cost(49, 1000), 98_100);
    assert_eq!(answer.code(), "UNAUTHENTICATED");
    for (variables, found) in [
        (json!({ "n": 50 }), cost(50, 1000)),
        (json!({}), cost(50, 1000)),
        (json!({ "n": null }), cost(50, 1000)),
        (json!({ "n": 1000, "m": 50 }), cost(1000, 50)),
        (json!({ "n": 1000, "m": null }), cost(1000, 50)),
        (json!({ "n": i32::MAX, "m": i32::MAX }), cost(1000, 1000)),
    ] {
        let answer = caller.graphql(query, variables).await;
        assert_over(&answer, "cost", 100_000, found);
    }
}

#[tokio::test]
async fn each_has_a_setting_of_its_own() {
    let app = TestApp::with(|setup| {
        let limits = &mut setup.config.limits;
        limits.depth = 3;
        limits.aliases = 0;
        limits.root_fields = 2;
        limits.directives = 0;
        limits.selections = 8;
        limits.cost = 8;
    })
    .await;
    let caller = app.anonymous();
    for (query, limit, max, found) in [
        (&*of_depth(4), "depth", 3, 4),
        ("{ a: __typename }", "aliases", 0, 1),
        ("{ a b c }", "rootFields", 2, 3),
        ("query @x { a }", "directives", 0, 1),
        (
            "{ a { a a ... { a } a ...F } } fragment F on A { a a }",
            "selections",
            8,
            9,
        ),
        ("{ me { images { a b c } } }", "cost", 8, 13),
    ] {
        assert_over(&caller.query(query).await, limit, max, found);
    }
}

#[tokio::test]
async fn all_of_them_can_be_made_to_warn_only() {
    let app = TestApp::with(warn_only).await;
    let caller = app.anonymous();
    let answer = caller.query(&of_aliases(16)).await;
    assert_eq!(answer.data().as_object().unwrap().len(), 16);
    let answer = caller.query(&bomb(11)).await;
    assert_eq!(answer.data(), json!({ "__typename": "Query" }));
    let answer = caller.query(&of_depth(11)).await;
    assert_eq!(
        answer.errors()[0]["extensions"]["code"],
        "GRAPHQL_VALIDATION_FAILED"
    );
    let costly = "{ me { playlists(first: 1000) { nodes { tracks(first: 1000) { totalCount nodes { uri } } } } } }";
    assert_eq!(caller.query(costly).await.code(), "UNAUTHENTICATED");
}

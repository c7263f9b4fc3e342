//! What is measured of documents whose measure is known.

use std::fmt::Write;

use super::*;

fn of(query: &str) -> Measure {
    measured(query, &[]).unwrap()
}

#[test]
fn a_plain_query_is_what_it_looks_like() {
    let measure = of("query($id: ID! @x) @x { p: playlist(id: $id) { id @skip(if: false) name } }");
    let expected = Measure {
        depth: 2,
        aliases: 1,
        root_fields: 1,
        directives: 3,
        selections: 3,
        cost: 3,
        introspects: false,
    };
    assert_eq!(measure, expected);
}

#[test]
fn fragments_count_wherever_they_are_spread() {
    let measure = of("{ me { ...A ...A @x } ... on Query { ...Q } }
        fragment A on Me @x { a: id ... { uri } }
        fragment Q on Query { me { id } x: __typename }");
    let expected = Measure {
        depth: 2,
        aliases: 3,
        root_fields: 3,
        directives: 3,
        selections: 14,
        cost: 8,
        introspects: false,
    };
    assert_eq!(measure, expected);
}

#[test]
fn a_page_counts_as_often_as_first_says_and_first_may_be_a_variable() {
    let query = "query($n: Int) { me { playlists(first: $n) { totalCount nodes { id name } } } }";
    let cost = |variables: &[(&str, Value)]| measured(query, variables).unwrap().cost;
    // me, playlists and totalCount; then for each node itself and two fields.
    assert_eq!(cost(&[("n", Value::from(10))]), 3 + 10 * 3);
    assert_eq!(cost(&[]), 3 + 50 * 3);
    assert_eq!(cost(&[("n", Value::Null)]), 3 + 50 * 3);
    assert_eq!(cost(&[("n", Value::from(0))]), 3);
    assert_eq!(cost(&[("n", Value::from(-1))]), 3);
    let literal = of(
        "{ me { playlists(first: 1000) { nodes { tracks(first: 1000) { edges {
        node { uri } } } } } } }",
    );
    assert_eq!(literal.cost, 2 + 1000 * (1 + 1 + 1000 * 3));
}

#[test]
fn the_page_that_spreads_a_fragment_says_how_long_its_lists_are() {
    let query = "{
        a: playlist(id: 1) { tracks(first: 7) { ...Page } }
        b: playlist(id: 1) { tracks(first: 1000) { ... { ...Page } } }
    }
    fragment Page on PlaylistTrackConnection { edges { cursor } }";
    assert_eq!(of(query).cost, 2 + 2 * 7 + 2 + 2 * 1000);
}

#[test]
fn other_lists_count_a_few_times() {
    assert_eq!(of("{ me { images { url } } }").cost, 1 + 3 * 2);
}

#[test]
fn introspection_counts_for_all_but_depth() {
    let measure =
        of("{ __schema { types { fields { args { type { ofType { ofType { name } } } } } } } }");
    assert_eq!(measure.depth, 1);
    assert_eq!(measure.selections, 8);
    assert!(measure.cost > 1000);
    let spread = of("{ __schema { types { ...T } } } fragment T on __Type { fields { name } }");
    assert_eq!(spread.depth, 1);
    assert!(measure.introspects && spread.introspects);
    // Its root fields are as deep as any other.
    assert_eq!(of("{ me { id } __type(name: \"Me\") { name } }").depth, 2);
}

#[test]
fn only_the_operation_that_runs_is_measured_but_all_that_is_validated_is_counted() {
    let measure =
        of("query A { me { id } } query B { ...F ...F } fragment F on Query { x: me { id } }");
    assert_eq!((measure.aliases, measure.root_fields), (0, 1));
    assert_eq!(measure.selections, 2 + 6);
}

/// Fragments that spread each other, `fan` times each.
fn bomb(fan: usize, levels: usize) -> String {
    let mut query = "{ me { ...F0 } }".to_owned();
    for level in 0..levels {
        let next = format!("...F{} ", level + 1).repeat(fan);
        write!(query, " fragment F{level} on Me {{ {next} }}").unwrap();
    }
    write!(query, " fragment F{levels} on Me {{ id }}").unwrap();
    query
}

#[test]
fn bombs_are_measured_without_going_off() {
    // me and ...F0; then 2 + 4 + … spreads, and an id in each of the last.
    let expected = 2 + ((1_u64 << 22) - 2) + (1 << 21);
    assert_eq!(of(&bomb(2, 21)).selections, expected);
    assert!(of(&bomb(10, 7)).selections > 10_000_000);
    assert_eq!(of(&bomb(1000, 25)).selections, u64::MAX);
    assert_eq!(of(&bomb(1000, 25)).cost, u64::MAX);
}

#[test]
fn what_has_no_end_is_told() {
    for query in [
        "{ ...A } fragment A on Query { ...A }",
        "{ ...A ...A } fragment A on Query { me { id } ...B ...B } fragment B on Query { ...A ...A }",
        "{ me { id } } fragment A on Query { ... { x: me { ...A } } }",
    ] {
        let outcome = measured(query, &[]);
        assert!(matches!(outcome, Err(Endless::Cycle { .. })), "{query}");
    }
    // The operation's and its field's sets, and those of the fragments.
    assert!(measured(&bomb(1, 29), &[]).is_ok());
    for levels in [30, 31, 1000, 10_000] {
        let outcome = measured(&bomb(1, levels), &[]);
        assert!(matches!(outcome, Err(Endless::Nested { .. })), "{levels}");
    }
    // A fragment that was measured before, spread further down.
    let deep = "{ me".repeat(20) + "{ ...F0 }" + &"}".repeat(20);
    let late = format!("query A {{ ...F0 }} query B {deep} {}", &bomb(1, 15)[16..]);
    let outcome = measured(&late, &[]);
    assert!(
        matches!(outcome, Err(Endless::Nested { .. })),
        "{outcome:?}"
    );
}

use async_graphql::Value as ConstValue;
use async_graphql::parser::parse_query;

use super::*;

fn wrong(query: &str) -> Option<ServerError> {
    let document = parse_query(query).unwrap();
    check_arguments(query, &document, &TypeSystem::of_schema()).err()
}

fn upload(input: &str) -> String {
    format!("mutation {{ uploadMetadata(input: {input}) {{ __typename }} }}")
}

#[test]
fn what_fits_is_left_alone() {
    for query in [
        "{ me { playlists(first: 2147483647) { totalCount } } }",
        "{ me { playlists(first: null, after: null) { totalCount } } }",
        "query($n: Int) { me { playlists(first: $n) { totalCount } } }",
        "query($n: Int!) { me { playlists(first: $n) { totalCount } } }",
        "query($s: Boolean!) { me @skip(if: $s) { id @include(if: true) } }",
        "query($s: Boolean = true) { me @skip(if: $s) { id } }",
        "query($id: ID = \"x\") { playlist(id: $id) { id } }",
        "query($type: String) { metadata(trackId: 1, type: $type) { id } }",
        "query($x: Nope) { nope(first: 2147483648) { nope(x: {}, y: $x) } }",
        "{ playlist(id: $undeclared) { id } }",
        "mutation($c: JSON!, $x: [Int]) {
            uploadMetadata(input: {trackId: 1, type: \"b\", version: 1, collection: $c}) { __typename }
            b: uploadMetadata(input: {trackId: \"x\", type: \"b\", version: 1, collection: {x: [$x]}}) {
                __typename } }",
        &upload("{trackId: \"x\", type: \"b\", version: 1, collection: {big: 99999999999999}}"),
    ] {
        assert_eq!(wrong(query), None, "{query}");
    }
}

#[test]
fn what_does_not_fit_is_told_with_its_place() {
    let int = "must be a whole number from -2147483648 to 2147483647";
    let condition = "must be true or false";
    for (query, argument, problem) in [
        (
            "{ me { playlists(first: 2147483648) { totalCount } } }",
            "first",
            int,
        ),
        (
            "{ me { ...F } } fragment F on Me { playlists(first: 1.5) { totalCount } }",
            "first",
            int,
        ),
        (
            &upload("{version: 99999999999999999999}"),
            "input.version",
            int,
        ),
        (
            &upload("{version: $v}"),
            "input.trackId",
            "is required, of type ID!",
        ),
        (
            &upload("{version: $v, type: 1}"),
            "input.type",
            "must be a string",
        ),
        (
            &upload("{version: $v, type: null}"),
            "input.type",
            "must not be null",
        ),
        (
            &upload("{version: $v, trackId: [1]}"),
            "input.trackId",
            "must be a string or a whole number",
        ),
        (
            &upload("{version: $v, else: 1}"),
            "input.else",
            "is no field of UploadMetadataInput",
        ),
        ("{ playlist(id: null) { id } }", "id", "must not be null"),
        (&upload("3"), "input", "must be an input object"),
        (&upload("[{}]"), "input", "must be an input object"),
        ("{ me @skip(if: 3) { id } }", "if", condition),
        (
            "{ ... @include(if: \"x\") { __typename } }",
            "if",
            condition,
        ),
        (
            "{ ...F @include(if: null) } fragment F on Query { __typename }",
            "if",
            condition,
        ),
        (
            "{ me @skip { id } }",
            "if",
            "is required by @skip and @include",
        ),
    ] {
        let error = wrong(query).unwrap();
        assert_eq!(error.message, format!("{argument}: {problem}"), "{query}");
        let extensions = error.extensions.unwrap();
        assert_eq!(
            extensions.get("argument"),
            Some(&ConstValue::from(argument))
        );
        assert_eq!(error.locations.len(), 1);
    }
}

#[test]
fn a_variable_of_another_type_than_its_place_is_told() {
    for (variable, place, query) in [
        (
            "String",
            "ID!",
            "query($v: String) { playlist(id: $v) { id } }",
        ),
        (
            "String!",
            "ID!",
            "query($v: String!) { playlist(id: $v) { id } }",
        ),
        ("ID", "ID!", "query($v: ID) { playlist(id: $v) { id } }"),
        (
            "ID",
            "ID!",
            "query($v: ID = null) { playlist(id: $v) { id } }",
        ),
        (
            "[Int]",
            "Int",
            "query($v: [Int]) { me { playlists(first: $v) { nodes { id } } } }",
        ),
        (
            "Boolean",
            "Boolean!",
            "query($v: Boolean) { me @skip(if: $v) { id } }",
        ),
        (
            "Int",
            "Boolean!",
            "query($v: Int) { ...F } fragment F on Query { __typename @include(if: $v) }",
        ),
        (
            "Int",
            "Int!",
            "mutation($v: Int) { uploadMetadata(input: {version: $v}) { __typename } }",
        ),
        (
            "JSON",
            "JSON!",
            "mutation($v: JSON) { uploadMetadata(input: {collection: $v}) { __typename } }",
        ),
    ] {
        let error = wrong(query).unwrap();
        let expected = format!(
            "Variable \"$v\" is of type \"{variable}\" and used where \"{place}\" is expected"
        );
        assert_eq!(error.message, expected, "{query}");
        assert_eq!(error.locations.len(), 2);
    }
}

#[test]
fn operations_that_do_not_run_are_judged_too() {
    let query =
        "query A { me { id } } query B($v: String!) { me { playlists(first: $v) { totalCount } } }";
    assert!(
        wrong(query)
            .unwrap()
            .message
            .contains("\"$v\" is of type \"String!\"")
    );
    let query = "query A { me { id } } query B { me { playlists(first: 1.5) { totalCount } } }";
    assert!(wrong(query).unwrap().message.starts_with("first: "));
}

#[test]
fn what_a_variables_definition_has_wrong_is_told() {
    for (definition, problem) in [
        (
            "$v: Int = 3000000000",
            "the default of variable \"$v\" must be a whole number",
        ),
        (
            "$v: Int! = null",
            "the default of variable \"$v\" must not be null",
        ),
        (
            "$v: String = 1",
            "the default of variable \"$v\" must be a string",
        ),
        (
            "$v: [Int] = [1, \"x\"]",
            "the default of variable \"$v\".1 must be a whole number",
        ),
        (
            "$v: UploadMetadataInput = {version: 1.5}",
            "the default of variable \"$v\".version must be a whole number",
        ),
        (
            "$v: Int @skip(if: true)",
            "\"@skip\" may not stand at a variable (\"$v\")",
        ),
    ] {
        let error = wrong(&format!("query({definition}) {{ me {{ id }} }}")).unwrap();
        assert!(
            error.message.starts_with(problem),
            "{definition}: {}",
            error.message
        );
        assert_eq!(error.locations.len(), 1);
    }
    for definition in [
        "$v: Int = null",
        "$v: Float = 1",
        "$v: ID! = 1",
        "$v: JSON = {a: [1]}",
        "$v: Nope = 1",
    ] {
        assert_eq!(
            wrong(&format!("query({definition}) {{ me {{ id }} }}")),
            None,
            "{definition}"
        );
    }
}

#[test]
fn a_variable_leads_to_the_argument_that_it_is_given_as() {
    for (query, argument) in [
        (
            "query($v: Int) { me { playlists(first: $v) { totalCount } } }",
            Some("first"),
        ),
        (&upload("$v"), Some("input")),
        (&upload("{version: $v}"), Some("input.version")),
        (
            &upload("{collection: {beats: [1, $v]}}"),
            Some("input.collection.beats.1"),
        ),
        (
            "{ ...F } fragment F on Query { me @skip(if: $v) { id } }",
            Some("if"),
        ),
        ("query($v: Int) { __typename }", None),
    ] {
        let document = parse_query(query).unwrap();
        let operation = &document.operations.iter().next().unwrap().1.node;
        let found = argument_given_by(&document, operation, &TypeSystem::of_schema(), "v");
        assert_eq!(found.as_deref(), argument, "{query}");
    }
}

/// What is wrong with `query` where `variables`, a JSON object, are given as they are.
fn given(query: &str, variables: &str, max: u64) -> Option<String> {
    let document = parse_query(query).unwrap();
    let operation = &document.operations.iter().next().unwrap().1.node;
    let variables: async_graphql::Variables = serde_json::from_str(variables).unwrap();
    let types = TypeSystem::of_schema();
    let error = check_given(&document, operation, &types, &variables, max).err()?;
    let argument = error.extensions.unwrap().get("argument").cloned();
    let Some(ConstValue::String(argument)) = argument else {
        panic!("no argument");
    };
    Some(argument)
}

#[test]
fn null_is_told_where_it_may_not_stand_and_a_default_does_not_hold() {
    let metadata = "query($t: String) { metadata(trackId: 1, type: $t) { id } }";
    assert_eq!(given(metadata, r#"{"t":null}"#, 0).as_deref(), Some("type"));
    assert_eq!(given(metadata, "{}", 0), None);
    assert_eq!(given(metadata, r#"{"t":"beats"}"#, 0), None);
    let skip = "query($s: Boolean = true) { ...F } fragment F on Query { me @skip(if: $s) { id } }";
    assert_eq!(given(skip, r#"{"s":null}"#, 0).as_deref(), Some("if"));
    assert_eq!(given(skip, r#"{"s":true}"#, 0), None);
    let nullable = "query($n: Int) { me { playlists(first: $n) { totalCount } } }";
    assert_eq!(given(nullable, r#"{"n":null}"#, 0), None);
    let json = format!("mutation($v: JSON) {}", &upload("{collection: [$v]}")[8..]);
    assert_eq!(given(&json, r#"{"v":null}"#, 0), None);
}

#[test]
fn a_variable_is_counted_from_its_second_place_in_a_json_literal_on() {
    let mutation = |inputs: &[&str]| {
        let fields = inputs.iter().enumerate().map(|(n, collection)| {
            format!("a{n}: uploadMetadata(input: {{collection: {collection}}}) {{ __typename }}")
        });
        format!("mutation {{ {} }}", fields.collect::<String>())
    };
    let variables = &format!(r#"{{"v":"{}","w":1}}"#, "x".repeat(1000));
    for (inputs, argument) in [
        (&["{a: $v}", "$v", "$v", "$v"][..], None),
        (&["{a: [$v, {b: $w}]}", "{a: [$w]}"], None),
        (&["{a: $v, b: [1, $v]}"], Some("input.collection.b.1")),
        (&["{a: $v}", "{c: $v}"], Some("input.collection.c")),
        (&["[$v]", "$v", "[$v]"], Some("input.collection.0")),
    ] {
        let found = given(&mutation(inputs), variables, 1000);
        assert_eq!(found.as_deref(), argument, "{inputs:?}");
        assert_eq!(given(&mutation(inputs), variables, 2000), None);
    }
    // What is short takes its place in memory all the same.
    let many = mutation(&[&format!("[{}]", "$w ".repeat(100))]);
    assert!(given(&many, variables, 5000).is_some());
    let list = format!(r#"{{"v":[{}1]}}"#, "1,".repeat(100));
    assert!(given(&mutation(&["[$v, $v]"]), &list, 5000).is_some());
}

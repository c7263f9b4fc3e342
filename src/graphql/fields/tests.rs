use std::fmt::Write;

use async_graphql::parser::parse_query;
use async_graphql::parser::types::{Selection, SelectionSet};
use async_graphql::{Name, Value, Variables};

use super::{check_fields, merge_fields};
use crate::graphql::type_system::TypeSystem;

/// The schema of the specification's examples, about.
const SDL: &str = "
    schema { query: Query }
    type Query { pet: Pet dog(name: String): Dog pets: [Pet!]! }
    interface Pet { name: String! nickname: String owner: Human }
    type Dog implements Pet {
        name: String! nickname: String owner: Human
        barkVolume: Int doesKnowCommand(command: String): Boolean! friends: [Dog!] age: Int!
    }
    type Cat implements Pet {
        name: String! nickname: String owner: Human
        meowVolume: Int doesKnowCommand(command: String): Boolean! friends: [Cat] age: String!
    }
    type Human { name: String! age: Int pet: Pet home: Home }
    type Home { name: String! street: String! }
";

fn check(query: &str) -> Result<bool, String> {
    let types = TypeSystem::parse(SDL).unwrap();
    check_fields(&parse_query(query).unwrap(), &types).map_err(|error| error.message)
}

/// `query` as it is executed where `$yes` is true and nothing else is given.
fn merged(query: &str) -> String {
    let mut document = parse_query(query).unwrap();
    let mut variables = Variables::default();
    variables.insert(Name::new("yes"), Value::Boolean(true));
    merge_fields(&mut document, &TypeSystem::parse(SDL).unwrap(), &variables);
    let mut text = String::new();
    let (_, operation) = document.operations.iter().next().unwrap();
    write_set(&mut text, &operation.node.selection_set.node);
    text
}

fn write_set(text: &mut String, set: &SelectionSet) {
    text.push('{');
    for (index, selection) in set.items.iter().enumerate() {
        if index > 0 {
            text.push(' ');
        }
        match &selection.node {
            Selection::Field(field) => {
                let field = &field.node;
                if let Some(alias) = &field.alias {
                    write!(text, "{}:", alias.node).unwrap();
                }
                text.push_str(&field.name.node);
                for (name, value) in &field.arguments {
                    write!(text, "({}:{})", name.node, value.node).unwrap();
                }
                if !field.selection_set.node.items.is_empty() {
                    write_set(text, &field.selection_set.node);
                }
            }
            Selection::InlineFragment(fragment) => {
                let on = fragment.node.type_condition.as_ref().unwrap();
                write!(text, "...{}", on.node.on.node).unwrap();
                write_set(text, &fragment.node.selection_set.node);
            }
            Selection::FragmentSpread(spread) => {
                write!(text, "...{}", spread.node.fragment_name.node).unwrap();
            }
        }
    }
    text.push('}');
}

#[test]
fn only_what_is_selected_more_than_once_has_to_be_merged() {
    for (query, repeats) in [
        ("{ pet { name nickname } }", false),
        ("{ pet { name } other: pet { name } }", false),
        (
            "{ pet { ...on Dog { barkVolume } ...on Cat { meowVolume } } }",
            false,
        ),
        ("{ pet { ...on Dog { name } ...on Cat { name } } }", false),
        (
            "{ pet { ...N } dog { ...N } } fragment N on Pet { name }",
            false,
        ),
        ("{ pet { name } pet { nickname } }", true),
        ("{ pet { name name } }", true),
        ("{ pet { name ...on Dog { name } } }", true),
        ("{ pet { ...N ...N } } fragment N on Pet { name }", true),
        ("{ pet { name @skip(if: true) ...on Cat { name } } }", true),
        ("{ dog { owner { name } ...{ owner { age } } } }", true),
        (
            "query A { dog { age } } query B { dog { name name } }",
            true,
        ),
        (
            "{ __schema { types { name } } dog { nope { x x } } }",
            false,
        ),
    ] {
        assert_eq!(check(query), Ok(repeats), "{query}");
    }
}

#[test]
fn fields_that_cannot_be_one_are_refused() {
    for (query, why) in [
        ("{ dog { name: nickname name } }", "are different fields"),
        (
            "{ dog { name } ...{ dog { name: nickname } } }",
            "\"name\" and \"nickname\"",
        ),
        (
            "{ dog { ...F name } } fragment F on Pet { name: nickname }",
            "different fields",
        ),
        (
            "{ dog { name } dog { ...F } } fragment F on Dog { name: nickname }",
            "different fields",
        ),
        (
            "{ dog(name: \"a\") { name } dog(name: \"b\") { age } }",
            "differing arguments",
        ),
        (
            "{ dog(name: \"a\") { name } ...F } fragment F on Query { dog { age } }",
            "differing arguments",
        ),
        (
            "query($a: String, $b: String) { dog(name: $a) { age } dog(name: $b) { age } }",
            "differing arguments",
        ),
        (
            "{ pet { ...on Dog { age } ...on Cat { age } } }",
            "different types, \"String!\" and \"Int!\"",
        ),
        (
            "{ pet { ...on Dog { x: barkVolume } ...on Cat { x: age } } }",
            "different types",
        ),
        (
            "{ pet { ...on Dog { friends { name } } ...on Cat { friends { name } } } }",
            "different types",
        ),
        (
            "{ pet { ...on Dog { x: __typename } ...on Cat { x: nickname } } }",
            "different types",
        ),
        (
            "{ pet { ...on Dog { x: owner { y: age } } ...on Cat { x: owner { y: name } } } }",
            "different types",
        ),
        (
            "query A { dog { age } } query B { dog { age age: barkVolume } }",
            "different fields",
        ),
        (
            "{ dog { owner { home { name } } owner { home { name: street } } } }",
            "different fields",
        ),
        (
            "{ dog { name @skip(if: true) name: nickname } }",
            "different fields",
        ),
    ] {
        let refused = check(query).unwrap_err();
        assert!(
            refused.starts_with("Fields \"") && refused.contains(why),
            "{query}: {refused}"
        );
    }
}

#[test]
fn fields_of_objects_that_are_never_the_same_may_differ() {
    for query in [
        "{ pet { ...on Dog { x: barkVolume } ...on Cat { x: meowVolume } } }",
        "{ pet { ...on Dog { doesKnowCommand(command: \"sit\") } ...on Cat { doesKnowCommand } } }",
        "{ pet { ...on Dog { x: owner { y: name } } ...on Cat { x: owner { y: home { name } } } } }",
        "{ dog(name: \"a\") { age } dog(name: \"a\") { name } }",
    ] {
        // The third gives a name here and an object there.
        let expected = !query.contains("home");
        assert_eq!(check(query).is_ok(), expected, "{query}");
    }
    let query = "{ pet { ...on Dog { x: owner { home { y: name } } } ...on Cat { x: owner { home { y: street } } } } }";
    assert_eq!(check(query), Ok(false));
}

#[test]
fn what_is_selected_several_times_becomes_one_field_with_all_of_it() {
    for (query, expected) in [
        ("{ dog { age } dog { name age } }", "{dog{age name}}"),
        (
            "{ dog { age } ...F } fragment F on Query { dog { name } }",
            "{dog{age name}}",
        ),
        (
            "{ dog { ...F name ...F } } fragment F on Pet { name owner { age } }",
            "{dog{name owner{age}}}",
        ),
        (
            "{ a: dog(name: \"x\") { age } a: dog(name: \"x\") { age } }",
            "{a:dog(name:\"x\"){age}}",
        ),
        (
            "{ dog { owner { name } } dog { owner { age name } } }",
            "{dog{owner{name age}}}",
        ),
        (
            "{ pet { name ...on Dog { name age } ...on Cat { meowVolume } } }",
            "{pet{...Cat{name meowVolume} ...Dog{name age}}}",
        ),
        ("{ dog { ...on Cat { age } name name } }", "{dog{name}}"),
        (
            "query($yes: Boolean) { dog { age name @skip(if: $yes) } dog @include(if: $yes) { nickname } }",
            "{dog{age nickname}}",
        ),
        (
            "query($no: Boolean) { dog { age } ...@include(if: $no) { dog { name } } }",
            "{dog{age}}",
        ),
        (
            "{ dog { age } __schema { types { name } } __schema { types { kind } } }",
            "{dog{age} __schema{types{name kind}}}",
        ),
    ] {
        assert_eq!(merged(query), expected, "{query}");
    }
}

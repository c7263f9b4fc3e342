//! Variables that are not given, taken out of where they stand.
//!
//! An argument whose variable is not given is an argument that is not given, so that its default
//! holds (section 6.4.1 of the GraphQL specification); so is a field of an input object (section
//! 3.10). async-graphql takes such a variable for null.

use std::collections::HashSet;

use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, OperationDefinition, Selection, SelectionSet,
};
use async_graphql::{Name, Variables};
use async_graphql_value::Value;

/// The variables that `operation` declares and that are not among `variables`.
pub(crate) fn absent(operation: &OperationDefinition, variables: &Variables) -> HashSet<Name> {
    let declared = operation.variable_definitions.iter();
    declared
        .map(|variable| variable.node.name.node.clone())
        .filter(|name| !variables.contains_key(name))
        .collect()
}

/// Takes out of `document` what is given by a variable that is `absent` from the operation that is going
/// to run. The document must have been validated before: what is left of its other operations and of
/// the variables that are declared need not be valid.
pub(crate) fn leave_out(document: &mut ExecutableDocument, absent: &HashSet<Name>) {
    if absent.is_empty() {
        return;
    }
    let in_set = |set: &mut SelectionSet| leave_out_of_set(set, absent);
    match &mut document.operations {
        DocumentOperations::Single(operation) => in_set(&mut operation.node.selection_set.node),
        DocumentOperations::Multiple(operations) => operations
            .values_mut()
            .for_each(|operation| in_set(&mut operation.node.selection_set.node)),
    }
    for fragment in document.fragments.values_mut() {
        in_set(&mut fragment.node.selection_set.node);
    }
}

/// Goes as deep as the document, which is bounded.
fn leave_out_of_set(set: &mut SelectionSet, absent: &HashSet<Name>) {
    for selection in &mut set.items {
        match &mut selection.node {
            Selection::Field(field) => {
                let field = &mut field.node;
                field
                    .arguments
                    .retain_mut(|(_, value)| is_given(&mut value.node, absent));
                leave_out_of_set(&mut field.selection_set.node, absent);
            }
            Selection::InlineFragment(fragment) => {
                leave_out_of_set(&mut fragment.node.selection_set.node, absent);
            }
            Selection::FragmentSpread(_) => {}
        }
    }
}

/// Whether `value` is more than an absent variable. Inside of it those are left out.
fn is_given(value: &mut Value, absent: &HashSet<Name>) -> bool {
    match value {
        Value::Variable(name) if absent.contains(name) => return false,
        Value::Object(fields) => fields.retain(|_, value| is_given(value, absent)),
        // An item cannot be left out: it is null.
        Value::List(items) => items.iter_mut().for_each(|item| {
            is_given(item, absent);
        }),
        _ => {}
    }
    true
}

#[cfg(test)]
mod tests {
    use async_graphql::Value as Given;
    use async_graphql::parser::parse_query;

    use super::*;

    /// What is left of `query` where only `given` is given, of the field `f` that it begins with.
    fn left(query: &str, given: &[&str]) -> String {
        let mut document = parse_query(query).unwrap();
        let mut variables = Variables::default();
        for name in given {
            variables.insert(Name::new(name), Given::from(1));
        }
        let absent = {
            let (_, operation) = document.operations.iter().next().unwrap();
            absent(&operation.node, &variables)
        };
        leave_out(&mut document, &absent);
        let (_, operation) = document.operations.iter().next().unwrap();
        let mut set = &operation.node.selection_set.node;
        loop {
            match &set.items[0].node {
                Selection::Field(field) if field.node.name.node == "f" => {
                    let arguments = field.node.arguments.iter();
                    let arguments =
                        arguments.map(|(name, value)| format!("{}:{}", name.node, value.node));
                    return arguments.collect::<Vec<_>>().join(" ");
                }
                Selection::Field(field) => set = &field.node.selection_set.node,
                Selection::InlineFragment(inline) => set = &inline.node.selection_set.node,
                Selection::FragmentSpread(spread) => {
                    let fragment = &document.fragments[&spread.node.fragment_name.node];
                    set = &fragment.node.selection_set.node;
                }
            }
        }
    }

    #[test]
    fn what_is_absent_is_left_out_and_null_in_lists() {
        let query =
            "query($a: Int, $b: Int, $c: Int) { f(x: $a, y: {p: $b, q: {r: $a, s: $c}}, z: [$c]) }";
        assert_eq!(left(query, &["b", "c"]), "y:{p: $b, q: {s: $c}} z:[$c]");
        assert_eq!(
            left(query, &["a", "b"]),
            "x:$a y:{p: $b, q: {r: $a}} z:[$c]"
        );
        let all = "x:$a y:{p: $b, q: {r: $a, s: $c}} z:[$c]";
        assert_eq!(left(query, &["a", "b", "c"]), all);
    }

    #[test]
    fn fragments_and_what_is_inside_of_fields_are_gone_through() {
        let query = "query($a: Int) { g { ... { h { ...F } } } } fragment F on T { f(y: $a) }";
        assert_eq!(left(query, &[]), "");
        assert_eq!(left(query, &["a"]), "y:$a");
    }
}

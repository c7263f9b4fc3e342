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

/// Takes out of `document` what is given by a variable that is `absent`, and the variable with it:
/// one that is declared and used nowhere is not valid.
pub(crate) fn leave_out(document: &mut ExecutableDocument, absent: &HashSet<Name>) {
    if absent.is_empty() {
        return;
    }
    let mut sweep = Sweep {
        absent,
        left_out: HashSet::new(),
        kept: HashSet::new(),
    };
    for operation in operations(document) {
        sweep.set(&mut operation.selection_set.node);
    }
    for fragment in document.fragments.values_mut() {
        sweep.set(&mut fragment.node.selection_set.node);
    }
    let gone: HashSet<_> = sweep.left_out.difference(&sweep.kept).collect();
    for operation in operations(document) {
        let definitions = &mut operation.variable_definitions;
        definitions.retain(|variable| !gone.contains(&variable.node.name.node));
    }
}

fn operations(
    document: &mut ExecutableDocument,
) -> Box<dyn Iterator<Item = &mut OperationDefinition> + '_> {
    match &mut document.operations {
        DocumentOperations::Single(operation) => Box::new(std::iter::once(&mut operation.node)),
        DocumentOperations::Multiple(operations) => {
            Box::new(operations.values_mut().map(|operation| &mut operation.node))
        }
    }
}

struct Sweep<'a> {
    absent: &'a HashSet<Name>,
    /// Those of them that stood somewhere.
    left_out: HashSet<Name>,
    /// Those that still do.
    kept: HashSet<Name>,
}

impl Sweep<'_> {
    /// Goes as deep as the document, which is bounded.
    fn set(&mut self, set: &mut SelectionSet) {
        for selection in &mut set.items {
            for directive in selection.node.directives() {
                for (_, value) in &directive.node.arguments {
                    self.keep(&value.node);
                }
            }
            match &mut selection.node {
                Selection::Field(field) => {
                    let field = &mut field.node;
                    field
                        .arguments
                        .retain_mut(|(_, value)| self.is_given(&mut value.node));
                    self.set(&mut field.selection_set.node);
                }
                Selection::InlineFragment(fragment) => {
                    self.set(&mut fragment.node.selection_set.node);
                }
                Selection::FragmentSpread(_) => {}
            }
        }
    }

    /// Whether `value` is more than an absent variable. Inside of it those are left out.
    fn is_given(&mut self, value: &mut Value) -> bool {
        match value {
            Value::Variable(name) if self.absent.contains(name) => {
                self.left_out.insert(name.clone());
                return false;
            }
            Value::Object(fields) => fields.retain(|_, value| self.is_given(value)),
            // An item cannot be left out: it is null.
            Value::List(items) => items.iter_mut().for_each(|item| match item {
                Value::Variable(_) => self.keep(item),
                item => {
                    self.is_given(item);
                }
            }),
            _ => {}
        }
        true
    }

    fn keep(&mut self, value: &Value) {
        match value {
            Value::Variable(name) => {
                self.kept.insert(name.clone());
            }
            Value::List(items) => items.iter().for_each(|item| self.keep(item)),
            Value::Object(fields) => fields.values().for_each(|value| self.keep(value)),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::Value as Given;
    use async_graphql::parser::parse_query;

    use super::*;

    /// What is left of `query` where only `given` is given: its arguments, and its variables.
    fn left(query: &str, given: &[&str]) -> (String, Vec<String>) {
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
        let operation = operations(&mut document).next().unwrap();
        let names = operation.variable_definitions.iter();
        let names = names.map(|variable| variable.node.name.node.to_string());
        let Selection::Field(field) = &operation.selection_set.node.items[0].node else {
            panic!("no field");
        };
        let arguments = field.node.arguments.iter();
        let arguments = arguments.map(|(name, value)| format!("{}:{}", name.node, value.node));
        (arguments.collect::<Vec<_>>().join(" "), names.collect())
    }

    #[test]
    fn what_is_absent_is_left_out_and_null_in_lists() {
        let query =
            "query($a: Int, $b: Int, $c: Int) { f(x: $a, y: {p: $b, q: {r: $a, s: $c}}, z: [$c]) }";
        assert_eq!(
            left(query, &["b", "c"]),
            (
                "y:{p: $b, q: {s: $c}} z:[$c]".to_owned(),
                vec!["b".to_owned(), "c".to_owned()]
            )
        );
        // It stands in the list still.
        assert_eq!(
            left(query, &["a", "b"]).1,
            ["a", "b", "c"].map(str::to_owned)
        );
        assert_eq!(left(query, &["a", "b", "c"]).1.len(), 3);
    }

    #[test]
    fn a_variable_that_stands_nowhere_remains_for_validation_to_tell() {
        let query = "query($a: Int, $b: Boolean, $c: Int) { f(x: $a) @skip(if: $b) }";
        assert_eq!(
            left(query, &[]),
            (String::new(), vec!["b".to_owned(), "c".to_owned()])
        );
    }

    #[test]
    fn fragments_and_what_is_inside_of_fields_are_gone_through() {
        let query = "query($a: Int) { f { ... { g(x: $a) } ...F } } fragment F on T { h(y: $a) }";
        assert_eq!(left(query, &[]).1, Vec::<String>::new());
    }
}

//! The arguments that are written in a document: what async-graphql does not ask of them, and which
//! of them a variable is given as.

use async_graphql::Pos;
use async_graphql::parser::Positioned;
use async_graphql::parser::types::{
    BaseType, Directive, DocumentOperations, ExecutableDocument, Selection, SelectionSet, Type,
};
use async_graphql_value::Value;

use super::type_system::{Definition, TypeSystem, named};

/// An argument that fails its type.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct WrongArgument {
    /// Its name, with a dotted path into it.
    pub(crate) argument: String,
    /// What would be right.
    pub(crate) problem: String,
    /// Where it stands.
    pub(crate) pos: Pos,
}

/// An argument of a type that async-graphql finds wrong only when it executes the field, or never:
/// numbers beyond 32 bits, other things where an input object should be, conditions of `@skip` and
/// `@include`.
#[must_use]
pub(crate) fn wrong_argument(
    document: &ExecutableDocument,
    types: &TypeSystem,
) -> Option<WrongArgument> {
    let wrong = |argument: &str, (path, problem): (String, &str), pos| WrongArgument {
        argument: format!("{argument}{path}"),
        problem: problem.to_owned(),
        pos,
    };
    let mut found = None;
    visit(document, types, |argument| match argument {
        Argument::OfField { name, value, ty } => {
            if let Some(problem) = ty.and_then(|ty| problem(&value.node, ty, types)) {
                found.get_or_insert_with(|| wrong(name, problem, value.pos));
            }
        }
        Argument::Condition { directive, value } => {
            let problem = match value.map(|value| &value.node) {
                Some(Value::Boolean(_) | Value::Variable(_)) => return,
                Some(_) => "must be true or false",
                None => "is required by @skip and @include",
            };
            found.get_or_insert_with(|| wrong("if", (String::new(), problem), directive.pos));
        }
    });
    found
}

/// The argument that `variable` is given as, with a dotted path into it.
#[must_use]
pub(crate) fn argument_given_by(
    document: &ExecutableDocument,
    types: &TypeSystem,
    variable: &str,
) -> Option<String> {
    let mut found = None;
    visit(document, types, |argument| {
        let (name, value) = match argument {
            Argument::OfField { name, value, .. } => (name, Some(value)),
            Argument::Condition { value, .. } => ("if", value),
        };
        let path = value.and_then(|value| path_to(variable, &value.node));
        if let (None, Some(path)) = (&found, path) {
            found = Some(format!("{name}{path}"));
        }
    });
    found
}

fn path_to(variable: &str, value: &Value) -> Option<String> {
    match value {
        Value::Variable(name) => (name == variable).then(String::new),
        Value::List(items) => {
            let mut items = items.iter().enumerate();
            items.find_map(|(i, item)| Some(format!(".{i}{}", path_to(variable, item)?)))
        }
        Value::Object(fields) => {
            let mut fields = fields.iter();
            fields.find_map(|(key, value)| Some(format!(".{key}{}", path_to(variable, value)?)))
        }
        _ => None,
    }
}

/// Where in the value, and what would be right.
fn problem(value: &Value, ty: &Type, types: &TypeSystem) -> Option<(String, &'static str)> {
    let here = |problem| Some((String::new(), problem));
    let inside =
        |place: &dyn std::fmt::Display, (path, problem)| (format!(".{place}{path}"), problem);
    match (value, &ty.base) {
        // Null is seen to in validation, a variable when it is coerced.
        (Value::Null | Value::Variable(_), _) => None,
        (Value::List(items), BaseType::List(ty)) => items
            .iter()
            .enumerate()
            .find_map(|(i, item)| Some(inside(&i, problem(item, ty, types)?))),
        (_, BaseType::List(ty)) => problem(value, ty, types),
        (Value::Number(number), BaseType::Named(name)) if name == "Int" => {
            let fits = number.as_i64().is_some_and(|n| i32::try_from(n).is_ok());
            if fits {
                None
            } else {
                here("must be a whole number from -2147483648 to 2147483647")
            }
        }
        (_, BaseType::Named(name)) => match (types.get(name), value) {
            (Some(Definition::InputObject(fields)), Value::Object(given)) => {
                given.iter().find_map(|(key, value)| {
                    let ty = &fields.get(key)?.ty;
                    Some(inside(key, problem(value, ty, types)?))
                })
            }
            (Some(Definition::InputObject(_)), _) => here("must be an input object"),
            _ => None,
        },
    }
}

enum Argument<'a> {
    OfField {
        name: &'a str,
        value: &'a Positioned<Value>,
        ty: Option<&'a Type>,
    },
    Condition {
        directive: &'a Positioned<Directive>,
        value: Option<&'a Positioned<Value>>,
    },
}

fn visit<'a>(
    document: &'a ExecutableDocument,
    types: &'a TypeSystem,
    mut on: impl FnMut(Argument<'a>),
) {
    let mut open: Vec<(&SelectionSet, Option<&str>)> = Vec::new();
    let operations: Vec<_> = match &document.operations {
        DocumentOperations::Single(operation) => vec![operation],
        DocumentOperations::Multiple(operations) => operations.values().collect(),
    };
    for operation in operations {
        let root = types.root(operation.node.ty).map(|name| name.as_str());
        open.push((&operation.node.selection_set.node, root));
    }
    for fragment in document.fragments.values() {
        let root = &fragment.node.type_condition.node.on.node;
        open.push((&fragment.node.selection_set.node, Some(root)));
    }
    while let Some((set, parent)) = open.pop() {
        for selection in &set.items {
            for directive in selection.node.directives() {
                if matches!(directive.node.name.node.as_str(), "skip" | "include") {
                    let value = directive.node.get_argument("if");
                    on(Argument::Condition { directive, value });
                }
            }
            match &selection.node {
                Selection::Field(field) => {
                    let field = &field.node;
                    let defined = parent.and_then(|parent| types.field(parent, &field.name.node));
                    for (name, value) in &field.arguments {
                        let name = name.node.as_str();
                        let ty = defined.and_then(|defined| defined.arguments.get(name));
                        let ty = ty.map(|argument| &argument.ty);
                        on(Argument::OfField { name, value, ty });
                    }
                    let inside = defined.map(|defined| named(&defined.ty).as_str());
                    open.push((&field.selection_set.node, inside));
                }
                Selection::InlineFragment(fragment) => {
                    let on = fragment.node.type_condition.as_ref();
                    let on = on.map(|condition| condition.node.on.node.as_str());
                    open.push((&fragment.node.selection_set.node, on.or(parent)));
                }
                Selection::FragmentSpread(_) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::parser::parse_query;

    fn wrong(query: &str) -> Option<(String, String)> {
        let wrong = wrong_argument(&parse_query(query).unwrap(), &TypeSystem::of_schema());
        wrong.map(|wrong| (wrong.argument, wrong.problem))
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
            "query($s: Boolean!) { me @skip(if: $s) { id @include(if: true) } }",
            "{ nope(first: 2147483648) { nope(x: {}) } }",
            &upload("{version: 1, collection: {big: 99999999999999}}"),
            &upload("$input"),
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
            let expected = Some((argument.to_owned(), problem.to_owned()));
            assert_eq!(wrong(query), expected, "{query}");
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
            let found = argument_given_by(&document, &TypeSystem::of_schema(), "v");
            assert_eq!(found.as_deref(), argument, "{query}");
        }
    }
}

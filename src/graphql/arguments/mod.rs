//! The arguments that an operation gives: what async-graphql 7.2 does not ask of them, and which of
//! them a variable is given as.
//!
//! It has a rule for variables that are of another type than the argument, which never runs; numbers
//! beyond 32 bits and other things where an input object should be it finds only when it executes
//! the field; conditions of `@skip` and `@include` never; and of an argument that has a variable inside
//! of it nothing at all, unless the variable is given; nor whether a directive may stand at a variable.

mod given;
mod judge;
#[cfg(test)]
mod tests;
mod twice;

use std::collections::HashSet;

use async_graphql::parser::Positioned;
use async_graphql::parser::types::{
    Directive, ExecutableDocument, OperationDefinition, Selection, SelectionSet, VariableDefinition,
};
use async_graphql::{Pos, ServerError};
use async_graphql_value::Value;

pub(crate) use self::given::check_given;

use self::judge::{Judge, Problem};
use super::code::Code;
use super::error::{argument_error, request_error};
use super::type_system::{InputField, TypeSystem, named};

/// Judges the arguments of all operations of `document`, which was read from `text`, and the defaults of
/// their variables.
///
/// # Errors
/// The first that is wrong.
pub(crate) fn check_arguments(
    text: &str,
    document: &ExecutableDocument,
    types: &TypeSystem,
) -> Result<(), ServerError> {
    if let Some((field, pos)) = twice::field_given_twice(text) {
        let message = format!("there can be only one field named \"{field}\" in an object");
        return Err(invalid(message, vec![pos]));
    }
    for (_, operation) in document.operations.iter() {
        judge_operation(document, &operation.node, types)?;
    }
    Ok(())
}

fn judge_operation(
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    types: &TypeSystem,
) -> Result<(), ServerError> {
    let judge = Judge::new(types, operation);
    for variable in &operation.variable_definitions {
        judge_definition(&variable.node, &judge)?;
    }
    let mut outcome = Ok(());
    visit(document, operation, types, |argument| {
        if outcome.is_ok() {
            outcome = match argument {
                Argument::OfField { name, value, of } => judge
                    .argument(&value.node, of)
                    .map_err(|problem| (name, value.pos, problem)),
                Argument::Condition { directive, value } => judge
                    .condition(value.map(|value| &value.node))
                    .map_err(|problem| ("if", directive.pos, problem)),
            }
            .map_err(|(argument, pos, problem)| told(argument, pos, problem));
        }
    });
    outcome
}

fn judge_definition(variable: &VariableDefinition, judge: &Judge<'_>) -> Result<(), ServerError> {
    let name = &variable.name.node;
    // None that there is may stand there.
    if let Some(directive) = variable.directives.first() {
        let directive_name = &directive.node.name.node;
        let message = format!("\"@{directive_name}\" may not stand at a variable (\"${name}\")");
        return Err(invalid(message, vec![directive.pos]));
    }
    let Some(default) = &variable.default_value else {
        return Ok(());
    };
    let value = default.node.clone().into_value();
    match judge.value(&value, &variable.var_type.node, false) {
        Err(Problem::Literal { path, what }) => {
            let message = format!("the default of variable \"${name}\"{path} {what}");
            Err(invalid(message, vec![default.pos]))
        }
        // Variables do not stand in it.
        Err(Problem::Variable { .. }) | Ok(()) => Ok(()),
    }
}

fn invalid(message: String, locations: Vec<Pos>) -> ServerError {
    ServerError {
        locations,
        ..request_error(Code::GraphqlValidationFailed, message)
    }
}

/// What a client reads of a problem with `argument`, whose value stands at `pos`.
fn told(argument: &str, pos: Pos, problem: Problem) -> ServerError {
    match problem {
        Problem::Literal { path, what } => ServerError {
            locations: vec![pos],
            ..argument_error(&format!("{argument}{path}"), &what)
        },
        Problem::Variable { declared, message } => invalid(message, vec![declared, pos]),
    }
}

/// The argument that `variable` is given as, with a dotted path into it.
#[must_use]
pub(crate) fn argument_given_by(
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    types: &TypeSystem,
    variable: &str,
) -> Option<String> {
    let mut found = None;
    visit(document, operation, types, |argument| {
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

enum Argument<'a> {
    OfField {
        name: &'a str,
        value: &'a Positioned<Value>,
        /// As the schema has it. What it does not have is told in validation.
        of: Option<&'a InputField>,
    },
    Condition {
        directive: &'a Positioned<Directive>,
        value: Option<&'a Positioned<Value>>,
    },
}

/// Goes through the operation and the fragments that it uses, each once.
fn visit<'a>(
    document: &'a ExecutableDocument,
    operation: &'a OperationDefinition,
    types: &'a TypeSystem,
    mut on: impl FnMut(Argument<'a>),
) {
    let mut spread = HashSet::new();
    let root = types.root(operation.ty).map(|name| name.as_str());
    let mut open: Vec<(&SelectionSet, Option<&str>)> = vec![(&operation.selection_set.node, root)];
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
                        let of = defined.and_then(|defined| defined.arguments.get(name));
                        on(Argument::OfField { name, value, of });
                    }
                    let inside = defined.map(|defined| named(&defined.ty).as_str());
                    open.push((&field.selection_set.node, inside));
                }
                Selection::InlineFragment(fragment) => {
                    let on = fragment.node.type_condition.as_ref();
                    let on = on.map(|condition| condition.node.on.node.as_str());
                    open.push((&fragment.node.selection_set.node, on.or(parent)));
                }
                Selection::FragmentSpread(used) => {
                    let name = &used.node.fragment_name.node;
                    if let (Some(fragment), true) =
                        (document.fragments.get(name), spread.insert(name))
                    {
                        let on = fragment.node.type_condition.node.on.node.as_str();
                        open.push((&fragment.node.selection_set.node, Some(on)));
                    }
                }
            }
        }
    }
}

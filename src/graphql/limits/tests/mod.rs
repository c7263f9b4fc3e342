//! Tests of the pass: by hand, and against a plain walk of the expanded document.

mod by_hand;
mod expanded;

use async_graphql::parser::types::{ExecutableDocument, OperationDefinition};
use async_graphql::parser::{Positioned, parse_query};
use async_graphql::{Name, Value, Variables};

use super::measure::{Endless, Measure, measure};
use crate::graphql::type_system::TypeSystem;

/// Measures the first operation of `query`.
fn measured(query: &str, variables: &[(&str, Value)]) -> Result<Measure, Endless> {
    let document = parse_query(query).unwrap();
    let variables = variables.iter().cloned();
    let variables: Variables = variables.fold(Variables::default(), |mut all, (name, value)| {
        all.insert(Name::new(name), value);
        all
    });
    let types = TypeSystem::of_schema();
    let operation = &first_of(&document).node;
    measure(&document, operation, &types, &variables)
}

/// The operation whose name comes first.
fn first_of(document: &ExecutableDocument) -> &Positioned<OperationDefinition> {
    let operations = document.operations.iter();
    operations.min_by_key(|(name, _)| *name).unwrap().1
}

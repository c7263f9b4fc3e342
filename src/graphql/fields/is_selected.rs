//! `@skip` and `@include`.

use async_graphql::Variables;
use async_graphql::parser::Positioned;
use async_graphql::parser::types::Directive;
use async_graphql_value::{ConstValue, Value};

/// Whether a selection with these directives is made (section 6.3.2 of the GraphQL specification).
#[must_use]
pub(crate) fn is_selected(directives: &[Positioned<Directive>], variables: &Variables) -> bool {
    directives.iter().all(|directive| {
        let wanted = match directive.node.name.node.as_str() {
            "skip" => false,
            "include" => true,
            _ => return true,
        };
        let Some(condition) = directive.node.get_argument("if") else {
            return true;
        };
        let condition = match &condition.node {
            Value::Boolean(condition) => *condition,
            Value::Variable(name) => variables.get(name) == Some(&ConstValue::Boolean(true)),
            _ => false,
        };
        condition == wanted
    })
}

//! How many lists the types of variables are.

use async_graphql::ServerError;
use async_graphql::parser::types::{BaseType, OperationDefinition, Type};

use super::limit::exceeded;

/// How many lists may stand in one another in a variable's type. Fixed: what is given is read once more for
/// each. No argument takes a list; inside of a JSON literal some may be of use.
const MAX_LISTS: u64 = 4;

/// Holds the types of the variables that `operation` declares to that.
///
/// # Errors
/// The first that is over it.
pub(crate) fn check_lists(operation: &OperationDefinition) -> Result<(), ServerError> {
    for variable in &operation.variable_definitions {
        let found = lists(&variable.node.var_type.node);
        if found > MAX_LISTS {
            let name = &variable.node.name.node;
            let message = format!(
                "the type of the variable \"${name}\" has {found} lists inside of one another, and \
                 {MAX_LISTS} is the most this server takes"
            );
            return Err(ServerError {
                locations: vec![variable.pos],
                ..exceeded("nesting", found, MAX_LISTS, message)
            });
        }
    }
    Ok(())
}

fn lists(mut ty: &Type) -> u64 {
    let mut lists = 0;
    while let BaseType::List(item) = &ty.base {
        lists += 1;
        ty = item;
    }
    lists
}

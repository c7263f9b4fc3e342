//! Which operations may bring much along.

use async_graphql::parser::types::{OperationDefinition, OperationType};

use crate::graphql::type_system::{Definition, TypeSystem, named};

/// Whether `operation` may bring a collection along: it changes something, and declares a variable
/// that JSON of any size can be given in. What stands in the document itself is bounded by the
/// document's own limits.
pub(crate) fn is_upload(operation: &OperationDefinition, types: &TypeSystem) -> bool {
    let mut variables = operation.variable_definitions.iter();
    operation.ty == OperationType::Mutation
        && variables.any(|variable| takes_json(types, named(&variable.node.var_type.node)))
}

fn takes_json(types: &TypeSystem, name: &str) -> bool {
    match types.get(name) {
        Some(Definition::Scalar) => name == "JSON",
        // The schema's input objects do not nest.
        Some(Definition::InputObject(fields)) => {
            fields.values().any(|field| named(&field.ty) == "JSON")
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    fn uploads(query: &str) -> bool {
        let document = parse_query(query).unwrap();
        let (_, operation) = document.operations.iter().next().unwrap();
        is_upload(&operation.node, &TypeSystem::of_schema())
    }

    #[test]
    fn an_upload_is_a_mutation_that_is_given_json() {
        let body = "{ uploadMetadata(input: $i) { metadata { id } } }";
        assert!(uploads(&format!(
            "mutation($i: UploadMetadataInput!) {body}"
        )));
        assert!(uploads(&format!("mutation($j: [JSON!]) {body}")));
        for query in [
            "mutation { logout { loggedOut } }",
            "mutation($id: ID!, $s: [String]) { logout { loggedOut } }",
            "mutation($x: Nope) { logout { loggedOut } }",
            "query($i: UploadMetadataInput!) { me { id } }",
            "query($j: JSON) { me { id } }",
            "{ me { id } }",
        ] {
            assert!(!uploads(query), "{query}");
        }
    }
}

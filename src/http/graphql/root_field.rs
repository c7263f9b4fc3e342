//! A name for what a request asks for, out of a set that no client can enlarge.

use async_graphql::parser::types::{OperationDefinition, Selection};

use crate::graphql::TypeSystem;

/// Fields that every schema has.
const OF_EVERY_SCHEMA: [&str; 3] = ["__typename", "__schema", "__type"];

/// The one root field that `operation` selects; `several`, or `other` where it is none of the
/// schema's or stands in a fragment.
pub(super) fn label<'o>(operation: &'o OperationDefinition, types: &TypeSystem) -> &'o str {
    let root = types.root(operation.ty);
    let mut label = None;
    for item in &operation.selection_set.node.items {
        let Selection::Field(field) = &item.node else {
            return "other";
        };
        let name = field.node.name.node.as_str();
        let known = OF_EVERY_SCHEMA.contains(&name)
            || root.is_some_and(|root| types.field(root, name).is_some());
        if !known {
            return "other";
        }
        if label.is_some_and(|label| label != name) {
            return "several";
        }
        label = Some(name);
    }
    label.unwrap_or("other")
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::label as label_of;
    use crate::graphql::TypeSystem;

    fn label(document: &str) -> String {
        let document = parse_query(document).unwrap();
        let (_, operation) = document.operations.iter().next().unwrap();
        label_of(&operation.node, &TypeSystem::of_schema()).to_owned()
    }

    #[test]
    fn a_request_is_called_after_its_root_field() {
        assert_eq!(label("{ me { id } }"), "me");
        assert_eq!(label("{ a: me { id } b: me { uri } }"), "me");
        assert_eq!(label("mutation { logout { ok } }"), "logout");
        assert_eq!(label("{ __schema { types { name } } }"), "__schema");
        assert_eq!(label("{ me { id } __typename }"), "several");
    }

    #[test]
    fn no_client_can_make_a_name_up() {
        assert_eq!(label("{ madeUp }"), "other");
        assert_eq!(label("{ me: madeUp }"), "other");
        assert_eq!(label("query me { ... on Query { me { id } } }"), "other");
        assert_eq!(label("{ ...F } fragment F on Query { me { id } }"), "other");
    }
}

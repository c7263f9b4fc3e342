//! A name for what a request asks for, out of a set that no client can enlarge.

use async_graphql::parser::types::{OperationDefinition, Selection};

use crate::graphql::{Definition, TypeSystem};

/// The one root field that `operation` selects; `several`, or `other` where it is none of the
/// schema's or stands in a fragment.
pub(super) fn label<'t>(types: &'t TypeSystem, operation: &OperationDefinition) -> &'t str {
    let mut label = None;
    for item in &operation.selection_set.node.items {
        let Selection::Field(field) = &item.node else {
            return "other";
        };
        let Some(known) = known(types, operation, &field.node.name.node) else {
            return "other";
        };
        if label.is_some_and(|label| label != known) {
            return "several";
        }
        label = Some(known);
    }
    label.unwrap_or("other")
}

fn known<'t>(types: &'t TypeSystem, of: &OperationDefinition, field: &str) -> Option<&'t str> {
    let of_every_schema = ["__typename", "__schema", "__type"];
    if let Some(known) = of_every_schema.into_iter().find(|known| *known == field) {
        return Some(known);
    }
    match types.get(types.root(of.ty)?)? {
        Definition::Object(fields) => fields.get_key_value(field).map(|(name, _)| name.as_str()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    fn label(document: &str) -> String {
        let document = parse_query(document).unwrap();
        let (_, operation) = document.operations.iter().next().unwrap();
        super::label(&TypeSystem::of_schema(), &operation.node).to_owned()
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

//! A name for what a request asks for, out of a set that no client can enlarge.

use std::collections::HashSet;

use async_graphql::Name;
use async_graphql::parser::types::{
    OperationDefinition, Selection, TypeKind, TypeSystemDefinition,
};

use crate::graphql::sdl;

/// The fields of `Query` and `Mutation`, and those that every schema has.
#[derive(Debug)]
pub(crate) struct RootFields(HashSet<Name>);

impl RootFields {
    /// Read off the schema as it is printed.
    #[must_use]
    pub(crate) fn of_schema() -> Self {
        let mut names: HashSet<Name> = ["__typename", "__schema", "__type"]
            .into_iter()
            .map(Name::new)
            .collect();
        let document = async_graphql::parser::parse_schema(sdl());
        for definition in document.iter().flat_map(|document| &document.definitions) {
            let TypeSystemDefinition::Type(definition) = definition else {
                continue;
            };
            let root = matches!(definition.node.name.node.as_str(), "Query" | "Mutation");
            if let (true, TypeKind::Object(object)) = (root, &definition.node.kind) {
                names.extend(
                    object
                        .fields
                        .iter()
                        .map(|field| field.node.name.node.clone()),
                );
            }
        }
        Self(names)
    }

    /// The one root field that `operation` selects; `several`, or `other` where it is none of the
    /// schema's or stands in a fragment.
    pub(super) fn label(&self, operation: &OperationDefinition) -> &str {
        let mut label = None;
        for item in &operation.selection_set.node.items {
            let Selection::Field(field) = &item.node else {
                return "other";
            };
            let Some(known) = self.0.get(&field.node.name.node) else {
                return "other";
            };
            if label.is_some_and(|label| label != known) {
                return "several";
            }
            label = Some(known);
        }
        label.map_or("other", Name::as_str)
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    fn label(document: &str) -> String {
        let document = parse_query(document).unwrap();
        let (_, operation) = document.operations.iter().next().unwrap();
        RootFields::of_schema().label(&operation.node).to_owned()
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

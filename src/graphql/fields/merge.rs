//! Makes one field of those that are selected several times.

use async_graphql::Variables;
use async_graphql::parser::Positioned;
use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, Field, InlineFragment, OperationDefinition, Selection,
    SelectionSet, TypeCondition,
};

use super::collect::Collector;
use crate::graphql::type_system::{TypeSystem, named};

/// Writes out the operations of `document` so that each field is selected once: without fragments, but for
/// one for each type that an object may be of; and without what `@skip` and `@include` leave out, which
/// `variables` decide. The document must have been found valid before: what is left of operations that have
/// other variables need not be.
pub(crate) fn merge_fields(
    document: &mut ExecutableDocument,
    types: &TypeSystem,
    variables: &Variables,
) {
    let collector = Collector {
        types,
        fragments: &document.fragments,
        variables: Some(variables),
    };
    let merge = |operation: &mut OperationDefinition| {
        if let Some(root) = types.root(operation.ty) {
            let merged = set(collector, &[&operation.selection_set.node], root);
            operation.selection_set.node = merged;
        }
    };
    match &mut document.operations {
        DocumentOperations::Single(operation) => merge(&mut operation.node),
        DocumentOperations::Multiple(operations) => operations
            .values_mut()
            .for_each(|operation| merge(&mut operation.node)),
    }
}

/// What `sets` select of a `ty`. Goes as deep as the document, which is bounded.
fn set(collector: Collector<'_>, sets: &[&SelectionSet], ty: &str) -> SelectionSet {
    if !collector.types.is_abstract(ty) {
        return object(collector, sets, ty);
    }
    let fragments = collector.types.objects(ty).into_iter().map(|name| {
        let fragment = InlineFragment {
            type_condition: Some(unplaced(TypeCondition {
                on: unplaced(name.clone()),
            })),
            directives: Vec::new(),
            selection_set: unplaced(object(collector, sets, name)),
        };
        unplaced(Selection::InlineFragment(unplaced(fragment)))
    });
    SelectionSet {
        items: fragments.collect(),
    }
}

fn object(collector: Collector<'_>, sets: &[&SelectionSet], ty: &str) -> SelectionSet {
    let fields = collector.collect(sets, ty).fields.into_values();
    let merged = fields.filter_map(|fields| {
        let first = *fields.first()?;
        let sets: Vec<&SelectionSet> = fields
            .iter()
            .map(|field| &field.node.selection_set.node)
            .collect();
        let inside = match collector.types.field(ty, &first.node.name.node) {
            Some(field) => set(collector, &sets, named(&field.ty)),
            // `__typename` has none.
            None => SelectionSet::default(),
        };
        let field = Field {
            alias: first.node.alias.clone(),
            name: first.node.name.clone(),
            arguments: first.node.arguments.clone(),
            directives: Vec::new(),
            selection_set: Positioned::new(inside, first.node.selection_set.pos),
        };
        let field = Positioned::new(field, first.pos);
        Some(Positioned::new(Selection::Field(field), first.pos))
    });
    SelectionSet {
        items: merged.collect(),
    }
}

/// What does not stand in the document.
fn unplaced<T>(node: T) -> Positioned<T> {
    Positioned::new(node, async_graphql::Pos::default())
}

//! What an operation selects, without its arguments: small enough to be kept until the response is
//! there, while the document itself is handed over and taken apart.

use std::collections::HashMap;

use async_graphql::parser::Positioned;
use async_graphql::parser::types::{
    ExecutableDocument, OperationDefinition, OperationType, Selection as Parsed, SelectionSet,
};
use async_graphql::{Name, Value, Variables};

use crate::graphql::document::DISCRIMINATOR;
use crate::graphql::fields::is_selected;

/// The selections of one operation and of the fragments at its hand.
#[derive(Debug)]
pub(crate) struct Outline {
    pub(super) operation: OperationType,
    pub(super) selections: Vec<Selection>,
    pub(super) fragments: HashMap<Name, Fragment>,
}

/// What `@skip` and `@include` leave of a selection set is made of these.
#[derive(Debug)]
pub(super) enum Selection {
    Field {
        /// Its name in the response.
        key: Name,
        name: Name,
        selections: Vec<Self>,
    },
    Spread(Name),
    Inline(Fragment),
}

/// Selections for objects of some types.
#[derive(Debug)]
pub(super) struct Fragment {
    pub(super) on: Option<Name>,
    pub(super) selections: Vec<Selection>,
}

impl Outline {
    /// Of `operation`, which stands in `document` and is going to run with `variables`.
    #[must_use]
    pub(crate) fn of(
        document: &ExecutableDocument,
        operation: &OperationDefinition,
        variables: &Variables,
    ) -> Self {
        let fragments = document.fragments.iter().map(|(name, fragment)| {
            let fragment = Fragment {
                on: Some(fragment.node.type_condition.node.on.node.clone()),
                selections: selections(&fragment.node.selection_set.node, variables),
            };
            (name.clone(), fragment)
        });
        Self {
            operation: operation.ty,
            selections: selections(&operation.selection_set.node, variables),
            fragments: fragments.collect(),
        }
    }

    /// Whether `data` has just the fields that are selected, in their order. Where there are fragments,
    /// or a field is selected twice, it is not found out, and so `false`.
    pub(super) fn is_of(&self, data: &Value) -> bool {
        is_selected_by(&self.selections, data)
    }
}

/// Goes as deep as the document.
fn is_selected_by(selections: &[Selection], value: &Value) -> bool {
    match value {
        // What has no selections is a leaf, whatever it holds.
        _ if selections.is_empty() => true,
        Value::Object(fields) => {
            let fits = |((key, value), selection): ((&Name, &Value), &Selection)| match selection {
                Selection::Field {
                    key: selected,
                    selections,
                    ..
                } => key == selected && key != DISCRIMINATOR && is_selected_by(selections, value),
                Selection::Spread(_) | Selection::Inline(_) => false,
            };
            fields.len() == selections.len() && fields.iter().zip(selections).all(fits)
        }
        Value::List(items) => items.iter().all(|item| is_selected_by(selections, item)),
        _ => true,
    }
}

/// Goes as deep as the document, which its parser bounds.
fn selections(set: &SelectionSet, variables: &Variables) -> Vec<Selection> {
    let selected = set
        .items
        .iter()
        .filter(|item| is_selected(item.node.directives(), variables));
    let selection = |item: &Positioned<Parsed>| match &item.node {
        Parsed::Field(field) => Selection::Field {
            key: field.node.response_key().node.clone(),
            name: field.node.name.node.clone(),
            selections: selections(&field.node.selection_set.node, variables),
        },
        Parsed::FragmentSpread(spread) => Selection::Spread(spread.node.fragment_name.node.clone()),
        Parsed::InlineFragment(fragment) => Selection::Inline(Fragment {
            on: fragment
                .node
                .type_condition
                .as_ref()
                .map(|condition| condition.node.on.node.clone()),
            selections: selections(&fragment.node.selection_set.node, variables),
        }),
    };
    selected.map(selection).collect()
}

//! Which fields an object has: `CollectFields` of section 6.3.2 of the GraphQL specification.

use std::collections::{HashMap, HashSet};

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::Positioned;
use async_graphql::parser::types::{Field, FragmentDefinition, Selection, SelectionSet};
use async_graphql::{Name, Variables};

use super::is_selected::is_selected;
use crate::graphql::type_system::TypeSystem;

pub(super) type Fragments = HashMap<Name, Positioned<FragmentDefinition>>;

/// What selections are read with.
#[derive(Clone, Copy)]
pub(super) struct Collector<'d> {
    pub(super) types: &'d TypeSystem,
    pub(super) fragments: &'d Fragments,
    /// `None`: what is selected under a condition is selected.
    pub(super) variables: Option<&'d Variables>,
}

/// The fields of an object by their names in the response.
#[derive(Default)]
pub(super) struct Collected<'d> {
    pub(super) fields: IndexMap<&'d Name, Vec<&'d Positioned<Field>>>,
    /// Whether a field, or a fragment, is selected more than once.
    pub(super) repeats: bool,
}

impl<'d> Collector<'d> {
    /// All that `sets` select of an object of type `object`.
    pub(super) fn collect(&self, sets: &[&'d SelectionSet], object: &str) -> Collected<'d> {
        let mut collected = Collected::default();
        let mut spread = HashSet::new();
        for set in sets {
            self.add(set, object, &mut spread, &mut collected);
        }
        collected
    }

    /// Goes as deep as fragments stand inside of one another, which is bounded.
    fn add(
        &self,
        set: &'d SelectionSet,
        object: &str,
        spread: &mut HashSet<&'d Name>,
        collected: &mut Collected<'d>,
    ) {
        for selection in &set.items {
            let skipped = |variables| !is_selected(selection.node.directives(), variables);
            if self.variables.is_some_and(skipped) {
                continue;
            }
            let (on, set) = match &selection.node {
                Selection::Field(field) => {
                    let key = &field.node.response_key().node;
                    let same = collected.fields.entry(key).or_default();
                    collected.repeats |= !same.is_empty();
                    same.push(field);
                    continue;
                }
                Selection::InlineFragment(fragment) => {
                    let fragment = &fragment.node;
                    (fragment.type_condition.as_ref(), &fragment.selection_set)
                }
                Selection::FragmentSpread(used) => {
                    let name = &used.node.fragment_name.node;
                    // One that there is not is told in validation.
                    let Some(fragment) = self.fragments.get(name) else {
                        continue;
                    };
                    if !spread.insert(name) {
                        collected.repeats = true;
                        continue;
                    }
                    let fragment = &fragment.node;
                    (Some(&fragment.type_condition), &fragment.selection_set)
                }
            };
            if on.is_none_or(|on| self.types.applies(&on.node.on.node, object)) {
                self.add(&set.node, object, spread, collected);
            }
        }
    }
}

//! How large an operation is, found out in one pass over the parsed document.
//!
//! Each fragment is gone through once, however often it is spread: fragments that spread each other
//! twice, twenty of them in a row, select a million times what they look like, and the library
//! would walk all of it. What comes out is what that walk would have counted.

use std::collections::HashMap;

use async_graphql::parser::types::{
    Directive, ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet,
};
use async_graphql::parser::{Pos, Positioned};
use async_graphql::{Name, Variables};

use super::cost::{Cost, Parent};
use crate::graphql::type_system::TypeSystem;

/// How many selection sets may stand inside of one another, those of fragments included. Fixed, for
/// the library and this pass go down as many calls.
pub(super) const MAX_NESTING: u32 = 32;

/// What an operation amounts to, with every fragment in the place of its spreads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Measure {
    /// How many fields stand above and below one another at the most. Those inside of introspection
    /// are not counted.
    pub(crate) depth: u64,
    /// Fields with another name in the response.
    pub(crate) aliases: u64,
    /// Fields of the query or mutation type.
    pub(crate) root_fields: u64,
    /// On anything.
    pub(crate) directives: u64,
    /// Fields and fragments, those of the document's other operations included.
    pub(crate) selections: u64,
    /// How many fields the answer is estimated to have.
    pub(crate) cost: u64,
    /// Whether it asks for the schema.
    pub(crate) introspects: bool,
}

/// Why there is nothing to measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Endless {
    /// A fragment that spreads itself, by way of others or not.
    Cycle { fragment: Name, pos: Pos },
    /// Selection sets inside of one another, more than [`MAX_NESTING`].
    Nested { pos: Pos },
}

/// Measures `operation`, which stands in `document` and is going to run with `variables`.
///
/// # Errors
/// [`Endless`], of any operation or fragment of the document.
pub(super) fn measure(
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    types: &TypeSystem,
    variables: &Variables,
) -> Result<Measure, Endless> {
    let mut pass = Pass {
        document,
        types,
        variables,
        fragments: HashMap::new(),
    };
    let mut measured = Measure::default();
    let mut selections = 0_u64;
    for (_, each) in document.operations.iter() {
        let each = &each.node;
        let set = &each.selection_set;
        let weight = pass.set(set, Parent::root(types, each.ty), 1)?;
        selections = selections.saturating_add(weight.selections);
        if std::ptr::eq(each, operation) {
            measured = Measure {
                depth: weight.depth,
                aliases: weight.aliases,
                root_fields: weight.fields,
                directives: weight.directives.saturating_add(on_definitions(each)),
                selections: 0,
                cost: weight.cost.of_root(),
                introspects: weight.introspects,
            };
        }
    }
    // One that nothing spreads is refused in validation, which goes through it before.
    for name in document.fragments.keys() {
        pass.fragment(name, Pos::default(), 0)?;
    }
    Ok(Measure {
        selections,
        ..measured
    })
}

fn on_definitions(operation: &OperationDefinition) -> u64 {
    let variables = operation.variable_definitions.iter();
    let on_variables: usize = variables
        .map(|variable| variable.node.directives.len())
        .sum();
    count(operation.directives.len() + on_variables)
}

/// What a selection set, or one selection of it, amounts to.
#[derive(Clone, Copy, Debug, Default)]
struct Weight {
    nesting: u32,
    depth: u64,
    /// Of this very object.
    fields: u64,
    aliases: u64,
    directives: u64,
    selections: u64,
    cost: Cost,
    introspects: bool,
}

impl Weight {
    /// With another selection of the same set.
    fn add(&mut self, other: &Self) {
        self.nesting = self.nesting.max(other.nesting);
        self.depth = self.depth.max(other.depth);
        self.fields = self.fields.saturating_add(other.fields);
        self.aliases = self.aliases.saturating_add(other.aliases);
        self.directives = self.directives.saturating_add(other.directives);
        self.selections = self.selections.saturating_add(other.selections);
        self.cost.add(other.cost);
        self.introspects |= other.introspects;
    }

    /// With the selection itself, around what it holds.
    fn selected(mut self, directives: &[Positioned<Directive>]) -> Self {
        self.selections = self.selections.saturating_add(1);
        self.directives = self.directives.saturating_add(count(directives.len()));
        self
    }
}

struct Pass<'d> {
    document: &'d ExecutableDocument,
    types: &'d TypeSystem,
    variables: &'d Variables,
    /// `None`: under way.
    fragments: HashMap<&'d Name, Option<Weight>>,
}

impl<'d> Pass<'d> {
    /// `level` is how many sets this one stands in, itself included.
    fn set(
        &mut self,
        set: &'d Positioned<SelectionSet>,
        parent: Parent<'d>,
        level: u32,
    ) -> Result<Weight, Endless> {
        if level > MAX_NESTING {
            return Err(Endless::Nested { pos: set.pos });
        }
        let mut weight = Weight::default();
        for selection in &set.node.items {
            let selected = match &selection.node {
                Selection::Field(field) => self.field(&field.node, parent, level)?,
                Selection::FragmentSpread(spread) => {
                    let spread = &spread.node;
                    self.fragment(&spread.fragment_name.node, selection.pos, level)?
                        .selected(&spread.directives)
                }
                Selection::InlineFragment(inline) => {
                    let inline = &inline.node;
                    let on = inline.type_condition.as_ref();
                    let on = on.map_or(parent, |on| Parent::named(&on.node.on.node));
                    self.set(&inline.selection_set, on, level + 1)?
                        .selected(&inline.directives)
                }
            };
            weight.add(&selected);
        }
        weight.nesting += 1;
        Ok(weight)
    }

    fn field(
        &mut self,
        field: &'d Field,
        parent: Parent<'d>,
        level: u32,
    ) -> Result<Weight, Endless> {
        let place = parent.field(self.types, &field.name.node);
        let inside = if field.selection_set.node.items.is_empty() {
            Weight::default()
        } else {
            self.set(&field.selection_set, place.inside, level + 1)?
        };
        let below = if parent.is_introspection() {
            0
        } else {
            inside.depth.saturating_add(1)
        };
        let selected = Weight {
            depth: below,
            fields: 1,
            aliases: inside
                .aliases
                .saturating_add(u64::from(field.alias.is_some())),
            cost: place.cost(field, inside.cost, self.variables),
            introspects: inside.introspects
                || matches!(field.name.node.as_str(), "__schema" | "__type"),
            ..inside
        };
        Ok(selected.selected(&field.directives))
    }

    fn fragment(&mut self, name: &'d Name, pos: Pos, level: u32) -> Result<Weight, Endless> {
        // One that there is not is told in validation.
        let Some(fragment) = self.document.fragments.get(name) else {
            return Ok(Weight::default());
        };
        let weight = match self.fragments.get(name) {
            Some(Some(weight)) => *weight,
            Some(None) => {
                let fragment = name.clone();
                return Err(Endless::Cycle { fragment, pos });
            }
            None => {
                self.fragments.insert(name, None);
                let fragment = &fragment.node;
                let on = Parent::named(&fragment.type_condition.node.on.node);
                let mut weight = self.set(&fragment.selection_set, on, level + 1)?;
                let directives = count(fragment.directives.len());
                weight.directives = weight.directives.saturating_add(directives);
                self.fragments.insert(name, Some(weight));
                weight
            }
        };
        if level.saturating_add(weight.nesting) > MAX_NESTING {
            return Err(Endless::Nested { pos });
        }
        Ok(weight)
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

//! Which fields an object of a response has, in which order: `CollectFields` of section 6.3.2 of the
//! GraphQL specification, done once for all objects that come from the same selections.

use std::collections::HashSet;
use std::rc::Rc;

use async_graphql::Name;
use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::Type;

use super::outline::{Fragment, Outline, Selection};
use crate::graphql::document::DISCRIMINATOR;
use crate::graphql::type_system::{TypeSystem, named};

/// Selections that are made on the same objects, since the fields above them are merged into one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Group(usize);

/// A field as it stands in an object of the response.
#[derive(Debug)]
pub(super) struct Slot<'a> {
    pub(super) key: &'a Name,
    /// `None`: `__typename`.
    pub(super) ty: Option<&'a Type>,
    /// What is selected inside of it, where it has fields.
    pub(super) inside: Option<Group>,
}

/// The fields of an object, in order.
pub(super) type Shape<'a> = Rc<[Slot<'a>]>;

/// All shapes that a response turned out to need.
#[derive(Debug)]
pub(super) struct Shapes<'a> {
    types: &'a TypeSystem,
    outline: &'a Outline,
    groups: Vec<Selections<'a>>,
}

#[derive(Debug)]
struct Selections<'a> {
    sets: Vec<&'a [Selection]>,
    /// Whether they are made on objects of several types.
    is_abstract: bool,
    /// By the object's type, of which there are a few.
    shapes: Vec<(&'a str, Shape<'a>)>,
}

impl<'a> Shapes<'a> {
    pub(super) const ROOT: Group = Group(0);

    pub(super) fn new(types: &'a TypeSystem, outline: &'a Outline) -> Self {
        let root = Selections {
            sets: vec![&outline.selections],
            is_abstract: false,
            shapes: Vec::new(),
        };
        Self {
            types,
            outline,
            groups: vec![root],
        }
    }

    /// Whether these selections are made on objects of several types.
    pub(super) fn is_abstract(&self, group: Group) -> bool {
        self.groups[group.0].is_abstract
    }

    /// The shape of an object of type `object` with these selections.
    pub(super) fn shape(&mut self, group: Group, object: &str) -> Shape<'a> {
        let known = |(name, _): &&(&str, Shape<'a>)| *name == object;
        if let Some((_, shape)) = self.groups[group.0].shapes.iter().find(known) {
            return Rc::clone(shape);
        }
        let fields = self.collect(group, object);
        let shape: Shape<'a> = fields
            .into_iter()
            .map(|(key, field)| self.slot(key, field, object))
            .collect();
        // What is not in the schema has no fields there, and needs not be remembered.
        if let Some(name) = self.types.name(object) {
            self.groups[group.0].shapes.push((name, Rc::clone(&shape)));
        }
        shape
    }

    fn slot(&mut self, key: &'a Name, field: Collected<'a>, object: &str) -> Slot<'a> {
        let types = self.types;
        let ty = types.field(object, field.name).map(|field| &field.ty);
        let composite = ty.map(named).filter(|name| types.is_composite(name));
        let inside = composite.map(|name| {
            self.groups.push(Selections {
                sets: field.sets,
                is_abstract: types.is_abstract(name),
                shapes: Vec::new(),
            });
            Group(self.groups.len() - 1)
        });
        Slot { key, ty, inside }
    }

    /// Each fragment is gone through once, however often it is spread.
    fn collect(&self, group: Group, object: &str) -> IndexMap<&'a Name, Collected<'a>> {
        let outline = self.outline;
        let mut fields: IndexMap<&'a Name, Collected<'a>> = IndexMap::new();
        let mut spread: HashSet<&'a Name> = HashSet::new();
        let sets = self.groups[group.0].sets.iter().rev();
        let mut open: Vec<_> = sets.map(|set| set.iter()).collect();
        while let Some(set) = open.last_mut() {
            let Some(selection) = set.next() else {
                open.pop();
                continue;
            };
            let fragment: &'a Fragment = match selection {
                Selection::Field {
                    key,
                    name,
                    selections,
                } => {
                    if key != DISCRIMINATOR {
                        let field = fields.entry(key).or_insert_with(|| Collected {
                            name,
                            sets: Vec::new(),
                        });
                        field.sets.push(selections);
                    }
                    continue;
                }
                Selection::Spread(name) => match outline.fragments.get(name) {
                    Some(fragment) if spread.insert(name) => fragment,
                    _ => continue,
                },
                Selection::Inline(fragment) => fragment,
            };
            let on = fragment.on.as_deref();
            if on.is_none_or(|on| self.types.applies(on, object)) {
                open.push(fragment.selections.iter());
            }
        }
        fields
    }
}

struct Collected<'a> {
    name: &'a Name,
    sets: Vec<&'a [Selection]>,
}

//! Whether fields of one name in the response can be one: `FieldsInSetCanMerge` of section 5.3.2 of the
//! GraphQL specification.

use std::collections::HashSet;

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::Positioned;
use async_graphql::parser::types::{
    BaseType, ExecutableDocument, Field, Selection, SelectionSet, Type,
};
use async_graphql::{Name, ServerError};

use super::collect::Collector;
use crate::graphql::code::Code;
use crate::graphql::error::request_error;
use crate::graphql::type_system::{TypeSystem, named};

/// Compares what `document` selects under the same names. Whether something is selected more than once,
/// so that it has to be merged before it is executed.
///
/// # Errors
/// The first two fields that cannot be one, or a `__typename` with arguments or fields. What is not in the
/// schema is left to validation.
pub(crate) fn check_fields(
    document: &ExecutableDocument,
    types: &TypeSystem,
) -> Result<bool, ServerError> {
    let fields = Conflicts {
        collector: Collector {
            types,
            fragments: &document.fragments,
            variables: None,
        },
        typename: Type {
            base: BaseType::Named(Name::new("String")),
            nullable: false,
        },
    };
    let mut repeats = false;
    for (_, operation) in document.operations.iter() {
        let Some(root) = types.root(operation.node.ty) else {
            continue;
        };
        let set = &operation.node.selection_set.node;
        repeats |= fields.same_fields(&[set], root)?;
        fields.same_shapes(&[(set, root)])?;
    }
    Ok(repeats)
}

struct Conflicts<'d> {
    collector: Collector<'d>,
    /// What `__typename` gives.
    typename: Type,
}

impl<'d> Conflicts<'d> {
    /// Whether the same object is asked for one field under one name, all the way down; and whether for
    /// any of them more than once.
    fn same_fields(&self, sets: &[&'d SelectionSet], ty: &str) -> Result<bool, ServerError> {
        let types = self.collector.types;
        let mut repeats = false;
        for object in types.objects(ty) {
            let collected = self.collector.collect(sets, object);
            repeats |= collected.repeats;
            for (key, fields) in collected.fields {
                let Some((first, rest)) = fields.split_first() else {
                    continue;
                };
                for other in rest {
                    same_field(key, first, other)?;
                }
                if let Some(defined) = types.field(object, &first.node.name.node) {
                    let sets: Vec<_> = fields.iter().map(|field| set_of(field)).collect();
                    repeats |= self.same_fields(&sets, named(&defined.ty))?;
                }
            }
        }
        Ok(repeats)
    }

    /// Whether under one name comes the same kind of thing, of whatever type the object is
    /// (`SameResponseShape`). With each set comes the type that it is of.
    fn same_shapes(&self, sets: &[(&'d SelectionSet, &'d str)]) -> Result<(), ServerError> {
        let types = self.collector.types;
        let mut fields: IndexMap<&Name, Vec<(&Type, &Positioned<Field>)>> = IndexMap::new();
        let mut spread = HashSet::new();
        let mut open = sets.to_vec();
        while let Some((set, parent)) = open.pop() {
            for selection in &set.items {
                match &selection.node {
                    Selection::Field(field) => {
                        let name = &field.node.name.node;
                        let ty = match types.field(parent, name) {
                            Some(defined) => &defined.ty,
                            None if name == "__typename" => {
                                bare(field)?;
                                &self.typename
                            }
                            None => continue,
                        };
                        let same = fields.entry(&field.node.response_key().node).or_default();
                        same.push((ty, field));
                    }
                    Selection::InlineFragment(fragment) => {
                        let on = fragment.node.type_condition.as_ref();
                        let on = on.map_or(parent, |on| on.node.on.node.as_str());
                        open.push((&fragment.node.selection_set.node, on));
                    }
                    Selection::FragmentSpread(used) => {
                        let name = &used.node.fragment_name.node;
                        let fragment = self.collector.fragments.get(name);
                        if let (Some(fragment), true) = (fragment, spread.insert(name)) {
                            let on = fragment.node.type_condition.node.on.node.as_str();
                            open.push((&fragment.node.selection_set.node, on));
                        }
                    }
                }
            }
        }
        for (key, fields) in fields {
            let Some(((ty, first), rest)) = fields.split_first() else {
                continue;
            };
            if let Some((other, field)) = rest.iter().find(|(other, _)| !alike(types, ty, other)) {
                let why = format!("they give different types, \"{ty}\" and \"{other}\"");
                return Err(conflict(key, first, field, &why));
            }
            let inside = fields
                .iter()
                .map(|(ty, field)| (set_of(field), named(ty).as_str()));
            self.same_shapes(&inside.collect::<Vec<_>>())?;
        }
        Ok(())
    }
}

fn set_of(field: &Positioned<Field>) -> &SelectionSet {
    &field.node.selection_set.node
}

fn same_field(
    key: &Name,
    first: &Positioned<Field>,
    other: &Positioned<Field>,
) -> Result<(), ServerError> {
    let (a, b) = (&first.node, &other.node);
    if a.name.node != b.name.node {
        let why = format!(
            "\"{}\" and \"{}\" are different fields",
            a.name.node, b.name.node
        );
        return Err(conflict(key, first, other, &why));
    }
    let in_other =
        |(name, value): &(Positioned<Name>, _)| b.get_argument(&name.node) == Some(value);
    if a.arguments.len() != b.arguments.len() || !a.arguments.iter().all(in_other) {
        return Err(conflict(key, first, other, "they have differing arguments"));
    }
    Ok(())
}

/// async-graphql does not look at what `__typename` is given.
fn bare(typename: &Positioned<Field>) -> Result<(), ServerError> {
    let field = &typename.node;
    let message = if let Some((argument, _)) = field.arguments.first() {
        format!(
            "Unknown argument \"{}\" on field \"__typename\"",
            argument.node
        )
    } else if !field.selection_set.node.items.is_empty() {
        "Field \"__typename\" must not have a selection since type \"String!\" has no subfields"
            .to_owned()
    } else {
        return Ok(());
    };
    Err(ServerError {
        locations: vec![typename.pos],
        ..request_error(Code::GraphqlValidationFailed, message)
    })
}

fn alike(types: &TypeSystem, a: &Type, b: &Type) -> bool {
    a.nullable == b.nullable
        && match (&a.base, &b.base) {
            (BaseType::List(a), BaseType::List(b)) => alike(types, a, b),
            (BaseType::Named(a), BaseType::Named(b)) => {
                a == b || types.is_composite(a) && types.is_composite(b)
            }
            _ => false,
        }
}

fn conflict(
    key: &Name,
    first: &Positioned<Field>,
    other: &Positioned<Field>,
    why: &str,
) -> ServerError {
    let message = format!(
        "Fields \"{key}\" conflict because {why}. Use different aliases on the fields to fetch both if \
         this was intentional."
    );
    ServerError {
        locations: vec![first.pos, other.pos],
        ..request_error(Code::GraphqlValidationFailed, message)
    }
}

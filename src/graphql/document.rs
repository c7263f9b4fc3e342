//! What becomes of a document before it is executed: its meaning stays.

use async_graphql::Name;
use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, Field, InlineFragment, OperationDefinition, Selection,
    SelectionSet, TypeCondition,
};
use async_graphql::parser::{Pos, Positioned};

use super::type_system::{TypeSystem, named};

/// The key under which an object tells its type where the client did not ask for it. No client can
/// choose it as an alias, and none gets to see it.
pub(crate) const DISCRIMINATOR: &str = " type";

/// Selects `__typename` as [`DISCRIMINATOR`] wherever the response could not be completed without it:
/// where an object may be of several types; and where nothing else may be selected of an object,
/// which async-graphql would answer with null.
pub(crate) fn discriminate(document: &mut ExecutableDocument, types: &TypeSystem) {
    let operation = |operation: &mut OperationDefinition| {
        if let Some(root) = types.root(operation.ty) {
            let set = &mut operation.selection_set.node;
            fields(set, root, types);
            add_discriminator(set, root, types);
        }
    };
    match &mut document.operations {
        DocumentOperations::Single(single) => operation(&mut single.node),
        DocumentOperations::Multiple(several) => several
            .values_mut()
            .for_each(|one| operation(&mut one.node)),
    }
    for fragment in document.fragments.values_mut() {
        let fragment = &mut fragment.node;
        let on = &fragment.type_condition.node.on.node;
        fields(&mut fragment.selection_set.node, on, types);
    }
}

/// Goes through the selection sets of all fields in `set`, which is of `parent`.
fn fields(set: &mut SelectionSet, parent: &str, types: &TypeSystem) {
    for selection in &mut set.items {
        if let Some(fragment) = unburdened(selection) {
            selection.node = Selection::InlineFragment(fragment);
        }
        match &mut selection.node {
            Selection::Field(field) => {
                let Some(defined) = types.field(parent, &field.node.name.node) else {
                    continue;
                };
                let ty = named(&defined.ty);
                if types.is_composite(ty) {
                    let set = &mut field.node.selection_set.node;
                    fields(set, ty, types);
                    add_discriminator(set, ty, types);
                }
            }
            Selection::InlineFragment(fragment) => {
                let fragment = &mut fragment.node;
                let condition = fragment.type_condition.get_or_insert_with(|| {
                    // async-graphql compares fields by the fragment that they stand in, and takes those without
                    // a condition for one.
                    let on = Positioned::new(Name::new(parent), fragment.selection_set.pos);
                    Positioned::new(TypeCondition { on }, fragment.selection_set.pos)
                });
                let on = condition.node.on.node.clone();
                fields(&mut fragment.selection_set.node, &on, types);
            }
            Selection::FragmentSpread(_) => {}
        }
    }
}

/// Puts the directives of `__typename` on a fragment around it: async-graphql does not look at those
/// of the field itself when it validates, neither whether they exist nor which variables they use.
fn unburdened(selection: &mut Positioned<Selection>) -> Option<Positioned<InlineFragment>> {
    let pos = selection.pos;
    let Selection::Field(field) = &mut selection.node else {
        return None;
    };
    if field.node.name.node != "__typename" || field.node.directives.is_empty() {
        return None;
    }
    let directives = std::mem::take(&mut field.node.directives);
    let items = vec![selection.clone()];
    let fragment = InlineFragment {
        type_condition: None,
        directives,
        selection_set: Positioned::new(SelectionSet { items }, pos),
    };
    Some(Positioned::new(fragment, pos))
}

/// `set` is all that one field, of type `ty`, or an operation selects.
fn add_discriminator(set: &mut SelectionSet, ty: &str, types: &TypeSystem) {
    // A field without a selection set is refused when the document is validated.
    if set.items.is_empty() || !needs_discriminator(set, types.is_abstract(ty)) {
        return;
    }
    let name = |name: &str| Positioned::new(Name::new(name), Pos::default());
    let field = Field {
        alias: Some(name(DISCRIMINATOR)),
        name: name("__typename"),
        arguments: Vec::new(),
        directives: Vec::new(),
        selection_set: Positioned::default(),
    };
    let field = Positioned::new(field, Pos::default());
    let selection = Positioned::new(Selection::Field(field), Pos::default());
    set.items.push(selection);
}

fn needs_discriminator(set: &SelectionSet, is_abstract: bool) -> bool {
    let mut any_field = false;
    let mut any_fragment = false;
    let mut disguised = false;
    for selection in &set.items {
        let Selection::Field(field) = &selection.node else {
            any_fragment = true;
            continue;
        };
        let field = &field.node;
        let typename = field.name.node == "__typename";
        let named_so = field.response_key().node == "__typename";
        disguised |= named_so && !typename;
        // One with a directive may be skipped.
        if field.directives.is_empty() {
            any_field = true;
            if typename && named_so {
                return false;
            }
        }
    }
    !any_field || is_abstract && (any_fragment || disguised)
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::parser::parse_query;

    /// How many selection sets were given the field.
    fn discriminators(query: &str) -> usize {
        let mut document = parse_query(query).unwrap();
        discriminate(&mut document, &TypeSystem::of_schema());
        let key = format!("{:?}", Name::new(DISCRIMINATOR));
        format!("{document:?}").matches(&key).count()
    }

    #[test]
    fn only_what_the_response_could_not_do_without_is_added() {
        let entry = |item: &str| {
            format!("{{ playlist(id: 1) {{ tracks {{ edges {{ node {{ {item} }} }} }} }} }}")
        };
        for (item, expected) in [
            ("name", 0),
            ("name uri", 0),
            ("__typename ... on Track { name }", 0),
            ("name ... on Track { isrc }", 1),
            ("... on Track { isrc }", 1),
            ("kind: __typename ... on Track { isrc }", 1),
            ("__typename @skip(if: $s) ... on Track { isrc }", 1),
            ("__typename: name", 1),
            ("name @skip(if: $s)", 1),
        ] {
            assert_eq!(discriminators(&entry(item)), expected, "{item}");
        }
        assert_eq!(discriminators("{ me { id } }"), 0);
        assert_eq!(discriminators("{ me { id @skip(if: true) } }"), 1);
        assert_eq!(discriminators("{ me { ...F } } fragment F on Me { id }"), 1);
        assert_eq!(
            discriminators("{ ...Q } fragment Q on Query { me { ... on Me { id } } }"),
            2
        );
        // What is not in the schema is left to validation.
        assert_eq!(discriminators("{ nope { ...F } me }"), 0);
    }
}

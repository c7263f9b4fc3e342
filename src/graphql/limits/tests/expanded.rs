//! Any document is measured as a plain walk of it counts, in which each fragment is gone through as
//! often as it is spread.

use std::fmt::Write;

use async_graphql::parser::types::{BaseType, ExecutableDocument, Selection, SelectionSet};
use async_graphql_value::Value as Written;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::super::measure::MAX_NESTING;
use super::*;
use crate::graphql::type_system::named;

const FRAGMENTS: usize = 4;

/// Fields of several types: some fit where they stand, others do not.
const FIELDS: [&str; 12] = [
    "me",
    "playlist(id: 1)",
    "playlists",
    "playlists(first: 2)",
    "tracks(first: $n)",
    "nodes",
    "edges",
    "node",
    "images",
    "__schema",
    "fields",
    "ofType",
];

const LEAVES: [&str; 6] = [
    "id",
    "name",
    "__typename",
    "nope",
    "x: uri",
    "y: id @skip(if: $s)",
];

const TYPES: [&str; 7] = [
    "Query",
    "Me",
    "Playlist",
    "PlaylistConnection",
    "PlaylistItem",
    "__Type",
    "Nope",
];

fn any_set(depth: u32) -> BoxedStrategy<String> {
    let leaf = select(&LEAVES[..]).prop_map(str::to_owned);
    let spread = (0..FRAGMENTS, any::<bool>()).prop_map(|(number, with)| {
        format!(
            "...F{number}{}",
            if with { " @include(if: $s)" } else { "" }
        )
    });
    if depth == 0 {
        return vec(leaf, 1..3).prop_map(braced).boxed();
    }
    let field = (select(&FIELDS[..]), any::<bool>(), any_set(depth - 1))
        .prop_map(|(field, alias, set)| format!("{}{field} {set}", if alias { "a: " } else { "" }));
    let inline = (proptest::option::of(select(&TYPES[..])), any_set(depth - 1)).prop_map(
        |(on, set)| match on {
            Some(on) => format!("... on {on} {set}"),
            None => format!("... {set}"),
        },
    );
    let selection = prop_oneof![3 => leaf, 4 => field, 1 => inline, 2 => spread];
    vec(selection, 1..4).prop_map(braced).boxed()
}

fn braced(selections: Vec<String>) -> String {
    format!("{{ {} }}", selections.join(" "))
}

prop_compose! {
    fn any_document()(
        sets in vec(any_set(3), 1..3),
        fragments in vec((select(&TYPES[..]), any_set(2)), FRAGMENTS),
    ) -> String {
        let mut text = String::new();
        for (number, set) in sets.iter().enumerate() {
            writeln!(text, "query Q{number}($n: Int, $s: Boolean! @x) @x {set}").unwrap();
        }
        for (number, (on, set)) in fragments.iter().enumerate() {
            writeln!(text, "fragment F{number} on {on} @x {set}").unwrap();
        }
        text
    }
}

/// The plain walk.
struct Walk<'d> {
    document: &'d ExecutableDocument,
    types: &'d TypeSystem,
    n: i64,
    counted: Measure,
    /// As it should be; a small step for one walk, and none for the pass.
    out_of_patience: bool,
}

/// Where the walk is.
#[derive(Clone, Copy)]
struct At<'d> {
    parent: Option<&'d str>,
    /// How many fields stand above; `None` inside of introspection.
    depth: Option<u64>,
    /// How many sets.
    nesting: u32,
    /// How many objects there are of this kind.
    objects: u64,
    /// How long the lists are right here.
    length: u64,
}

impl<'d> Walk<'d> {
    /// `None`: there is no end to it.
    fn set(&mut self, set: &'d SelectionSet, at: At<'d>) -> Option<()> {
        if at.nesting > MAX_NESTING {
            return None;
        }
        for selection in &set.items {
            self.counted.selections += 1;
            self.out_of_patience |= self.counted.selections > 5000;
            if self.out_of_patience {
                return Some(());
            }
            self.counted.directives += selection.node.directives().len() as u64;
            let deeper = At {
                nesting: at.nesting + 1,
                ..at
            };
            match &selection.node {
                Selection::FragmentSpread(spread) => {
                    let fragment = &self.document.fragments[&spread.node.fragment_name.node].node;
                    self.counted.directives += fragment.directives.len() as u64;
                    let parent = Some(fragment.type_condition.node.on.node.as_str());
                    self.set(&fragment.selection_set.node, At { parent, ..deeper })?;
                }
                Selection::InlineFragment(inline) => {
                    let on = inline.node.type_condition.as_ref();
                    let parent = on.map(|on| on.node.on.node.as_str()).or(at.parent);
                    self.set(&inline.node.selection_set.node, At { parent, ..deeper })?;
                }
                Selection::Field(field) => {
                    let field = &field.node;
                    let name = field.name.node.as_str();
                    let introspects = at.parent.is_some_and(|parent| parent.starts_with("__"));
                    let defined = at.parent.and_then(|parent| self.types.field(parent, name));
                    let is_list =
                        defined.is_some_and(|field| matches!(field.ty.base, BaseType::List(_)));
                    let parent = defined.map(|defined| named(&defined.ty).as_str());
                    let objects = at.objects * if is_list { at.length } else { 1 };
                    let first = match field.get_argument("first").map(|value| &value.node) {
                        None => 50,
                        Some(Written::Number(number)) => number.as_u64().unwrap().min(1000),
                        Some(_) => u64::try_from(self.n).unwrap_or(0).min(1000),
                    };
                    let pages = defined.is_some_and(|d| d.arguments.contains_key("first"));
                    self.counted.introspects |= matches!(name, "__schema" | "__type");
                    self.counted.aliases += u64::from(field.alias.is_some());
                    self.counted.cost += objects;
                    let depth = at.depth.filter(|_| !introspects).map(|depth| depth + 1);
                    self.counted.depth = self.counted.depth.max(depth.unwrap_or(0));
                    let inside = At {
                        parent,
                        depth,
                        nesting: at.nesting + 1,
                        objects,
                        length: match () {
                            () if parent.is_some_and(|name| name.starts_with("__")) => 10,
                            () if pages => first,
                            () => 3,
                        },
                    };
                    if !field.selection_set.node.items.is_empty() {
                        self.set(&field.selection_set.node, inside)?;
                    }
                }
            }
        }
        Some(())
    }

    /// How many fields an object of this set has, fragments gone through.
    fn fields(&self, set: &SelectionSet) -> u64 {
        let of = |selection: &Selection| match selection {
            Selection::Field(_) => 1,
            Selection::InlineFragment(inline) => self.fields(&inline.node.selection_set.node),
            Selection::FragmentSpread(spread) => {
                let fragment = &self.document.fragments[&spread.node.fragment_name.node];
                self.fields(&fragment.node.selection_set.node)
            }
        };
        set.items.iter().map(|item| of(&item.node)).sum()
    }
}

/// What the walk counts. `None`: it gives up. `Some(None)`: there is no end.
fn walked(query: &str, n: i64) -> Option<Option<Measure>> {
    let document = parse_query(query).unwrap();
    let types = TypeSystem::of_schema();
    let mut walk = Walk {
        document: &document,
        types: &types,
        n,
        counted: Measure::default(),
        out_of_patience: false,
    };
    let at = At {
        parent: Some("Query"),
        depth: Some(0),
        nesting: 1,
        objects: 1,
        length: 3,
    };
    // Fragments that are not spread have to have an end too.
    for fragment in document.fragments.values() {
        let parent = Some(fragment.node.type_condition.node.on.node.as_str());
        let set = &fragment.node.selection_set.node;
        if walk.set(set, At { parent, ..at }).is_none() {
            return Some(None);
        }
        walk.counted = Measure::default();
    }
    let mut measure = Measure::default();
    let mut selections = 0;
    for (_, operation) in document.operations.iter() {
        let set = &operation.node.selection_set.node;
        walk.counted = Measure::default();
        if walk.set(set, at).is_none() {
            return Some(None);
        }
        if walk.out_of_patience {
            return None;
        }
        selections += walk.counted.selections;
        walk.counted.root_fields = walk.fields(set);
        walk.counted.directives += operation.node.directives.len() as u64 + 1;
        if std::ptr::eq(operation, first_of(&document)) {
            measure = walk.counted;
        }
    }
    Some(Some(Measure {
        selections,
        ..measure
    }))
}

proptest! {
    #[test]
    fn the_pass_counts_what_the_walk_counts(document in any_document(), n in -1..2000_i64) {
        let outcome = measured(&document, &[("n", Value::from(n))]);
        match walked(&document, n) {
            Some(Some(expected)) => prop_assert_eq!(outcome, Ok(expected), "{}", document),
            Some(None) => prop_assert!(outcome.is_err(), "{}", document),
            None => {}
        }
    }
}

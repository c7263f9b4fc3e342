//! Any query of any objects is answered as a plain reading of the specification answers it.

use std::cell::Cell;
use std::fmt::Write;
use std::sync::Arc;

use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use proptest::sample::select;

use super::toy::{Model, ask};

/// A selection, with the parts of GraphQL that change which fields there are and where.
#[derive(Clone, Debug)]
enum Selected {
    Field {
        alias: bool,
        name: &'static str,
        include: Option<bool>,
        inside: Vec<Self>,
    },
    Inline {
        on: Option<&'static str>,
        include: Option<bool>,
        inside: Vec<Self>,
    },
    /// Of the fragment on this type.
    Spread(&'static str),
}

const LEAVES: [&str; 5] = ["__typename", "name", "maybe", "perhaps", "name"];
const OBJECTS: [&str; 4] = ["child", "only", "children", "strict"];
const COLOURS: [(&str, &str); 2] = [("Red", "red"), ("Blue", "blue")];

fn any_model(depth: u32) -> BoxedStrategy<Model> {
    let fails = select(vec![
        "name", "maybe", "perhaps", "red", "blue", "child", "only", "children", "strict", "item",
        "thing", "must",
    ]);
    let next = move || -> BoxedStrategy<Option<Arc<Model>>> {
        if depth == 0 {
            Just(None).boxed()
        } else {
            proptest::option::of(any_model(depth - 1).prop_map(Arc::new)).boxed()
        }
    };
    let children = vec(next(), 0..3);
    let parts = (
        any::<bool>(),
        btree_set(fails, 0..3),
        0..5_usize,
        next(),
        children,
    );
    parts
        .prop_map(|(red, fails, turns, child, children)| Model {
            red,
            fails,
            turns,
            child,
            children,
        })
        .boxed()
}

/// Selections on `parent`; only those outside of fragments spread any.
fn selections(parent: &'static str, depth: u32, spreads: bool) -> BoxedStrategy<Vec<Selected>> {
    vec(selection(parent, depth, spreads), 1..5).boxed()
}

fn selection(parent: &'static str, depth: u32, spreads: bool) -> BoxedStrategy<Selected> {
    let include = || proptest::option::weighted(0.2, any::<bool>());
    let field = move |name: BoxedStrategy<&'static str>, inside: BoxedStrategy<Vec<Selected>>| {
        let parts = (any::<bool>(), name, include(), inside);
        parts.prop_map(|(alias, name, include, inside)| Selected::Field {
            alias,
            name,
            include,
            inside,
        })
    };
    let colour = COLOURS.iter().find(|(name, _)| *name == parent);
    let leaves: Vec<_> = match (parent, colour) {
        ("Query", _) => vec!["__typename"],
        (_, Some((_, colour))) => LEAVES.into_iter().chain([*colour]).collect(),
        _ => LEAVES.to_vec(),
    };
    let leaf = field(select(leaves).boxed(), Just(Vec::new()).boxed()).boxed();
    if depth == 0 {
        return leaf;
    }
    let objects = if parent == "Query" {
        vec!["thing", "must"]
    } else {
        OBJECTS.to_vec()
    };
    let object = field(
        select(objects).boxed(),
        selections("Thing", depth - 1, spreads),
    );
    let conditions: Vec<Option<&'static str>> = match parent {
        "Query" => vec![None],
        "Thing" => vec![None, Some("Thing"), Some("Red"), Some("Blue")],
        colour => vec![None, Some("Thing"), Some(colour)],
    };
    let inline = (select(conditions), include()).prop_flat_map(move |(on, include)| {
        let inside = selections(on.unwrap_or(parent), depth - 1, spreads);
        inside.prop_map(move |inside| Selected::Inline {
            on,
            include,
            inside,
        })
    });
    if spreads && parent == "Thing" {
        let spread = select(vec!["Thing", "Red", "Blue"]).prop_map(Selected::Spread);
        prop_oneof![3 => leaf, 3 => object, 2 => inline, 2 => spread].boxed()
    } else {
        prop_oneof![3 => leaf, 3 => object, 2 => inline].boxed()
    }
}

#[derive(Clone, Debug)]
struct Case {
    model: Model,
    query: Vec<Selected>,
    fragments: [(&'static str, Vec<Selected>); 3],
}

fn any_case() -> impl Strategy<Value = Case> {
    let fragment = |on: &'static str| selections(on, 1, false).prop_map(move |inside| (on, inside));
    let fragments = [fragment("Thing"), fragment("Red"), fragment("Blue")];
    let parts = (any_model(3), selections("Query", 4, true), fragments);
    parts.prop_map(|(model, query, fragments)| Case {
        model,
        query,
        fragments,
    })
}

fn write_selections(text: &mut String, selections: &[Selected]) {
    text.push_str("{ ");
    for selection in selections {
        let include = match selection {
            Selected::Field { include, .. } | Selected::Inline { include, .. } => *include,
            Selected::Spread(_) => None,
        };
        let include = include.map_or(String::new(), |include| format!("@include(if: {include}) "));
        match selection {
            Selected::Field {
                alias,
                name,
                inside,
                ..
            } => {
                let alias = if *alias {
                    format!("x{name}: ")
                } else {
                    String::new()
                };
                write!(text, "{alias}{name} {include}").unwrap();
                if !inside.is_empty() {
                    write_selections(text, inside);
                }
            }
            Selected::Inline { on, inside, .. } => {
                let on = on.map_or(String::new(), |on| format!("on {on} "));
                write!(text, "... {on}{include}").unwrap();
                write_selections(text, inside);
            }
            Selected::Spread(on) => write!(text, "...F{on} ").unwrap(),
        }
    }
    text.push_str("} ");
}

impl Case {
    /// With those fragments that are used, as others are not allowed.
    fn text(&self) -> String {
        let mut text = String::new();
        write_selections(&mut text, &self.query);
        let query = text.clone();
        for (on, inside) in &self.fragments {
            if query.contains(&format!("...F{on} ")) {
                write!(text, "fragment F{on} on {on} ").unwrap();
                write_selections(&mut text, inside);
            }
        }
        text
    }

    fn collect<'a>(
        &'a self,
        object: &str,
        selections: &'a [Selected],
        fields: &mut Vec<(String, &'static str, Vec<&'a [Selected]>)>,
    ) {
        for selection in selections {
            match selection {
                Selected::Field {
                    include: Some(false),
                    ..
                }
                | Selected::Inline {
                    include: Some(false),
                    ..
                } => {}
                Selected::Field {
                    alias,
                    name,
                    inside,
                    ..
                } => {
                    let key = if *alias {
                        format!("x{name}")
                    } else {
                        (*name).to_owned()
                    };
                    match fields.iter_mut().find(|(known, _, _)| *known == key) {
                        Some((_, _, sets)) => sets.push(inside),
                        None => fields.push((key, name, vec![inside])),
                    }
                }
                Selected::Inline { on, inside, .. } => {
                    if on.is_none_or(|on| on == "Thing" || on == object) {
                        self.collect(object, inside, fields);
                    }
                }
                Selected::Spread(on) => {
                    if *on == "Thing" || *on == object {
                        let (_, inside) = self.fragments.iter().find(|(of, _)| of == on).unwrap();
                        self.collect(object, inside, fields);
                    }
                }
            }
        }
    }
}

/// Null where it may not be, on its way up.
struct Nulled;

/// The specification, read plainly.
struct Reference<'a> {
    case: &'a Case,
    failed: Cell<bool>,
}

impl Reference<'_> {
    fn object(&self, ty: &str, model: &Model, sets: &[&[Selected]]) -> Result<String, Nulled> {
        let mut fields = Vec::new();
        for set in sets {
            self.case.collect(ty, set, &mut fields);
        }
        let mut written = Vec::new();
        let mut nulled = false;
        for (key, name, inside) in fields {
            match self.field(ty, model, name, &inside) {
                Ok(value) => written.push(format!("\"{key}\":{value}")),
                Err(Nulled) => nulled = true,
            }
        }
        if nulled {
            return Err(Nulled);
        }
        Ok(format!("{{{}}}", written.join(",")))
    }

    fn thing(&self, model: &Model, sets: &[&[Selected]]) -> Result<String, Nulled> {
        self.object(if model.red { "Red" } else { "Blue" }, model, sets)
    }

    fn field(
        &self,
        ty: &str,
        model: &Model,
        name: &str,
        inside: &[&[Selected]],
    ) -> Result<String, Nulled> {
        let nullable = |outcome: Result<String, Nulled>| outcome.or(Ok("null".to_owned()));
        let fails = model.fails.contains(name) && !(name == "child" && model.child.is_none());
        if fails {
            self.failed.set(true);
            return match name {
                "maybe" | "perhaps" | "child" | "strict" | "thing" => nullable(Err(Nulled)),
                _ => Err(Nulled),
            };
        }
        match name {
            "__typename" => Ok(format!("{ty:?}")),
            "name" | "maybe" | "perhaps" => Ok(format!("{:?}", &name[..1])),
            "red" | "blue" => Ok("1".to_owned()),
            "thing" => nullable(self.thing(model, inside)),
            "must" => self.thing(model, inside),
            "only" => {
                let child = model.child.clone().unwrap_or_default();
                self.thing(&child, inside)
            }
            "child" => match &model.child {
                Some(child) => nullable(self.thing(child, inside)),
                None => Ok("null".to_owned()),
            },
            "children" => {
                let item = |(index, child): (usize, &Option<Arc<Model>>)| match child {
                    Some(_) if model.fails.contains("item") && index == 0 => {
                        self.failed.set(true);
                        "null".to_owned()
                    }
                    Some(child) => nullable(self.thing(child, inside)).unwrap_or_default(),
                    None => "null".to_owned(),
                };
                let items: Vec<_> = model.children.iter().enumerate().map(item).collect();
                Ok(format!("[{}]", items.join(",")))
            }
            _ => {
                let items = model.children.iter().flatten();
                let items: Vec<_> = items.map(|child| self.thing(child, inside)).collect();
                let items: Result<Vec<_>, Nulled> = items.into_iter().collect();
                nullable(items.map(|items| format!("[{}]", items.join(","))))
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_response_is_the_specifications(case in any_case()) {
        let reference = Reference { case: &case, failed: Cell::new(false) };
        let expected = reference.object("Query", &case.model, &[&case.query]);
        let expected = expected.unwrap_or_else(|Nulled| "null".to_owned());
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let response = runtime.block_on(ask(&case.model, &case.text()));
        let text = serde_json::to_string(&response.data).unwrap();
        prop_assert_eq!(text, expected, "{} {:?}", case.text(), response.errors);
        prop_assert_eq!(reference.failed.get(), !response.errors.is_empty());
        // What is selected several times is executed once, and so fails once.
        let mut paths: Vec<_> = response.errors.iter().map(|error| format!("{:?}", error.path)).collect();
        paths.sort_unstable();
        prop_assert!(paths.is_sorted_by(|a, b| a < b), "{} {:?}", case.text(), paths);
    }
}

//! The `fields` filter: a comma-separated list, `a.b` and `a(b,c)` to go down, `!` to leave out.
//!
//! `fields=total,items(added_at,item(id,album(!images,name)))`. As in Spotify's own examples, a `!` at the
//! start of a list makes all of that list an exclusion: `album(!external_urls,images)` drops both. Lists are
//! looked through, `null` stays `null`, and fields that there are not are passed over in silence.

use serde_json::{Map, Value};

/// A parsed filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fields {
    excluding: bool,
    fields: Vec<Field>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Field {
    name: String,
    /// Only with this of what is below; `None`: with everything.
    below: Option<Fields>,
}

/// A filter with unbalanced parentheses or an empty name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Invalid fields")]
pub(crate) struct InvalidFields;

/// How deep a filter may be nested; Spotify's objects are not deeper than ten.
const MAX_DEPTH: usize = 32;

impl Fields {
    /// Reads a filter. An empty one is none.
    pub(crate) fn parse(text: &str) -> Result<Option<Self>, InvalidFields> {
        if text.trim().is_empty() {
            return Ok(None);
        }
        let mut rest = text;
        let fields = Self::list(&mut rest, 0)?;
        if rest.is_empty() {
            Ok(Some(fields))
        } else {
            Err(InvalidFields)
        }
    }

    /// What is left of `value`.
    pub(crate) fn apply(&self, value: Value) -> Value {
        match value {
            Value::Array(list) => list.into_iter().map(|item| self.apply(item)).collect(),
            Value::Object(object) if self.excluding => Value::Object(self.exclude(object)),
            Value::Object(object) => Value::Object(self.include(object)),
            other => other,
        }
    }

    /// Whether `available_markets` of a track or album may be left.
    pub(crate) fn keeps_markets(&self) -> bool {
        const HOLDERS: [&str; 7] = [
            "items",
            "tracks",
            "item",
            "track",
            "album",
            "show",
            "available_markets",
        ];
        let kept = |field: &Field| match &field.below {
            Some(below) => below.keeps_markets(),
            None => HOLDERS.contains(&field.name.as_str()),
        };
        self.excluding || self.fields.iter().any(kept)
    }

    fn include(&self, mut object: Map<String, Value>) -> Map<String, Value> {
        let mut kept = Map::new();
        for field in &self.fields {
            if let Some(value) = object.remove(&field.name) {
                let value = match &field.below {
                    None => value,
                    Some(below) => below.apply(value),
                };
                kept.insert(field.name.clone(), value);
            }
        }
        kept
    }

    fn exclude(&self, mut object: Map<String, Value>) -> Map<String, Value> {
        for field in &self.fields {
            match &field.below {
                None => {
                    object.remove(&field.name);
                }
                Some(below) => {
                    if let Some(value) = object.get_mut(&field.name) {
                        *value = below.negated().apply(value.take());
                    }
                }
            }
        }
        object
    }

    /// The same list as an exclusion: `!a.b` drops `b` of `a`.
    fn negated(&self) -> Self {
        Self {
            excluding: true,
            fields: self.fields.clone(),
        }
    }

    fn list(rest: &mut &str, depth: usize) -> Result<Self, InvalidFields> {
        if depth > MAX_DEPTH {
            return Err(InvalidFields);
        }
        let mut excluding = false;
        let mut fields = Vec::new();
        loop {
            *rest = rest.trim_start();
            let negated = rest.starts_with('!');
            if negated {
                *rest = &rest[1..];
            }
            if fields.is_empty() {
                excluding = negated;
            }
            let field = Self::field(rest, depth)?;
            // `name,!href`: what is left out of a list of what is wanted is not wanted anyway.
            if excluding || !negated {
                add(&mut fields, field);
            }
            *rest = rest.trim_start();
            match rest.strip_prefix(',') {
                Some(next) => *rest = next,
                None => return Ok(Self { excluding, fields }),
            }
        }
    }

    fn field(rest: &mut &str, depth: usize) -> Result<Field, InvalidFields> {
        let end = rest.find(['.', ',', '(', ')', '!']).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let name = name.trim();
        if name.is_empty() || depth > MAX_DEPTH {
            return Err(InvalidFields);
        }
        *rest = after;
        let below = if let Some(next) = rest.strip_prefix('.') {
            *rest = next;
            Some(Self {
                excluding: false,
                fields: vec![Self::field(rest, depth + 1)?],
            })
        } else if let Some(next) = rest.strip_prefix('(') {
            *rest = next;
            let list = Self::list(rest, depth + 1)?;
            *rest = rest.strip_prefix(')').ok_or(InvalidFields)?;
            Some(list)
        } else {
            None
        };
        Ok(Field {
            name: name.to_owned(),
            below,
        })
    }
}

/// Adds a field to a list in which it may stand already: `a.b,a.c` names `a` twice.
fn add(fields: &mut Vec<Field>, new: Field) {
    let Some(present) = fields.iter_mut().find(|field| field.name == new.name) else {
        fields.push(new);
        return;
    };
    match (&mut present.below, new.below) {
        // One list that leaves out says more than any that picks.
        (Some(below), Some(_)) if below.excluding => {}
        (Some(below), Some(more)) if more.excluding => *below = more,
        (Some(below), Some(more)) => {
            for field in more.fields {
                add(&mut below.fields, field);
            }
        }
        // The whole of it, then.
        (below, _) => *below = None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn page() -> Value {
        json!({
            "href": "h", "total": 2, "next": null,
            "items": [
                { "added_at": "2020", "added_by": { "id": "ada", "type": "user" },
                  "item": { "id": "1", "name": "one", "album": { "id": "a", "name": "A", "images": [1, 2] } } },
                null,
                { "added_at": null, "added_by": null, "item": null },
            ],
        })
    }

    fn filtered(fields: &str) -> Value {
        Fields::parse(fields).unwrap().unwrap().apply(page())
    }

    #[test]
    fn names_of_the_top() {
        assert_eq!(filtered("total,next"), json!({ "total": 2, "next": null }));
        assert_eq!(filtered(" total , nonsense "), json!({ "total": 2 }));
    }

    #[test]
    fn parentheses_go_down_through_lists_and_nulls() {
        assert_eq!(
            filtered("total,items(added_at,item(id,album(id,name)))"),
            json!({ "total": 2, "items": [
                { "added_at": "2020", "item": { "id": "1", "album": { "id": "a", "name": "A" } } },
                null,
                { "added_at": null, "item": null },
            ]})
        );
    }

    #[test]
    fn dots_go_down_and_join_parentheses() {
        let expected = json!({ "items": [
            { "added_by": { "id": "ada" }, "item": { "album": { "id": "a", "name": "A" } } },
            null,
            { "added_by": null, "item": null },
        ]});
        assert_eq!(filtered("items(added_by.id,item.album(id,name))"), expected);
        assert_eq!(
            filtered("items.added_by.id,items.item.album.id,items.item(album.name)"),
            expected
        );
    }

    #[test]
    fn a_field_named_whole_and_in_part_stays_whole() {
        assert_eq!(
            filtered("items(item.album.id,item)")["items"][0]["item"]["name"],
            json!("one")
        );
    }

    #[test]
    fn an_exclamation_mark_excludes_the_whole_list() {
        assert_eq!(filtered("!items,href"), json!({ "total": 2, "next": null }));
        assert_eq!(
            filtered("items(item(album(!images,name)))")["items"][0],
            json!({ "item": { "album": { "id": "a" } } })
        );
        assert_eq!(
            filtered("items.item.album(!name)")["items"][0],
            json!({ "item": { "album": { "id": "a", "images": [1, 2] } } })
        );
        assert_eq!(
            filtered("!items.item.album,items.added_by(id),href,next,total")["items"][0],
            json!({ "added_at": "2020", "added_by": { "type": "user" }, "item": { "id": "1", "name": "one" } })
        );
        assert_eq!(filtered("total,!href"), json!({ "total": 2 }));
        for mixed in [
            "items.item(album(!name),album.name)",
            "items.item(album.name,album(!name))",
        ] {
            assert_eq!(
                filtered(mixed)["items"][0],
                json!({ "item": { "album": { "id": "a", "images": [1, 2] } } })
            );
        }
    }

    #[test]
    fn what_may_keep_the_markets() {
        let keeps = |fields| Fields::parse(fields).unwrap().unwrap().keeps_markets();
        for fields in [
            "items",
            "total,tracks",
            "items(item)",
            "items.track",
            "items(item(id,album))",
            "items(item(available_markets))",
            "!href",
            "items(item(!name))",
        ] {
            assert!(keeps(fields), "{fields}");
        }
        for fields in [
            "total",
            "items(added_at,item(id,album(id,images),show(name)))",
        ] {
            assert!(!keeps(fields), "{fields}");
        }
    }

    #[test]
    fn no_filter_and_bad_filters() {
        assert_eq!(Fields::parse(""), Ok(None));
        assert_eq!(Fields::parse("  "), Ok(None));
        for bad in [
            "a(", "a(b", "a)", "a,", ",a", "a..b", "()", "a()", "!", "a!b", "a(b)c",
        ] {
            assert_eq!(Fields::parse(bad), Err(InvalidFields), "{bad}");
        }
        assert_eq!(Fields::parse(&"a(".repeat(100_000)), Err(InvalidFields));
        assert_eq!(Fields::parse(&"a.".repeat(100_000)), Err(InvalidFields));
    }
}

//! Reads of a JSON object or list what is of use, and keeps nothing of the rest.

use std::fmt;

use async_graphql::Name;
use async_graphql::indexmap::IndexMap;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// How many characters are kept of a name that is unknown.
const SHOWN: usize = 200;

/// The members of an object.
pub(super) struct Members<'de> {
    /// Those that are known: of a name that stands twice, the last.
    pub(super) known: IndexMap<Name, &'de RawValue>,
    /// The first name that is not.
    pub(super) unknown: Option<String>,
}

/// Reads the object `json`, of whose names `known` tells those that are known.
pub(super) fn members<'de>(
    json: &'de [u8],
    known: impl Fn(&str) -> Option<Name>,
) -> serde_json::Result<Members<'de>> {
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let members = deserializer.deserialize_map(Object(known))?;
    deserializer.end()?;
    Ok(members)
}

/// Reads the list `json`, which is JSON.
///
/// # Errors
/// Where it has more than `max` items.
pub(super) fn items(json: &str, max: usize) -> serde_json::Result<Vec<&RawValue>> {
    serde_json::Deserializer::from_str(json).deserialize_seq(List(max))
}

struct Object<F>(F);

impl<'de, F: Fn(&str) -> Option<Name>> Visitor<'de> for Object<F> {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Members {
            known: IndexMap::new(),
            unknown: None,
        };
        while let Some(name) = map.next_key_seed(Key {
            known: &self.0,
            unknown: &mut members.unknown,
        })? {
            match name {
                Some(name) => {
                    members.known.insert(name, map.next_value()?);
                }
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(members)
    }
}

/// The name of a member, if it is known.
struct Key<'a, F> {
    known: &'a F,
    unknown: &'a mut Option<String>,
}

impl<'de, F: Fn(&str) -> Option<Name>> DeserializeSeed<'de> for Key<'_, F> {
    type Value = Option<Name>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<F: Fn(&str) -> Option<Name>> Visitor<'_> for Key<'_, F> {
    type Value = Option<Name>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        let known = (self.known)(name);
        if known.is_none() && self.unknown.is_none() {
            *self.unknown = Some(name.chars().take(SHOWN).collect());
        }
        Ok(known)
    }
}

struct List(usize);

impl<'de> Visitor<'de> for List {
    type Value = Vec<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            if items.len() == self.0 {
                return Err(A::Error::custom("too many items"));
            }
            items.push(item);
        }
        Ok(items)
    }
}

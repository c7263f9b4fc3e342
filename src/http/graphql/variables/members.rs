//! Takes objects and lists that are JSON apart, and keeps nothing of what is of no use.

use async_graphql::Name;
use async_graphql::indexmap::IndexMap;

use crate::graphql::Values;

/// How many characters are kept of a name that is unknown.
const SHOWN: usize = 200;

/// The members of an object.
pub(super) struct Members<'a> {
    /// Those that are known: of a name that stands twice, the last.
    pub(super) known: IndexMap<Name, &'a str>,
    /// The first name that is not.
    pub(super) unknown: Option<String>,
}

/// Takes the object `json` apart, of whose names `known` tells those that are known.
///
/// # Errors
/// Where a name has half of a surrogate pair.
pub(super) fn members<'a>(
    json: &'a str,
    known: impl Fn(&str) -> Option<Name>,
) -> serde_json::Result<Members<'a>> {
    let mut members = Members {
        known: IndexMap::new(),
        unknown: None,
    };
    let mut values = Values::of(json);
    while let (Some(name), Some(value)) = (values.next(), values.next()) {
        let name: String = serde_json::from_str(name)?;
        if let Some(name) = known(&name) {
            members.known.insert(name, value);
        } else if members.unknown.is_none() {
            members.unknown = Some(name.chars().take(SHOWN).collect());
        }
    }
    Ok(members)
}

/// The items of the list `json`; `None` where it has more than `max`.
pub(super) fn items(json: &str, max: usize) -> Option<Vec<&str>> {
    let items: Vec<_> = Values::of(json).take(max + 1).collect();
    (items.len() <= max).then_some(items)
}

//! Paging objects: `limit` and `offset` in, `href`, `next`, `previous` and `total` out.

use serde_json::{Map, Value};

use super::error::Error;
use crate::simulator::query::Query;

/// Which page was asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paging {
    pub(crate) limit: u32,
    pub(crate) offset: u32,
}

/// Spotify's number of things a page where the request does not say.
const DEFAULT_LIMIT: u32 = 20;

impl Paging {
    /// Reads `limit` (1 to `max_limit`) and `offset` (0 to `max_offset`).
    pub(crate) fn parse(query: &Query, max_limit: u32, max_offset: u32) -> Result<Self, Error> {
        let limit = match query.get("limit") {
            None => DEFAULT_LIMIT,
            Some(text) => text
                .parse()
                .ok()
                .filter(|limit| (1..=max_limit).contains(limit))
                .ok_or(Error::BAD_LIMIT)?,
        };
        let offset = match query.get("offset") {
            None => 0,
            Some(text) => text
                .parse()
                .ok()
                .filter(|offset| *offset <= max_offset)
                .ok_or(Error::BAD_OFFSET)?,
        };
        Ok(Self { limit, offset })
    }

    /// The paging object. `path` is the endpoint's URL, `rest` the parameters that all its links carry on;
    /// `total` is what it says, `has_next` what it does.
    pub(crate) fn object(
        self,
        path: &str,
        rest: &[(&str, &str)],
        items: Vec<Value>,
        total: Option<u32>,
        has_next: bool,
    ) -> Map<String, Value> {
        let link = |offset: u32| {
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            query.append_pair("offset", &offset.to_string());
            query.append_pair("limit", &self.limit.to_string());
            query.extend_pairs(rest);
            format!("{path}?{}", query.finish())
        };
        let next = has_next.then(|| link(self.offset.saturating_add(self.limit)));
        let previous = (self.offset > 0).then(|| link(self.offset.saturating_sub(self.limit)));
        let mut object = Map::new();
        object.insert("href".into(), link(self.offset).into());
        object.insert("items".into(), items.into());
        object.insert("limit".into(), self.limit.into());
        object.insert("next".into(), next.into());
        object.insert("offset".into(), self.offset.into());
        object.insert("previous".into(), previous.into());
        object.insert("total".into(), total.into());
        object
    }
}

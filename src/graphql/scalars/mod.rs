//! Scalars: parse and print.

mod date_time;
mod json;
mod url;

pub(super) use date_time::DateTime;
pub(super) use json::Json;
pub(super) use url::Url;

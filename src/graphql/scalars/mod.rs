//! Scalars: parse and print.

mod date_time;
mod json;
mod url;

pub use date_time::DateTime;
pub use json::Json;
pub use url::Url;

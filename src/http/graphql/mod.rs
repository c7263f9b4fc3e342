//! GraphQL over HTTP: a request reader and a response writer around the schema, after the
//! specification at <https://graphql.github.io/graphql-over-http/>.

mod body;
mod execution;
mod handler;
mod media_type;
mod operation;
mod params;
mod refusal;
mod reminder;
mod response;
mod root_field;
mod variables;

pub(super) use handler::graphql;
pub(super) use refusal::{internal_error, plain_error};

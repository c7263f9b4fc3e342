//! The schema and its resolvers. Asks for data through [`loaders`](crate::loaders) alone.

mod arguments;
mod collection;
mod collection_type;
mod cursor;
mod device_name;
mod document;
mod error;
mod ids;
mod mutation;
mod paging;
mod query;
mod response;
mod scalars;
mod schema;
mod type_system;
mod types;

pub(crate) use arguments::{argument_given_by, check_arguments};
pub use collection::{NotACollection, judge};
pub use collection_type::CollectionType;
pub(crate) use document::discriminate;
pub(crate) use error::argument_error;
pub use error::{Boundary, Code, Error, Result, code_of, dress, request_error};
pub(crate) use response::{Outline, bound_errors, bound_message, complete};
pub use schema::{Schema, schema, schema_of_known, sdl};
pub(crate) use type_system::{Definition, InputFields, TypeSystem};

use std::sync::Arc;

use async_graphql::Context;

use crate::auth;
use crate::loaders::Loaders;

/// The request's loaders.
fn loaders<'c>(ctx: &Context<'c>) -> Result<&'c Loaders> {
    ctx.data::<Arc<Loaders>>()
        .map(Arc::as_ref)
        .map_err(|_| auth::Error::Internal("the request has no loaders").into())
}

//! The schema and its resolvers. Asks for data through [`loaders`](crate::loaders) alone.

mod collection;
mod collection_type;
mod cursor;
mod error;
mod ids;
mod mutation;
mod paging;
mod query;
mod scalars;
mod schema;
mod types;

pub use collection::{NotACollection, judge};
pub use collection_type::CollectionType;
pub use error::{Boundary, Code, Error, Result, code_of, dress, request_error};
pub use schema::{Schema, schema, sdl};

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

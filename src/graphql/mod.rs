//! The schema and its resolvers. Asks for data through [`loaders`](crate::loaders) alone.

mod absent;
mod arguments;
mod boxed;
mod code;
mod collection;
mod collection_type;
mod cursor;
mod device_name;
mod document;
mod entry_fields;
mod error;
mod escapes;
mod execution;
mod fields;
mod ids;
mod lexer;
mod limits;
mod marks;
mod mutation;
mod paging;
mod persisted;
mod query;
mod raw_json;
mod record_id;
mod response;
mod scalars;
mod schema;
mod type_system;
mod types;
mod validates_alone;

pub(crate) use absent::{absent, leave_out};
pub(crate) use arguments::{argument_given_by, check_arguments, check_given};
pub use code::Code;
pub use collection::{NotACollection, judge};
pub use collection_type::CollectionType;
pub(crate) use document::discriminate;
pub use error::{Boundary, Error, Result, code_of, dress, request_error};
pub(crate) use error::{argument_error, before_execution};
pub(crate) use escapes::unescape;
pub(crate) use fields::{check_fields, merge_fields};
pub(crate) use limits::{Limit, check_lists, check_operation, check_text, is_upload};
pub(crate) use persisted::{Asked, Document, Missing, QueryHash};
pub use persisted::{ManifestError, PersistedDocuments};
pub(crate) use raw_json::Values;
pub(crate) use response::{Outline, bound_errors, bound_message, bound_total, complete};
pub use schema::{Schema, schema, sdl, validator};
pub(crate) use type_system::{Definition, InputFields, TypeSystem};
pub(crate) use types::ServerLimits;

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

/// What the request may ask for.
fn told_limits<'c>(ctx: &Context<'c>) -> Result<&'c ServerLimits> {
    ctx.data::<ServerLimits>()
        .map_err(|_| auth::Error::Internal("the request has no limits").into())
}

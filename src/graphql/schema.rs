//! The schema, built with no data attached, so that printing it needs nothing.

use async_graphql::{EmptySubscription, SDLExportOptions, ValidationMode};

use super::mutation::Mutation;
use super::query::Query;

/// The schema, ready to execute.
pub type Schema = async_graphql::Schema<Query, Mutation, EmptySubscription>;

/// Builds the schema. A request brings its own [`Loaders`](crate::loaders::Loaders) as data.
#[must_use]
pub fn schema() -> Schema {
    Schema::build(Query, Mutation, EmptySubscription).finish()
}

/// The same schema for documents that were found valid before: they are not validated again.
#[must_use]
pub fn schema_of_known() -> Schema {
    Schema::build(Query, Mutation, EmptySubscription)
        .validation_mode(ValidationMode::Fast)
        .finish()
}

/// The schema in the schema definition language, byte for byte `schema.graphql`.
#[must_use]
pub fn sdl() -> String {
    let options = SDLExportOptions::new().prefer_single_line_descriptions();
    let sdl = schema().sdl_with_options(options);
    format!("{}\n", sdl.trim_end())
}

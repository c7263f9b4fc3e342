//! The schema, built with no data attached, so that printing it needs nothing.

use async_graphql::{EmptySubscription, SDLExportOptions, SchemaBuilder, ValidationMode};

use super::mutation::Mutation;
use super::query::Query;
use super::validates_alone::ValidatesAlone;
use crate::config::Exposure;

/// The schema, ready to execute.
pub type Schema = async_graphql::Schema<Query, Mutation, EmptySubscription>;

/// Builds the schema, of which clients see what `exposure` says. It does not validate documents: each
/// must have passed the [`validator`]. A request brings its own [`Loaders`](crate::loaders::Loaders) as
/// data.
#[must_use]
pub fn schema(exposure: Exposure) -> Schema {
    builder(exposure)
        .validation_mode(ValidationMode::Fast)
        .finish()
}

/// The same schema for validating documents: it executes nothing.
#[must_use]
pub fn validator(exposure: Exposure) -> Schema {
    builder(exposure).extension(ValidatesAlone).finish()
}

fn builder(exposure: Exposure) -> SchemaBuilder<Query, Mutation, EmptySubscription> {
    let mut builder = Schema::build(Query, Mutation, EmptySubscription);
    if !exposure.introspection {
        builder = builder.disable_introspection();
    }
    if !exposure.suggestions {
        builder = builder.disable_suggestions();
    }
    builder
}

/// The schema in the schema definition language, byte for byte `schema.graphql`.
#[must_use]
pub fn sdl() -> String {
    let options = SDLExportOptions::new().prefer_single_line_descriptions();
    let sdl = schema(Exposure::default()).sdl_with_options(options);
    format!("{}\n", sdl.trim_end())
}

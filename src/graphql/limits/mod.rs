//! How much one request may ask for, found out before anything is done for it. `docs/limits.md` says
//! why each limit is what it is.
//!
//! The order bounds the work: the text's length and tokens bound the parser's, what the parsed
//! document amounts to bounds validation's and the executor's.

mod cost;
mod limit;
mod lists;
mod measure;
mod text;
mod upload;

#[cfg(test)]
mod tests;

use async_graphql::parser::types::{ExecutableDocument, OperationDefinition};
use async_graphql::{ServerError, Variables};

pub(crate) use self::limit::Limit;
pub(crate) use self::lists::check_lists;
pub(crate) use self::text::check_text;
pub(crate) use self::upload::is_upload;

use self::limit::exceeded;
use self::measure::{Endless, MAX_NESTING, Measure, measure};
use super::code::Code;
use super::error::request_error;
use super::type_system::TypeSystem;
use crate::config::Limits;

/// Measures `operation`, which stands in `document` and is going to run with `variables`, and holds
/// it to `limits`; if the document is trusted, to that of its cost alone.
///
/// # Errors
/// The first limit that it is over. A document without end is refused in any case.
pub(crate) fn check_operation(
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    types: &TypeSystem,
    variables: &Variables,
    (limits, trusted): (&Limits, bool),
) -> Result<Measure, ServerError> {
    let measured = measure(document, operation, types, variables).map_err(endless)?;
    if !trusted {
        for (limit, found) in [
            (Limit::Depth, measured.depth),
            (Limit::Aliases, measured.aliases),
            (Limit::RootFields, measured.root_fields),
            (Limit::Directives, measured.directives),
            (Limit::Selections, measured.selections),
        ] {
            limit.check(found, limits)?;
        }
    }
    Limit::Cost.check(measured.cost, limits)?;
    Ok(measured)
}

fn endless(endless: Endless) -> ServerError {
    match endless {
        Endless::Cycle { fragment, pos } => ServerError {
            locations: vec![pos],
            ..request_error(
                Code::GraphqlValidationFailed,
                format!("the fragment \"{fragment}\" spreads itself"),
            )
        },
        Endless::Nested { pos } => ServerError {
            locations: vec![pos],
            ..exceeded(
                "nesting",
                u64::from(MAX_NESTING) + 1,
                u64::from(MAX_NESTING),
                format!(
                    "the document nests {} selection sets or more, those of fragments included, \
                     and {MAX_NESTING} are the most",
                    MAX_NESTING + 1
                ),
            )
        },
    }
}

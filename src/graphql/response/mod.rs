//! Makes the response of an execution what the GraphQL specification says it is.
//!
//! async-graphql leaves a field that failed out of its object, whether it may be null or not, and
//! puts the fields of an object in the order in which they were done. [`complete`] puts null where a
//! failure belongs (section 6.4.4) and the fields where they were selected (section 6.3.2).

mod complete;
mod errors;
mod failures;
mod outline;
mod shapes;
#[cfg(test)]
mod tests;

pub(crate) use complete::complete;
pub(crate) use errors::{bound_errors, bound_message, bound_total};
pub(crate) use outline::Outline;

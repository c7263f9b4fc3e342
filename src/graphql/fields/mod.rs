//! Fields that are selected several times: what they may differ in, and how they become one.
//!
//! Those of one name in the response are one field of an object, executed once, with all that any of
//! them selects (sections 5.3.2, 6.3.2 and 6.4.3 of the GraphQL specification). async-graphql compares
//! them only where they are selected on the same type condition, and not what is inside of them; it
//! executes each, and puts together what came of it.

mod collect;
mod conflicts;
mod is_selected;
mod merge;
#[cfg(test)]
mod tests;

pub(crate) use conflicts::check_fields;
pub(crate) use is_selected::is_selected;
pub(crate) use merge::merge_fields;

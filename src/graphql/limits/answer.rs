//! How large an answer may be.

use async_graphql::ServerError;

use super::limit::Limit;
use crate::config::Limits;

/// Holds an answer whose `data` has so many bytes, or more, to `limits`.
///
/// # Errors
/// Where it is over them.
pub(crate) fn check_answer(bytes: u64, limits: &Limits) -> Result<(), ServerError> {
    Limit::AnswerBytes.check(bytes, limits)
}

//! Bounds on the errors of a response.

use std::collections::HashSet;

use async_graphql::ServerError;

/// The most errors that a response tells. A document of unknown fields would else be answered with
/// many times its size.
const MAX_ERRORS: usize = 50;

/// The longest a message may be, in characters. Some quote what the client sent.
const MAX_MESSAGE: usize = 400;

/// Leaves out errors that say the same of the same place, and those beyond a bound. Tells how many
/// those were.
pub(crate) fn bound_errors(errors: &mut Vec<ServerError>) -> usize {
    let mut seen = HashSet::new();
    errors.retain(|error| {
        let place = (error.message.clone(), error.locations.clone());
        !error.path.is_empty() || seen.insert(place)
    });
    let beyond = errors.len().saturating_sub(MAX_ERRORS);
    errors.truncate(MAX_ERRORS);
    beyond
}

/// Cuts the message where it is too long.
pub(crate) fn bound_message(error: &mut ServerError) {
    if let Some((at, _)) = error.message.char_indices().nth(MAX_MESSAGE) {
        error.message.truncate(at);
        error.message.push('…');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_twice_is_said_once_and_too_much_is_left_out() {
        let mut errors: Vec<_> = (0..200)
            .map(|n| ServerError::new(format!("problem {}", n / 2), None))
            .collect();
        assert_eq!(bound_errors(&mut errors), 50);
        assert_eq!(errors.len(), 50);
        assert_eq!(errors[49].message, "problem 49");
    }

    #[test]
    fn a_long_message_is_cut_between_characters() {
        let mut error = ServerError::new("é".repeat(401), None);
        bound_message(&mut error);
        assert_eq!(error.message, format!("{}…", "é".repeat(400)));
        let mut error = ServerError::new("é".repeat(400), None);
        bound_message(&mut error);
        assert_eq!(error.message, "é".repeat(400));
    }
}

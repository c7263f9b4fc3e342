//! Bounds on the errors of a response.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use async_graphql::ServerError;

use crate::config::Limits;

/// The most bytes that a response's errors may have together. A document of unknown fields would
/// else be answered with many times its size, and paths repeat what the client chose.
const MAX_BYTES: usize = 12 * 1024;

/// How many places one error tells.
const MAX_LOCATIONS: usize = 10;

/// Makes errors that say the same of several places of the document one, and leaves out those beyond
/// the limit. Tells how many those were.
pub(crate) fn bound_errors(errors: &mut Vec<ServerError>, limits: &Limits) -> usize {
    let max = usize::try_from(limits.errors).unwrap_or(usize::MAX);
    let mut told: Vec<ServerError> = Vec::with_capacity(errors.len());
    let mut by_message: HashMap<String, usize> = HashMap::new();
    for error in errors.drain(..) {
        // What failed in execution has a place of its own in the response.
        if !error.path.is_empty() {
            told.push(error);
            continue;
        }
        match by_message.entry(error.message.clone()) {
            Entry::Vacant(entry) => {
                entry.insert(told.len());
                told.push(error);
            }
            Entry::Occupied(entry) => {
                let known = &mut told[*entry.get()].locations;
                let new = error.locations.into_iter();
                let new: Vec<_> = new.filter(|place| !known.contains(place)).collect();
                known.extend(new);
                known.truncate(MAX_LOCATIONS);
            }
        }
    }
    *errors = told;
    let beyond = errors.len().saturating_sub(max);
    errors.truncate(max);
    beyond
}

/// Leaves out errors that would make the response large. Tells how many. The first stays.
pub(crate) fn bound_total(errors: &mut Vec<ServerError>) -> usize {
    let mut bytes = 0_usize;
    let fits = |error: &ServerError| {
        let length = serde_json::to_vec(error).map_or(0, |text| text.len());
        bytes = bytes.saturating_add(length);
        bytes <= MAX_BYTES
    };
    let fitting = errors.iter().map(fits).take_while(|fits| *fits).count();
    let beyond = errors.len().saturating_sub(fitting.max(1));
    errors.truncate(fitting.max(1));
    beyond
}

/// Cuts the message where it is too long.
pub(crate) fn bound_message(error: &mut ServerError, limits: &Limits) {
    let max = usize::try_from(limits.error_characters).unwrap_or(usize::MAX);
    if let Some((at, _)) = error.message.char_indices().nth(max) {
        error.message.truncate(at);
        error.message.push('…');
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::Pos;

    use super::*;

    #[test]
    fn what_is_said_twice_is_said_once_and_too_much_is_left_out() {
        let mut errors: Vec<_> = (0..200)
            .map(|n| ServerError::new(format!("problem {}", n / 2), None))
            .collect();
        assert_eq!(bound_errors(&mut errors, &Limits::default()), 50);
        assert_eq!(errors.len(), 50);
        assert_eq!(errors[49].message, "problem 49");
    }

    #[test]
    fn what_is_wrong_in_several_places_is_told_once_with_all_of_them() {
        let at = |line| Some(Pos { line, column: 1 });
        let mut errors = vec![
            ServerError::new("a", at(1)),
            ServerError::new("b", at(2)),
            ServerError::new("a", at(3)),
            ServerError::new("a", at(1)),
        ];
        assert_eq!(bound_errors(&mut errors, &Limits::default()), 0);
        let lines = |error: &ServerError| -> Vec<usize> {
            error.locations.iter().map(|place| place.line).collect()
        };
        assert_eq!(
            errors.iter().map(lines).collect::<Vec<_>>(),
            [vec![1, 3], vec![2]]
        );
        let mut many: Vec<_> = (0..100)
            .map(|line| ServerError::new("a", at(line)))
            .collect();
        bound_errors(&mut many, &Limits::default());
        assert_eq!((many.len(), many[0].locations.len()), (1, MAX_LOCATIONS));
    }

    #[test]
    fn a_long_message_is_cut_between_characters() {
        let mut error = ServerError::new("é".repeat(401), None);
        bound_message(&mut error, &Limits::default());
        assert_eq!(error.message, format!("{}…", "é".repeat(400)));
        let mut error = ServerError::new("é".repeat(400), None);
        bound_message(&mut error, &Limits::default());
        assert_eq!(error.message, "é".repeat(400));
    }

    #[test]
    fn errors_are_together_no_longer_than_a_bound() {
        let mut errors: Vec<_> = (0..50)
            .map(|n| ServerError::new(format!("{n} {}", "\u{1}".repeat(100)), None))
            .collect();
        let left_out = bound_total(&mut errors);
        assert_eq!(errors.len() + left_out, 50);
        assert!(serde_json::to_vec(&errors).unwrap().len() <= MAX_BYTES + errors.len() + 1);
        assert!(left_out > 0 && errors.len() > 10);
        let mut errors = vec![ServerError::new("x".repeat(20_000), None)];
        assert_eq!(bound_total(&mut errors), 0);
        assert_eq!(errors.len(), 1);
        let mut none = Vec::new();
        assert_eq!(bound_total(&mut none), 0);
    }
}

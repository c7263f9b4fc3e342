//! Why, in full, for the log: an error's text and those of what caused it.

use std::error::Error;
use std::fmt::Write;

/// The texts from `error` down to the first cause, one after the other. For the log alone: causes
/// may name SQL and addresses.
#[must_use]
pub fn causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        // Some errors tell their cause's text themselves.
        let more = error.to_string();
        if !text.contains(&more) {
            let _ = write!(text, ": {more}");
        }
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    enum Failure {
        #[error("the upload failed")]
        Upload(#[source] Box<Failure>),
        #[error("the store failed: {0}")]
        Store(#[source] Box<Failure>),
        #[error("no such table")]
        Table,
        #[error("it failed ({0}): try again")]
        Inside(#[source] Box<Failure>),
    }

    #[test]
    fn every_cause_is_told_once() {
        let error = Failure::Upload(Failure::Store(Failure::Table.into()).into());
        assert_eq!(
            causes(&error),
            "the upload failed: the store failed: no such table"
        );
        let error = Failure::Inside(Failure::Table.into());
        assert_eq!(causes(&error), "it failed (no such table): try again");
    }
}

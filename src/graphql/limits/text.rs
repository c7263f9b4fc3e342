//! What a document's text tells before it is parsed.

use async_graphql::ServerError;

use super::limit::{Limit, exceeded};
use crate::config::Limits;
use crate::graphql::lexer::{is_name, tokens};

/// How many brackets may be open inside of one another, of any kind. Fixed: the parser goes down
/// several calls for each. Collections, which are what nests the most, are bounded below that.
const MAX_OPEN: u64 = 128;

/// Holds the text of a document to `limits`: its length, its tokens, its names.
///
/// # Errors
/// The first limit that it is over. Brackets without end are refused in any case.
pub(crate) fn check_text(text: &str, limits: &Limits) -> Result<(), ServerError> {
    Limit::DocumentCharacters.check(characters(text), limits)?;
    let mut count = 0;
    let mut longest = 0;
    let mut open = 0_u64;
    let mut deepest = 0;
    for token in tokens(text) {
        count += 1;
        match token {
            "(" | "[" | "{" => {
                open += 1;
                deepest = deepest.max(open);
            }
            ")" | "]" | "}" => open = open.saturating_sub(1),
            name if is_name(name) => longest = longest.max(name.len()),
            _ => {}
        }
    }
    Limit::DocumentTokens.check(count, limits)?;
    Limit::NameCharacters.check(u64::try_from(longest).unwrap_or(u64::MAX), limits)?;
    if deepest > MAX_OPEN {
        let message = format!(
            "the document opens {deepest} brackets inside of one another, and {MAX_OPEN} is the most \
             this server takes"
        );
        return Err(exceeded("nesting", deepest, MAX_OPEN, message));
    }
    Ok(())
}

fn characters(text: &str) -> u64 {
    u64::try_from(text.chars().count()).unwrap_or(u64::MAX)
}

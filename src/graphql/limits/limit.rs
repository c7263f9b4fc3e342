//! The limits by name, and what is said where one is exceeded.

use async_graphql::{ErrorExtensionValues, ServerError};

use crate::config::Limits;
use crate::graphql::code::Code;
use crate::graphql::error::request_error;

/// A limit on what one request may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Limit {
    DocumentCharacters,
    DocumentTokens,
    NameCharacters,
    Depth,
    Aliases,
    RootFields,
    Directives,
    Selections,
    Cost,
    AnswerBytes,
}

impl Limit {
    /// As the `limits` query calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::DocumentCharacters => "documentCharacters",
            Self::DocumentTokens => "documentTokens",
            Self::NameCharacters => "nameCharacters",
            Self::Depth => "depth",
            Self::Aliases => "aliases",
            Self::RootFields => "rootFields",
            Self::Directives => "directives",
            Self::Selections => "selections",
            Self::Cost => "cost",
            Self::AnswerBytes => "answerBytes",
        }
    }

    pub(crate) fn of(self, limits: &Limits) -> u64 {
        match self {
            Self::DocumentCharacters => limits.document_characters,
            Self::DocumentTokens => limits.document_tokens,
            Self::NameCharacters => limits.name_characters,
            Self::Depth => limits.depth,
            Self::Aliases => limits.aliases,
            Self::RootFields => limits.root_fields,
            Self::Directives => limits.directives,
            Self::Selections => limits.selections,
            Self::Cost => limits.cost,
            Self::AnswerBytes => limits.answer_bytes,
        }
    }

    /// Whether `found` is within the limit. Where limits only warn, whatever is.
    ///
    /// # Errors
    /// `QUERY_TOO_COMPLEX`, with which limit, its value, and what was found.
    pub(crate) fn check(self, found: u64, limits: &Limits) -> Result<(), ServerError> {
        let max = self.of(limits);
        if found <= max {
            return Ok(());
        }
        if limits.warn_only {
            tracing::warn!(limit = self.name(), max, found, "over a limit");
            return Ok(());
        }
        let what = self.what(found);
        let message = format!("{what}, and {max} is the most this server takes");
        Err(exceeded(self.name(), found, max, message))
    }

    fn what(self, found: u64) -> String {
        match self {
            Self::DocumentCharacters => format!("the document has {found} characters"),
            Self::DocumentTokens => format!("the document has {found} tokens"),
            Self::NameCharacters => format!("a name in the document has {found} characters"),
            Self::Depth => format!("the operation's fields stand {found} deep in one another"),
            Self::Aliases => format!("the operation has {found} aliases"),
            Self::RootFields => format!("the operation has {found} root fields"),
            Self::Directives => format!("the operation has {found} directives"),
            Self::Selections => format!(
                "the document selects {found} fields and fragments, each fragment counted wherever \
                 it is spread"
            ),
            Self::Cost => format!(
                "the operation's cost is {found}, which is how many fields its answer may have: ask \
                 for fewer at once (first)"
            ),
            Self::AnswerBytes => {
                format!("the answer has {found} bytes or more: ask for fewer at once (first)")
            }
        }
    }
}

/// What a client reads whose request is over a limit.
pub(crate) fn exceeded(limit: &str, found: u64, max: u64, message: String) -> ServerError {
    let mut error = request_error(Code::QueryTooComplex, message);
    let extensions = error
        .extensions
        .get_or_insert_with(ErrorExtensionValues::default);
    extensions.set("limit", limit);
    extensions.set("max", max);
    extensions.set("found", found);
    error
}

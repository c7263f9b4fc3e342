//! Finds the document that a request asks for, which may be there by its name alone.

use axum::http::Method;

use super::params::no_query;
use super::refusal::Refusal;
use super::rejected::Rejected;
use crate::graphql::{Asked, Code, Document, Missing, request_error};
use crate::http::state::HttpState;

/// The document to execute.
///
/// # Errors
/// Where there is none, or it may not come this way.
pub(super) fn find(state: &HttpState, method: &Method, asked: Asked) -> Result<Document, Rejected> {
    if method == Method::GET && asked.text.is_some() && !state.exposure.get_documents {
        let message = "GET is for persisted documents here: POST what has no name yet";
        return Err(Rejected::Http(Refusal::method("POST", message)));
    }
    state.persisted.find(asked).map_err(|missing| {
        // Clients match on the messages of those that are not known, to send the document itself.
        match missing {
            Missing::Unasked => Rejected::Http(no_query()),
            Missing::Unknown => Rejected::Missed(Box::new(request_error(
                Code::PersistedQueryNotFound,
                "PersistedQueryNotFound",
            ))),
            Missing::Unsupported => Rejected::Missed(Box::new(request_error(
                Code::PersistedQueryNotSupported,
                "PersistedQueryNotSupported",
            ))),
            Missing::Mismatch => Rejected::Http(Refusal::bad_request(
                "\"extensions.persistedQuery.sha256Hash\" is not the SHA-256 of \"query\"",
            )),
            Missing::Untrusted => Rejected::Graphql(Box::new(request_error(
                Code::DocumentNotTrusted,
                "this server executes only documents that its operator has listed, and this is \
                 none of them",
            ))),
        }
    })
}

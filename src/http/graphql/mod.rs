//! GraphQL over HTTP: a request reader and a response writer around the schema, after the
//! specification at <https://graphql.github.io/graphql-over-http/>.

mod answer;
mod answered_before;
mod body;
mod cost;
mod csrf;
mod deadline;
mod documents;
mod execution;
mod handler;
mod json;
mod media_type;
mod operation;
mod params;
mod persisted;
mod refusal;
mod rejected;
mod reminder;
mod response;
mod root_field;
mod upload_memory;
mod variables;

pub(super) use answered_before::AnsweredBefore;
pub(super) use documents::Documents;
pub(super) use handler::graphql;
pub(super) use refusal::{internal_error, plain_error};
pub(super) use upload_memory::UploadMemory;

use super::middleware::RequestId;
use super::state::HttpState;
use crate::graphql::Boundary;

/// What the errors of a request may need.
fn boundary<'r>(state: &'r HttpState, request_id: &'r RequestId) -> Boundary<'r> {
    Boundary {
        request_id: request_id.as_str(),
        login_url: &state.login_url,
    }
}

//! What an operation is answered, before it is written.

use std::sync::Arc;
use std::time::Duration;

use async_graphql::{Response, ServerError};
use tokio::time::Instant;

use super::answered_before::AnsweredBefore;
use super::deadline::finished_by;
use super::execution::{Outcome, validate_and_execute};
use super::json::Text;
use super::operation::Prepared;
use super::refusal::Refusal;
use super::rejected::Rejected;
use super::response::Reached;
use crate::graphql::{Code, complete, request_error};
use crate::http::middleware::RequestId;
use crate::http::state::HttpState;
use crate::loaders::{Loaders, Scope};

/// What resolvers get to give up in by themselves, so that the rest of an answer is kept, before
/// the whole request is cut off.
const GRACE: Duration = Duration::from_millis(500);

/// An answer.
pub(super) struct Answer {
    pub(super) response: Response,
    /// The text of the response's `data`, where there is any.
    pub(super) data: Option<Text>,
    pub(super) reached: Reached,
}

impl Answer {
    /// Executes what was `prepared` for the caller of `scope`, if its answer is not known already.
    ///
    /// # Errors
    /// Where a resolver panics.
    pub(super) async fn to(
        prepared: Prepared,
        state: &HttpState,
        request_id: &RequestId,
        scope: &Arc<Scope>,
        deadline: Instant,
    ) -> Result<Self, Rejected> {
        let executed_by = deadline + GRACE;
        if let Some(settled) = prepared.operation.settled()
            && let before = state.answered_before.find(settled, scope)
            && let Ok(Some(data)) = finished_by(executed_by, before).await
        {
            return Ok(Self {
                response: Response::default(),
                data: Some(data),
                reached: Reached::Executed,
            });
        }
        let settled = prepared.operation.settled().cloned();
        let Prepared {
            operation,
            unvalidated,
            outline,
            to_keep,
            ..
        } = prepared;
        let mut request = operation.into_request();
        request.data.insert(Arc::new(Loaders::new(scope.clone())));
        request.data.insert(state.told_limits.clone());
        let outcome = validate_and_execute(state, unvalidated, request, executed_by).await;
        let (mut response, reached) = match outcome {
            Outcome::Done(mut response) => {
                let reached = Reached::by(&response);
                if reached == Reached::Executed {
                    if let Some(new) = to_keep {
                        let (key, known) = *new;
                        state.documents.keep(key, known);
                    }
                    complete(&mut response, &outline, &state.types);
                }
                (response, reached)
            }
            Outcome::TimedOut => {
                tracing::warn!("the request's time was over");
                let message = "the request's time was over: ask for less at once";
                let response = failed(request_error(Code::Timeout, message));
                (response, Reached::Executed)
            }
            Outcome::Panicked(message) => {
                tracing::error!(panic = message, "a resolver panicked");
                return Err(Refusal::internal(request_id.as_str()).into());
            }
        };
        let data = Text::of(&response.data, &state.limits, scope.budget());
        let data = data.unwrap_or_else(|error| {
            response = failed(error);
            None
        });
        if let (Some(settled), Some(data)) = (&settled, &data) {
            AnsweredBefore::keep(settled, scope, &response, data);
        }
        Ok(Self {
            response,
            data,
            reached,
        })
    }
}

fn failed(error: ServerError) -> Response {
    Response::from_errors(vec![error])
}

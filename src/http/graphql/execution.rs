//! Executes an operation, for so long and no longer, and lives through what a resolver does.

use std::panic::AssertUnwindSafe;

use async_graphql::{ObjectType, Request, Response, Schema, SubscriptionType};
use futures_util::FutureExt;
use tokio::time::Instant;

use super::deadline::finished_by;
use crate::http::middleware::message;
use crate::http::state::HttpState;

/// How an execution ended.
pub(super) enum Outcome {
    Done(Response),
    TimedOut,
    /// With what the panic said, which is for the log only.
    Panicked(String),
}

/// Executes `request`, once the document of `unvalidated`, where there is one, is found valid.
pub(super) async fn validate_and_execute(
    state: &HttpState,
    unvalidated: Option<Box<Request>>,
    request: Box<Request>,
    deadline: Instant,
) -> Outcome {
    if let Some(unvalidated) = unvalidated {
        match execute(&state.validator, *unvalidated, deadline).await {
            Outcome::Done(response) if response.is_ok() => {}
            ended => return ended,
        }
    }
    execute(&state.schema, *request, deadline).await
}

/// Executes `request`, until `deadline` at the latest.
async fn execute<Q, M, S>(schema: &Schema<Q, M, S>, request: Request, deadline: Instant) -> Outcome
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    // A request's data is its own, so nothing broken is left behind.
    let execution = AssertUnwindSafe(schema.execute(request)).catch_unwind();
    // The handler's future is moved before it runs, with room for all that it waits for.
    let execution = Box::pin(execution);
    match finished_by(deadline, execution).await {
        Ok(Ok(response)) => Outcome::Done(response),
        Ok(Err(panic)) => Outcome::Panicked(message(&*panic).to_owned()),
        Err(_) => Outcome::TimedOut,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use async_graphql::{EmptyMutation, EmptySubscription, Object};

    use super::*;

    struct Query;

    fn broken() -> i32 {
        panic!("what only the log may tell")
    }

    #[Object]
    impl Query {
        async fn fine(&self) -> i32 {
            1
        }
        async fn panics(&self) -> i32 {
            broken()
        }
        async fn hangs(&self) -> i32 {
            std::future::pending().await
        }
    }

    async fn outcome(query: &str) -> Outcome {
        let schema = Schema::new(Query, EmptyMutation, EmptySubscription);
        let deadline = Instant::now() + Duration::from_millis(50);
        execute(&schema, Request::new(query), deadline).await
    }

    #[tokio::test]
    async fn what_is_done_in_time_is_answered() {
        let Outcome::Done(response) = outcome("{ fine }").await else {
            panic!("not done");
        };
        assert!(response.is_ok());
    }

    #[tokio::test]
    async fn a_panic_ends_the_request_and_nothing_else() {
        for query in ["{ panics }", "{ fine panics }", "{ panics hangs }"] {
            let outcome = outcome(query).await;
            let Outcome::Panicked(message) = outcome else {
                panic!("no panic of {query}");
            };
            assert_eq!(message, "what only the log may tell");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_hangs_is_given_up_at_the_deadline() {
        let before = Instant::now();
        assert!(matches!(outcome("{ fine hangs }").await, Outcome::TimedOut));
        assert!(before.elapsed() <= Duration::from_millis(51));
    }
}

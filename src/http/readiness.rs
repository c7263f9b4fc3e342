//! Whether the database answers, asked once however many probes wait: a database that hangs must
//! not have all its connections taken up by those who ask whether it does.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use tokio::task::AbortHandle;
use tokio::time::timeout;

use crate::causes::causes;
use crate::store::Store;

type Outcome = Shared<BoxFuture<'static, Result<(), String>>>;

struct Check {
    task: AbortHandle,
    outcome: Outcome,
}

/// Checks, one at a time.
#[derive(Clone)]
pub(super) struct Readiness {
    store: Store,
    patience: Duration,
    running: Arc<Mutex<Option<Check>>>,
}

impl Readiness {
    /// Of `store`, which is to answer within `patience`.
    pub(super) fn new(store: Store, patience: Duration) -> Self {
        Self {
            store,
            patience,
            running: Arc::default(),
        }
    }

    /// Whether work can be done here.
    ///
    /// # Errors
    /// Why not, in words that may be shown.
    pub(super) async fn check(&self) -> Result<(), String> {
        let outcome = {
            let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
            match &*running {
                Some(check) if !check.task.is_finished() => check.outcome.clone(),
                _ => running.insert(self.begin()).outcome.clone(),
            }
        };
        timeout(self.patience, outcome).await.unwrap_or_else(|_| {
            Err(format!(
                "the database did not answer within {} s",
                self.patience.as_secs()
            ))
        })
    }

    fn begin(&self) -> Check {
        let store = self.store.clone();
        let task = tokio::spawn(async move {
            match store.pending_migrations().await {
                Ok(pending) if pending.is_empty() => Ok(()),
                Ok(pending) => Err(format!(
                    "migrations are pending: {}; run `lockstep-api migrate`, or start anew",
                    pending.join(", ")
                )),
                Err(error) => {
                    tracing::warn!(error = causes(&error), "not ready");
                    Err(error.to_string())
                }
            }
        });
        Check {
            task: task.abort_handle(),
            outcome: async move {
                task.await
                    .unwrap_or_else(|_| Err("the check failed".to_owned()))
            }
            .boxed()
            .shared(),
        }
    }
}

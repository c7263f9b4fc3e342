//! Where SQLite's blocking calls run.

use std::error::Error;

use diesel_async::sync_connection_wrapper::SpawnBlocking;
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, TryFutureExt};

/// tokio's threads for blocking work.
///
/// Unlike diesel-async's own choice, nothing here blocks an async thread when a future is dropped
/// half-way. That is sound because the store's operations run as tasks of their own: none is ever
/// dropped before its end, save when the whole runtime goes.
pub(in crate::store) struct Blocking;

impl SpawnBlocking for Blocking {
    fn spawn_blocking<'a, R>(
        &mut self,
        task: impl FnOnce() -> R + Send + 'static,
    ) -> BoxFuture<'a, Result<R, Box<dyn Error + Send + Sync + 'static>>>
    where
        R: Send + 'static,
    {
        tokio::task::spawn_blocking(task).map_err(Box::from).boxed()
    }

    fn get_runtime() -> Self {
        Self
    }
}

//! The threads that SQLite's calls block.

use std::error::Error;
use std::io;
use std::sync::Arc;

use diesel_async::sync_connection_wrapper::SpawnBlocking;
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, ready};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::JoinHandle;

/// A runtime whose threads may block: one for each connection, so that whoever has a connection has a
/// thread. An operation is handed over to them whole; handing over each of its calls costs several times
/// what a call does.
#[derive(Clone)]
pub(super) struct Threads {
    handle: Handle,
    _runtime: Arc<InBackground>,
}

impl Threads {
    /// Starts `count` of them. They end with the last clone.
    pub(super) fn start(count: usize) -> io::Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(count)
            .thread_name("sqlite")
            .enable_time()
            .build()?;
        Ok(Self {
            handle: runtime.handle().clone(),
            _runtime: Arc::new(InBackground(Some(runtime))),
        })
    }

    /// Runs an operation, to its end even if nobody waits for it.
    pub(super) fn spawn<T: Send + 'static>(
        &self,
        operation: impl Future<Output = T> + Send + 'static,
    ) -> JoinHandle<T> {
        self.handle.spawn(operation)
    }
}

/// Ends without being waited for: a database that hangs must not hold the process.
struct InBackground(Option<Runtime>);

impl Drop for InBackground {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// Calls SQLite in the thread that asks, which is one of [`Threads`].
pub(in crate::store) struct InPlace;

impl SpawnBlocking for InPlace {
    fn spawn_blocking<'a, R>(
        &mut self,
        task: impl FnOnce() -> R + Send + 'static,
    ) -> BoxFuture<'a, Result<R, Box<dyn Error + Send + Sync + 'static>>>
    where
        R: Send + 'static,
    {
        ready(Ok(task())).boxed()
    }

    fn get_runtime() -> Self {
        Self
    }
}

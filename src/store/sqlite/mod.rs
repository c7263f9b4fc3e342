//! The store in one SQLite file.
//!
//! One connection writes, a few read: SQLite has one writer at a time anyway, and waiting for it in
//! the pool is fair and costs no thread. In WAL mode readers and the writer do not wait for each
//! other. diesel's SQLite connection blocks; operations run on [`Threads`] that may.

mod open;
mod threads;

use std::path::PathBuf;
use std::time::Duration;

use diesel::connection::{AnsiTransactionManager, SimpleConnection};
use diesel::prelude::*;
use diesel::result::{ConnectionError, DatabaseErrorKind, Error as DieselError};
use diesel::sql_types::Text;
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
};
use diesel_async::sync_connection_wrapper::SyncConnectionWrapper;
use futures_util::FutureExt;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::error::Elapsed;
use tokio::time::timeout;

use self::threads::{InPlace, Threads};
use super::condition::Condition;
use super::error::{Error, OpenError};
use super::examination::Examination;
use super::metadata::MetadataKey;
use super::statements::Statements;
use super::{BUSY, POOL_WAIT};
use crate::metrics::PoolUse;

/// Executes a statement with what it binds as its own. diesel-async would copy that twice, and it may be
/// megabytes.
macro_rules! execute {
    ($conn:expr, $statement:expr) => {
        $conn
            .spawn_blocking(move |conn| diesel::RunQueryDsl::execute($statement, conn))
            .await
    };
}

/// Locks the rows of a query: whoever is going to write has the whole database already.
macro_rules! locked {
    ($query:expr) => {
        $query
    };
}

#[path = "../queries/mod.rs"]
#[allow(
    clippy::duplicate_mod,
    reason = "compiled once for each database on purpose"
)]
pub(super) mod queries;

/// How long SQLite waits for a lock that another process holds.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Reading is bound by the processor once the pages are in memory, so a few are enough.
pub(super) const READERS: usize = 4;

/// A connection, as the queries know it.
pub(super) type Conn = SyncConnectionWrapper<SqliteConnection, InPlace>;

/// The open file.
#[derive(Clone)]
pub(super) struct Database {
    writer: Pool<Conn>,
    readers: Pool<Conn>,
    threads: Threads,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Reader,
    Writer,
}

impl Database {
    pub(super) async fn open(path: PathBuf, statements: Statements) -> Result<Self, OpenError> {
        #[cfg(unix)]
        outlive_size_limit();
        let file = spawn_blocking(move || open::prepare(&path))
            .await
            .map_err(|error| OpenError::Other {
                reason: "opening it was interrupted",
                source: error.into(),
            })??;
        Ok(Self {
            writer: pool(&file, Role::Writer, 1, &statements)?,
            readers: pool(&file, Role::Reader, READERS, &statements)?,
            threads: Threads::start(1 + READERS).map_err(|error| OpenError::Other {
                reason: "its threads cannot be started",
                source: error.into(),
            })?,
        })
    }

    pub(super) fn pools(&self) -> [PoolUse; 2] {
        [
            pool_use("sqlite_writer", &self.writer),
            pool_use("sqlite_readers", &self.readers),
        ]
    }

    pub(super) async fn reader(&self) -> Result<Object<Conn>, Error> {
        acquire(&self.readers).await
    }

    pub(super) async fn writer(&self) -> Result<Object<Conn>, Error> {
        acquire(&self.writer).await
    }

    /// Gives a connection back with what came of its work. One that failed is closed instead: it
    /// may still be inside a transaction.
    pub(super) async fn release<T>(
        &self,
        conn: Object<Conn>,
        outcome: Result<QueryResult<T>, Elapsed>,
    ) -> Result<T, Error> {
        let error = match outcome {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(error)) => error_of(error),
            Err(elapsed) => Error::Unavailable(elapsed.into()),
        };
        drop(Object::take(conn));
        Err(error)
    }

    /// Runs an operation, to its end even if nobody waits for it.
    pub(super) fn spawn<T: Send + 'static>(
        &self,
        operation: impl Future<Output = T> + Send + 'static,
    ) -> JoinHandle<T> {
        self.threads.spawn(operation)
    }
}

/// What goes beyond the size that this process may give a file (`ulimit -f`) fails, as on a full disk.
/// Without a handler for the signal that comes with it, it would end the process.
#[cfg(unix)]
fn outlive_size_limit() {
    use tokio::signal::unix::{SignalKind, signal};
    if let Err(error) = signal(SignalKind::from_raw(libc::SIGXFSZ)) {
        tracing::warn!(%error, "SIGXFSZ cannot be handled");
    }
}

/// Looks at the file without making it or bringing it up to date.
pub(super) async fn examine(path: PathBuf) -> Result<Examination, OpenError> {
    spawn_blocking(move || open::examine(&path))
        .await
        .map_err(|error| OpenError::Other {
            reason: "opening it was interrupted",
            source: error.into(),
        })?
}

fn pool(
    file: &str,
    role: Role,
    size: usize,
    statements: &Statements,
) -> Result<Pool<Conn>, OpenError> {
    let statements = statements.clone();
    let mut config = ManagerConfig::<Conn>::default();
    // A file does not go away as a server does, so there is nothing to ask before each use.
    config.recycling_method = RecyclingMethod::Fast;
    config.custom_setup = Box::new(move |file| {
        let (file, statements) = (file.to_owned(), statements.clone());
        async move { connect(&file, role, statements) }.boxed()
    });
    Pool::builder(AsyncDieselConnectionManager::new_with_config(file, config))
        .max_size(size)
        .build()
        .map_err(|error| OpenError::Other {
            reason: "its connections cannot be pooled",
            source: error.into(),
        })
}

fn connect(file: &str, role: Role, statements: Statements) -> ConnectionResult<Conn> {
    let mut conn = SqliteConnection::establish(file)?;
    // FULL: what is acknowledged outlasts a power cut. NORMAL would lose the last transactions.
    let query_only = role == Role::Reader;
    // In kibibytes, and what a new connection has otherwise. What is written is on its way to the disk.
    let cache_size = match role {
        Role::Reader => 2000,
        Role::Writer => 500,
    };
    conn.batch_execute(&format!(
        "PRAGMA busy_timeout = {};
         PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON;
         PRAGMA query_only = {query_only};
         PRAGMA cache_size = -{cache_size};",
        BUSY_TIMEOUT.as_millis()
    ))
    .map_err(ConnectionError::CouldntSetupConfiguration)?;
    conn.set_instrumentation(statements);
    Ok(Conn::with_runtime(conn, InPlace))
}

async fn acquire(pool: &Pool<Conn>) -> Result<Object<Conn>, Error> {
    match timeout(POOL_WAIT, pool.get()).await {
        Ok(Ok(conn)) => Ok(conn),
        Ok(Err(error)) => Err(Error::Unavailable(error.into())),
        Err(_elapsed) => Err(Error::Unavailable(BUSY.into())),
    }
}

fn pool_use(name: &'static str, pool: &Pool<Conn>) -> PoolUse {
    let status = pool.status();
    PoolUse {
        name,
        size: status.max_size,
        open: status.size,
        in_use: status.size.saturating_sub(status.available),
        waiting: status.waiting,
    }
}

/// Starts a transaction that is going to write. It takes the write lock now: one that began by
/// reading could not wait for the lock later.
async fn begin(conn: &mut Conn) -> QueryResult<()> {
    conn.spawn_blocking(|conn| {
        AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN IMMEDIATE")
    })
    .await
}

type TextCondition = Condition<String, Text>;

/// Whether a metadata record has one of these keys. They go as one JSON text, as SQLite allows 32766
/// binds and has no arrays. For that it makes a table, of which a single key is in no need.
fn is_among(keys: &[MetadataKey]) -> TextCondition {
    if let [key] = keys {
        let track = ("(metadata.track_id = ", key.track_id.clone());
        let kind = (" AND metadata.kind = ", key.kind.clone());
        return Condition::new([track, kind], ")");
    }
    let keys = keys
        .iter()
        .map(|key| [key.track_id.as_str(), key.kind.as_str()])
        .collect::<serde_json::Value>();
    let before = "(metadata.track_id, metadata.kind) IN \
                  (SELECT value ->> 0, value ->> 1 FROM json_each(";
    Condition::new([(before, keys.to_string())], "))")
}

/// Whether a metadata record has one of these ids.
fn is_one_of(ids: &[String]) -> TextCondition {
    match ids {
        [] => return Condition::new([], "FALSE"),
        [id] => return Condition::new([("metadata.id = ", id.clone())], ""),
        _ => {}
    }
    let ids = ids.iter().cloned().collect::<serde_json::Value>();
    let before = "metadata.id IN (SELECT value FROM json_each(";
    Condition::new([(before, ids.to_string())], "))")
}

/// SQLite's message for its result code is all that diesel passes on.
fn error_of(error: DieselError) -> Error {
    let DieselError::DatabaseError(kind, information) = &error else {
        return match error {
            DieselError::DeserializationError(_) => Error::Corrupt("a record that cannot be read"),
            _ => Error::Other(error.into()),
        };
    };
    let message = information.message();
    if message.contains("database or disk is full") {
        Error::Full
    } else if message.contains("readonly database") {
        Error::ReadOnly
    } else if matches!(kind, DatabaseErrorKind::ForeignKeyViolation) {
        // People are all that rows refer to.
        Error::NoPerson
    } else if message.contains("disk image is malformed") || message.contains("not a database") {
        Error::Corrupt("a damaged file")
    } else if open::is_locked(message)
        || message.contains("unable to open database file")
        // A quota or a limit, or the disk itself.
        || message.contains("disk I/O error")
        || matches!(
            kind,
            DatabaseErrorKind::UniqueViolation | DatabaseErrorKind::SerializationFailure
        )
    {
        Error::Unavailable(error.into())
    } else {
        Error::Other(error.into())
    }
}

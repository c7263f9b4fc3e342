//! The store in PostgreSQL, shared by any number of instances.
//!
//! The driver is pure Rust (tokio-postgres). Nothing here outlives a transaction on the server: no
//! session settings, no session locks, no notifications. With `pgbouncer=true` in the URL, not even
//! prepared statements do: each operation is one transaction then, prepared statements included,
//! which is what a pooler in transaction mode needs.

mod connect;
mod settings;
mod tls;

use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel::sql_types::{Array, Text};
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, PoolableConnection, RecyclingMethod,
};
use diesel_async::{AsyncConnection, AsyncPgConnection, TransactionManager};
use futures_util::FutureExt;
use secrecy::SecretString;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::error::Elapsed;
use tokio::time::timeout;

use self::connect::Connector;
use self::queries::end;
use self::settings::Settings;
use super::condition::Condition;
use super::error::{Error, OpenError};
use super::examination::Examination;
use super::metadata::MetadataKey;
use super::migrations::{self, MigrateError};
use super::statements::Statements;
use super::{BUSY, POOL_WAIT};
use crate::metrics::PoolUse;

/// Executes a statement with what it binds as its own.
macro_rules! execute {
    ($conn:expr, $statement:expr) => {
        diesel_async::RunQueryDsl::execute($statement, $conn).await
    };
}

/// Locks the rows of a query until the transaction ends.
macro_rules! locked {
    ($query:expr) => {
        $query.for_update()
    };
}

#[path = "../queries/mod.rs"]
#[allow(
    clippy::duplicate_mod,
    reason = "compiled once for each database on purpose"
)]
pub(super) mod queries;

/// Connections of one instance. A server has about a hundred for all of them by default.
pub(super) const CONNECTIONS: usize = 10;

/// How long the server may take for the first connection once it was reached. It may be stuck, and whoever
/// starts the program is to hear of it.
const FIRST_ANSWER: Duration = Duration::from_secs(10);

/// How long all instances together may take to migrate, before one that waits gives up.
const MIGRATION_LIMIT: Duration = Duration::from_secs(300);

/// "lockstep" in ASCII: the advisory lock that whoever migrates holds until its transaction ends.
const MIGRATION_LOCK: i64 = 0x6c6f_636b_7374_6570;

/// A connection, as the queries know it.
pub(super) type Conn = AsyncPgConnection;

type Transactions = <Conn as AsyncConnection>::TransactionManager;

/// The server.
#[derive(Clone)]
pub(super) struct Database {
    pool: Pool<Conn>,
    pooler: bool,
}

impl Database {
    pub(super) async fn open(
        url: &SecretString,
        statements: Statements,
    ) -> Result<Self, OpenError> {
        let settings = Settings::parse(url)?;
        let pooler = settings.pooler;
        let (connector, conn) = connect(settings, statements).await?;
        migrate(conn).await?;
        Ok(Self {
            pool: pool(connector)?,
            pooler,
        })
    }

    pub(super) fn pools(&self) -> [PoolUse; 1] {
        [pool_use("postgres", &self.pool)]
    }

    pub(super) async fn reader(&self) -> Result<Object<Conn>, Error> {
        self.acquire().await
    }

    pub(super) async fn writer(&self) -> Result<Object<Conn>, Error> {
        self.acquire().await
    }

    async fn acquire(&self) -> Result<Object<Conn>, Error> {
        let acquired = timeout(POOL_WAIT, async {
            let mut conn = match self.pool.get().await {
                Ok(conn) => conn,
                Err(error) => return Err(Error::Unavailable(error.into())),
            };
            if self.pooler {
                Transactions::begin_transaction(&mut *conn)
                    .await
                    .map_err(|error| Error::Unavailable(error.into()))?;
            }
            Ok(conn)
        });
        match acquired.await {
            Ok(outcome) => outcome,
            Err(_elapsed) => Err(Error::Unavailable(BUSY.into())),
        }
    }

    /// Gives a connection back with what came of its work. One that failed is closed instead: it
    /// may still be inside a transaction, or have no server any more.
    pub(super) async fn release<T>(
        &self,
        mut conn: Object<Conn>,
        mut outcome: Result<QueryResult<T>, Elapsed>,
    ) -> Result<T, Error> {
        if self.pooler {
            outcome = match outcome {
                Ok(outcome) => timeout(POOL_WAIT, end(&mut conn, outcome)).await,
                Err(elapsed) => Err(elapsed),
            };
        }
        let error = match outcome {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(error)) => error_of(error, conn.is_broken()),
            Err(elapsed) => Error::Unavailable(elapsed.into()),
        };
        drop(Object::take(conn));
        Err(error)
    }
}

/// The first connection, whose failure is explained.
async fn connect(
    settings: Settings,
    statements: Statements,
) -> Result<(Connector, Conn), OpenError> {
    let connector = spawn_blocking(move || Connector::new(settings, statements))
        .await
        .map_err(|error| OpenError::Other {
            reason: "opening it was interrupted",
            source: error.into(),
        })??;
    let conn = connector.connect_first(FIRST_ANSWER).await?;
    Ok((connector, conn))
}

/// Looks at the database, and begins to write, but takes it back.
pub(super) async fn examine(url: &SecretString) -> Result<Examination, OpenError> {
    let settings = Settings::parse(url)?;
    let (_, conn) = connect(settings, Statements::default()).await?;
    let work = spawn_blocking(move || {
        let mut conn = AsyncConnectionWrapper::<Conn>::from(conn);
        conn.batch_execute("BEGIN; CREATE TABLE lockstep_probe (probe int)")?;
        let pending = migrations::missing(&mut conn, &migrations::POSTGRES);
        conn.batch_execute("ROLLBACK")?;
        pending
    });
    let pending = explain(finished(work).await, "it cannot be written")?;
    Ok(Examination {
        exists: true,
        pending,
    })
}

/// Brings the tables up to date, one instance at a time.
async fn migrate(conn: Conn) -> Result<(), OpenError> {
    // The migrations of diesel are synchronous.
    let work = spawn_blocking(move || {
        let mut conn = AsyncConnectionWrapper::<Conn>::from(conn);
        diesel::Connection::transaction(&mut conn, |conn| {
            conn.batch_execute(&format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))?;
            migrations::apply(conn, migrations::POSTGRES)
        })
    });
    explain(
        finished(work).await,
        "its tables cannot be brought up to date",
    )
}

async fn finished<T>(work: JoinHandle<Result<T, MigrateError>>) -> Result<T, MigrateError> {
    match timeout(MIGRATION_LIMIT, work).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(error)) => Err(MigrateError::Failed(error.into())),
        Err(elapsed) => Err(MigrateError::Failed(elapsed.into())),
    }
}

/// What to tell a person about migrations that failed; `reason` where nothing better is known.
fn explain<T>(outcome: Result<T, MigrateError>, reason: &'static str) -> Result<T, OpenError> {
    match outcome {
        Ok(value) => Ok(value),
        Err(MigrateError::Newer { version }) => Err(OpenError::NewerSchema { version }),
        Err(MigrateError::Failed(source)) => {
            let message = source.to_string();
            let refused = ["permission denied", "read-only transaction"];
            Err(if refused.iter().any(|text| message.contains(text)) {
                OpenError::NotPermitted { reason: message }
            } else {
                OpenError::Other { reason, source }
            })
        }
    }
}

fn pool(connector: Connector) -> Result<Pool<Conn>, OpenError> {
    let mut config = ManagerConfig::<Conn>::default();
    // A connection that was closed is noticed without asking the server before each use.
    config.recycling_method = RecyclingMethod::Fast;
    config.custom_setup = Box::new(move |_url| {
        let connector = connector.clone();
        async move { Ok(connector.connect().await?) }.boxed()
    });
    Pool::builder(AsyncDieselConnectionManager::new_with_config("", config))
        .max_size(CONNECTIONS)
        .build()
        .map_err(|error| OpenError::Other {
            reason: "its connections cannot be pooled",
            source: error.into(),
        })
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

/// Starts a transaction that is going to write.
async fn begin(conn: &mut Conn) -> QueryResult<()> {
    Transactions::begin_transaction(conn).await
}

type TextsCondition = Condition<Vec<String>, Array<Text>>;

/// Whether a metadata record has one of these keys. They go as two arrays of the same length.
fn is_among(keys: &[MetadataKey]) -> TextsCondition {
    let (tracks, kinds) = keys
        .iter()
        .map(|key| (key.track_id.clone(), key.kind.clone()))
        .unzip::<_, _, Vec<_>, Vec<_>>();
    let before = "(metadata.track_id, metadata.kind) IN (SELECT * FROM unnest(";
    Condition::new([(before, tracks), (", ", kinds)], "))")
}

/// Whether a metadata record has one of these ids.
fn is_one_of(ids: &[String]) -> TextsCondition {
    Condition::new([("metadata.id = ANY(", ids.to_vec())], ")")
}

/// diesel names only some of PostgreSQL's error codes; the rest is told from whether the connection
/// survived, and from the server's message.
fn error_of(error: DieselError, disconnected: bool) -> Error {
    use DatabaseErrorKind as Kind;

    match &error {
        DieselError::DatabaseError(Kind::ReadOnlyTransaction, _) => Error::ReadOnly,
        // People are all that rows refer to.
        DieselError::DatabaseError(Kind::ForeignKeyViolation, _) => Error::NoPerson,
        DieselError::DatabaseError(_, information)
            if information.message().contains("No space left on device") =>
        {
            Error::Full
        }
        DieselError::DatabaseError(
            Kind::ClosedConnection
            | Kind::UnableToSendCommand
            | Kind::UniqueViolation
            | Kind::SerializationFailure,
            _,
        )
        | DieselError::BrokenTransactionManager => Error::Unavailable(error.into()),
        _ if disconnected => Error::Unavailable(error.into()),
        DieselError::DatabaseError(Kind::Unknown, information)
            if [
                "deadlock detected",
                "terminating connection",
                "the database system is",
                "canceling",
            ]
            .iter()
            .any(|start| information.message().starts_with(start)) =>
        {
            Error::Unavailable(error.into())
        }
        DieselError::DeserializationError(_) => Error::Corrupt("a record that cannot be read"),
        _ => Error::Other(error.into()),
    }
}

//! The database: people, their sealed Spotify tokens, their sessions and their metadata.
//!
//! [`Store`] is the whole interface. Behind it are two databases, SQLite and PostgreSQL, and one set
//! of queries:
//!
//! - `queries/` has every query, written against a connection type that it takes from its parent
//!   module. `sqlite/` and `postgres/` each include it, so it is compiled once for each.
//! - `sqlite/` and `postgres/` open the database, hand out connections, and tell what an error means.
//! - `schema.rs` describes the tables to diesel; `migrations/` at the top of the repository makes
//!   them.
//!
//! Each operation runs as a task of its own to its end: a request that is given up half-way leaves
//! no transaction behind.

mod answer_memory;
mod budget;
mod condition;
mod content;
mod error;
mod examination;
mod import;
mod login;
mod login_code;
mod metadata;
mod migrations;
mod person;
mod postgres;
mod reading;
mod reseal;
mod schema;
mod session;
mod sqlite;
mod statements;
mod status;
#[cfg(any(test, feature = "simulator"))]
pub mod testing;
#[cfg(test)]
mod tests;
mod timestamp;
mod token;
mod uploads;

use std::fmt;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::time::timeout;
use tracing::Instrument;

pub use self::answer_memory::AnswerMemory;
pub use self::budget::Budget;
pub use self::error::{Cause, Error, OpenError};
pub use self::examination::Examination;
pub use self::login::NewLogin;
pub use self::login_code::{Given, NewLoginCode, Redemption};
pub use self::metadata::{Metadata, MetadataKey, NewMetadata};
pub use self::person::{InvalidPersonId, PROFILE_LASTS, Person, PersonId, Profile};
pub use self::session::{NewSession, Session};
use self::statements::Statements;
pub use self::token::{NewToken, SealedTokens, TokenRecord};
pub use self::uploads::{PageOf, UploadPage};
use crate::config;

/// How long an operation waits for a free connection.
const POOL_WAIT: Duration = Duration::from_secs(5);

/// How long an operation may take once it has its connection.
const OPERATION_LIMIT: Duration = Duration::from_secs(15);

/// How long whoever asked for an operation waits for its end at the most. SQLite's calls cannot be
/// interrupted.
const ANSWER_LIMIT: Duration = POOL_WAIT.saturating_add(OPERATION_LIMIT);

/// What it is when no connection became free.
const BUSY: &str = "all connections were in use for too long";

/// The open database. Clones share it.
///
/// Whatever asks the database fails with [`Error`] when that does; the methods say only what is more than that.
#[derive(Clone)]
pub struct Store {
    database: Database,
    statements: Statements,
}

#[derive(Clone)]
enum Database {
    Sqlite(sqlite::Database),
    Postgres(postgres::Database),
}

/// Runs one operation: `query!(self, reader, |queries, conn| queries::people::find(conn, &id))`.
///
/// The call is compiled for each database with its own `queries` and `conn`, which is why this is a
/// macro. It must own what it uses, as it becomes a task.
macro_rules! query {
    ($store:expr, $role:ident, |$queries:ident, $conn:ident| $call:expr) => {
        match $store.database.clone() {
            $crate::store::Database::Sqlite(database) => {
                query!($store, database, $role, sqlite, $queries, $conn, $call)
            }
            $crate::store::Database::Postgres(database) => {
                query!($store, database, $role, postgres, $queries, $conn, $call)
            }
        }
    };
    ($store:expr, $database:ident, $role:ident, $backend:ident, $queries:ident, $conn:ident, $call:expr) => {
        $store
            .to_the_end(::std::boxed::Box::pin(async move {
                use $crate::store::$backend::queries as $queries;
                let mut conn = $database.$role().await?;
                let outcome = ::tokio::time::timeout($crate::store::OPERATION_LIMIT, {
                    let $conn = &mut *conn;
                    async { $call.await }
                })
                .await;
                $database.release(conn, outcome).await
            }))
            .await
    };
}
use query;

impl Store {
    /// Connects, refuses a database of a newer version, and applies what migrations are missing.
    ///
    /// # Errors
    ///
    /// What is wrong with the database, and what to do about it.
    pub async fn open(config: &config::Database) -> Result<Self, OpenError> {
        let statements = Statements::default();
        let database = match &config.url {
            config::DatabaseUrl::Sqlite(path) => {
                Database::Sqlite(sqlite::Database::open(path.clone(), statements.clone()).await?)
            }
            config::DatabaseUrl::Postgres(url) => {
                Database::Postgres(postgres::Database::open(url, statements.clone()).await?)
            }
        };
        Ok(Self {
            database,
            statements,
        })
    }

    /// Runs an operation to its end even if its caller goes away: a connection must not be left in the
    /// middle of a transaction.
    ///
    /// The operation is boxed: tokio's part in a task is then compiled once for each type of outcome, and
    /// the futures of all that wait for the store stay small.
    fn to_the_end<T: Send + 'static>(
        &self,
        operation: BoxFuture<'static, Result<T, Error>>,
    ) -> impl Future<Output = Result<T, Error>> + use<T> {
        let operation = operation.in_current_span();
        let task = match &self.database {
            Database::Sqlite(database) => database.spawn(operation),
            Database::Postgres(_) => tokio::spawn(operation),
        };
        timeout(ANSWER_LIMIT, task).map(|ended| match ended {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(error)) => Err(Error::Other(error.into())),
            Err(elapsed) => Err(Error::Unavailable(elapsed.into())),
        })
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let database = match self.database {
            Database::Sqlite(_) => "SQLite",
            Database::Postgres(_) => "PostgreSQL",
        };
        f.debug_tuple("Store").field(&database).finish()
    }
}

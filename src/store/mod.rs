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
mod forget;
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

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::task::spawn_blocking;
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
pub use self::uploads::PageOf;
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

    /// How many statements this store has sent to its database, those that only begin or end a
    /// transaction aside.
    #[must_use]
    pub fn statement_count(&self) -> u64 {
        self.statements.count()
    }

    /// The person of this profile, made if there is none yet, with the profile's columns up to date.
    ///
    /// The account id decides who it is. The user id decides only where the account is not known on
    /// one of the two sides. A user id that has gone over to another account makes another person.
    pub async fn identify(&self, profile: &Profile, now: DateTime<Utc>) -> Result<Person, Error> {
        let profile = profile.storable();
        let known = profile.clone();
        let unchanged = query!(self, reader, |queries, conn| {
            queries::people::find_unchanged(conn, &known, now)
        })?;
        if let Some(person) = unchanged {
            return Ok(person);
        }
        query!(self, writer, |queries, conn| {
            queries::people::identify(conn, &profile, now.into())
        })
    }

    /// The person with this id; none too when another account has taken over their Spotify user
    /// id, until they log in again.
    pub async fn person(&self, id: &PersonId) -> Result<Option<Person>, Error> {
        let id = id.clone();
        query!(self, reader, |queries, conn| {
            queries::people::find(conn, &id)
        })
    }

    /// The person's tokens, if they have logged in.
    pub async fn token(&self, id: &PersonId) -> Result<Option<TokenRecord>, Error> {
        let id = id.clone();
        query!(self, reader, |queries, conn| {
            queries::tokens::find(conn, &id)
        })
    }

    /// Stores what a refresh brought, if the stored tokens are still those of `expected_version`;
    /// tells whether they were.
    pub async fn replace_token(
        &self,
        id: &PersonId,
        expected_version: i64,
        token: NewToken,
    ) -> Result<bool, Error> {
        let id = id.clone();
        query!(self, writer, |queries, conn| {
            queries::tokens::replace(conn, &id, expected_version, &token)
        })
    }

    /// Takes or extends the right to refresh a person's tokens until `until`, unless another holder has
    /// it at `now`; tells whether it is `holder`'s. It ends by itself, with [`Store::replace_token`] and
    /// [`Store::mark_refused`], or with [`Store::release_lease`].
    pub async fn take_lease(
        &self,
        id: &PersonId,
        holder: &str,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<bool, Error> {
        let (id, holder) = (id.clone(), holder.to_owned());
        query!(self, writer, |queries, conn| {
            queries::tokens::take_lease(conn, &id, &holder, now.into(), until.into())
        })
    }

    /// Gives the right to refresh back, if it is `holder`'s.
    pub async fn release_lease(&self, id: &PersonId, holder: &str) -> Result<(), Error> {
        let (id, holder) = (id.clone(), holder.to_owned());
        query!(self, writer, |queries, conn| {
            queries::tokens::release_lease(conn, &id, &holder)
        })
    }

    /// Notes that Spotify refused the refresh token, if the stored tokens are still those of
    /// `expected_version`; tells whether they were.
    pub async fn mark_refused(
        &self,
        id: &PersonId,
        expected_version: i64,
        at: DateTime<Utc>,
    ) -> Result<bool, Error> {
        let id = id.clone();
        query!(self, writer, |queries, conn| {
            queries::tokens::mark_refused(conn, &id, expected_version, at.into())
        })
    }

    /// Adds a collection to its history, and answers it once it is committed, without its content: that is
    /// the caller's, and who reads it here would keep theirs. The same content and version as the newest's
    /// make no new record; the newest is answered.
    ///
    /// # Errors
    ///
    /// When the database fails. Nothing is stored then, unless the answer was lost on the way.
    pub async fn insert_metadata(
        &self,
        id: &PersonId,
        new: NewMetadata,
    ) -> Result<Metadata, Error> {
        if !new.key.is_storable() {
            return Err(Error::Other("a key with a NUL character".into()));
        }
        let id = id.clone();
        let packed = spawn_blocking(move || content::pack(&new.content))
            .await
            .map_err(|error| Error::Other(error.into()))?
            .map_err(|error| Error::Other(error.into()))?;
        query!(self, writer, |queries, conn| {
            queries::metadata::insert(
                conn,
                &id,
                &new.key,
                new.version,
                &packed,
                new.created_at.into(),
            )
        })
    }

    /// The newest collection of each of these keys that has one, without its content: the last
    /// committed, whatever its version or time. It is one query however many keys there are.
    pub async fn newest_metadata(
        &self,
        id: &PersonId,
        keys: &[MetadataKey],
    ) -> Result<HashMap<MetadataKey, Metadata>, Error> {
        let (id, keys) = (id.clone(), storable(keys));
        if keys.is_empty() {
            return Ok(HashMap::new());
        }
        let rows = query!(self, reader, |queries, conn| async {
            let rows = queries::metadata::find_newest(conn, &id, &keys).await?;
            Ok(rows.into_iter().map(Metadata::from).collect::<Vec<_>>())
        })?;
        Ok(by_key(rows))
    }

    /// The same with contents, except those of the records whose ids are `known`. One query, and one for
    /// all long contents.
    ///
    /// # Errors
    ///
    /// When the database fails, a content is damaged, or all contents are more than `budget` has left.
    pub async fn newest_unknown_metadata(
        &self,
        id: &PersonId,
        keys: &[MetadataKey],
        known: Vec<String>,
        budget: &Budget,
    ) -> Result<HashMap<MetadataKey, Metadata>, Error> {
        let known_ids: HashSet<&String> = known.iter().collect();
        let is_unknown = |row: &Metadata| !known_ids.contains(&row.id);
        let (mut keys, mut newest) = (storable(keys), HashMap::new());
        while !keys.is_empty() {
            let (of, longest) = (id.clone(), budget.each(keys.len() as u64));
            let read_not = known.clone();
            let rows = query!(self, reader, |queries, conn| {
                let unless = (&read_not[..], longest);
                queries::metadata::find_newest_with_content(conn, &of, &keys, unless)
            })?;
            keys = rows.iter().map(|(row, _)| row.key.clone()).collect();
            let read = self.read_contents(rows, is_unknown, id, budget).await?;
            newest.extend(by_key(read));
            // Of what was deleted before it was read, another may be the newest now.
            keys.retain(|key| !newest.contains_key(key));
        }
        Ok(newest)
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

fn storable(keys: &[MetadataKey]) -> Vec<MetadataKey> {
    let storable = keys.iter().filter(|key| key.is_storable());
    storable.cloned().collect()
}

fn by_key(rows: Vec<Metadata>) -> HashMap<MetadataKey, Metadata> {
    rows.into_iter().map(|row| (row.key.clone(), row)).collect()
}
